"""A line drawn around projects on a map: read from an address, checked, never repaired. Pure.

Positions are longitude and latitude in degrees (EPSG:4490). A ring that crosses itself has no inside, so it is refused
with a sentence instead of being mended behind the person's back.
"""

import re
from itertools import pairwise
from typing import Final

from django.contrib.gis.geos import Polygon

from geodata.parameters import bad, one
from geodata.srid import STORAGE_SRID

FEWEST: Final = 3
MOST: Final = 200  # corners: a lasso is thinned by the browser to far fewer
_NUMBER: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")
Point = tuple[float, float]
Ring = tuple[Point, ...]


def ring(name: str, texts: list[str]) -> Ring:
    """Corners out of "lon,lat,lon,lat,…", the last one not repeated. Raises BadParameter."""
    text = one(name, texts)
    numbers = text.split(",")
    if len(numbers) % 2 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise bad(name, text, "应为用逗号分开的一串数：经度、纬度、经度、纬度……，单位为度")
    values = [float(number) for number in numbers]
    corners = _without_repeats(tuple(zip(values[::2], values[1::2], strict=True)))
    if not FEWEST <= len(corners) <= MOST:
        raise bad(name, text, f"圈选范围应有 {FEWEST} 到 {MOST} 个不同的顶点，请重新圈选")
    if not all(-180 <= lon <= 180 and -85 <= lat <= 85 for lon, lat in corners):
        raise bad(name, text, "经度应在 −180 到 180 之间，纬度应在 −85 到 85 之间")
    if _area(corners) == 0:
        raise bad(name, text, "圈选范围没有面积，请重新圈选")
    if crosses_itself(corners):
        raise bad(name, text, "圈选的线自己相交，分不清内外，请重新圈选")
    return corners


def polygon(corners: Ring) -> Polygon:
    """The area inside, in EPSG:4490."""
    return Polygon((*corners, corners[0]), srid=STORAGE_SRID)


def written(corners: Ring) -> str:
    """The corners as an address has them, with six decimals (0.1 m)."""
    return ",".join(f"{value:.6f}".rstrip("0").rstrip(".") for corner in corners for value in corner)


def crosses_itself(corners: Ring) -> bool:
    """Whether two sides that are no neighbours meet, or two neighbours run back over each other."""
    sides = list(pairwise((*corners, corners[0])))
    last = len(sides) - 1
    for first, one_side in enumerate(sides):
        for second in range(first + 1, len(sides)):
            neighbours = second == first + 1 or (first == 0 and second == last)
            if neighbours:
                if _folds(one_side, sides[second]):
                    return True
            elif _meet(one_side, sides[second]):
                return True
    return False


def _without_repeats(corners: Ring) -> Ring:
    kept = [corner for place, corner in enumerate(corners) if place == 0 or corner != corners[place - 1]]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def _area(corners: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*corners, corners[0])))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(a: Point, b: Point, c: Point) -> bool:
    """Whether c, known to lie on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(one_side: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one_side, other
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _within(*end) for turn, end in zip(turns, ends, strict=True))


def _folds(one_side: tuple[Point, Point], following: tuple[Point, Point]) -> bool:
    """Two sides that share a corner and lie upon each other."""
    shared = one_side[1] if one_side[1] in following else one_side[0]
    before = one_side[0] if shared == one_side[1] else one_side[1]
    after = following[1] if shared == following[0] else following[0]
    if _turn(before, shared, after) != 0:
        return False
    return (before[0] - shared[0]) * (after[0] - shared[0]) + (before[1] - shared[1]) * (after[1] - shared[1]) > 0
