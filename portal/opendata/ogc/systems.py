"""The coordinate systems of the interface, each with the order of its axes (OGC 17-069r4 §7.15, OGC 18-058r1). Pure.

EPSG:4490 has the latitude first, CRS84 the longitude: the same degrees (CGCS2000 and WGS 84 differ by centimetres),
written the other way round. No system needs PROJ here: EPSG:3857 stands beside the degrees in the published tables, and
its way back to degrees is a formula.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from geodata.parameters import available, bad
from portal.maps import MERCATOR_RADIUS

Box = tuple[float, float, float, float]
AUTHORITY: Final = "http://www.opengis.net/"  # names, not addresses: nothing is asked there
CRS84: Final = f"{AUTHORITY}def/crs/OGC/1.3/CRS84"
EPSG: Final = f"{AUTHORITY}def/crs/EPSG/0/"
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,9}(\.[0-9]{1,20})?(e[-+]?[0-9]{1,2})?", re.IGNORECASE)
_FARTHEST: Final = math.pi * MERCATOR_RADIUS


@dataclass(frozen=True, slots=True)
class System:
    """`column`: the geometry in this system; `flipped`: the second axis comes first; `decimals` are about 1 mm."""

    uri: str
    column: str
    decimals: int
    flipped: bool = False
    metres: bool = False


SYSTEMS: Final = {
    system.uri: system
    for system in (
        System(CRS84, "geom", 8),
        System(f"{EPSG}4490", "geom", 8, flipped=True),
        System(f"{EPSG}3857", "geom_3857", 3, metres=True),
    )
}
STORAGE: Final = f"{EPSG}4490"


def system(name: str, uri: str) -> System:
    """Raises BadParameter for a system that is not offered."""
    found = SYSTEMS.get(uri.strip("[]"))
    if found is None:
        raise bad(name, uri, available(SYSTEMS))
    return found


def boxes(text: str, given: System) -> tuple[Box, ...]:
    """A bbox as one or two boxes of west, south, east, north in degrees: two where it crosses the antimeridian.

    Six numbers name heights as well, which no feature has: they are left out. Raises BadParameter.
    """
    hint = _("four or six numbers with commas are expected: the corner of the least values, then that of the greatest")
    parts = text.split(",")
    if len(parts) not in (4, 6) or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise bad("bbox", text, hint)
    numbers = [float(part) for part in parts]
    half = len(numbers) // 2
    first, second, third, fourth = *numbers[:2], *numbers[half : half + 2]
    if given.flipped:
        first, second, third, fourth = second, first, fourth, third
    if given.metres:
        first, second, third, fourth = *_degrees(first, second), *_degrees(third, fourth)
    if not (-90 <= second <= fourth <= 90 and -180 <= first <= 180 and -180 <= third <= 180):
        raise bad("bbox", text, hint)
    if first <= third:
        return ((first, second, third, fourth),)
    return (first, second, 180.0, fourth), (-180.0, second, third, fourth)


def _degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point of EPSG:3857, drawn back to its edges: spherical Mercator turned round."""
    x, y = (min(max(value, -_FARTHEST), _FARTHEST) for value in (x, y))
    return math.degrees(x / MERCATOR_RADIUS), math.degrees(2 * math.atan(math.exp(y / MERCATOR_RADIUS)) - math.pi / 2)
