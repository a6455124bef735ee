"""Comparing all works of the city: set-based statements over an indexed table of shapes in metres.

No pair passes through this process: a city of a hundred thousand projects has hundreds of thousands of them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dashboards.conflicts.models import PairsRun
from geodata.errors import Busy
from geodata.projects.choices import Status
from geodata.thresholds.selectors import threshold

DISTANCE: Final = "dig_once_m"
NEAREST: Final = 20  # of each project so many others are kept at most: more than that no meeting goes through
# So many pairs are kept in all: where works lie denser, fewer of each project, but its nearest always. The run says it.
MOST: Final = 100_000
_LOCK: Final = 4_490_031  # the advisory lock of whoever writes pairs
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
_STATISTICS: Final = "ANALYZE conflict_{}"
# The days that are over cannot be shared any more. Each two are measured once, and only where their boxes are near.
_NEAR: Final = """
CREATE TEMPORARY TABLE conflict_near ON COMMIT DROP AS
SELECT * FROM (
    SELECT one.id AS first_id, other.id AS second_id, ST_Distance(one.shape, other.shape) AS metres
    FROM conflict_works one JOIN conflict_works other
        ON other.shape && ST_Expand(one.shape, %(distance)s) AND one.id < other.id
        AND greatest(one.starts, other.starts, %(today)s::date) <= least(one.ends, other.ends)
        AND one.parent_id IS DISTINCT FROM other.id AND other.parent_id IS DISTINCT FROM one.id
    OFFSET 0  -- else the distance would be measured for the condition and for the column
) measured WHERE metres <= %(distance)s
"""
# In the densest quarters a project has hundreds of others beside it; of equally near ones the same are kept each night.
# `place` 1 is the nearest of one of the two, 2 the second nearest, and so on.
_RANKED: Final = """
CREATE TEMPORARY TABLE conflict_ranked ON COMMIT DROP AS
SELECT first_id, second_id, metres, min(place) AS place FROM (
    SELECT near.*, row_number() OVER (PARTITION BY side.id ORDER BY metres, first_id, second_id) AS place
    FROM conflict_near near CROSS JOIN LATERAL (VALUES (near.first_id), (near.second_id)) AS side (id)
) ranked WHERE place <= %(nearest)s GROUP BY first_id, second_id, metres
"""
_BY_PLACE: Final = "SELECT place, count(*) FROM conflict_ranked GROUP BY place ORDER BY place"
_PAIRS: Final = """
CREATE TEMPORARY TABLE conflict_pairs ON COMMIT DROP AS
SELECT near.first_id, near.second_id, round(near.metres::numeric, 2) AS distance_m,
       ST_Transform(ST_Centroid(ST_ShortestLine(one.shape, other.shape)), 4490) AS place,
       greatest(one.starts, other.starts, %(today)s::date) AS overlap_from, least(one.ends, other.ends) AS overlap_to
FROM conflict_ranked near
JOIN conflict_works one ON one.id = near.first_id JOIN conflict_works other ON other.id = near.second_id
WHERE near.place <= %(kept)s
"""
# The statistics of the stored pairs are those of last night: hash joins, whatever they say.
_HASHED: Final = "SET LOCAL enable_nestloop = {}"
_KNOWN: Final = "w.until IS NULL AND w.first_id = p.first_id AND w.second_id = p.second_id"
_CHANGED: Final = f"""
UPDATE conflicts_workspair w
SET distance_m = p.distance_m, place = p.place, overlap_from = p.overlap_from, overlap_to = p.overlap_to
FROM conflict_pairs p
WHERE {_KNOWN} AND ((w.distance_m, w.overlap_from, w.overlap_to)
    IS DISTINCT FROM (p.distance_m, p.overlap_from, p.overlap_to) OR NOT w.place ~= p.place)
"""  # noqa: S608 - constants of this module
_GONE: Final = f"""
UPDATE conflicts_workspair w SET until = %(today)s
WHERE w.until IS NULL AND NOT EXISTS (SELECT FROM conflict_pairs p WHERE {_KNOWN})
"""  # noqa: S608 - constants of this module
_NEW: Final = f"""
INSERT INTO conflicts_workspair (first_id, second_id, distance_m, place, overlap_from, overlap_to, since)
SELECT p.first_id, p.second_id, p.distance_m, p.place, p.overlap_from, p.overlap_to, %(today)s FROM conflict_pairs p
WHERE NOT EXISTS (SELECT FROM conflicts_workspair w WHERE {_KNOWN})
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Result:
    """How many works were compared, how many pairs are new, kept and gone; `near` of all within the distance, and how
    many others of each project were kept at most."""

    projects: int
    found: int
    kept: int
    gone: int
    near: int
    nearest: int


@transaction.atomic
def find_pairs(*, today: date, now: datetime) -> Result:
    """Compare all works with each other and keep the pairs. Raises Busy while another comparison runs."""
    distance = threshold(DISTANCE)
    result = _compared(today, distance)
    PairsRun.objects.create(
        started_at=now,
        day=today,
        distance_m=distance,
        projects=result.projects,
        found=result.found,
        kept=result.kept,
        gone=result.gone,
        near=result.near,
        nearest=result.nearest,
    )
    return result


def _compared(today: date, distance: Decimal) -> Result:
    values: dict[str, Any] = {
        "today": today,
        "distance": float(distance),
        "open": [str(status) for status in OPEN],
        "nearest": NEAREST,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("同步开挖比对正在进行，请几分钟后再试")
        works, near = _measured(cursor, values)
        values["kept"] = nearest = _fitting(cursor)
        rows: dict[str, int] = {}
        for name, statement in (
            ("pairs", _PAIRS),
            ("statistics", _STATISTICS.format("pairs")),
            ("hash joins", _HASHED.format("off")),
            ("changed", _CHANGED),
            ("gone", _GONE),
            ("new", _NEW),
            ("any joins", _HASHED.format("on")),
        ):
            cursor.execute(statement, values)
            rows[name] = cursor.rowcount
        cursor.execute("DROP TABLE conflict_works, conflict_near, conflict_ranked, conflict_pairs")
    return Result(works, rows["new"], rows["pairs"] - rows["new"], rows["gone"], near, nearest)


def _measured(cursor: CursorWrapper, values: dict[str, Any]) -> tuple[int, int]:
    """The works and what is near what, ranked, in temporary tables; how many works, and how many pairs in all."""
    cursor.execute(_WORKS, values)
    works = cursor.rowcount
    cursor.execute(_INDEX)
    cursor.execute(_STATISTICS.format("works"))
    cursor.execute(_NEAR, values)
    near = cursor.rowcount
    cursor.execute(_STATISTICS.format("near"))
    cursor.execute(_RANKED, values)
    cursor.execute(_STATISTICS.format("ranked"))
    return works, near


def _fitting(cursor: CursorWrapper) -> int:
    """How many others of each project are kept, so that the pairs are MOST at most; one at least."""
    cursor.execute(_BY_PLACE)
    total = 0
    for place, count in cursor.fetchall():
        total += count
        if total > MOST:
            return max(place - 1, 1)
    return NEAREST
