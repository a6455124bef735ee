"""Findings kept, closed and counted: by the job, by unit, by day, and never beyond a person's scope."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geodata.errors import Busy
from geodata.projects.models import Project
from geodata.quality.filters import FINDINGS, LOCATED, QualityFilter
from geodata.quality.models import GeometryFinding, QualityRun
from geodata.quality.selectors import Line, findings_of, freshness, quality_report, quality_rows
from geodata.quality.services import examine_all, examine_changed
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, scope_of
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
Make = Callable[..., Project]


@pytest.fixture
def bounded(city: dict[str, AreaUnit]) -> dict[str, AreaUnit]:
    """The toy city whose counties answer for what their boundaries hold."""
    for area in city.values():
        AreaUnit.objects.filter(pk=area.pk).update(management_geom=area.geom)
    return city


def area(west: float, south: float = 29.3, size: float = 0.01) -> GEOSGeometry:
    east, north = west + size, south + size
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return GEOSGeometry(f"MULTIPOLYGON((({ring})))", srid=4490)


def changed(project: Project, geom: GEOSGeometry | None) -> None:
    """As a service leaves it: the time of the change tells the job what to look at."""
    Project.objects.filter(pk=project.pk).update(geom=geom, updated_at=datetime.now(tz=UTC))


def counts(as_of: date = TODAY, scope: object = CITY) -> dict[str, dict[str, int]]:
    lines = quality_report(scope, as_of=as_of, today=TODAY)  # type: ignore[arg-type]
    return {line.unit: {name: n for name, n in line.counts.items() if n} for line in lines}


def kinds(project: Project) -> set[str]:
    return set(GeometryFinding.objects.filter(project=project, until__isnull=True).values_list("kind", flat=True))


def test_the_report_counts_each_kind_by_unit(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    make_project()
    first = make_project(geom=area(113.1), geom_source="drawn")
    second = make_project(geom=area(113.101), geom_source="surveyed")
    make_project(geom=area(113.3), geom_source="gps")  # of 岳阳楼区, lies in 平江县
    make_project(management_unit=bounded["430626"], geom=area(113.35), geom_source="declared")
    examine_all(today=TODAY, now=NOW)
    assert counts() == {
        "430602": {"located": 3, "unlocated": 1, "outside": 1, "overlap": 2, "unverified": 1},
        "430626": {"located": 1, "unverified": 1},
    }
    assert kinds(first) == kinds(second) == {"overlap"}


def test_money_on_the_map_is_a_ratio_of_sums_and_cancelled_projects_are_left_out(
    bounded: dict[str, AreaUnit], make_project: Make
) -> None:
    make_project(geom=area(113.1), total_investment=30_000_000)
    make_project(total_investment=10_000_000)
    make_project(status="cancelled", total_investment=99_000_000).status_changes.create(
        effective_on=date(2026, 1, 1), status="cancelled", stage="reserve"
    )
    (line,) = quality_report(CITY, as_of=TODAY, today=TODAY)
    assert (line.projects, line.money_share) == (2, line.budget_on_map / line.budget)
    assert str(line.money_share) == "0.75"
    assert Line("").money_share is None
    assert (line + line).money_share == line.money_share


def test_every_number_opens_to_as_many_rows(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    make_project()
    for west, source in ((113.1, "drawn"), (113.1, "gps"), (113.102, "drawn"), (113.3, "surveyed")):
        make_project(geom=area(west), geom_source=source)
    examine_all(today=TODAY, now=NOW)
    (line,) = quality_report(CITY, as_of=TODAY, today=TODAY)
    for finding in (*map(str, FINDINGS), LOCATED):
        rows = quality_rows(CITY, QualityFilter(finding=finding, unit="430602"), today=TODAY)
        assert rows.count() == line.counts[finding], finding
    assert quality_rows(CITY, QualityFilter(), today=TODAY).count() == 5
    assert quality_rows(CITY, QualityFilter(unit="430626"), today=TODAY).count() == 0


def test_a_finding_ends_on_the_day_on_which_it_is_gone(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    moved = make_project(geom=area(113.3), geom_source="gps")
    before, later = TODAY - timedelta(days=10), TODAY - timedelta(days=2)
    examine_all(today=before, now=NOW - timedelta(days=10))
    changed(moved, area(113.1))
    result = examine_all(today=later, now=NOW - timedelta(days=2))
    assert (result.found, result.gone) == (0, 1)
    finding = GeometryFinding.objects.get()
    assert (finding.since, finding.until) == (before, later)
    held = [quality_report(CITY, as_of=day, today=TODAY)[0].counts["outside"] for day in (before, later)]
    assert held == [1, 0]


def test_a_finding_mended_on_its_own_day_leaves_nothing(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    project = make_project(geom=area(113.3))
    examine_all(today=TODAY, now=NOW)
    changed(project, area(113.1))
    examine_all(today=TODAY, now=NOW)
    assert not GeometryFinding.objects.exists()


def test_the_same_again_changes_nothing(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    make_project(geom=area(113.1))
    make_project(geom=area(113.101))
    examine_all(today=TODAY, now=NOW)
    before = list(GeometryFinding.objects.values())
    result = examine_all(today=TODAY + timedelta(days=1), now=NOW)
    assert (result.projects, result.found, result.gone) == (2, 0, 0)
    assert list(GeometryFinding.objects.values()) == before


def test_only_what_changed_is_compared_again_with_all_that_it_touches(
    bounded: dict[str, AreaUnit], make_project: Make, django_assert_num_queries: Any
) -> None:
    still = make_project(geom=area(113.1))
    far = make_project(geom=area(113.15))
    moved = make_project(geom=area(113.12))
    examine_all(today=TODAY, now=datetime.now(tz=UTC))
    assert freshness(CITY).waiting == 0
    changed(moved, area(113.101))
    with django_assert_num_queries(1):
        assert freshness(CITY).waiting == 1
    result = examine_changed(today=TODAY, now=datetime.now(tz=UTC))
    assert (result.projects, result.found) == (2, 2)  # the moved one and the one that it now covers
    assert (kinds(still), kinds(moved), kinds(far)) == ({"overlap"}, {"overlap"}, set())
    assert examine_changed(today=TODAY, now=datetime.now(tz=UTC)).projects == 0
    changed(moved, area(113.12))
    assert examine_changed(today=TODAY, now=datetime.now(tz=UTC)).gone == 2
    assert (kinds(still), kinds(moved)) == (set(), set())


def test_both_ways_of_comparing_find_the_same(bounded: dict[str, AreaUnit], make_project: Make) -> None:
    made = [make_project(geom=area(113.1 + n * 0.003), geom_source="gps") for n in range(8)]
    examine_all(today=TODAY, now=datetime.now(tz=UTC))
    for project, west in zip(made[::2], (113.3, 113.1, 113.104, 113.101), strict=True):
        changed(project, area(west))
    examine_changed(today=TODAY, now=datetime.now(tz=UTC))
    columns = ("project", "kind", "other", "others", "share_pct", "detail")
    piecemeal = set(GeometryFinding.objects.values_list(*columns))
    GeometryFinding.objects.all().delete()
    examine_all(today=TODAY, now=datetime.now(tz=UTC))
    assert set(GeometryFinding.objects.values_list(*columns)) == piecemeal


def test_a_shape_that_went_or_a_deleted_project_takes_its_findings_along(
    bounded: dict[str, AreaUnit], make_project: Make
) -> None:
    gone, deleted = make_project(geom=area(113.3)), make_project(geom=area(113.35))
    examine_all(today=TODAY, now=datetime.now(tz=UTC))
    changed(gone, None)
    Project.objects.filter(pk=deleted.pk).update(is_deleted=True)
    assert examine_changed(today=TODAY + timedelta(days=1), now=datetime.now(tz=UTC)).gone == 2
    assert kinds(gone) == kinds(deleted) == set()


def test_a_district_sees_its_own_lines_and_is_not_told_the_names_of_others(
    bounded: dict[str, AreaUnit], make_project: Make, steward: User, other_steward: User
) -> None:
    mine = make_project(geom=area(113.195), geom_source="gps")
    make_project(name="别区内部项目", management_unit=bounded["430626"], geom=area(113.196), geom_source="gps")
    examine_all(today=TODAY, now=NOW)
    scope = scope_of(steward, today=TODAY)
    assert set(counts(scope=scope)) == {"430602"}
    (doubt,) = findings_of(scope, [mine.pk], as_of=TODAY)[mine.pk]
    assert (doubt.row.kind, doubt.other) == ("overlap", None)
    assert findings_of(CITY, [mine.pk], as_of=TODAY)[mine.pk][0].other is not None
    stranger = scope_of(other_steward, today=TODAY)
    assert quality_rows(stranger, QualityFilter(unit="430602"), today=TODAY).count() == 0


def test_two_comparisons_do_not_run_at_once(
    bounded: dict[str, AreaUnit], make_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(geom=area(113.1))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4490022)")
        with pytest.raises(Busy):
            examine_all(today=TODAY, now=NOW)
        cursor.execute("SELECT pg_advisory_unlock(4490022)")  # the pool keeps the session
    other.close()
    assert not QualityRun.objects.exists()


def test_the_numbers_of_a_report_cost_one_query(
    bounded: dict[str, AreaUnit], make_project: Make, django_assert_num_queries: Callable
) -> None:
    make_project(geom=area(113.1))
    examine_all(today=TODAY, now=NOW)
    with django_assert_num_queries(1):
        quality_report(CITY, as_of=TODAY, today=TODAY)
