"""What is said of shapes that are compared: cases by hand, no database."""

from decimal import Decimal

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.quality.choices import Kind
from geodata.quality.examining import Found, Limits, Shape, examine

LIMITS = Limits(
    margin_m=500, inside_pct=95, overlap_pct=50, largest_m2=200_000_000, smallest_m2=1, shortest_m=1
)  # as delivered
UNIT = shapely.box(113.0, 29.0, 113.2, 29.2)
UNITS = {1: UNIT}


def shape(number: int, geometry: BaseGeometry, **fields: object) -> Shape:
    given: dict[str, object] = {"parent_id": None, "category_id": 7, "unit_id": 1, "kinds": ()}
    return Shape(project_id=number, wkb=shapely.to_wkb(geometry), **{**given, **fields})  # type: ignore[arg-type]


def area(west: float, south: float, size: float = 0.01) -> BaseGeometry:
    return shapely.multipolygons([shapely.box(west, south, west + size, south + size)])


def line(*points: tuple[float, float]) -> BaseGeometry:
    return shapely.multilinestrings([shapely.linestrings(points)])


def point(lon: float, lat: float) -> BaseGeometry:
    return shapely.multipoints([[lon, lat]])


def found(*shapes: Shape, **more: object) -> dict[tuple[int, Kind], Found]:
    return {(one.project_id, one.kind): one for one in examine(shapes, UNITS, LIMITS, **more)}  # type: ignore[arg-type]


def test_nothing_is_said_of_sound_shapes_apart_from_each_other() -> None:
    assert found(shape(1, area(113.05, 29.05)), shape(2, area(113.07, 29.05)), shape(3, point(113.06, 29.1))) == {}


@pytest.mark.parametrize(
    ("geometry", "outside"),
    [
        (area(113.204, 29.1), True),  # 400 m off the edge: some of it within the margin
        (area(113.2, 29.1, 0.004), False),  # reaches 390 m out
        (point(113.2049, 29.1), False),  # 477 m out
        (point(113.2055, 29.1), True),  # 535 m out
        (line((113.1, 29.1), (113.2, 29.1), (113.26, 29.1)), True),
        (line((113.1, 29.1), (113.2, 29.1), (113.204, 29.1)), False),
    ],
)
def test_what_lies_beyond_the_unit_and_its_margin_is_outside(geometry: BaseGeometry, outside: bool) -> None:
    assert ((1, Kind.OUTSIDE) in found(shape(1, geometry))) == outside


def test_the_share_inside_is_told() -> None:
    half = area(113.2 + 0.00514 - 0.005, 29.1)  # the margin is 0.00514 degrees of longitude here: half lies within
    said = found(shape(1, half))[1, Kind.OUTSIDE]
    assert said.share_pct is not None
    assert abs(said.share_pct - 50) < 1


def test_a_unit_without_a_boundary_is_not_asked_about() -> None:
    assert found(shape(1, area(120.0, 30.0), unit_id=2)) == {}


@pytest.mark.parametrize(
    ("geometry", "kinds", "words"),
    [
        (point(113.1, 29.1), ("line",), "图形是点，该类项目应为线"),
        (area(113.1, 29.1), ("line", "point"), "该类项目应为线或点"),
        (area(113.0, 29.0, 0.19), ("polygon",), "平方千米，超过 200 平方千米"),
        (area(113.1, 29.1, 0.000001), ("polygon",), "小于 1 平方米"),
        (line((113.1, 29.1), (113.100001, 29.1)), ("line",), "短于 1 米"),
    ],
)
def test_what_the_category_or_the_limits_forbid_is_named(
    geometry: BaseGeometry, kinds: tuple[str, ...], words: str
) -> None:
    assert words in found(shape(1, geometry, kinds=kinds))[1, Kind.INVALID].detail


def test_the_same_shape_twice_is_found_whatever_its_first_vertex_and_category() -> None:
    ring = [(113.1, 29.1), (113.11, 29.1), (113.11, 29.11), (113.1, 29.11)]
    turned = shapely.multipolygons([shapely.polygons(ring[2:] + ring[:2])])
    said = found(
        shape(1, shapely.multipolygons([shapely.polygons(ring)])),
        shape(2, turned, category_id=8),
        shape(3, area(113.15, 29.1)),
    )
    assert set(said) == {(1, Kind.DUPLICATE), (2, Kind.DUPLICATE)}
    assert said[1, Kind.DUPLICATE].other_id == 2


def test_a_place_shared_by_many_counts_the_others_once_each() -> None:
    said = found(*(shape(number, point(113.1, 29.1)) for number in (5, 6, 7)))
    assert {key: (one.other_id, one.others) for key, one in said.items()} == {
        (5, Kind.DUPLICATE): (6, 2),
        (6, Kind.DUPLICATE): (5, 2),
        (7, Kind.DUPLICATE): (5, 2),
    }


def test_a_bundle_and_its_part_may_lie_in_one_place_but_two_parts_may_not() -> None:
    whole, first = shape(1, area(113.1, 29.1)), shape(2, area(113.1, 29.1), parent_id=1)
    assert found(whole, first) == {}
    assert set(found(whole, first, shape(3, area(113.1, 29.1), parent_id=1))) == {
        (2, Kind.DUPLICATE),
        (3, Kind.DUPLICATE),
    }


def test_an_overlap_is_measured_by_the_smaller_of_the_two() -> None:
    big, small = area(113.1, 29.1, 0.02), area(113.115, 29.105, 0.008)  # five eighths of the small one
    said = found(shape(1, big), shape(2, small))
    assert said[1, Kind.OVERLAP].share_pct == said[2, Kind.OVERLAP].share_pct
    assert abs((said[1, Kind.OVERLAP].share_pct or 0) - Decimal("62.5")) < Decimal("0.1")


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (area(113.1045, 29.1), True),  # 55 %
        (area(113.1055, 29.1), False),  # 45 %
        (area(113.11, 29.1), False),  # they touch
    ],
)
def test_half_is_the_limit(other: BaseGeometry, overlaps: bool) -> None:
    assert bool(found(shape(1, area(113.1, 29.1)), shape(2, other))) == overlaps


def test_shapes_of_different_categories_may_overlap() -> None:
    assert found(shape(1, area(113.1, 29.1)), shape(2, area(113.101, 29.1), category_id=8)) == {}


def test_lines_overlap_where_they_run_together_not_where_they_cross() -> None:
    along = line((113.1, 29.1), (113.12, 29.1))
    assert (1, Kind.OVERLAP) in found(shape(1, along), shape(2, line((113.1, 29.1), (113.115, 29.1))))
    assert found(shape(1, along), shape(2, line((113.11, 29.09), (113.11, 29.11)))) == {}


def test_only_those_asked_about_are_told_of_but_compared_with_all() -> None:
    said = found(shape(1, area(113.1, 29.1)), shape(2, area(113.101, 29.1)), only=frozenset({2}))
    assert {key: one.other_id for key, one in said.items()} == {(2, Kind.OVERLAP): 1}


def test_no_shapes_no_findings() -> None:
    assert examine([], UNITS, LIMITS) == []
