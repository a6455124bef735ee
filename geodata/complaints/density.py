"""Where complaints gather: a grid of squares with counts, as a vector tile. No order can be told from it.

Counted are confirmed complaints (C01: one for each group of repeated orders) of the twelve months before a day, at the
place of the order where its address has one, else at the project's anchor. A square is 2 km wide on the ground. Fewer
than five complaints are drawn as "few" and their number never leaves the database. The grid is the same at every zoom
and under every filter, so that no two answers can be subtracted from each other.
"""

from datetime import datetime
from typing import Final

from django.db import connection

from geodata.complaints.choices import COMPLAINT_KINDS, MatchState

CELL_M: Final = 2288.0  # metres of EPSG:3857, 2 km at 29° N
FEWEST: Final = 5
# the first count of each level of the ramp above "few"
LEVELS: Final = (5, 10, 20, 50)
_EXTENT: Final = 4096
_BUFFER: Final = 128
_SQL: Final = """
WITH counted AS (
    SELECT DISTINCT ON (coalesce(o.duplicate_of_id, o.id))
           coalesce(ST_Transform(o.geom, 3857), p.anchor_3857) AS place
    FROM complaints_ordermatch m
    JOIN complaints_workorder o ON o.id = m.order_id
    JOIN projects_project p ON p.id = m.project_id AND NOT p.is_deleted
    WHERE m.state = %(confirmed)s AND o.kind = ANY (%(kinds)s)
          AND o.received_at >= %(since)s AND o.received_at < %(before)s
    ORDER BY coalesce(o.duplicate_of_id, o.id), o.id, m.project_id
), cells AS (
    SELECT floor(ST_X(place) / %(cell)s)::int AS x, floor(ST_Y(place) / %(cell)s)::int AS y, count(*)::int AS n
    FROM counted WHERE place IS NOT NULL GROUP BY 1, 2
), drawn AS (
    SELECT (x + 100000)::bigint * 1000000 + (y + 100000) AS id,
           CASE WHEN n < %(fewest)s THEN 0 ELSE width_bucket(n, %(levels)s) END AS level,
           CASE WHEN n < %(fewest)s THEN NULL ELSE n END AS complaints,
           ST_AsMVTGeom(
               ST_MakeEnvelope(x * %(cell)s, y * %(cell)s, (x + 1) * %(cell)s, (y + 1) * %(cell)s, 3857),
               ST_TileEnvelope(%(z)s, %(tx)s, %(ty)s), %(extent)s, %(buffer)s, true) AS clipped
    FROM cells
)
SELECT ST_AsMVT(drawn, 'complaint_density', %(extent)s, 'clipped', 'id') FROM drawn WHERE clipped IS NOT NULL
"""


def density_tile(z: int, x: int, y: int, *, since: datetime, before: datetime) -> bytes:
    """The squares of a tile: `level` 0 (fewer than five) to 4, `complaints` from five on. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "confirmed": MatchState.CONFIRMED.value,
                "kinds": [kind.value for kind in COMPLAINT_KINDS],
                "since": since,
                "before": before,
                "cell": CELL_M,
                "fewest": FEWEST,
                "levels": list(LEVELS),
                "z": z,
                "tx": x,
                "ty": y,
                "extent": _EXTENT,
                "buffer": _BUFFER,
            },
        )
        return bytes(cursor.fetchone()[0] or b"")
