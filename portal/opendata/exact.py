"""JSON in which an amount is a number with all its digits, never rounded through binary floats."""

from decimal import Decimal
from typing import Any

import orjson


def as_json(document: Any) -> bytes:
    return orjson.dumps(document, default=_exact)


def _exact(value: Any) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError
    return orjson.Fragment(f"{value:f}")
