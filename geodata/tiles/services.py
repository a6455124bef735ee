"""Keeps the lowest zoom of each project, by which tiles of low zooms are thinned."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from django.db.models import FloatField, Func, Q, QuerySet

from geodata.projects.models import Project
from geodata.srid import WEB_SRID
from geodata.tiles import thinning
from geodata.tiles.thinning import Around, Box, Mark, tile_zooms

_COARSE: Final = 9


@transaction.atomic
def assign_tile_zooms() -> int:
    """Computes anew at which zoom each located project begins to be drawn; called after imports and before publishing.

    Returns how many projects changed. Three queries.
    """
    before: dict[int, int] = {}
    marks = []
    for pk, zoom, x, y, weight in _rows(_located()).iterator(chunk_size=10_000):
        before[pk] = zoom
        marks.append(Mark(pk, x, y, float(weight or 0)))
    changed = {pk: zoom for pk, zoom in tile_zooms(marks).items() if zoom != before[pk]}
    _keep(changed)
    return len(changed)


@transaction.atomic
def place_mark(project_id: int) -> None:
    """The same for one project that has got a shape or another one, without reading the whole city.

    Those that it outweighs step back. What its old place leaves free is given away when all are computed anew.
    """
    own = _rows(_located().filter(pk=project_id)).first()
    if own is None:
        return
    mark = Mark(own[0], own[2], own[3], float(own[4] or 0))
    others = _located().exclude(pk=project_id)
    if others.count() < thinning.MOST:
        zoom, moved = 0, dict[int, int]()
    else:
        zoom, moved = thinning.zoom_among(mark, _City(others, mark).around, most=thinning.MOST)
    _keep({**moved, project_id: zoom})


class _City:
    """The other marks around one: near it by the index, at low zooms, where a tile is half the city, read once."""

    def __init__(self, others: QuerySet[Project], mark: Mark) -> None:
        self.others, self.mark = others, mark

    @cached_property
    def _coarse(self) -> list[tuple[int, Mark]]:
        rows = _rows(self.others.filter(tile_zoom__lte=_COARSE + 1))
        return [(zoom, Mark(pk, x, y, float(weight or 0))) for pk, zoom, x, y, weight in rows]

    def around(self, zoom: int) -> Around:
        cell, tiles = thinning.boxes_around(self.mark, zoom)
        if zoom <= _COARSE:
            shown = [mark for from_zoom, mark in self._coarse if from_zoom <= zoom + 1]
            crowd = max(sum(_holds(tile, mark) for mark in shown) for tile in tiles)
            near = [mark for from_zoom, mark in self._coarse if from_zoom <= zoom and _holds(cell, mark)]
        else:
            drawn = self.others.filter(tile_zoom__lte=zoom + 1)
            crowd = max(_within(drawn, tile)[: thinning.MOST].count() for tile in tiles)
            rows = _rows(_within(self.others.filter(tile_zoom__lte=zoom), cell))
            near = [Mark(pk, x, y, float(weight or 0)) for pk, _zoom, x, y, weight in rows]
        here = thinning.cell_of(self.mark, zoom)
        return Around(crowd, [rival for rival in near if thinning.cell_of(rival, zoom) == here])


def _holds(box: Box, mark: Mark) -> bool:
    return box[0] <= mark.x <= box[2] and box[1] <= mark.y <= box[3]


def _within(rows: QuerySet[Project], box: Box) -> QuerySet[Project]:
    shape = Polygon.from_bbox(box)
    shape.srid = WEB_SRID
    return rows.filter(anchor_3857__bboverlaps=shape)


def _located() -> QuerySet[Project]:
    return Project.objects.filter(Q(anchor_3857__isnull=False), is_deleted=False).order_by()


def _rows(rows: QuerySet[Project]) -> Any:
    """Number, zoom, place and weight of each."""
    return rows.values_list("pk", "tile_zoom", _coordinate("X"), _coordinate("Y"), "total_investment")


def _coordinate(axis: str) -> Func:
    return Func("anchor_3857", function=f"ST_{axis}", output_field=FloatField())


def _keep(zooms: Mapping[int, int]) -> None:
    if not zooms:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE projects_project p SET tile_zoom = c.zoom"
            " FROM unnest(%s::bigint[], %s::smallint[]) AS c (id, zoom) WHERE p.id = c.id AND p.tile_zoom <> c.zoom",
            [list(zooms), list(zooms.values())],
        )
