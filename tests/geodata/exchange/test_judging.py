"""Shapes of many layers are judged by one child, and each judgement comes back to its own row."""

from dataclasses import dataclass, field

import pytest
import shapely

from geodata.exchange import judging
from geodata.exchange.judging import Shape, Waiting, judge
from geodata.sandbox import door

SQUARE = shapely.box(113.1, 29.3, 113.11, 29.31)
BOW = shapely.Polygon([(113, 29), (113.1, 29.1), (113.1, 29), (113, 29.1)])


@dataclass
class Layer:
    waiting: list[Waiting]
    shapes: dict[int, Shape] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


def layer(*shapes: shapely.Geometry) -> Layer:
    return Layer(
        [
            Waiting(number=number, wkb=shapely.to_wkb(shape), original_wkt=f"the {number}.", original_sha256="0" * 64)
            for number, shape in enumerate(shapes, 1)
        ]
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many shapes each child was given."""
    real, found = door.check_geometries, []

    def count(wkbs, **named):
        found.append(len(wkbs))
        return real(wkbs, **named)

    monkeypatch.setattr(door, "check_geometries", count)
    return found


def test_all_layers_are_judged_by_one_child(asked: list[int]) -> None:
    first, none, second = layer(SQUARE, BOW), layer(), layer(BOW, SQUARE, SQUARE)
    judge([first, none, second])
    assert asked == [5]
    assert (list(first.shapes), list(first.problems)) == ([1], [2])
    assert (list(second.shapes), list(second.problems)) == ([2, 3], [1])
    assert "自相交" in first.problems[2]
    assert (none.shapes, none.problems) == ({}, {})
    assert [shape.original_wkt for shape in second.shapes.values()] == ["the 2.", "the 3."]
    assert first.shapes[1].wkb == shapely.to_wkb(SQUARE)
    assert first.shapes[1].area_m2 == second.shapes[2].area_m2 > 0
    assert not first.waiting
    assert not second.waiting


def test_nothing_waiting_asks_nobody(asked: list[int]) -> None:
    judge([layer(), layer()])
    judge([])
    assert asked == []


def test_layers_too_large_for_one_child_go_to_several(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "TOGETHER", 3 * len(shapely.to_wkb(SQUARE)))
    layers = [layer(SQUARE), layer(SQUARE, SQUARE), layer(SQUARE), layer(*[SQUARE] * 4), layer(SQUARE)]
    judge(layers)
    assert asked == [3, 1, 4, 1]
    assert [list(one.shapes) for one in layers] == [[1], [1, 2], [1], [1, 2, 3, 4], [1]]
