"""Rates with named denominators. One rule for all: no or zero denominator → None, shown as — and left out of rankings.

Results are ratios (0.539 for 53.9 %), except deviations, which are percentage points. The identifiers I04 … are those
of the indicator catalogue (docs/data-dictionary.md). A group's rate is the ratio of its sums, never a mean of ratios.
"""

from decimal import Decimal
from typing import Final

Number = Decimal | int
# I07 from which a project counts as behind: ten points less than the months that are over
BEHIND: Final = Decimal(-10)


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
