"""Degrees of a point in EPSG:3857, by the formula itself: nothing here calls GDAL. Pure."""

import math
from typing import Final

from django.contrib.gis.geos import Point

_RADIUS: Final = 6378137.0  # metres, of the spherical Mercator


def lonlat(anchor: Point | None) -> tuple[float, float] | None:
    """Longitude and latitude with five decimals (1 m); None for a project without a place."""
    if anchor is None:
        return None
    lat = 2 * math.atan(math.exp(anchor.y / _RADIUS)) - math.pi / 2
    return round(math.degrees(anchor.x / _RADIUS), 5), round(math.degrees(lat), 5)
