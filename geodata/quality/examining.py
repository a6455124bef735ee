"""Comparing shapes with their units and with each other. Pure: shapes in, findings out.

Everything is measured in the plane of EPSG:4547 (CGCS2000, central meridian 114° E), where areas around Yueyang are
true to 0.02 %: shares need no more. Shapes are those of the record, hence valid; nothing is repaired here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.transforms import project
from geodata.figures.wording import half_up
from geodata.quality.choices import Kind

_PLANE: Final = 4547
_AT_A_TIME: Final = 20_000  # pairs whose intersections are held in memory together
_STRIP_M: Final = 10  # half the width of a line, as in geodata/projects/checking
_KINDS: Final = {0: "point", 1: "line", 2: "polygon"}
_NAMES: Final = {"point": "点", "line": "线", "polygon": "面"}
_SQUARE_KM: Final = 1_000_000
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """A project's approved shape in EPSG:4490. `kinds`: what its category allows, empty for all."""

    project_id: int
    parent_id: int | None
    category_id: int
    unit_id: int
    kinds: tuple[str, ...]
    wkb: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of the rules (geodata/thresholds/catalogue.py), in metres, m² and percent."""

    margin_m: float
    inside_pct: float
    overlap_pct: float
    largest_m2: float
    smallest_m2: float
    shortest_m: float


@dataclass(frozen=True, slots=True)
class Found:
    project_id: int
    kind: Kind
    other_id: int | None = None
    others: int = 0
    share_pct: Decimal | None = None
    detail: str = ""


def examine(
    shapes: Sequence[Shape], units: Mapping[int, BaseGeometry], limits: Limits, *, only: frozenset[int] | None = None
) -> list[Found]:
    """The findings about all shapes, or about those of `only`; the others are there to be compared with.

    `units`: the boundary for which each unit answers, in EPSG:4490; a unit without one is not asked about.
    """
    if not shapes:
        return []
    held = _Held(shapes)
    asked = np.array([only is None or shape.project_id in only for shape in shapes])
    return [
        *_outside(held, asked, units, limits),
        *_invalid(held, asked, limits),
        *_alike(held, asked, limits.overlap_pct / 100),
    ]


class _Held:
    """The shapes as columns."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = shapes
        self.degrees = shapely.from_wkb([shape.wkb for shape in shapes])
        self.metres = shapely.transform(self.degrees, lambda points: project(points, _PLANE))
        self.ids = np.array([shape.project_id for shape in shapes])
        self.parents = np.array([shape.parent_id or 0 for shape in shapes])
        self.categories = np.array([shape.category_id for shape in shapes])
        self.units = np.array([shape.unit_id for shape in shapes])
        self.dimensions = shapely.get_dimensions(self.metres)
        self.sizes = _size(self.metres, self.dimensions)
        # two lines run together where one lies within a strip along the other: no two surveys hit the same line exactly
        self.wide = np.where(self.dimensions == 1, shapely.buffer(self.metres, _STRIP_M, quad_segs=2), self.metres)
        # equal numbers for shapes that are equal, whatever their first vertex
        _known, self.keys = np.unique(shapely.to_wkb(shapely.normalize(self.degrees)), return_inverse=True)


def _size(shapes: Numbers, dimensions: Numbers) -> Numbers:
    """Number of points, length in metres or area in m², by dimension."""
    sizes = np.where(dimensions == 0, shapely.get_num_coordinates(shapes), 0.0)
    return np.where(dimensions == 2, shapely.area(shapes), np.where(dimensions == 1, shapely.length(shapes), sizes))


def _percent(ratio: float) -> Decimal:
    return half_up(Decimal(str(min(max(ratio, 0.0), 1.0))) * 100, 2)


def _outside(held: _Held, asked: Numbers, units: Mapping[int, BaseGeometry], limits: Limits) -> Iterator[Found]:
    """Less than the wanted share lies within the unit and its margin."""
    for unit_id in np.unique(held.units[asked]):
        boundary = units.get(int(unit_id))
        if boundary is None:
            continue
        area = shapely.transform(boundary, lambda points: project(points, _PLANE)).buffer(limits.margin_m)
        shapely.prepare(area)
        places = np.flatnonzero(asked & (held.units == unit_id))
        places = places[~shapely.covers(area, held.metres[places])]
        inside = _size(shapely.intersection(held.metres[places], area), held.dimensions[places])
        shares = inside / np.maximum(held.sizes[places], 1e-9)
        for place, share in zip(places, shares, strict=True):
            if share * 100 < limits.inside_pct:
                yield Found(int(held.ids[place]), Kind.OUTSIDE, share_pct=_percent(float(share)))


def _invalid(held: _Held, asked: Numbers, limits: Limits) -> Iterator[Found]:
    """Not what the category or the limits allow. The tables hold no shape that PostGIS calls invalid."""
    for place in np.flatnonzero(asked).tolist():
        said = _fault(held.shapes[place], int(held.dimensions[place]), float(held.sizes[place]), limits)
        if said:
            yield Found(int(held.ids[place]), Kind.INVALID, detail=said)


def _fault(shape: Shape, dimension: int, size: float, limits: Limits) -> str:
    kind = _KINDS.get(dimension, "")
    if shape.kinds and kind not in shape.kinds:
        allowed = "或".join(_NAMES[name] for name in shape.kinds if name in _NAMES)
        return f"图形是{_NAMES.get(kind, '其他类型')}，该类项目应为{allowed}"
    if kind == "polygon" and size > limits.largest_m2:
        return f"面积 {size / _SQUARE_KM:,.1f} 平方千米，超过 {limits.largest_m2 / _SQUARE_KM:,.0f} 平方千米"
    if kind == "polygon" and size < limits.smallest_m2:
        return f"面积 {size:,.2f} 平方米，小于 {limits.smallest_m2:g} 平方米"
    if kind == "line" and size < limits.shortest_m:
        return f"长度 {size:,.2f} 米，短于 {limits.shortest_m:g} 米"
    return ""


def _alike(held: _Held, asked: Numbers, least: float) -> Iterator[Found]:
    """Shapes equal to the last digit, whatever the category, and shapes of one category that cover each other."""
    alike: dict[int, dict[int, float]] = defaultdict(dict)
    for first, second, share in _overlaps(held, asked, least):
        alike[first][second] = alike[second][first] = share
    same = _same(held)
    for place in np.flatnonzero(asked).tolist():
        twins = same[held.keys[place]]
        twins = twins[(twins != place) & ~_related(held, twins, place)]
        if len(twins):
            first = int(held.ids[twins].min())
            yield Found(int(held.ids[place]), Kind.DUPLICATE, first, len(twins), Decimal(100))
        others = {other: share for other, share in alike[place].items() if held.keys[other] != held.keys[place]}
        if others:
            other = min(others, key=lambda known: (-others[known], held.ids[known]))
            yield Found(int(held.ids[place]), Kind.OVERLAP, int(held.ids[other]), len(others), _percent(others[other]))


def _same(held: _Held) -> dict[int, Numbers]:
    """Places of the shapes by their key."""
    order = np.argsort(held.keys, kind="stable")
    keys, starts = np.unique(held.keys[order], return_index=True)
    return dict(zip(keys.tolist(), np.split(order, starts[1:]), strict=True))


def _related(held: _Held, first: Numbers, second: Numbers | int) -> Numbers:
    """A bundle and its parts lie in one place by right."""
    return (held.parents[first] == held.ids[second]) | (held.parents[second] == held.ids[first])


def _overlaps(held: _Held, asked: Numbers, least: float) -> Iterator[tuple[int, int, float]]:
    """Pairs of one category and dimension, the smaller covered to more than `least`. Points have no extent."""
    for category in np.unique(held.categories):
        for dimension in (1, 2):
            places = np.flatnonzero((held.categories == category) & (held.dimensions == dimension))
            if len(places) < 2:
                continue
            left, right = shapely.STRtree(held.wide[places]).query(held.wide[places])
            first, second = places[left], places[right]
            kept = (first < second) & (asked[first] | asked[second]) & ~_related(held, first, second)
            yield from _covered(held, first[kept], second[kept], least)


def _covered(held: _Held, first: Numbers, second: Numbers, least: float) -> Iterator[tuple[int, int, float]]:
    """Of each pair the share of the smaller that the larger covers."""
    for start in range(0, len(first), _AT_A_TIME):
        a, b = first[start : start + _AT_A_TIME], second[start : start + _AT_A_TIME]
        swapped = held.sizes[a] > held.sizes[b]
        small, large = np.where(swapped, b, a), np.where(swapped, a, b)
        shared = _size(shapely.intersection(held.metres[small], held.wide[large]), held.dimensions[small])
        shares = shared / np.maximum(held.sizes[small], 1e-9)
        for place in np.flatnonzero(shares > least):
            yield int(a[place]), int(b[place]), float(shares[place])
