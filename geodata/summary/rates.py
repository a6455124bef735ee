"""Rates with named denominators. One rule for all: no or zero denominator → None, shown as — and left out of rankings.

Results are ratios (0.539 for 53.9 %), except deviations, which are percentage points. The identifiers I04 … are those
of the indicator catalogue (docs/data-dictionary.md). A group's rate is the ratio of its sums, never a mean of ratios.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

Number = Decimal | int


def ratio(numerator: Number | None, denominator: Number | None) -> Decimal | None:
    """numerator / denominator; None where there is nothing to divide or to divide by. May exceed 1."""
    if numerator is None or not denominator:
        return None
    return Decimal(numerator) / Decimal(denominator)


def disbursement_rate(disbursed: Number | None, base: Number | None) -> Decimal | None:
    """I12 资金拨付率 = 已拨付 ÷ 到位, unless the label names another denominator."""
    return ratio(disbursed, base)


def payment_ratio(paid: Number | None, certified: Number | None) -> Decimal | None:
    """I14 支付比例 = 已支付 ÷ 经确认产值; lawful between 80 % and 97 % before settlement (财建〔2022〕183号)."""
    return ratio(paid, certified)


def deviation_points(rate: Decimal | None, time_progress: Decimal | None) -> Decimal | None:
    """I07 进度偏差 in percentage points = (I04 - I06) × 100; I06 stands in progress/schedule.py."""
    if rate is None or time_progress is None:
        return None
    return (rate - time_progress) * 100


class Light(StrEnum):
    """Worst last."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_LEVELS: Final = (Light.GREEN, Light.YELLOW, Light.RED)
# Points: 10 to 30 behind is yellow, more is red. Ratio (I08 = I04 ÷ I06): below 0.8 yellow, below 0.6 red. Early in the
# year both would fire on everything, so each begins at a time progress of its own.
BEHIND: Final = Decimal(-10)
FAR_BEHIND: Final = Decimal(-30)
POINTS_FROM: Final = Decimal("0.10")
_RATIO: Final = (Decimal("0.8"), Decimal("0.6"), Decimal("0.25"))


def schedule_light(rate: Decimal | None, time_progress: Decimal) -> Light | None:
    """Light of the schedule alone: the worse of the points rule and the ratio rule; None without a rate."""
    points, share = deviation_points(rate, time_progress), ratio(rate, time_progress)
    if points is None:
        return None
    by_points = (points <= BEHIND) + (points < FAR_BEHIND) if time_progress >= POINTS_FROM else 0
    by_ratio = 0
    if share is not None and time_progress >= _RATIO[2]:
        by_ratio = (share < _RATIO[0]) + (share < _RATIO[1])
    return _LEVELS[max(by_points, by_ratio)]
