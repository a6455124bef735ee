"""Where a camera says that it stood: the GPS part of a photo's notes, believed only when it is whole and on the globe.

A position is longitude and latitude in degrees of WGS 84. Cameras without a fix write zeros, blanks or 0/0; what cannot
be read, and anything that is not plainly a place, is no position. Whether a place is a likely one is not judged here.
"""

import math
import struct
from typing import Any

from PIL import Image

# What Pillow raises for damaged files and for damaged notes in them.
DAMAGE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, EOFError, struct.error)

GPS_IFD = 0x8825
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, STATUS = 1, 2, 3, 4, 9
NO_FIX = "V"  # the receiver's own word that it had no fix ("void")
DIGITS = 7  # decimals of a degree: a centimetre


def position_of(notes: Image.Exif) -> dict[str, str] | None:
    """Longitude and latitude as plain decimals, or None."""
    try:
        gps = notes.get_ifd(GPS_IFD)
        if _letter(gps.get(STATUS)) == NO_FIX:
            return None
        lat = _degrees(gps.get(LATITUDE), _sign(gps.get(LATITUDE_REF), "N", "S"), 90)
        lon = _degrees(gps.get(LONGITUDE), _sign(gps.get(LONGITUDE_REF), "E", "W"), 180)
    except DAMAGE:
        return None
    if lat == 0 and lon == 0:  # what a receiver writes before its first fix
        return None
    return {"lon": f"{lon:.{DIGITS}f}", "lat": f"{lat:.{DIGITS}f}"}


def _letter(noted: Any) -> str:
    """N, S, E, W as text or bytes, with the zero bytes that some cameras append."""
    text = noted.decode("ascii") if isinstance(noted, bytes) else noted
    return text.strip(" \0").upper() if isinstance(text, str) else ""


def _sign(noted: Any, plus: str, minus: str) -> int:
    """Raises ValueError for a letter of the other axis or none: half of a place is no place."""
    letter = _letter(noted)
    if letter not in (plus, minus):
        raise ValueError("no reference of this axis")
    return 1 if letter == plus else -1


def _degrees(noted: Any, sign: int, most: int) -> float:
    """Degrees, minutes and seconds, each perhaps a fraction; the signs stand in the references alone."""
    if isinstance(noted, str | bytes):
        raise TypeError("numbers expected")
    numbers = [float(number) for number in (noted if isinstance(noted, tuple) else (noted,))]
    if not 1 <= len(numbers) <= 3:
        raise ValueError("one to three numbers expected")
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise ValueError("finite numbers without a sign expected")
    if any(number >= 60 for number in numbers[1:]):
        raise ValueError("minutes and seconds below sixty expected")
    degrees = sum(number / 60**place for place, number in enumerate(numbers))
    if degrees > most:
        raise ValueError("off the globe")
    return sign * degrees
