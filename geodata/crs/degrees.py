"""Degrees written as 113°05′20″, and the packed form 113.0520 that looks like decimal degrees."""

import re
import unicodedata
from typing import Final

_DMS: Final = re.compile(
    r"^([NSEW东西南北])?\s*(\d{1,3})\s*[°度:\s]\s*(\d{1,2}(?:\.\d+)?)\s*[′'分:\s]\s*(\d{1,2}(?:\.\d+)?)?\s*"
    r"(?:[″\"秒]|'')?\s*([NSEW东西南北])?$"
)
_DECIMAL: Final = re.compile(
    r"^([NSEW东西南北])?\s*([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*[°度]?\s*([NSEW东西南北])?$"
)
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "”": '"', "“": '"', "º": "°", "˚": "°"})
_NEGATIVE: Final = frozenset("SW南西")


def plain_degrees(text: str) -> str:
    """Half-width, with the degree signs and quotes of every keyboard made one; ″ becomes two primes."""
    # The superscript º must go before NFKC, which would turn it into the letter o.
    return unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)


def parse_degrees(text: str) -> float | None:
    """Decimal degrees of a text in degrees, minutes and seconds, in degrees and minutes with decimals, or in decimal
    degrees, with or without a hemisphere; None when it is none of them."""
    plain = plain_degrees(text).strip().replace("′′", "″")
    found = _DMS.match(plain)
    if found is None:
        return _decimal(plain)
    degrees, minutes, seconds = int(found.group(2)), float(found.group(3)), float(found.group(4) or 0)
    if minutes >= 60 or seconds >= 60 or (found.group(4) and not minutes.is_integer()):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return -value if {found.group(1), found.group(5)} & _NEGATIVE else value


def _decimal(text: str) -> float | None:
    found = _DECIMAL.match(text)
    if found is None:
        return None
    value = float(found.group(2))
    return -value if {found.group(1), found.group(3)} & _NEGATIVE else value


def unpack(value: float) -> float | None:
    """113.052015 read as 113°05′20.15″; None when its minutes or seconds would be 60 or more."""
    digits = f"{abs(value):.10f}"
    whole, _, fraction = digits.partition(".")
    minutes, seconds = int(fraction[:2]), float(f"{fraction[2:4]}.{fraction[4:]}")
    if minutes >= 60 or seconds >= 60:
        return None
    result = int(whole) + minutes / 60 + seconds / 3600
    return -result if value < 0 else result


def has_packed_decimals(value: float) -> bool:
    """At least four decimals, without which a packed form cannot hold minutes and seconds."""
    return len(repr(float(value)).partition(".")[2]) >= 4
