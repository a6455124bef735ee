"""Pairs of works: the same as by comparing everything with everything, kept over the nights, shown within the scope."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import MultiPoint, Point
from pyproj import Transformer

from dashboards.conflicts import services
from dashboards.conflicts.models import PairsRun, WorksPair
from dashboards.conflicts.selectors import PairsFilter, pair_page, pairs
from dashboards.conflicts.services import OPEN, find_pairs
from geodata.projects.choices import Disclosure
from geodata.projects.models import Project
from geodata.stewards.scope import CITY, Scope
from tests.seeded import TODAY, seed_city

NOW = datetime(2026, 3, 30, 19, 40, tzinfo=UTC)
METRES = Transformer.from_crs(4490, 4547, always_xy=True)


@pytest.fixture
def city(db: None) -> None:
    seed_city(120)


def works() -> list[tuple[Any, Any, date, date]]:
    """Project, shape in metres, first and last day of its works, out of the bare table."""
    found = []
    for project in Project.objects.filter(is_deleted=False, geom__isnull=False, status__in=OPEN):
        starts = project.actual_start_on or project.planned_start_on
        if starts is None or project.planned_end_on is None:
            continue
        ends = max(project.planned_end_on, TODAY)
        shape = shapely.transform(
            shapely.from_wkb(bytes(project.geom.wkb)),
            lambda points: np.column_stack(METRES.transform(points[:, 0], points[:, 1])),
        )
        if starts <= ends:
            found.append((project, shape, starts, ends))
    return found


def expected() -> dict[tuple[int, int], tuple[float, date, date]]:
    pairs_found = {}
    for one, other in combinations(works(), 2):
        first, last = max(one[2], other[2], TODAY), min(one[3], other[3])
        related = one[0].parent_id == other[0].pk or other[0].parent_id == one[0].pk
        distance = shapely.distance(one[1], other[1])
        if first <= last and distance <= 30 and not related:
            key = tuple(sorted((one[0].pk, other[0].pk)))
            pairs_found[key[0], key[1]] = (distance, first, last)
    return pairs_found


def test_the_pairs_are_those_of_comparing_everything_with_everything(city: None) -> None:
    result = find_pairs(today=TODAY, now=NOW)
    wanted = expected()
    assert len(wanted) > 3
    found = {(row.first_id, row.second_id): row for row in WorksPair.objects.all()}
    assert found.keys() == wanted.keys()
    assert (result.projects, result.found) == (len(works()), len(wanted))
    for key, (distance, first, last) in wanted.items():
        assert float(found[key].distance_m) == pytest.approx(distance, abs=0.02)
        assert (found[key].overlap_from, found[key].overlap_to) == (first, last)


def crowd_together() -> None:
    """Six works within some 20 m, two of them in one place."""
    crowd = [project.pk for project, *_rest in works()[:6]]
    for pk, east in zip(crowd, (0, 3, 7, 7, 12, 18), strict=True):
        place = MultiPoint(Point(113.1 + east / 100_000, 29.37), srid=4490)
        Project.objects.filter(pk=pk).update(geom=place, parent=None, planned_start_on=TODAY, planned_end_on=TODAY)


def nearest_of_each(near: list[tuple[float, tuple[int, int]]]) -> set[tuple[int, int]]:
    """Of each project the first pair of a sorted list."""
    return {next(key for _distance, key in near if project in key) for project in {pk for _, key in near for pk in key}}


def test_of_many_neighbours_the_nearest_are_kept_and_every_night_the_same(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "NEAREST", 1)
    crowd_together()
    near = sorted((distance, key) for key, (distance, _first, _last) in expected().items())
    wanted = nearest_of_each(near)
    assert len(wanted) < len(near)
    assert find_pairs(today=TODAY, now=NOW).found == len(wanted)
    assert set(WorksPair.objects.values_list("first", "second")) == wanted
    again = find_pairs(today=TODAY, now=NOW)
    assert (again.found, again.kept, again.gone) == (0, len(wanted), 0)


def test_more_pairs_than_are_kept_leave_of_each_project_its_nearest_and_the_run_says_so(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd_together()
    free = find_pairs(today=TODAY, now=NOW)
    near = sorted((distance, key) for key, (distance, _first, _last) in expected().items())
    assert (free.near, free.nearest, PairsRun.objects.latest("pk").is_limited) == (len(near), services.NEAREST, False)
    nearest = nearest_of_each(near)
    assert len(nearest) < len(near)
    monkeypatch.setattr(services, "MOST", len(near) - 1)
    limited = find_pairs(today=TODAY, now=NOW)
    run = PairsRun.objects.latest("pk")
    assert (run.near, run.nearest, run.is_limited) == (len(near), limited.nearest, True)
    kept = set(WorksPair.objects.filter(until__isnull=True).values_list("first", "second"))
    assert nearest <= kept < {key for _distance, key in near}
    monkeypatch.setattr(services, "MOST", 1)  # fewer than the nearest alone: those stay whatever the limit
    assert find_pairs(today=TODAY, now=NOW).nearest == 1
    assert set(WorksPair.objects.filter(until__isnull=True).values_list("first", "second")) == nearest


def test_a_second_night_keeps_what_is_still_so_and_closes_what_is_gone(city: None) -> None:
    find_pairs(today=TODAY, now=NOW)
    gone = WorksPair.objects.order_by("pk")[0]
    kept = set(
        WorksPair.objects.exclude(first=gone.first_id).exclude(second=gone.first_id).values_list("pk", flat=True)
    )
    Project.objects.filter(pk=gone.first_id).update(is_deleted=True)
    result = find_pairs(today=TODAY, now=NOW)
    assert result.found == 0
    assert result.kept == len(kept)
    assert result.gone >= 1
    assert WorksPair.objects.get(pk=gone.pk).until == TODAY
    assert set(WorksPair.objects.filter(until__isnull=True).values_list("pk", flat=True)) == kept
    assert PairsRun.objects.count() == 2
    assert gone.pk not in {row.pk for row in pairs(CITY, PairsFilter())}


def test_periods_that_only_touch_the_same_day_overlap_and_the_next_day_do_not(city: None) -> None:
    find_pairs(today=TODAY, now=NOW)
    row = WorksPair.objects.order_by("pk")[0]
    ends = TODAY + timedelta(days=40)
    # whichever pair comes first: its works may have been planned to begin after this end
    Project.objects.filter(pk=row.first_id).update(planned_start_on=TODAY, planned_end_on=ends)
    for starts, wanted in ((ends, 1), (ends + timedelta(days=1), 0)):
        Project.objects.filter(pk=row.second_id).update(
            actual_start_on=None, planned_start_on=starts, planned_end_on=starts + timedelta(days=9)
        )
        find_pairs(today=TODAY, now=NOW)
        open_rows = WorksPair.objects.filter(first=row.first_id, second=row.second_id, until__isnull=True)
        assert open_rows.count() == wanted


def test_a_unit_sees_its_own_pairs_and_of_others_only_what_is_public(city: None) -> None:
    find_pairs(today=TODAY, now=NOW)
    row = WorksPair.objects.select_related("first", "second").order_by("pk")[0]
    other = Project.objects.exclude(management_unit=row.first.management_unit)[0].management_unit
    Project.objects.filter(pk=row.second_id).update(management_unit=other, disclosure=Disclosure.INTERNAL)
    mine = Scope(unit_ids=frozenset({row.first.management_unit_id}))
    shown = {pair.row.pk: pair for pair in pair_page(mine, PairsFilter(), start=0, stop=500)}
    assert shown[row.pk].first.own
    assert shown[row.pk].first.name == row.first.name
    assert (shown[row.pk].second.name, shown[row.pk].second.code) == ("", "")
    assert shown[row.pk].second.unit == other.name
    Project.objects.filter(pk=row.second_id).update(disclosure=Disclosure.PUBLIC)
    again = {pair.row.pk: pair for pair in pair_page(mine, PairsFilter(), start=0, stop=500)}
    assert again[row.pk].second.name == row.second.name
    assert not again[row.pk].second.own
    units = {pair.row.first.management_unit_id for pair in shown.values()} | {
        pair.row.second.management_unit_id for pair in shown.values()
    }
    assert row.first.management_unit_id in units
    assert len(shown) < WorksPair.objects.count() or len(units) == 1
    assert pair_page(Scope(), PairsFilter(), start=0, stop=9) == []
