"""What must hold whatever was written: regions add up to the city; list, count, sums and tiles are of the same rows."""

import math
import random
from collections.abc import Callable
from datetime import date

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point

from geodata.projects.models import Category, Project, ProjectAreaShare
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension, region_summary
from geodata.summary.selectors import project_rows, totals
from geodata.summary.services import differences
from geodata.summary.sums import COUNTS, MONEY
from geodata.tiles import render
from tests.geodata.summary import facts
from tests.geodata.summary.chance import Writer

TODAY = date(2026, 3, 30)
DAYS = (TODAY, date(2026, 2, 14), date(2025, 12, 31))


@pytest.fixture
def projects(
    make_project: Callable[..., Project], city: dict[str, AreaUnit], categories: dict[str, Category]
) -> list[Project]:
    """Projects of all units, some without a place, one in two counties, with three months of random facts."""
    chance = random.Random(3)
    made = []
    for _ in range(14):
        shape = Point(chance.uniform(113, 113.4), chance.uniform(29.2, 29.4), srid=4490)
        located = chance.random() < 0.8
        made.append(
            make_project(
                management_unit=chance.choice([city["430602"], city["430626"], city["ZONE_YYJKQ"]]),
                admin_area=chance.choice([city["430602"], city["430626"]]) if located else None,
                geom=shape if located else None,
                category=categories[chance.choice(["01", "0101", "04"])],
                total_investment=chance.choice([None, chance.randrange(1, 10**9)]),
            )
        )
    for code, percent in (("430602", 40), ("430626", 60)):
        ProjectAreaShare.objects.create(project=made[0], area=city[code], share_pct=percent)
    Writer(made, 5).write(60)
    return made


@pytest.mark.parametrize("dimension", list(Dimension))
def test_regions_and_the_rest_add_up_to_the_city(projects: list[Project], dimension: Dimension) -> None:
    for day in DAYS:
        for chosen in (
            ProjectFilter(as_of=day),
            ProjectFilter(as_of=day, category="01"),
            ProjectFilter(status=("suspended",)),
        ):
            found = region_summary(CITY, today=TODAY, dimension=dimension, chosen=chosen)
            assert found.city == totals(CITY, chosen, today=TODAY)
            groups = [region.totals for region in (*found.regions, found.rest)]
            for name in ("projects", "unlocated", "stale", *MONEY, *COUNTS):
                assert sum(getattr(group, name) for group in groups) == getattr(found.city, name)
            for name, rate in found.city.rates.items():
                assert sum(group.rates[name].numerator for group in groups) == rate.numerator
                assert sum(group.rates[name].denominator for group in groups) == rate.denominator
                assert sum(group.rates[name].n for group in groups) == rate.n


def test_list_count_sums_and_tiles_are_of_the_same_rows(projects: list[Project], city: dict[str, AreaUnit]) -> None:
    filters = [
        ProjectFilter(), ProjectFilter(unit="430602"), ProjectFilter(region="430626", category="01"),
        ProjectFilter(status=("suspended", "under_construction")), ProjectFilter(q="示例项目1"),
        ProjectFilter(year=2026),
        ProjectFilter(source="municipal", as_of=date(2026, 2, 14)), ProjectFilter(bbox=(113.1, 29.2, 113.3, 29.35)),
    ]  # fmt: skip
    scopes = [CITY, Scope(unit_ids=frozenset({city["430626"].pk}))]
    some = 0
    for chosen in filters:
        for scope in scopes:
            rows = project_rows(scope, chosen, today=TODAY)
            listed = list(rows)
            summed = totals(scope, chosen, today=TODAY)
            assert rows.count() == len(listed) == summed.projects
            assert sum(row.disbursed or 0 for row in listed) == summed.disbursed
            assert _in_tiles(rows) == {row.code for row in listed if row.is_located}
            some += len(listed)
    assert some > 30


def _in_tiles(rows: object) -> set[str]:
    """Codes in the tiles of zoom 12 over the toy city."""
    found: set[str] = set()
    for x in range(_column(113.0), _column(113.4) + 1):
        for y in range(_line(29.4), _line(29.2) + 1):
            body = render.tile("projects", 12, x, y, rows)  # type: ignore[arg-type]
            features = mapbox_vector_tile.decode(body)["projects"]["features"] if body else []
            found |= {feature["properties"]["code"] for feature in features}
    return found


def _column(lon: float) -> int:
    return int((lon + 180) / 360 * 4096)


def _line(lat: float) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 4096)


def test_stored_totals_are_the_definition_to_the_fen(projects: list[Project]) -> None:
    assert differences(today=TODAY) == []
    ledger = sum(row.disbursed for row in ProjectRow.objects.from_history(date.max) if row.disbursed)
    stored = sum(row.disbursed for row in ProjectRow.objects.at(date.max, today=TODAY) if row.disbursed)
    assert stored == ledger != 0


def test_a_day_of_the_past_says_the_same_tomorrow(projects: list[Project]) -> None:
    """What is entered later about later days does not change an earlier day."""
    before = list(ProjectRow.objects.at(date(2026, 2, 14), today=TODAY).order_by("code").values())
    for project in projects:
        facts.payment(project, "77", date(2026, 2, 15))
        facts.status(project, date(2026, 2, 15), "cancelled")
        facts.report(project, date(2026, 2, 15), kind="week", invested_cumulative=1)
    assert list(ProjectRow.objects.at(date(2026, 2, 14), today=TODAY).order_by("code").values()) == before
