"""Reads within a scope: rows, one row, sums."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.errors import NotFound, NotPermitted
from geodata.organisations.models import Organisation
from geodata.projects.models import Project, ProjectAreaShare, ProjectAssignment, ProjectParty
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension, region_summary
from geodata.summary.selectors import listed, project_row, project_rows, totals
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)
ALL = ProjectFilter()


def seen(scope: Scope) -> set[str]:
    return set(project_rows(scope, ALL, today=TODAY).values_list("code", flat=True))


def test_a_person_sees_rows_of_their_unit_their_organisation_and_their_assignments(
    make_project: MakeProject, city: dict[str, AreaUnit], steward: User
) -> None:
    body = Organisation.objects.create(name="市住建局", name_key="市住建局")
    own, of_body, assigned, left, hidden = (
        make_project(management_unit=city[unit]) for unit in ("430602", "430626", "430626", "430626", "430626")
    )
    ProjectParty.objects.create(project=of_body, role="owner_unit", organisation=body)
    ProjectParty.objects.create(project=of_body, role="lead_unit", organisation=body)
    ProjectParty.objects.create(project=left, role="lead_unit", organisation=body, valid_to=date(2026, 1, 1))
    ProjectAssignment.objects.create(project=assigned, user=steward)
    assert seen(Scope(unit_ids=frozenset({city["430602"].pk}))) == {own.serial_no}
    assert seen(Scope(organisation_ids=frozenset({body.pk}))) == {of_body.serial_no}
    assert seen(Scope(assigned_to=steward.pk)) == {assigned.serial_no}
    assert seen(Scope()) == set()
    assert seen(scope_of(steward, today=TODAY)) == {own.serial_no}
    assert len(seen(CITY)) == 5
    both = Scope(unit_ids=frozenset({city["430602"].pk}), organisation_ids=frozenset({body.pk}))
    assert seen(both) == {own.serial_no, of_body.serial_no}
    with pytest.raises(NotFound):
        project_row(both, hidden.serial_no, today=TODAY)
    assert project_row(both, own.serial_no, today=TODAY).code == own.serial_no
    assert project_row(both, own.serial_no, today=TODAY, as_of=date(2025, 1, 1)).code == own.serial_no


def test_a_rate_of_several_is_the_ratio_of_sums_over_those_with_a_denominator(make_project: MakeProject) -> None:
    for plan, done in (("300", 150), ("100", 100), ("0", 77), (None, 99)):
        project = make_project()
        facts.plan(project, planned_amount=plan)
        facts.report(project, date(2026, 2, 28), invested_year=done, invested_cumulative=done)
    found = totals(CITY, ALL, today=TODAY)
    rate = found.rates["annual"]
    assert (rate.numerator, rate.denominator, rate.n) == (250, 400, 2)
    assert found.annual_rate == Decimal("0.625")
    assert found.annual_completed == 426
    assert found.disbursement_rate is None
    assert (found.projects, found.unlocated) == (4, 4)


def test_started_in_time_counts_what_should_have_begun_and_did(make_project: MakeProject) -> None:
    """(planned start, status) → in the denominator, in the numerator."""
    cases = {
        ("2026-03-30", "under_construction"): (1, 1),
        ("2026-03-30", "not_started"): (1, 0),
        ("2026-03-31", "under_construction"): (0, 0),
        ("2026-01-01", "preliminary"): (1, 0),
        ("2026-01-01", "suspended"): (1, 1),
        ("2026-01-01", "in_operation"): (1, 1),
        ("2026-01-01", "cancelled"): (0, 0),
        (None, "accepted"): (0, 0),
    }
    for planned, state in cases:
        facts.status(make_project(planned_start_on=planned), date(2026, 1, 2), state)
    rate = totals(CITY, ALL, today=TODAY).rates["on_time_start"]
    assert (rate.denominator, rate.numerator) == tuple(map(sum, zip(*cases.values(), strict=True))) == (5, 3)
    assert (rate.value, rate.n) == (Decimal("0.6"), 5)


def test_behind_is_ten_points_or_more_among_those_with_a_plan_and_a_report_of_the_year(
    make_project: MakeProject,
) -> None:
    """At the end of February 2 of 12 months are over: of a plan of 1200, 200 should be done; 80 is ten points less."""
    reports = {"done": (1200, 200), "just behind": (1200, 80), "not quite": (1200, 81), "no plan": (None, 80)}
    for plan, done in reports.values():
        project = make_project()
        facts.plan(project, planned_amount=plan)
        facts.report(project, date(2026, 2, 28), invested_year=done, invested_cumulative=done)
    facts.plan(make_project(), planned_amount=1200)
    late = make_project()
    facts.plan(late, planned_amount=1200)
    facts.report(late, date(2025, 12, 31), invested_year=0, invested_cumulative=0)
    found = totals(CITY, ALL, today=TODAY)
    behind = found.rates["behind"]
    assert (behind.numerator, behind.denominator) == (1, 3)
    assert found.rates["annual"].n - behind.n == 2  # have a plan and no report of the year


def test_complaints_of_all_projects_are_divided_by_those_under_construction(make_project: MakeProject) -> None:
    building, second, finished = make_project(), make_project(), make_project()
    for project, state in ((building, "under_construction"), (second, "under_construction"), (finished, "accepted")):
        facts.status(project, date(2026, 1, 2), state)
    first = facts.order(building)
    facts.order(building, duplicate_of=first)
    facts.order(finished)
    facts.order(finished, kind="consultation")
    found = totals(CITY, ALL, today=TODAY)
    assert (found.complaints_raw, found.complaints_merged) == (3, 2)
    assert found.rates["complaint"].value == 1
    assert found.rates["complaint"].n == 2
    finished_only = totals(CITY, ProjectFilter(status=("accepted",)), today=TODAY)
    assert finished_only.rates["complaint"].value is None
    assert found.stale == 2
    assert project_rows(CITY, ProjectFilter(stale=True), today=TODAY).count() == 2


def test_sums_cover_the_rows_of_the_list_and_city_sums_all_of_them(
    make_project: MakeProject, city: dict[str, AreaUnit], steward: User, sysadmin: User
) -> None:
    facts.payment(make_project(), "10.01")
    facts.payment(make_project(management_unit=city["430626"]), "20.02")
    scope = scope_of(steward, today=TODAY)
    assert totals(scope, ALL, today=TODAY).disbursed == Decimal("10.01")
    assert region_summary(scope, today=TODAY).city.disbursed == Decimal("30.03")
    with pytest.raises(NotPermitted):
        region_summary(scope_of(sysadmin, today=TODAY), today=TODAY)


def test_money_of_a_project_in_two_counties_is_shared_as_stated(
    make_project: MakeProject, city: dict[str, AreaUnit]
) -> None:
    project = make_project(total_investment="100.01")
    make_project(total_investment="7")
    facts.payment(project, "10.01")
    facts.arrival(facts.budget_line(project, "30"), "20.02")
    for code, percent in (("430602", "33.33"), ("430626", "66.67")):
        ProjectAreaShare.objects.create(project=project, area=city[code], share_pct=percent)
    found = region_summary(CITY, today=TODAY)
    first, second = (region.totals for region in found.regions)
    assert second.budget == Decimal("100.01") * Decimal("0.6667")
    assert first.budget + second.budget == Decimal("107.01")
    assert first.disbursed + second.disbursed == Decimal("10.01")
    assert (first.projects, second.projects) == (2, 0)
    assert first.disbursement_rate == second.disbursement_rate == Decimal("0.5")
    by_unit = region_summary(CITY, today=TODAY, dimension=Dimension.MANAGEMENT)
    assert [region.totals.budget for region in by_unit.regions] == [Decimal("107.01"), 0, 0]


def test_regions_come_in_official_order_with_their_rest(make_project: MakeProject, city: dict[str, AreaUnit]) -> None:
    make_project(admin_area=None, total_investment=5)
    make_project(management_unit=city["ZONE_YYJKQ"], total_investment=6)
    admin = region_summary(CITY, today=TODAY)
    assert [(r.code, r.totals.budget) for r in admin.regions] == [("430602", 6), ("430626", 0)]
    assert (admin.rest.name, admin.rest.totals.budget, admin.rest.totals.projects) == ("未定位", 5, 1)
    units = region_summary(CITY, today=TODAY, dimension=Dimension.MANAGEMENT)
    assert [r.code for r in units.regions] == ["430602", "430626", "ZONE_YYJKQ"]
    assert units.rest.name == "未归属"


@pytest.mark.parametrize("as_of", [None, date(2026, 1, 31)])
def test_reads_cost_the_same_queries_for_few_and_many(make_project: MakeProject, as_of: date | None) -> None:
    chosen = ProjectFilter(as_of=as_of)

    def queries() -> list[int]:
        counts = []
        for read in (
            lambda: list(project_rows(CITY, chosen, today=TODAY)),
            lambda: totals(CITY, chosen, today=TODAY),
            lambda: region_summary(CITY, today=TODAY, chosen=chosen),
            lambda: project_row(CITY, "YYMS-2026-0001", today=TODAY, as_of=as_of),
        ):
            with CaptureQueriesContext(connection) as captured:
                read()
            counts.append(len(captured))
        return counts

    facts.payment(make_project(), "1")
    few = queries()
    for _ in range(20):
        facts.payment(make_project(), "1")
    assert queries() == few == [1, 1, 2, 2]


def test_a_searched_list_has_the_pages_of_the_whole_list(make_project: MakeProject) -> None:
    """Its keys are planned in another way; reading every text finds what the index finds."""
    for number in range(7):
        make_project(name=f"示例改造{number}", total_investment=1_000_000 * (number % 3 + 1))
    make_project(name="样例新建")
    chosen = ProjectFilter(q="改造", sort="budget")
    whole = list(chosen.ordered(project_rows(CITY, chosen, today=TODAY)).values_list("code", flat=True))
    assert len(whole) == 7
    pages = [[row.code for row in listed(CITY, chosen, today=TODAY, start=at, stop=at + 3)] for at in (0, 3, 6, 9)]
    assert pages == [whole[0:3], whole[3:6], whole[6:], []]
    read = project_rows(CITY, chosen, today=TODAY, few=True).values_list("code", flat=True)
    assert sorted(read) == sorted(whole)
