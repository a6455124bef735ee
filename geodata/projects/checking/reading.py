"""A GeoJSON geometry from a browser into WKB of a Multi* type in EPSG:4490, or the reason why not.

Read by hand: a general reader accepts what must not come in (NaN, a thousand levels of nesting, empty shapes) or breaks
on it. Longitude and latitude are rounded to 1e-8 degree (about a millimetre), heights are dropped, nothing is repaired
but a ring that comes without its last vertex.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from sys import byteorder
from typing import Any, Final

from geodata.projects.checking.findings import Finding, Severity
from geodata.sandbox import wkb

POINT, LINE, POLYGON = "point", "line", "polygon"
MOST_VERTICES: Final = 50_000
MOST_PARTS: Final = 2_000
_PLACES: Final = 8
# GeoJSON type → (kind, whether its coordinates are a list of parts)
_TYPES: Final = {
    "Point": (POINT, False),
    "MultiPoint": (POINT, True),
    "LineString": (LINE, False),
    "MultiLineString": (LINE, True),
    "Polygon": (POLYGON, False),
    "MultiPolygon": (POLYGON, True),
}
_MULTI: Final = {POINT: 4, LINE: 5, POLYGON: 6}
_LEAST: Final = {LINE: 2, POLYGON: 4}


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A shape that can be stored if it is valid: kind, WKB, what it is made of, its box (west, south, east, north)."""

    kind: str
    wkb: bytes
    parts: int
    holes: int
    vertices: int
    box: tuple[float, float, float, float]


class _UnreadableError(Exception):
    """`finding` says what is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, Severity.BLOCK, message)


def read_shape(geometry: object) -> DrawnShape | Finding:
    """The shape, or why it is none. Features and collections of one kind are taken apart."""
    try:
        found = _parts_of(geometry, 0)
        kinds = {kind for kind, _part in found}
        if not found:
            raise _UnreadableError("empty", "图形是空的，请先在图上画出点、线或面")
        if len(kinds) > 1:
            raise _UnreadableError("mixed", "点、线、面不能混在一个图形里，请只保留一种")
        if len(found) > MOST_PARTS:
            raise _UnreadableError(
                "too-many-vertices", f"图形有 {len(found)} 个部分，超过 {MOST_PARTS} 个，请拆分或简化"
            )
        return _Writer().shape(kinds.pop(), [part for _kind, part in found])
    except _UnreadableError as error:
        return error.finding


def _parts_of(geometry: object, depth: int) -> list[tuple[str, Sequence[Any]]]:
    if not isinstance(geometry, Mapping) or depth > 2:
        raise _UnreadableError("unreadable", "图形数据无法识别，请重新绘制或重新导入")
    name = geometry.get("type")
    if name == "Feature":
        return _parts_of(geometry.get("geometry"), depth + 1)
    if name == "GeometryCollection":
        return [part for one in _list(geometry.get("geometries")) for part in _parts_of(one, depth + 1)]
    if not isinstance(name, str) or name not in _TYPES:
        raise _UnreadableError("unreadable", "图形类型无法识别，只支持点、线、面及其多部分类型")
    kind, multi = _TYPES[name]
    coordinates = _list(geometry.get("coordinates"))
    return [(kind, part) for part in (map(_list, coordinates) if multi else [coordinates]) if part]


def _list(value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _UnreadableError("unreadable", "图形的坐标无法识别，请重新绘制或重新导入")
    return list(value)


class _Writer:
    """Writes the parts and keeps count; one vertex too many ends it."""

    def __init__(self) -> None:
        self.holes = 0
        self.vertices = 0
        self.west = self.south = float("inf")
        self.east = self.north = float("-inf")

    def shape(self, kind: str, parts: Sequence[Sequence[Any]]) -> DrawnShape:
        write = {POINT: self._point, LINE: self._line, POLYGON: self._polygon}[kind]
        members = [write(part) for part in parts]
        body = wkb.collection(_MULTI[kind], members)
        box = (self.west, self.south, self.east, self.north)
        return DrawnShape(kind, body, len(members), self.holes, self.vertices, box)

    def _point(self, part: Sequence[Any]) -> bytes:
        return wkb.point(_bytes(self._vertex(part)))

    def _line(self, part: Sequence[Any]) -> bytes:
        return wkb.line(_bytes(self._chain(part, LINE)))

    def _polygon(self, part: Sequence[Any]) -> bytes:
        rings = [self._ring(_list(ring)) for ring in part]
        self.holes += len(rings) - 1
        return wkb.polygon(rings)

    def _ring(self, ring: list[Any]) -> bytes:
        values = self._chain(ring, POLYGON, closing=True)
        return _bytes(values)

    def _chain(self, vertices: Sequence[Any], kind: str, *, closing: bool = False) -> list[float]:
        values: list[float] = []
        for vertex in vertices:
            values += self._vertex(_list(vertex))
        if closing and len(values) >= 6 and values[:2] != values[-2:]:
            values += values[:2]
        if len(values) // 2 < _LEAST[kind]:
            what = "线至少要有 2 个点" if kind == LINE else "面的每条边界至少要有 3 个不同的点"
            raise _UnreadableError("empty", f"{what}，请补画或删去多余的部分")
        return values

    def _vertex(self, vertex: Sequence[Any]) -> list[float]:
        self.vertices += 1
        if self.vertices > MOST_VERTICES:
            raise _UnreadableError("too-many-vertices", f"图形超过 {MOST_VERTICES} 个顶点，请先简化再保存")
        if not 2 <= len(vertex) <= 4 or not all(_is_number(value) for value in vertex[:2]):
            raise _UnreadableError("unreadable", "图形中有一个点的坐标不是有效数字，请检查后重新绘制或导入")
        lon, lat = round(float(vertex[0]), _PLACES), round(float(vertex[1]), _PLACES)
        self.west, self.east = min(self.west, lon), max(self.east, lon)
        self.south, self.north = min(self.south, lat), max(self.north, lat)
        return [lon, lat]


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e12 and isfinite(value)


def _bytes(values: Sequence[float]) -> bytes:
    packed = array("d", values)
    if byteorder != "little":
        packed.byteswap()
    return packed.tobytes()
