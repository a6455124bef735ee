"""A photo as the child drew it anew, every part checked."""

import base64
from datetime import date

from geodata.sandbox.codec.scalars import Json, fields, integer, optional_text, text
from geodata.sandbox.documents import Picture

JPEG_START, JPEG_END = b"\xff\xd8\xff\xe0", b"\xff\xd9"
LONGEST_SIDE = 1600


def decode_picture(raw: Json) -> Picture:
    """Two JPEG files without notes, and sizes that a child that keeps to its job can give."""
    large, small, width, height, taken_on = fields(raw, "large", "small", "width", "height", "taken_on")
    day = optional_text(taken_on)
    return Picture(
        large=_jpeg(large),
        small=_jpeg(small),
        width=_side(width),
        height=_side(height),
        taken_on=None if day is None else date.fromisoformat(day),
    )


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
