"""From which zoom on a mark is drawn: all of them where there is room, one a cell where there is not. Pure.

Below zoom 14 a tile that would hold more than `most` marks, its margin of one cell included, keeps the weightiest of
each cell of 8 pixels. What is drawn at a zoom is drawn at every deeper one. Stored with the project, so that a tile of
a million projects is one index scan. At 14 a tile is 2 km wide, and the densest of a city of 100,000 projects holds
1,350; at 12 it would hold 6,300, 1.4 MB.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

WORLD: Final = 40_075_016.685578488  # metres around the equator in EPSG:3857
THINNED_BELOW: Final = 14  # from this zoom on everything is drawn
CELLS: Final = 32  # a tile's edge: 256 pixels in steps of 8
MOST: Final = 1000
Box = tuple[float, float, float, float]


class Mark(NamedTuple):
    """A point in EPSG:3857 and what it weighs against its neighbours."""

    id: int
    x: float
    y: float
    weight: float


def tile_zooms(marks: Iterable[Mark], *, most: int = MOST) -> dict[int, int]:
    """The lowest zoom at which each mark is drawn, by its id; of equal weights the lower id goes first."""
    drawn = sorted(marks, key=_weightiest_first)
    zooms = {mark.id: 0 for mark in drawn}
    for zoom in range(THINNED_BELOW - 1, -1, -1):
        if len(drawn) <= most:
            break
        kept = _kept(drawn, zoom, most)
        kept_ids = {mark.id for mark in kept}
        for mark in drawn:
            if mark.id not in kept_ids:
                zooms[mark.id] = zoom + 1
        drawn = kept
    return zooms


@dataclass(frozen=True, slots=True)
class Around:
    """What a zoom holds where one more mark comes: the number in the fullest of the tiles that will show it, and the
    marks that it draws in the very cell."""

    crowd: int
    rivals: Sequence[Mark]


def zoom_among(mark: Mark, around: Callable[[int], Around], *, most: int = MOST) -> tuple[int, dict[int, int]]:
    """The zoom of one more mark among those that have theirs, and the new zooms of those that it outweighs.

    `around` is asked zoom by zoom, deepest first, and no further than needed. The others' zooms are not thought over
    where the new mark is the one too many for a tile: that tile draws one mark more until all are computed anew.
    """
    moved: dict[int, int] = {}
    for zoom in range(THINNED_BELOW - 1, -1, -1):
        here = around(zoom)
        rivals = [rival for rival in here.rivals if rival.id not in moved]
        if not rivals or here.crowd < most:
            continue
        if min(map(_weightiest_first, rivals)) < _weightiest_first(mark):
            return zoom + 1, moved
        moved |= {rival.id: zoom + 1 for rival in rivals}
    return 0, moved


def cell_of(mark: Mark, zoom: int) -> tuple[int, int]:
    """Column and line of the mark's cell of 8 pixels."""
    return _cell(mark, zoom)


def boxes_around(mark: Mark, zoom: int) -> tuple[Box, list[Box]]:
    """The mark's cell, and the tiles that show it with their margins of one cell: west, south, east, north."""
    cell = _cell(mark, zoom)
    return _box(cell, cell, zoom), [
        _box((column * CELLS - 1, line * CELLS - 1), ((column + 1) * CELLS, (line + 1) * CELLS), zoom)
        for column, line in sorted(_tiles(cell))
    ]


def _box(first: tuple[int, int], last: tuple[int, int], zoom: int) -> Box:
    size = WORLD / (1 << zoom) / CELLS
    west, north = first[0] * size - WORLD / 2, WORLD / 2 - first[1] * size
    return west, north - (last[1] - first[1] + 1) * size, west + (last[0] - first[0] + 1) * size, north


def _weightiest_first(mark: Mark) -> tuple[float, int]:
    return -mark.weight, mark.id


def _kept(drawn: list[Mark], zoom: int, most: int) -> list[Mark]:
    """The marks of one zoom out of those of the next deeper one, in the same order."""
    cells = [_cell(mark, zoom) for mark in drawn]
    crowd = Counter(tile for cell in cells for tile in _tiles(cell))
    taken: set[tuple[int, int]] = set()
    kept = []
    for mark, cell in zip(drawn, cells, strict=True):
        if cell not in taken or all(crowd[tile] <= most for tile in _tiles(cell)):
            taken.add(cell)
            kept.append(mark)
    return kept


def _tiles(cell: tuple[int, int]) -> set[tuple[int, int]]:
    """The tiles that show a cell: its own, and those into whose margin it reaches, up to four."""
    columns, lines = ({(at - 1) // CELLS, (at + 1) // CELLS} for at in cell)
    return {(column, line) for column in columns for line in lines}


def _cell(mark: Mark, zoom: int) -> tuple[int, int]:
    size = WORLD / (1 << zoom) / CELLS
    return int((mark.x + WORLD / 2) // size), int((WORLD / 2 - mark.y) // size)
