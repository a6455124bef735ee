"""Keeps the lowest zoom of each project, by which tiles of low zooms are thinned."""

from typing import Any

from django.db import connection, transaction
from django.db.models import FloatField, Func, Q

from geodata.projects.models import Project
from geodata.tiles.thinning import Mark, tile_zooms


def _coordinate(axis: str) -> Func:
    return Func("anchor_3857", function=f"ST_{axis}", output_field=FloatField())


@transaction.atomic
def assign_tile_zooms() -> int:
    """Computes anew at which zoom each located project begins to be drawn; called after imports and before publishing.

    Returns how many projects changed. Three queries.
    """
    located = Project.objects.filter(Q(anchor_3857__isnull=False), is_deleted=False).order_by()
    before: dict[int, int] = {}
    marks = []
    rows: Any = located.values_list("pk", "tile_zoom", _coordinate("X"), _coordinate("Y"), "total_investment")
    for pk, zoom, x, y, weight in rows.iterator(chunk_size=10_000):
        before[pk] = zoom
        marks.append(Mark(pk, x, y, float(weight or 0)))
    changed = {pk: zoom for pk, zoom in tile_zooms(marks).items() if zoom != before[pk]}
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE projects_project p SET tile_zoom = c.zoom"
                " FROM unnest(%s::bigint[], %s::smallint[]) AS c (id, zoom) WHERE p.id = c.id",
                [list(changed), list(changed.values())],
            )
    return len(changed)
