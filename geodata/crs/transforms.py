"""From any importable system into EPSG:4490, for bare coordinates and for geometries."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.crs import gcj02, parameters
from geodata.crs.systems import BD09, GCJ02, OLD, SYSTEMS, Datum, RefusedSystem, Source, System, importable
from geodata.srid import STORAGE_SRID

Coordinates = NDArray[np.float64]
# Ellipsoids of the old datums (IAG 75 as Xian 1980 has it, Krasovsky 1940) and of CGCS2000.
ELLIPSOIDS = {Datum.XIAN80: "+a=6378140 +rf=298.257", Datum.BEIJING54: "+a=6378245 +rf=298.3"}
CGCS2000 = "+a=6378137 +rf=298.257222101"
# Coordinates are kept to 1e-8 degree, about a millimetre.
PRECISION = 8


@lru_cache(maxsize=64)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _shift(convert: Callable[[Any, Any], gcj02.Pair], points: Coordinates) -> Coordinates:
    return np.column_stack(convert(points[:, 0], points[:, 1]))


def convert(points: Coordinates, source: Source) -> Coordinates:
    """An (n, 2) array in easting/longitude, northing/latitude order, into longitude and latitude of EPSG:4490."""
    if source == GCJ02:
        return _shift(gcj02.from_gcj02, points)
    if source == BD09:
        return _shift(gcj02.from_bd09, points)
    system = importable(int(source))
    if system.datum in OLD:
        return _by_parameters(points, system)
    if system.geographic:  # CGCS2000 and WGS 84 differ by centimetres: the identity, as in PostGIS
        return points
    # The projected systems of WGS 84 are unprojected on their own datum, for the same reason.
    target = STORAGE_SRID if system.datum is Datum.CGCS2000 else 4326
    lon, lat = _transformer(system.epsg, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([lon, lat])


def _by_parameters(points: Coordinates, system: System) -> Coordinates:
    """Out of an old datum by the stored parameters, heights on the ellipsoid."""
    shift = parameters.stored(system.datum)
    if shift is None:
        raise RefusedSystem("没有配置转换参数")
    lon, lat = _old_transformer(system.epsg, shift).transform(points[:, 0], points[:, 1], np.zeros(len(points)))[:2]
    return np.column_stack([lon, lat])


@lru_cache(maxsize=16)
def _old_transformer(epsg: int, shift: parameters.Shift) -> Transformer:
    system = importable(epsg)
    ellipsoid = ELLIPSOIDS[system.datum]
    if system.meridian is None:
        start = "+proj=unitconvert +xy_in=deg +xy_out=rad"
    else:
        easting = 500_000 + 1_000_000 * (system.zone or 0)
        start = f"+inv +proj=tmerc +lat_0=0 +lon_0={system.meridian} +k=1 +x_0={easting} +y_0=0 {ellipsoid}"
    return Transformer.from_pipeline(
        f"+proj=pipeline +step {start} +step +proj=cart {ellipsoid} +step {shift.step} "
        f"+step +inv +proj=cart {CGCS2000} +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def project(points: Coordinates, target: int) -> Coordinates:
    """The other way, out of EPSG:4490 into a projected system (for ranges, lengths and tests)."""
    system = importable(target)
    if system.datum in OLD:
        raise RefusedSystem("不向旧坐标系转换")
    base = STORAGE_SRID if system.datum is Datum.CGCS2000 else 4326
    east, north = _transformer(base, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([east, north])


def transform(points: Iterable[tuple[float, float]], source: Source) -> list[tuple[float, float]]:
    """Coordinate pairs into EPSG:4490."""
    array = np.asarray(list(points), dtype=float).reshape(-1, 2)
    return [(float(lon), float(lat)) for lon, lat in convert(array, source)]


def transform_geometries(
    geometries: Iterable[BaseGeometry | None], source: Source, *, swapped: bool = False
) -> list[BaseGeometry | None]:
    """Geometries into EPSG:4490 in one go: Z and M dropped, axes exchanged when the file has northing first."""
    flat = shapely.force_2d(np.asarray(list(geometries), dtype=object))

    def move(points: Coordinates) -> Coordinates:
        ordered = points[:, ::-1] if swapped else points
        return np.round(convert(np.ascontiguousarray(ordered), source), PRECISION)

    return list(shapely.transform(flat, move))


def pipeline(source: Source, *, swapped: bool = False) -> str:
    """What `transform_geometries` does to a source, in words, to be stored beside the shape."""
    steps = ["纵横坐标互换"] if swapped else []
    if source == BD09:
        steps.append("BD-09→GCJ-02（迭代）")
    if source in {GCJ02, BD09}:
        steps.append("GCJ-02→WGS84（迭代）")
    elif (system := importable(int(source))).datum in OLD:
        shift = parameters.stored(system.datum)
        steps.append(f"EPSG:{source}→EPSG:4490（七参数，来源：{shift.source if shift else ''}）")
    elif system.geographic:
        steps.append(f"EPSG:{source}（经纬度不变）")
    else:
        steps.append(f"EPSG:{source}→EPSG:4490(PROJ)")
    return "；".join([*steps, f"保留{PRECISION}位小数"])


def accuracy_of(source: Source | None) -> float | None:
    """What the system alone says of the accuracy, in metres: of shifted systems, of old datums by parameters."""
    if source in {GCJ02, BD09}:
        return gcj02.ACCURACY_M
    datum = SYSTEMS[source].datum if isinstance(source, int) and source in SYSTEMS else None
    shift = parameters.stored(datum) if datum in OLD else None
    return shift.accuracy_m if shift else None
