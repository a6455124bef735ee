"""The course of groups and projects against a computation over the raw tables that shares no line with ours."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from django.db import connection

from dashboards.curves.selectors import (
    Course,
    course,
    group_sums,
    last_month_over,
    month_end,
    months_of,
    project_course,
    unit_courses,
)
from geodata.errors import NotFound, NotPermitted
from geodata.funding.monthly import money_sums
from geodata.progress.models import PeriodReport, PlanYear
from geodata.progress.selectors import course as works
from geodata.projects.models import Project
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import totals
from tests.seeded import TODAY, seed_city

DAYS = (TODAY, date(2025, 12, 31), date(2026, 2, 28))
FILTERS = (
    ProjectFilter(),
    ProjectFilter(unit="430602"),
    ProjectFilter(category="01"),
    ProjectFilter(unit="430626", category="04"),
)


@pytest.fixture
def little_city(db: None) -> None:
    """150 projects; one report corrected, one withdrawn figure, one plan adjusted, one without any plan."""
    seed_city(150)
    report = PeriodReport.objects.filter(state="approved", invested_cumulative__gt=0).order_by("pk")[5]
    PeriodReport.objects.create(
        project=report.project,
        kind=report.kind,
        period_start=report.period_start,
        period_end=report.period_end,
        version=report.version + 1,
        state="approved",
        physical_pct=report.physical_pct,
        invested_cumulative=(report.invested_cumulative or Decimal(0)) / 2,
        invested_year=report.invested_year,
    )
    other = (
        PeriodReport.objects.filter(state="approved").exclude(project=report.project).order_by("-period_end", "pk")[0]
    )
    PeriodReport.objects.create(
        project=other.project,
        kind="week",
        period_start=other.period_end - timedelta(days=9),
        period_end=other.period_end - timedelta(days=3),
        state="approved",
        physical_pct=other.physical_pct,
    )
    plan = PlanYear.objects.filter(planned_amount__gt=0).order_by("pk")[3]
    PlanYear.objects.filter(pk=plan.pk).update(adjusted_amount=(plan.planned_amount or Decimal(0)) * 2)
    PlanYear.objects.filter(project=Project.objects.order_by("pk")[0]).delete()


def frame(sql: str) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])


def independent(day: date, chosen: ProjectFilter) -> dict[date, tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Month → planned, completed, disbursed, completed of those with a plan; by reading the record month by month."""
    projects = frame(
        "SELECT p.id, c.code AS category, u.code AS unit FROM projects_project p"
        " JOIN projects_category c ON c.id = p.category_id JOIN regions_areaunit u ON u.id = p.management_unit_id"
        " WHERE NOT p.is_deleted"
    )
    kept = projects[
        projects["category"].str.startswith(chosen.category) & (projects["unit"].eq(chosen.unit) | (not chosen.unit))
    ]["id"]
    reports = frame(
        "SELECT id, project_id, kind, period_end, version, invested_cumulative AS amount"
        " FROM progress_periodreport WHERE state = 'approved'"
    )
    reports = reports[reports["project_id"].isin(kept) & (reports["period_end"] <= day)]
    reports = reports.assign(is_month=reports["kind"].eq("month"))
    reports = reports.sort_values(["period_end", "is_month", "version", "id"])
    payments = frame(
        "SELECT d.id, d.paid_on, d.amount, d.level,"
        " (SELECT status FROM funding_disbursementstatus s WHERE s.disbursement_id = d.id"
        " ORDER BY id DESC LIMIT 1) AS status,"
        " (SELECT project_id FROM funding_disbursementassignment a WHERE a.disbursement_id = d.id"
        " ORDER BY id DESC LIMIT 1)"
        " AS project FROM funding_disbursement d"
    )
    payments = payments[
        payments["project"].isin(kept)
        & payments["level"].eq("to_payee")
        & payments["status"].isin(["cleared", "returned"])
        & (payments["paid_on"] <= day)
    ]
    plans = frame("SELECT project_id, year, coalesce(adjusted_amount, planned_amount) AS amount FROM progress_planyear")
    plans = plans[plans["project_id"].isin(kept) & (plans["year"] <= day.year)].dropna()
    first = min([*reports["period_end"], *payments["paid_on"]]).replace(day=1)
    found = {}
    for stamp in pd.date_range(first, day.replace(day=1), freq="MS"):
        month = stamp.date()
        end = min((stamp + pd.offsets.MonthEnd(0)).date(), day)
        newest = (
            reports[reports["period_end"] <= end].groupby("project_id")["amount"].agg(lambda amounts: amounts.iloc[-1])
        )
        newest = newest.dropna()
        planned = Decimal(plans[plans["year"] < month.year]["amount"].sum())
        planned += Decimal(plans[plans["year"] == month.year]["amount"].sum()) * month.month / 12
        found[month] = (
            planned,
            Decimal(newest.sum()),
            Decimal(payments[payments["paid_on"] <= end]["amount"].sum()),
            Decimal(newest[newest.index.isin(plans["project_id"])].sum()),
        )
    return found


@pytest.mark.parametrize("day", DAYS)
def test_every_month_is_that_of_an_independent_computation(little_city: None, day: date) -> None:
    compared = 0
    for chosen in FILTERS:
        found: Course = course(
            CITY, chosen=ProjectFilter(unit=chosen.unit, category=chosen.category, as_of=day), today=TODAY, months=99
        )
        expected = independent(day, chosen)
        assert [month.month for month in found.months] == list(expected)
        for month in found.months:
            planned, completed, disbursed, earned = expected[month.month]
            where = (chosen, day, month.month)
            assert round(month.planned or Decimal(0), 6) == round(planned, 6), where
            assert (month.completed or 0, month.disbursed, month.earned) == (completed, disbursed, earned), where
            compared += 1
    assert compared > 30


def test_the_last_month_is_what_the_lists_of_that_day_say(little_city: None) -> None:
    for day in DAYS:
        for chosen in (ProjectFilter(as_of=day), ProjectFilter(as_of=day, status=("under_construction",))):
            found, sums = course(CITY, chosen=chosen, today=TODAY), totals(CITY, chosen, today=TODAY)
            last = found.months[-1]
            assert (last.completed, last.disbursed, found.projects) == (sums.completed, sums.disbursed, sums.projects)
            own = group_sums(CITY, chosen=chosen, today=TODAY)
            assert (own.completed, own.disbursed) == (sums.completed, sums.disbursed)
            rate = sums.rates["annual"]
            assert (own.annual_completed, own.annual_plan) == (rate.numerator, rate.denominator)


def test_the_city_is_the_sum_of_its_projects_as_their_own_pages_draw_them(little_city: None) -> None:
    found = course(CITY, chosen=ProjectFilter(), today=TODAY, months=3)
    sums = {month.month: [Decimal(0)] * 3 for month in found.months}
    for pk in Project.objects.filter(is_deleted=False).values_list("pk", flat=True):
        months = {
            month.first_day: month
            for month in months_of(works(CITY, pk, upto=TODAY), money_sums(CITY, pk, upto=TODAY), TODAY)
        }
        for first, parts in sums.items():
            if first in months:
                month = months[first]
                parts[0] += month.completed or 0
                parts[1] += month.disbursed
    for known in found.months:
        assert [known.completed, known.disbursed] == sums[known.month][:2]


def test_units_add_up_to_the_city_at_the_last_month_that_is_over(little_city: None) -> None:
    found = course(CITY, chosen=ProjectFilter(), today=TODAY)
    units = unit_courses(CITY, chosen=ProjectFilter(unit="430602"), today=TODAY)  # the limit of unit is left out
    assert found.judged is not None
    assert found.judged.month == date(2026, 2, 1)
    assert sum(unit.projects for unit in units) == found.projects
    assert sum(unit.without_plan for unit in units) == found.without_plan > 0
    assert sum(unit.earned.completed or 0 for unit in units) == found.judged.earned
    assert sum(unit.disbursed for unit in units) == found.judged.disbursed
    assert round(sum(unit.earned.planned or 0 for unit in units), 6) == round(found.judged.planned or 0, 6)


def test_cost_index_is_of_certified_projects_alone(little_city: None) -> None:
    sums = group_sums(CITY, chosen=ProjectFilter(), today=TODAY)
    works_done = certified = Decimal(0)
    n = 0
    for row in ProjectRow.objects.at(TODAY, today=TODAY):
        if row.certified and row.physical_pct is not None and row.contract_total is not None:
            works_done += row.physical_pct * row.contract_total / 100
            certified, n = certified + row.certified, n + 1
    assert n > 10
    assert (sums.measured, sums.earned.certified) == (n, certified)
    assert sums.earned.cost_index == pytest.approx(works_done / certified)


def test_one_projects_course_is_that_of_its_page_and_closed_to_others(little_city: None) -> None:
    code = Project.objects.filter(reports__state="approved").order_by("pk").values_list("serial_no", flat=True)[0]
    found = project_course(CITY, code, today=TODAY)
    row = ProjectRow.objects.at(TODAY, today=TODAY).get(code=code)
    assert (found.months[-1].completed, found.months[-1].disbursed) == (row.completed, row.disbursed)
    assert (found.earned.certified is None) == (not row.certified)
    nobody = Scope(actions=frozenset({Action.VIEW_PROJECTS}))
    with pytest.raises(NotFound):
        project_course(nobody, code, today=TODAY)
    for read in (course, group_sums, unit_courses):
        with pytest.raises(NotPermitted):
            read(nobody, chosen=ProjectFilter(), today=TODAY)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 3, 30), date(2026, 2, 1)),
        (date(2026, 3, 31), date(2026, 3, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2028, 2, 29), date(2028, 2, 1)),
        (date(2028, 2, 28), date(2028, 1, 1)),
    ],
)
def test_a_month_is_over_on_its_last_day(day: date, month: date) -> None:
    assert last_month_over(day) == month
    assert month_end(month) <= day


def test_a_group_without_projects_or_facts_is_empty(make_project: Callable[..., Project]) -> None:
    found = course(CITY, chosen=ProjectFilter(unit="430626"), today=TODAY)
    assert (found.projects, found.months, found.judged, found.earned.schedule_index) == (0, (), None, None)
    make_project()
    found = course(CITY, chosen=ProjectFilter(), today=TODAY)
    assert (found.projects, found.without_plan, found.months) == (1, 1, ())
