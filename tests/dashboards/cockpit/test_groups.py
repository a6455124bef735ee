"""The sums of the leaders' screen: parts and whole come from different statements and must agree."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.cockpit.groups import FINISHED, STARTED, groups, townships, whole
from dashboards.cockpit.reconciling import reconcile
from dashboards.cockpit.selectors import screen
from geodata.errors import NotPermitted
from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.projects.services.geometry import locate_projects
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension, areas_on
from geodata.summary.sums import Totals
from tests.seeded import TODAY, seed_city

LOUDIAN = "430602"
EARLIER = date(2025, 12, 31)


@pytest.fixture
def seeded(db: None) -> None:
    seed_city(80)
    locate_projects()


@pytest.mark.parametrize("day", [TODAY, EARLIER])
@pytest.mark.parametrize("dimension", list(Dimension))
def test_the_units_and_the_rest_add_up_to_the_city_on_any_day(seeded: None, day: date, dimension: Dimension) -> None:
    chosen = ProjectFilter(as_of=None if day == TODAY else day)
    found = screen(CITY, chosen=chosen, dimension=dimension, areas=areas_on(day), against=None, today=TODAY)
    assert found.reconciliation is not None
    assert found.reconciliation.holds
    assert found.reconciliation.whole == found.whole.totals.projects == Project.objects.count()
    assert found.reconciliation.parts == len(found.by_unit.regions)


def test_the_branches_add_up_to_the_whole_and_a_filter_by_branch_is_one_of_them(seeded: None) -> None:
    found = groups(CITY, chosen=ProjectFilter(), areas=areas_on(TODAY), today=TODAY)
    branches = found.branches()
    everything = whole(CITY, chosen=ProjectFilter(), today=TODAY)
    assert sum(part.totals.projects for part in branches.values()) == everything.totals.projects
    assert sum((part.totals.budget for part in branches.values()), Decimal(0)) == everything.totals.budget
    for code, part in branches.items():
        alone = whole(CITY, chosen=ProjectFilter(category=code), today=TODAY)
        assert (part.totals, part.started, part.finished) == (alone.totals, alone.started, alone.finished), code


def test_the_townships_of_a_unit_add_up_to_it(seeded: None) -> None:
    chosen = ProjectFilter(unit=LOUDIAN)
    found = screen(
        CITY, chosen=chosen, dimension=Dimension.MANAGEMENT, areas=areas_on(TODAY), against=None, today=TODAY
    )
    assert sum(part.totals.projects for part in found.towns.values()) == found.whole.totals.projects > 0
    assert found.reconciliation is not None
    assert found.reconciliation.holds
    town = next(code for code, _name in found.towns if code)
    below = whole(CITY, chosen=replace(chosen, region=town), today=TODAY)
    assert below.totals == next(part.totals for (code, _name), part in found.towns.items() if code == town)


def test_states_are_counted_from_the_rows(seeded: None) -> None:
    rows = list(ProjectRow.objects.at(TODAY, today=TODAY))
    found = whole(CITY, chosen=ProjectFilter(), today=TODAY)
    assert found.started == sum(row.status in STARTED for row in rows)
    assert found.finished == sum(row.status in FINISHED for row in rows)
    assert found.suspended == sum(row.status == Status.SUSPENDED for row in rows)
    assert sum(found.by_zoom.values()) <= sum(row.is_located for row in rows)
    assert Status.CANCELLED not in STARTED
    assert Status.UNDER_CONSTRUCTION not in FINISHED


def test_a_comparison_shows_the_same_filter_on_the_earlier_day(seeded: None) -> None:
    chosen = ProjectFilter(unit=LOUDIAN)
    areas = areas_on(TODAY)
    found = screen(CITY, chosen=chosen, dimension=Dimension.MANAGEMENT, areas=areas, against=EARLIER, today=TODAY)
    assert found.before is not None
    assert found.before.totals == whole(CITY, chosen=replace(chosen, as_of=EARLIER), today=TODAY).totals
    assert found.before.totals.disbursed < found.whole.totals.disbursed


def test_without_leave_to_see_the_citys_figures_there_is_no_screen(db: None) -> None:
    with pytest.raises(NotPermitted):
        screen(Scope(), chosen=ProjectFilter(), dimension=Dimension.ADMIN, areas=(), against=None, today=TODAY)
    for ask in (whole, townships):
        with pytest.raises(NotPermitted):
            ask(Scope(), chosen=ProjectFilter(), today=TODAY)


def test_the_screen_asks_as_often_however_many_projects_there_are(seeded: None) -> None:
    areas = areas_on(TODAY)
    with CaptureQueriesContext(connection) as asked:
        screen(
            CITY,
            chosen=ProjectFilter(unit=LOUDIAN),
            dimension=Dimension.ADMIN,
            areas=areas,
            against=EARLIER,
            today=TODAY,
        )
    assert len(asked) == 3  # parts with the whole and the shares, townships with the unit, the day before


def totals(projects: int, budget: str) -> Totals:
    return Totals(projects=projects, sums={"budget": Decimal(budget), "arrived": Decimal(0), "disbursed": Decimal(0)})


@pytest.mark.parametrize(
    ("whole_of", "gaps"),
    [
        (totals(3, "3.00"), []),
        (totals(4, "3.00"), [("projects", -1)]),
        (totals(3, "3.01"), [("budget", Decimal("-0.01"))]),
        (totals(2, "2.99"), [("projects", 1), ("budget", Decimal("0.01"))]),
    ],
)
def test_a_difference_of_one_project_or_one_fen_is_named(whole_of: Totals, gaps: list[tuple[str, object]]) -> None:
    found = reconcile([totals(1, "1.00"), totals(1, "1.50")], totals(1, "0.50"), whole_of)
    assert [(gap.name, gap.difference) for gap in found.gaps] == gaps
    assert found.holds == (not gaps)
