"""Proportional circles for numbers of projects and money: a circle's area is proportional to its amount. Pure."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

LARGEST: Final = 40.0  # px


def radii(amounts: Mapping[str, Decimal | int], *, largest: float = LARGEST) -> dict[str, float]:
    """Radius in px by code, the largest amount with `largest`; nothing for amounts of nothing."""
    most = max(amounts.values(), default=0)
    if most <= 0:
        return {}
    return {
        code: round(largest * math.sqrt(amount / most), 1) for code, amount in amounts.items() if amount and amount > 0
    }
