"""Transformation parameters of the old datums, where an administrator has put them on the server.

They are controlled results of surveys: never in the repository, never in a message, never in the database. The setting
DATUM_PARAMETERS (ONEMAP_DATUM_PARAMETERS) names a TOML file that others on the machine cannot read:

    [xian80]                 # or [beijing54]; from that datum to CGCS2000
    dx = 0.0                 # metres
    dy = 0.0
    dz = 0.0
    rx = 0.0                 # seconds of arc
    ry = 0.0
    rz = 0.0
    scale = 0.0              # millionths
    convention = "coordinate_frame"   # or "position_vector"
    accuracy_m = 0.5         # as the surveyors state it
    source = "…"             # whose they are, kept with each shape

Without a file, or with one that is wrong, the old datums stay refused.
"""

from __future__ import annotations

import logging
import math
import stat
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

logger = logging.getLogger("geodata.crs")

CONVENTIONS: Final = ("coordinate_frame", "position_vector")
_NUMBERS: Final = ("dx", "dy", "dz", "rx", "ry", "rz", "scale", "accuracy_m")
# Beyond these nobody's parameters lie in China: a slip of the unit is refused, not applied.
_MOST: Final = {"dx": 500.0, "dy": 500.0, "dz": 500.0, "rx": 30.0, "ry": 30.0, "rz": 30.0, "scale": 100.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Seven parameters from an old datum to CGCS2000. Its text says whose they are and nothing else."""

    dx: float
    dy: float
    dz: float
    rx: float
    ry: float
    rz: float
    scale: float
    convention: str
    accuracy_m: float
    source: str

    def __repr__(self) -> str:
        return f"Shift({self.source})"

    @property
    def step(self) -> str:
        """The step of a PROJ pipeline between earth-centred coordinates."""
        return (
            f"+proj=helmert +x={self.dx!r} +y={self.dy!r} +z={self.dz!r} +rx={self.rx!r} +ry={self.ry!r} "
            f"+rz={self.rz!r} +s={self.scale!r} +convention={self.convention}"
        )


def stored(datum: str) -> Shift | None:
    """The parameters of an old datum ("xian80", "beijing54"), None where none are stored."""
    place = str(getattr(settings, "DATUM_PARAMETERS", "") or "")
    if not place:
        return None
    try:
        changed = Path(place).stat().st_mtime_ns
    except OSError:
        logger.error("datum parameters: %s cannot be read", place)
        return None
    return _read(place, changed).get(datum)


@lru_cache(maxsize=4)
def _read(place: str, _changed: int) -> dict[str, Shift]:
    path = Path(place)
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        logger.error("datum parameters: %s is open to others (chmod 640)", place)
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _shift(values) for name, values in document.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        logger.error("datum parameters: %s is wrong: %s", place, type(error).__name__)
        return {}


def _shift(values: dict[str, Any]) -> Shift:
    numbers = {name: float(values[name]) for name in _NUMBERS}
    if not all(math.isfinite(number) for number in numbers.values()):
        raise ValueError("a number is not finite")
    if any(abs(numbers[name]) > most for name, most in _MOST.items()) or numbers["accuracy_m"] <= 0:
        raise ValueError("a number is out of bounds")
    if values["convention"] not in CONVENTIONS or not str(values["source"]).strip():
        raise ValueError("convention and source are needed")
    return Shift(**numbers, convention=values["convention"], source=str(values["source"]).strip()[:60])
