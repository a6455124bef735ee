"""From which zoom on a mark is drawn: all of them where there is room, one a cell where there is not. Pure.

Below zoom 14 a tile that would hold more than `most` marks, its margin of one cell included, keeps the weightiest of
each cell of 8 pixels. What is drawn at a zoom is drawn at every deeper one. Stored with the project, so that a tile of
a million projects is one index scan. At 14 a tile is 2 km wide, and the densest of a city of 100,000 projects holds
1,350; at 12 it would hold 6,300, 1.4 MB.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

WORLD: Final = 40_075_016.685578488  # metres around the equator in EPSG:3857
THINNED_BELOW: Final = 14  # from this zoom on everything is drawn
CELLS: Final = 32  # a tile's edge: 256 pixels in steps of 8
MOST: Final = 1000


class Mark(NamedTuple):
    """A point in EPSG:3857 and what it weighs against its neighbours."""

    id: int
    x: float
    y: float
    weight: float


def tile_zooms(marks: Iterable[Mark], *, most: int = MOST) -> dict[int, int]:
    """The lowest zoom at which each mark is drawn, by its id; of equal weights the lower id goes first."""
    drawn = sorted(marks, key=lambda mark: (-mark.weight, mark.id))
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
