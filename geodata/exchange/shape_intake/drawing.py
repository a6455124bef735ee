"""Vertices in groups, as somebody wrote them, and the Multi* geometry that they make.

Nothing here asks GEOS a question about a stranger's shape: holes are found by counting crossings, and whether the
result is valid is the sandbox's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.errors import TooLarge
from geodata.exchange.shape_intake.documents import CoordinatesRefused, Fault
from geodata.sandbox.documents import DEFAULT

POINT, LINE, POLYGON = "point", "line", "polygon"
LABELS: Final = {POINT: "点", LINE: "线", POLYGON: "面"}
LEAST: Final = {POINT: 1, LINE: 2, POLYGON: 3}
Coordinates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vertex:
    """A pair of numbers in the order in which it was written, and where."""

    first: float
    second: float
    row: int
    column: int = 0
    label: str = ""


@dataclass(slots=True)
class Group:
    """A run of vertices: a ring, a line, or some points. `part` holds together the rings of one polygon, if said."""

    vertices: list[Vertex] = field(default_factory=list)
    part: str = ""


@dataclass(slots=True, kw_only=True)
class Drawing:
    """What a text draws. `nested`: the groups of a part stand as outer ring first, then its holes."""

    kind: str
    groups: list[Group]
    nested: bool = False
    degrees: bool = False  # written with degree signs, so surely longitude and latitude
    notes: list[str] = field(default_factory=list)

    def vertices(self) -> Iterator[Vertex]:
        for group in self.groups:
            yield from group.vertices

    def points(self) -> Coordinates:
        """(n, 2), in the order of writing."""
        return np.array([(vertex.first, vertex.second) for vertex in self.vertices()], dtype=float).reshape(-1, 2)

    def check(self) -> None:
        """Raises CoordinatesRefused for groups with too few points, TooLarge beyond what a feature may have."""
        total = sum(len(group.vertices) for group in self.groups)
        if total > DEFAULT.vertices_per_feature or len(self.groups) > DEFAULT.parts_per_feature:
            raise TooLarge(
                f"共 {total} 个点、{len(self.groups)} 组，超过一个项目图形的上限"
                f"（{DEFAULT.vertices_per_feature} 个点、{DEFAULT.parts_per_feature} 组）。请先简化。"
            )
        faults = [fault for group in self.groups for fault in _too_few(group, self.kind)]
        if not total:
            faults = [Fault("没有读到坐标。每行写一个点，例如“113.089, 29.385”")]
        if faults:
            raise CoordinatesRefused(faults)

    def shape(self, moved: Coordinates) -> BaseGeometry:
        """The Multi* geometry over converted coordinates, which come in the order of `points`."""
        held, start = [], 0
        for group in self.groups:
            held.append(moved[start : start + len(group.vertices)])
            start += len(group.vertices)
        if self.kind == POINT:
            return shapely.MultiPoint(np.vstack(held))
        if self.kind == LINE:
            return shapely.MultiLineString(held)
        rings = [_closed(ring) for ring in held]
        parts = [group.part for group in self.groups]
        polygons = _as_given(rings, parts) if self.nested else _sorted_out(rings, parts)
        return shapely.MultiPolygon(polygons)


Polygon = tuple[Coordinates, list[Coordinates]]


def as_geojson(shape: BaseGeometry) -> Mapping[str, Any]:
    """A geometry as a GeoJSON object."""
    found: Mapping[str, Any] = orjson.loads(shapely.to_geojson(shape))
    return found


def _too_few(group: Group, kind: str) -> Iterator[Fault]:
    different = len({(vertex.first, vertex.second) for vertex in group.vertices})
    if different < LEAST[kind]:
        row = group.vertices[0].row if group.vertices else 0
        yield Fault(f"第 {row} 行开始的这一组只有 {different} 个不同的点，{LABELS[kind]}至少要 {LEAST[kind]} 个", row)


def _closed(ring: Coordinates) -> Coordinates:
    return ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])


def _as_given(rings: Sequence[Coordinates], parts: Sequence[str]) -> list[Polygon]:
    found: dict[str, Polygon] = {}
    for ring, part in zip(rings, parts, strict=True):
        if part in found:
            found[part][1].append(ring)
        else:
            found[part] = (ring, [])
    return list(found.values())


def _sorted_out(rings: Sequence[Coordinates], parts: Sequence[str]) -> list[Polygon]:
    """Outer rings and holes by containment: a ring in an odd number of others of its part is a hole of the nearest."""
    polygons: list[Polygon] = []
    for part in dict.fromkeys(parts):
        polygons += sorted_out([ring for ring, name in zip(rings, parts, strict=True) if name == part])
    return polygons


def sorted_out(rings: Sequence[Coordinates]) -> list[Polygon]:
    """The polygons of one part's rings: each outer ring with its holes."""
    around = _rings_around(rings)
    outer = {own: (rings[own], list[Coordinates]()) for own in range(len(rings)) if len(around[own]) % 2 == 0}
    for own, others in enumerate(around):
        if own not in outer:
            outer[max(others, key=lambda other: len(around[other]))][1].append(rings[own])
    return list(outer.values())


def _rings_around(rings: Sequence[Coordinates]) -> list[list[int]]:
    """For each ring the others that it lies in; only rings within each other's boxes are looked at closely."""
    low, high = np.array([ring.min(axis=0) for ring in rings]), np.array([ring.max(axis=0) for ring in rings])
    around: list[list[int]] = []
    for own, ring in enumerate(rings):
        near = (low <= low[own]).all(axis=1) & (high >= high[own]).all(axis=1)
        near[own] = False
        around.append([other for other in np.flatnonzero(near).tolist() if _inside(ring, rings[other])])
    return around


def _inside(ring: Coordinates, other: Coordinates) -> bool:
    """Whether most vertices of a ring lie in another, by the number of edges that a ray to the east crosses."""
    if len(ring) == len(other) and (ring == other).all():
        return False  # the same ring twice holds nothing; the sandbox will call it invalid
    start, end = other[:-1], other[1:]
    step = max(1, len(ring) // 50)
    votes = []
    for x, y in ring[:-1:step]:
        crossing = (start[:, 1] > y) != (end[:, 1] > y)
        low, high = start[crossing], end[crossing]
        at = low[:, 0] + (y - low[:, 1]) * (high[:, 0] - low[:, 0]) / (high[:, 1] - low[:, 1])
        votes.append(int((at > x).sum()) % 2)
    return sum(votes) * 2 > len(votes)
