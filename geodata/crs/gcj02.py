"""GCJ-02 and BD-09, the shifted coordinates of Chinese map services, from the published reverse-engineered formulas.

The formulas are not official: against the real service they hold to about a metre, so converted points are recorded
with an accuracy of `ACCURACY_M`. All functions take and give longitude and latitude in degrees, numbers or arrays.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

ACCURACY_M: Final = 5.0

# Krasovsky 1940 ellipsoid, as the formulas use it
_A: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_BD_PI: Final = np.pi * 3000.0 / 180.0
# Four rounds leave less than 1e-7 m against the forward formula anywhere in China.
_ROUNDS: Final = 4


def _offset(lon: NDArray[Any], lat: NDArray[Any]) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + ripple * 2.0 / 3.0
    north = north + (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north = north + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + ripple * 2.0 / 3.0
    east = east + (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    radians = lat / 180.0 * np.pi
    magic = 1.0 - _EE * np.sin(radians) ** 2
    d_lat = north * 180.0 / ((_A * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = east * 180.0 / (_A / np.sqrt(magic) * np.cos(radians) * np.pi)
    return d_lon, d_lat


def to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS 84 (or CGCS2000) to GCJ-02."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    d_lon, d_lat = _offset(x, y)
    return x + d_lon, y + d_lat


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to WGS 84 by fixed-point iteration; the usual one-step inverse errs by up to 2 m here."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_x, guess_y = x, y
    for _round in range(_ROUNDS):
        d_lon, d_lat = _offset(guess_x, guess_y)
        guess_x, guess_y = x - d_lon, y - d_lat
    return guess_x, guess_y


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to BD-09: a constant shift and a small spiral."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 to GCJ-02 by the same iteration."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_x, guess_y = x - 0.0065, y - 0.006
    for _round in range(_ROUNDS):
        back_x, back_y = gcj02_to_bd09(guess_x, guess_y)
        guess_x, guess_y = guess_x + (x - back_x), guess_y + (y - back_y)
    return guess_x, guess_y


def to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS 84 to BD-09."""
    return gcj02_to_bd09(*to_gcj02(lon, lat))


def from_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 to WGS 84."""
    return from_gcj02(*bd09_to_gcj02(lon, lat))
