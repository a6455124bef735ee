"""Checks and cuts of geometries, with GEOS where it can be killed: a bad ring can crash it or keep it for minutes.

Longitude and latitude in EPSG:4490 everywhere. Areas and lengths are geodesic on the ellipsoid of CGCS2000 (GB/T
30168-2013: a = 6 378 137 m, 1/f = 298.257 222 101, which is GRS 80). Shares and cuts are planar in degrees: within
one city a ratio of planar areas differs from the true one by far less than a thousandth.
"""

import re
import struct
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geodata.errors import FileRefused
from geodata.sandbox import wkb as wkb_format
from geodata.sandbox.codec import features
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import GeometryCheck, Limits

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
PLACE = re.compile(r"\[(-?[\d.]+(?:[eE][+-]?\d+)?) (-?[\d.]+(?:[eE][+-]?\d+)?)\]")
REASONS = {
    "Self-intersection": "边界自相交",
    "Ring Self-intersection": "边界与自身相接",
    "Nested shells": "一个面套在另一个面里",
    "Hole lies outside shell": "挖空部分在面的外面",
    "Holes are nested": "挖空部分互相嵌套",
    "Interior is disconnected": "面被挖空部分隔成不相连的几块",
    "Too few points in geometry component": "点数不足，构不成线或面",
    "Invalid Coordinate": "坐标不是有效数字",
    "Ring is not closed": "面的边界没有闭合",
    "Duplicate Rings": "两条边界完全重复",
}
REPAIRED_VERTICES_AT_MOST = 50_000
SQUARE_METRE = Decimal("0.01")
METRE = Decimal("0.01")
SHARE = Decimal("0.000001")


def _stored(folder: Path) -> Iterator[bytes]:
    """The geometries in ``folder/input``: each its length in four bytes, then its WKB."""
    content = memoryview((folder / "input").read_bytes())
    while content:
        (size,) = struct.unpack("<I", content[:4])
        yield bytes(content[4 : 4 + size])
        content = content[4 + size :]


def _two_dimensional(geometry: bytes) -> BaseGeometry:
    found: BaseGeometry = shapely.force_2d(shapely.from_wkb(geometry))
    return found


def _written(geometry: BaseGeometry) -> bytes:
    written: bytes = shapely.to_wkb(geometry, byte_order=1, output_dimension=2)
    return written


def check_geometries(folder: Path, *, limits: Limits) -> Json:
    """A judgement on each geometry, in their order. What cannot be parsed is judged invalid, not refused."""
    geometries = list(_stored(folder))
    sound = _sound_polygons(geometries, limits)
    return features.encode_checks(
        [sound.get(index) or _check(geometry, limits) for index, geometry in enumerate(geometries)]
    )


def _sound_polygons(geometries: list[bytes], limits: Limits) -> dict[int, GeometryCheck]:
    """Those in which nothing is wrong, by their place, judged all at once: in a large file nearly all of them."""
    measures = [_measured(geometry) for geometry in geometries]
    plain = [
        (place, measure)
        for place, measure in enumerate(measures)
        if measure is not None
        and measure.geometry_type in ("Polygon", "MultiPolygon")
        and 0 < measure.vertices <= limits.vertices_per_feature
        and measure.parts <= limits.parts_per_feature
    ]
    shapes = shapely.from_wkb(np.asarray([geometries[place] for place, _ in plain], object), on_invalid="ignore")
    bounds = shapely.bounds(shapes)
    on_earth = ((bounds >= (-180, -90, -180, -90)) & (bounds <= (180, 90, 180, 90))).all(axis=1)
    sound = np.flatnonzero(shapely.is_valid(shapes) & on_earth).tolist()
    found = {}
    for index, area in zip(sound, _areas(shapes[sound]), strict=True):
        place, measure = plain[index]
        area = area.quantize(SQUARE_METRE)
        found[place] = GeometryCheck(True, None, measure.geometry_type, measure.vertices, area, None)
    return found


def _measured(geometry: bytes) -> wkb_format.Measure | None:
    """None for whatever is not plain: `_check` says what it is."""
    try:
        return wkb_format.measure(geometry)
    except ValueError:
        return None


def _areas(shapes: Any) -> list[Decimal]:
    """Geodesic areas in m² of valid polygons, whatever way round their rings are drawn: outer rings less holes."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    rings, bearers = shapely.get_rings(parts, return_index=True)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    longitudes, latitudes = shapely.get_coordinates(rings).T.copy()
    sizes: list[list[float]] = [[] for _part in parts]
    begin = 0
    for bearer, end in zip(bearers.tolist(), ends.tolist(), strict=True):
        ring = CGCS2000.polygon_area_perimeter(longitudes[begin:end], latitudes[begin:end])[0]
        sizes[bearer].append(abs(float(ring)))
        begin = end
    areas = [Decimal(0)] * len(shapes)
    for owner, (outer, *holes) in zip(owners.tolist(), sizes, strict=True):
        areas[owner] += Decimal(repr(outer - sum(holes)))
    return areas


def _check(raw: bytes, limits: Limits) -> GeometryCheck:
    try:
        geometry = _two_dimensional(raw)
        measure = wkb_format.measure(_written(geometry))
    except ValueError as error:
        return GeometryCheck(False, f"{error}。", "Unknown", 0)
    except (shapely.errors.ShapelyError, NotImplementedError):
        return GeometryCheck(False, "图形数据不完整，或图形类型不支持。", "Unknown", 0)
    kind = measure.geometry_type
    if measure.vertices == 0:
        return GeometryCheck(False, "图形是空的。", kind, 0)
    for count, most, unit in (
        (measure.vertices, limits.vertices_per_feature, "个顶点"),
        (measure.parts, limits.parts_per_feature, "个部分"),
    ):
        if count > most:
            return GeometryCheck(
                False, f"图形有 {count} {unit}，超过 {most} 个。请简化后再提交。", kind, measure.vertices
            )
    if not _on_earth(geometry):
        return GeometryCheck(False, "坐标超出经纬度范围。请检查坐标系和坐标顺序。", kind, measure.vertices)
    problem = _problem(geometry)
    area, length = _sizes(geometry) if problem is None else (None, None)
    return GeometryCheck(problem is None, problem, kind, measure.vertices, area, length)


def _on_earth(geometry: BaseGeometry) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)


def _problem(geometry: BaseGeometry) -> str | None:
    """What GEOS finds wrong, in Chinese and with its place; a line of no length counts as wrong."""
    if not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry)
        place = PLACE.search(reason)
        words = REASONS.get(reason.split("[", 1)[0].strip(), "图形不合规范")
        where = f"，位置约在东经 {float(place[1]):.6f}°、北纬 {float(place[2]):.6f}°" if place else ""
        return f"{words}{where}。请在图上改正后再提交。"
    if geometry.geom_type.endswith("LineString") and geometry.length == 0:
        return "线的长度为零。请重新画线。"
    return None


def propose_repairs(folder: Path, *, limits: Limits) -> Json:
    """A repaired shape for each geometry, or null. The small ones first, until a fair share of the time is used.

    A job of its own: a ring that crosses itself a few thousand times costs GEOS minutes, and the judgement must not
    die with the proposal.
    """
    geometries = [_two_dimensional(raw) for raw in _stored(folder)]
    proposals: list[str | None] = [None] * len(geometries)
    order = sorted(range(len(geometries)), key=lambda index: int(shapely.get_num_coordinates(geometries[index])))
    for index in order:
        if process_time() > limits.cpu_seconds / 2:
            break
        proposals[index] = features.encode_bytes(_proposal(geometries[index]))
    return proposals


def _proposal(geometry: BaseGeometry) -> bytes | None:
    """A repaired shape for a person to look at, of the same dimension; None where there is nothing sensible."""
    try:
        repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    except shapely.errors.ShapelyError:
        return None
    same_kind = shapely.get_dimensions(repaired) == shapely.get_dimensions(geometry)
    if repaired.is_empty or not same_kind or shapely.get_num_coordinates(repaired) > REPAIRED_VERTICES_AT_MOST:
        return None
    return _written(repaired)


def _sizes(geometry: BaseGeometry) -> tuple[Decimal | None, Decimal | None]:
    """(area in m² of polygons, length in m of lines), to the hundredth; None where there are none."""
    area, length = Decimal(0), Decimal(0)
    polygons, lines = False, False
    for part in _simple_parts(geometry):
        if part.geom_type == "Polygon":
            polygons = True
            area += _areas(np.asarray([part]))[0]
        elif part.geom_type in ("LineString", "LinearRing"):
            lines = True
            length += Decimal(repr(float(CGCS2000.geometry_length(part))))
    return (area.quantize(SQUARE_METRE) if polygons else None, length.quantize(METRE) if lines else None)


def _simple_parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in getattr(geometry, "geoms", [geometry]):
        if hasattr(part, "geoms"):
            yield from _simple_parts(part)
        else:
            yield part


def _sound(folder: Path) -> list[BaseGeometry]:
    """The geometries for a cut; an invalid one is refused."""
    return [_valid(raw) for raw in _stored(folder)]


def _valid(raw: bytes) -> BaseGeometry:
    try:
        geometry = _two_dimensional(raw)
        wkb_format.measure(_written(geometry))
        problem = _problem(geometry)
    except (ValueError, shapely.errors.ShapelyError, NotImplementedError):
        problem = "图形数据不完整，或图形类型不支持。"
    if problem is not None:
        raise FileRefused(problem, code="invalid-geometry")
    return geometry


def subtract(folder: Path, *, limits: Limits) -> Json:
    """The first geometry less all the others."""
    first, *others = _sound(folder)
    rest = shapely.difference(first, shapely.union_all(others)) if others else first
    return features.encode_bytes(_written(_of_dimension(rest, int(shapely.get_dimensions(first)))))


def union(folder: Path, *, limits: Limits) -> Json:
    """All geometries as one."""
    return features.encode_bytes(_written(shapely.union_all(_sound(folder))))


def intersection_shares(folder: Path, *, limits: Limits) -> Json:
    """How much of the first geometry lies in the last one; and of the second, and so on: a number from 0 to 1 each."""
    *geometries, polygon = _sound(folder)
    shapely.prepare(polygon)
    return [str(_share(geometry, polygon)) for geometry in geometries]


def _share(geometry: BaseGeometry, polygon: BaseGeometry) -> Decimal:
    """By area, length or number of points, whichever the geometry has."""
    whole = _extent(geometry)
    if shapely.contains_properly(polygon, geometry) or whole == 0:
        return Decimal(int(shapely.covers(polygon, geometry)))
    share = _extent(shapely.intersection(geometry, polygon), int(shapely.get_dimensions(geometry))) / whole
    return min(Decimal(1), Decimal(repr(share)).quantize(SHARE))


def _extent(geometry: BaseGeometry, dimension: int | None = None) -> float:
    dimension = int(shapely.get_dimensions(geometry)) if dimension is None else dimension
    if dimension == 2:
        return float(geometry.area)
    if dimension == 1:
        return float(geometry.length)
    return float(shapely.get_num_coordinates(geometry))


def _of_dimension(geometry: BaseGeometry, dimension: int) -> BaseGeometry:
    """Without the points and lines that a cut leaves along touching edges."""
    parts: list[Any] = [part for part in _simple_parts(geometry) if int(shapely.get_dimensions(part)) == dimension]
    if len(parts) == 1:
        return parts[0]
    if dimension == 2:
        return shapely.MultiPolygon(parts)
    return shapely.MultiLineString(parts) if dimension == 1 else shapely.MultiPoint(parts)
