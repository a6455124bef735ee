"""Numerator, denominator and how many stand behind them: what adds up over areas, as ratios never do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """`above` over `below` (元, pieces, projects or households) of `n` projects or orders."""

    above: Decimal = Decimal(0)
    below: Decimal = Decimal(0)
    n: int = 0

    def __add__(self, other: Part) -> Part:
        return Part(self.above + other.above, self.below + other.below, self.n + other.n)

    def __sub__(self, other: Part) -> Part:
        return Part(self.above - other.above, self.below - other.below, self.n - other.n)


Parts = dict[tuple[str, str], Part]  # (measure, code of the area; "" is the rest)
NOTHING = Part()
