"""Which marks a zoom draws: a pure rule."""

import random
from itertools import product

import pytest

from geodata.tiles.thinning import (
    CELLS,
    THINNED_BELOW,
    WORLD,
    Around,
    Mark,
    boxes_around,
    cell_of,
    tile_zooms,
    zoom_among,
)


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


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.97, 2.0])
@pytest.mark.parametrize("seed", range(6))
def test_one_more_mark_gets_the_zoom_that_all_anew_would_give_it(seed: int, weight: float) -> None:
    marks, most = strewn(1500), 30
    chance = random.Random(seed)
    one = Mark(9999, chance.uniform(12_580_500, 12_589_500), chance.uniform(3_410_500, 3_419_500), weight)
    before = tile_zooms(marks, most=most)

    def around(zoom: int) -> Around:
        cell, tiles = boxes_around(one, zoom)
        shown = [mark for mark in marks if before[mark.id] <= zoom + 1]
        crowd = max(sum(w <= m.x <= e and s <= m.y <= n for m in shown) for w, s, e, n in tiles)
        rivals = [m for m in marks if before[m.id] <= zoom and cell_of(m, zoom) == cell_of(one, zoom)]
        assert all(cell[0] <= m.x <= cell[2] and cell[1] <= m.y <= cell[3] for m in [one, *rivals])
        return Around(crowd, rivals)

    zoom, moved = zoom_among(one, around, most=most)
    anew = tile_zooms([*marks, one], most=most)
    assert zoom == anew[one.id]
    assert {pk: anew[pk] for pk in moved} == moved
    if weight == 2.0:
        assert zoom == 0
        assert moved


def test_where_there_is_room_one_more_is_drawn_from_the_start() -> None:
    one = Mark(1, 0.0, 0.0, 0)
    assert zoom_among(one, lambda _zoom: Around(2, [Mark(2, 0.0, 0.0, 9)]), most=3) == (0, {})
    assert zoom_among(one, lambda _zoom: Around(3, [Mark(2, 0.0, 0.0, 9)]), most=3) == (THINNED_BELOW, {})
    assert zoom_among(one, lambda _zoom: Around(3, []), most=3) == (0, {})
