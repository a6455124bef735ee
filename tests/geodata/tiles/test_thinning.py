"""Which marks a zoom draws: a pure rule."""

import random
from itertools import product

from geodata.tiles.thinning import CELLS, THINNED_BELOW, WORLD, Mark, tile_zooms


def strewn(number: int) -> list[Mark]:
    chance = random.Random(7)
    return [
        Mark(n, chance.uniform(12_580_000, 12_590_000), chance.uniform(3_410_000, 3_420_000), chance.random())
        for n in range(number)
    ]


def test_where_there_is_room_everything_is_drawn_from_the_start() -> None:
    assert set(tile_zooms(strewn(50), most=50).values()) == {0}
    assert tile_zooms([]) == {}


def test_a_crowded_cell_draws_its_weightiest_mark() -> None:
    marks = [Mark(1, 0.0, 0.0, 5), Mark(2, 1.0, 0.0, 9), Mark(3, 2.0, 0.0, 9)]
    assert tile_zooms(marks, most=1) == {2: 0, 3: THINNED_BELOW, 1: THINNED_BELOW}


def test_a_tile_holds_all_its_marks_with_those_of_its_margin_or_one_a_cell() -> None:
    marks, most = strewn(3000), 40
    zooms = tile_zooms(marks, most=most)
    for zoom in range(THINNED_BELOW):
        size = WORLD / 2**zoom / CELLS
        shown = [mark for mark in marks if zooms[mark.id] <= zoom]
        tiles: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for mark in shown:
            column, line = int((mark.x + WORLD / 2) // size), int((WORLD / 2 - mark.y) // size)
            for tile in product(around(column), around(line)):
                tiles.setdefault(tile, []).append((column, line))
        for cells in tiles.values():
            assert len(cells) <= most or len(cells) == len(set(cells))
        assert shown


def around(cell: int) -> set[int]:
    """The tiles along one axis that show a cell, each being drawn with a margin of one cell."""
    return {
        tile for tile in range(cell // CELLS - 1, cell // CELLS + 2) if tile * CELLS - 1 <= cell <= tile * CELLS + CELLS
    }


def test_the_order_in_which_marks_come_does_not_matter() -> None:
    marks = strewn(500)
    shuffled = random.Random(1).sample(marks, k=len(marks))
    assert tile_zooms(marks, most=20) == tile_zooms(shuffled, most=20)
