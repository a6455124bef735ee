"""A photo as the child drew it anew, every part checked."""

import base64
import re
from datetime import date
from decimal import Decimal

from geodata.sandbox.codec.scalars import Json, fields, integer, optional_text, text
from geodata.sandbox.documents import Picture

JPEG_START, JPEG_END = b"\xff\xd8\xff\xe0", b"\xff\xd9"
LONGEST_SIDE = 1600
PLAIN_DEGREES = re.compile(r"-?[0-9]{1,3}\.[0-9]{1,7}", re.ASCII)


def decode_picture(raw: Json) -> Picture:
    """Two JPEG files without notes, and sizes that a child that keeps to its job can give."""
    large, small, width, height, taken_on, position = fields(
        raw, "large", "small", "width", "height", "taken_on", "position"
    )
    day = optional_text(taken_on)
    return Picture(
        large=_jpeg(large),
        small=_jpeg(small),
        width=_side(width),
        height=_side(height),
        taken_on=None if day is None else date.fromisoformat(day),
        position=None if position is None else _position(position),
    )


def _position(raw: Json) -> tuple[Decimal, Decimal]:
    lon, lat = fields(raw, "lon", "lat")
    return _degrees(lon, 180), _degrees(lat, 90)


def _degrees(raw: Json, most: int) -> Decimal:
    written = text(raw)
    if not PLAIN_DEGREES.fullmatch(written):
        raise ValueError("degrees as a plain decimal expected")
    degrees = Decimal(written)
    if abs(degrees) > most:
        raise ValueError("degrees within the globe expected")
    return degrees


def _jpeg(raw: Json) -> bytes:
    content = base64.b64decode(text(raw), validate=True)
    if not (content.startswith(JPEG_START) and content.endswith(JPEG_END)):
        raise ValueError("a JPEG file expected")
    return content


def _side(raw: Json) -> int:
    side = integer(raw)
    if not 1 <= side <= LONGEST_SIDE:
        raise ValueError("a side in pixels expected")
    return side
