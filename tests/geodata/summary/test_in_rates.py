"""Headquarters' switch: projects that stand still with an approved report are left out of rates, of nothing else."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from geodata.projects.models import Project, StatusChange
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import totals
from geodata.summary.wording import left_out_of_rates
from geodata.thresholds.models import ThresholdValue
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
DAY, TODAY = date(2026, 3, 20), date(2026, 3, 30)
RUNS = (date(2026, 1, 1), {"status": "under_construction"})
STOPS = (date(2026, 3, 1), {"status": "suspended"})


def stop(on: date = date(2026, 3, 1), **fields: Any) -> tuple[date, dict[str, Any]]:
    return on, {"status": "suspended", **fields}


def history(project: Project, changes: Sequence[tuple[date, dict[str, Any]]]) -> None:
    for on, fields in changes:
        StatusChange.objects.create(project=project, effective_on=on, stage="construction", **fields)


def switch(value: int) -> None:
    ThresholdValue.objects.update_or_create(key="exclude_reported_suspension", defaults={"value": value})


def read(project: Project, day: date) -> set[bool]:
    """What each way of making the row says."""
    rows = ProjectRow.objects
    ways = (
        rows.at(day, today=TODAY).filter(pk=project.pk),
        rows.of([project.pk], day, today=TODAY),
        rows.from_history(day).filter(pk=project.pk),
        rows.at(day, today=day).filter(pk=project.pk),  # the totals, with facts after the day
    )
    return {way.values_list("in_rates", flat=True).get() for way in ways}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ([], True),
        ([RUNS], True),
        ([RUNS, STOPS], True),
        ([RUNS, stop(suspension_kind="ordered")], True),
        ([RUNS, stop(suspension_kind="reported")], False),
        ([RUNS, stop(reported_on=date(2026, 3, 20))], False),
        ([RUNS, stop(reported_on=date(2026, 3, 21))], True),
        ([RUNS, stop(suspension_kind="reported", reported_on=date(2026, 3, 21))], True),
        ([RUNS, STOPS, stop(date(2026, 3, 10), reported_on=date(2026, 3, 10))], False),
        ([RUNS, STOPS, stop(date(2026, 3, 21), reported_on=date(2026, 3, 5))], True),
        ([RUNS, stop(reported_on=date(2026, 3, 2)), (date(2026, 3, 10), RUNS[1])], True),
        ([RUNS, stop(reported_on=date(2026, 3, 2)), (date(2026, 3, 10), RUNS[1]), stop(date(2026, 3, 15))], True),
        ([RUNS, stop(reported_on=date(2026, 3, 2)), (date(2026, 3, 25), RUNS[1])], False),
        ([stop(reported_on=date(2026, 3, 2)), (date(2026, 3, 10), {"status": "cancelled"})], True),
    ],
)
@pytest.mark.django_db
def test_a_stop_with_a_report_by_the_day_is_left_out(
    make_project: MakeProject, changes: list[tuple[date, dict[str, Any]]], counts: bool
) -> None:
    project = make_project()
    history(project, changes)
    assert read(project, DAY) == {True}  # the switch is off unless somebody sets it
    switch(1)
    assert read(project, DAY) == {counts}
    switch(0)
    assert read(project, DAY) == {True}


@pytest.mark.django_db
def test_rates_leave_it_out_and_sums_do_not(make_project: MakeProject) -> None:
    running, standing = make_project(), make_project()
    for project, paid in ((running, "60"), (standing, "10")):
        history(project, [RUNS])
        facts.plan(project, planned_amount=100)
        facts.report(project, date(2026, 2, 28), invested_cumulative=50, invested_year=50)
        facts.arrival(facts.budget_line(project, "100"), "100")
        facts.payment(project, paid)
        Project.objects.filter(pk=project.pk).update(planned_start_on=date(2026, 1, 1))
    history(standing, [stop(reported_on=date(2026, 3, 2))])
    chosen = ProjectFilter()
    before = totals(CITY, chosen, today=TODAY)
    assert (before.rates["disbursement"].value, before.left_out) == (Decimal("0.35"), 0)
    switch(1)
    found = totals(CITY, chosen, today=TODAY)
    assert (found.projects, found.disbursed, found.arrived, found.left_out) == (2, 70, 200, 1)
    assert (found.rates["disbursement"].value, found.rates["disbursement"].n) == (Decimal("0.6"), 1)
    assert (found.rates["annual"].denominator, found.rates["annual"].n) == (100, 1)
    assert (found.rates["on_time_start"].numerator, found.rates["on_time_start"].denominator) == (1, 1)
    assert found.rates["complaint"].denominator == 1
    own = ProjectRow.objects.at(TODAY, today=TODAY).get(pk=standing.pk)
    assert own.disbursement_rate == Decimal("0.1")  # its own rate is still its own


def test_the_note_stands_where_something_is_left_out() -> None:
    assert left_out_of_rates(0) == ""
    assert left_out_of_rates(1234) == "1,234 个已报备停工项目未计入比率"
