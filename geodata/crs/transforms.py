"""From any importable system into EPSG:4490, for bare coordinates and for geometries."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.crs import gcj02
from geodata.crs.systems import BD09, GCJ02, Datum, Source, importable
from geodata.srid import STORAGE_SRID

Coordinates = NDArray[np.float64]
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
    if system.geographic:  # CGCS2000 and WGS 84 differ by centimetres: the identity, as in PostGIS
        return points
    # The projected systems of WGS 84 are unprojected on their own datum, for the same reason.
    target = STORAGE_SRID if system.datum is Datum.CGCS2000 else 4326
    lon, lat = _transformer(system.epsg, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([lon, lat])


def project(points: Coordinates, target: int) -> Coordinates:
    """The other way, out of EPSG:4490 into a projected system (for ranges, lengths and tests)."""
    system = importable(target)
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
        steps.append("BD-09→GCJ-02(迭代)")
    if source in {GCJ02, BD09}:
        steps.append("GCJ-02→WGS84(迭代)")
    elif importable(int(source)).geographic:
        steps.append(f"EPSG:{source}(经纬度不变)")
    else:
        steps.append(f"EPSG:{source}→EPSG:4490(PROJ)")
    return ";".join([*steps, f"保留{PRECISION}位小数"])
