"""Comparing all works of the city: one set-based statement over an indexed table of shapes in metres."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, transaction

from dashboards.conflicts.models import PairsRun, WorksPair
from geodata.errors import Busy
from geodata.projects.choices import Status
from geodata.thresholds.selectors import threshold

DISTANCE: Final = "dig_once_m"
_LOCK: Final = 4_490_031  # the advisory lock of whoever writes pairs
_CHUNK: Final = 2000
# works that can still be brought together: neither over nor given up
OPEN: Final = (Status.PRELIMINARY, Status.NOT_STARTED, Status.UNDER_CONSTRUCTION, Status.SUSPENDED)
# The works of a project last from its actual start, else the planned one, to its planned end; works that are late last
# until today at least. Without a start or an end there is nothing to compare.
_WORKS: Final = """
CREATE TEMPORARY TABLE conflict_works ON COMMIT DROP AS
SELECT id, parent_id, ST_Transform(geom, 4547) AS shape,
       coalesce(actual_start_on, planned_start_on) AS starts, greatest(planned_end_on, %(today)s::date) AS ends
FROM projects_project
WHERE NOT is_deleted AND geom IS NOT NULL AND status = ANY (%(open)s) AND planned_end_on IS NOT NULL
      AND coalesce(actual_start_on, planned_start_on) IS NOT NULL
      AND coalesce(actual_start_on, planned_start_on) <= greatest(planned_end_on, %(today)s::date)
"""
_INDEX: Final = "CREATE INDEX ON conflict_works USING gist (shape)"
_STATISTICS: Final = "ANALYZE conflict_works"
# the days that are over cannot be shared any more
_PAIRS: Final = """
SELECT one.id, other.id, ST_Length(between.line), ST_AsEWKB(ST_Transform(ST_Centroid(between.line), 4490)),
       greatest(one.starts, other.starts, %(today)s::date), least(one.ends, other.ends)
FROM conflict_works one JOIN conflict_works other
     ON one.id < other.id AND ST_DWithin(one.shape, other.shape, %(distance)s)
     CROSS JOIN LATERAL (SELECT ST_ShortestLine(one.shape, other.shape) AS line OFFSET 0) between
WHERE greatest(one.starts, other.starts, %(today)s::date) <= least(one.ends, other.ends)
      AND one.parent_id IS DISTINCT FROM other.id AND other.parent_id IS DISTINCT FROM one.id
"""


@dataclass(frozen=True, slots=True)
class Result:
    """How many works were compared, how many pairs are new, kept and gone."""

    projects: int
    found: int
    kept: int
    gone: int


@transaction.atomic
def find_pairs(*, today: date, now: datetime) -> Result:
    """Compare all works with each other and keep the pairs. Raises Busy while another comparison runs."""
    distance = threshold(DISTANCE)
    projects, rows = _compared(today, distance)
    known = {(row.first_id, row.second_id): row for row in WorksPair.objects.filter(until__isnull=True)}
    new, changed = [], []
    kept = 0
    for each in rows:
        row = known.pop(each[:2], None)
        if row is None:
            new.append(_taken(WorksPair(first_id=each[0], second_id=each[1], since=today), each))
            continue
        kept += 1
        before = (row.distance_m, row.overlap_from, row.overlap_to, row.place.coords)
        _taken(row, each)
        if before != (row.distance_m, row.overlap_from, row.overlap_to, row.place.coords):
            changed.append(row)
    WorksPair.objects.bulk_create(new, batch_size=_CHUNK)
    WorksPair.objects.bulk_update(changed, ["distance_m", "place", "overlap_from", "overlap_to"], batch_size=_CHUNK)
    WorksPair.objects.filter(pk__in=[row.pk for row in known.values()]).update(until=today)
    result = Result(projects, len(new), kept, len(known))
    PairsRun.objects.create(
        started_at=now,
        day=today,
        distance_m=distance,
        projects=projects,
        found=result.found,
        kept=kept,
        gone=result.gone,
    )
    return result


def _compared(today: date, distance: Decimal) -> tuple[int, list[tuple[Any, ...]]]:
    values: dict[str, Any] = {"today": today, "distance": float(distance), "open": [str(status) for status in OPEN]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("同步开挖比对正在进行,请几分钟后再试")
        cursor.execute(_WORKS, values)
        projects = cursor.rowcount
        cursor.execute(_INDEX)
        cursor.execute(_STATISTICS)
        cursor.execute(_PAIRS, values)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE conflict_works")
        return projects, rows


def _taken(row: WorksPair, found: tuple[Any, ...]) -> WorksPair:
    _first, _second, metres, place, row.overlap_from, row.overlap_to = found
    row.distance_m = Decimal(str(round(metres, 2)))
    row.place = cast(Point, GEOSGeometry(memoryview(place)))
    return row
