"""How documents cross the door: JSON, never pickle, so that a child under attack can send nothing but text.

The child encodes, the parent decodes and checks every type on the way; whatever does not have the agreed shape raises
``ValueError``. A scalar that JSON cannot hold exactly is a pair of a letter and its text: ``n`` number, ``d`` date,
``s`` date with time of day, ``t`` time of day.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from geodata.sandbox.documents import CellValue, FieldValue

Json = Any
JSON_INTEGER = 2**63
LONGEST_NUMBER = 400


def dumps(value: Json) -> bytes:
    """JSON bytes of what the encode functions made."""
    return orjson.dumps(value)


def loads(raw: bytes) -> Json:
    """Parse an answer; malformed JSON raises ``ValueError``."""
    return orjson.loads(raw)


def encode_scalar(value: CellValue | FieldValue) -> Json:
    """One value of a cell or a field."""
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if -JSON_INTEGER <= value < JSON_INTEGER else ["n", str(value)]
    if isinstance(value, datetime):
        return ["s", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["t", value.isoformat()]


def _number(text: str) -> Decimal | int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("number too long")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite():
        raise ValueError("number is not finite")
    return int(text) if text.lstrip("-").isdigit() and abs(number) >= JSON_INTEGER else number


SCALARS: dict[str, Callable[[str], Any]] = {
    "n": _number,
    "d": date.fromisoformat,
    "s": datetime.fromisoformat,
    "t": time.fromisoformat,
}


def decode_scalar(raw: Json) -> Any:
    """The value again; anything but the agreed shapes raises ``ValueError``."""
    if raw is None or isinstance(raw, (str, bool, int)):
        return raw
    if isinstance(raw, list) and len(raw) == 2 and raw[0] in SCALARS and isinstance(raw[1], str):
        return SCALARS[raw[0]](raw[1])
    raise ValueError("not a scalar")


def text(value: Json) -> str:
    """A string and nothing else."""
    if not isinstance(value, str):
        raise ValueError("text expected")
    return value


def optional_text(value: Json) -> str | None:
    """A string or nothing."""
    return None if value is None else text(value)


def integer(value: Json) -> int:
    """An integer; True and False are none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("integer expected")
    return value


def flag(value: Json) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ValueError("flag expected")
    return value


def items(value: Json) -> list[Any]:
    """A list of whatever."""
    if not isinstance(value, list):
        raise ValueError("list expected")
    return value


def fields(value: Json, *names: str) -> list[Any]:
    """The values of a record that has exactly these names."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise ValueError("record expected")
    return [value[name] for name in names]
