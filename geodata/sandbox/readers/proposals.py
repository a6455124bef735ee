"""One shape against its surroundings: inside its unit, over its neighbours, away from what it was.

Everything is in longitude and latitude of EPSG:4490. For shares, margins and gaps the shapes are laid on a plane that
touches the ellipsoid of CGCS2000 in the middle of the shape; across a county (60 km) it is true to some thousandths.
Points and lines are given a width of ten metres to each side, so that they can overlap at all.
"""

from collections.abc import Callable
from decimal import Decimal
from math import cos, pi, radians, sin, sqrt
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import Limits
from geodata.sandbox.judgements import ShapeJudgement, ShapeShift, encode_judgement, encode_shift
from geodata.sandbox.readers.geometries import CGCS2000, PLACE, SHARE, _check, _share, _sound, _stored, _two_dimensional

WIDTH_M = 10.0
QUADRANT = 4  # segments of a quarter circle of a buffer
COMPARED_AT_MOST = 20_000_000  # vertices of one outline × those of the other: some seconds of GEOS
Move = Callable[[BaseGeometry], BaseGeometry]


def judge_shape(folder: Path, *, limits: Limits, margin_m: float, boundary: bool, before: bool) -> Json:
    """Of the first geometry. After it come the boundary and the shape before, if so said, then the neighbours."""
    first, *others = _stored(folder)
    check = _check(first, limits)
    if not check.valid:
        return encode_judgement(ShapeJudgement(check, _place_of(first), None, [], None))
    shape = _two_dimensional(first)
    rest = [_two_dimensional(raw) for raw in others]
    flat = _plane(shape)
    mine = flat(shape)
    limit = flat(rest.pop(0)).buffer(margin_m, quad_segs=QUADRANT) if boundary else None
    earlier = rest.pop(0) if before else None
    return encode_judgement(
        ShapeJudgement(
            check,
            None,
            None if limit is None else _inside(mine, limit),
            _overlaps(mine, [flat(other) for other in rest]),
            None if earlier is None else _shift(earlier, shape, flat),
        )
    )


def compare_shapes(folder: Path, *, limits: Limits) -> Json:
    """How far the second of two geometries is from the first."""
    earlier, later = _sound(folder)
    return encode_shift(_shift(earlier, later, _plane(later)))


def _place_of(raw: bytes) -> tuple[Decimal, Decimal] | None:
    try:
        found = PLACE.search(shapely.is_valid_reason(_two_dimensional(raw)))
    except (ValueError, shapely.errors.ShapelyError, NotImplementedError):
        return None
    return (_rounded(float(found[1]), 8), _rounded(float(found[2]), 8)) if found else None


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")


def _plane(shape: BaseGeometry) -> Move:
    """Degrees to metres around the middle of a shape, by the two radii of curvature there."""
    west, south, east, north = shape.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    latitude = radians(float(middle[1]))
    root = sqrt(1 - CGCS2000.es * sin(latitude) ** 2)
    across, along = CGCS2000.a / root * cos(latitude), CGCS2000.a * (1 - CGCS2000.es) / root**3
    scale = np.array([across, along]) * pi / 180

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved: NDArray[np.float64] = (points - middle) * scale
        return moved

    return lambda geometry: shapely.transform(geometry, move)


def _inside(shape: BaseGeometry, limit: BaseGeometry) -> Decimal:
    shapely.prepare(limit)
    return _share(shape, limit)


def _wide(shape: BaseGeometry) -> BaseGeometry:
    return shape if shapely.get_dimensions(shape) == 2 else shape.buffer(WIDTH_M, quad_segs=QUADRANT)


def _overlaps(shape: BaseGeometry, others: list[BaseGeometry]) -> list[Decimal]:
    if not others:
        return []
    mine = _wide(shape)
    shapely.prepare(mine)
    return [_part(mine, _wide(other), smaller=True) for other in others]


def _part(mine: BaseGeometry, other: BaseGeometry, *, smaller: bool) -> Decimal:
    """What both cover, of the smaller of the two or of the second."""
    whole = min(mine.area, other.area) if smaller else other.area
    if whole == 0 or not shapely.intersects(mine, other):
        return Decimal(0)
    shared = float(shapely.intersection(mine, other).area) / whole
    return min(Decimal(1), Decimal(repr(shared)).quantize(SHARE))


def _shift(earlier: BaseGeometry, later: BaseGeometry, flat: Move) -> ShapeShift:
    start, end = earlier.centroid, later.centroid
    _there, _back, metres = CGCS2000.inv(start.x, start.y, end.x, end.y)
    first, second = flat(earlier), flat(later)
    work = int(shapely.get_num_coordinates(first)) * int(shapely.get_num_coordinates(second))
    gap = float(shapely.hausdorff_distance(first, second)) if work <= COMPARED_AT_MOST else None
    return ShapeShift(
        _rounded(float(metres), 2),
        None if gap is None else _rounded(gap, 2),
        _part(_wide(second), _wide(first), smaller=False),
    )
