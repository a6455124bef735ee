"""Rates with named denominators. One rule for all: no or zero denominator → None, shown as — and left out of rankings.

Results are ratios (0.539 for 53.9 %), except deviations, which are percentage points. The identifiers I04 … are those
of the indicator catalogue (docs/data-dictionary.md). A group's rate is the ratio of its sums, never a mean of ratios.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

Number = Decimal | int


def ratio(numerator: Number | None, denominator: Number | None) -> Decimal | None:
    """numerator / denominator; None where there is nothing to divide or to divide by. May exceed 1."""
    if numerator is None or not denominator:
        return None
    return Decimal(numerator) / Decimal(denominator)


def ratio_of_sums(pairs: Iterable[tuple[Number | None, Number | None]]) -> Decimal | None:
    """A group's rate: members without a denominator count in neither sum; a missing numerator counts as nothing."""
    above, below = Decimal(0), Decimal(0)
    for numerator, denominator in pairs:
        if denominator:
            above += Decimal(numerator or 0)
            below += Decimal(denominator)
    return ratio(above, below)


def start_rate(started: int, planned_starts: int | None) -> Decimal | None:
    """I01 开工率 = 累计开工数 ÷ 年度计划开工数."""
    return ratio(started, planned_starts)


def annual_investment_rate(completed_this_year: Number | None, annual_plan: Number | None) -> Decimal | None:
    """I04 年度投资完成率 = 年度累计完成投资 ÷ 年度计划投资."""
    return ratio(completed_this_year, annual_plan)


def cumulative_investment_rate(completed: Number | None, total_investment: Number | None) -> Decimal | None:
    """I05 累计投资完成率 = 自开工累计完成投资 ÷ 总投资."""
    return ratio(completed, total_investment)


def deviation_points(rate: Decimal | None, time_progress: Decimal | None) -> Decimal | None:
    """I07 进度偏差 in percentage points = (I04 - I06) × 100; I06 stands in progress/schedule.py."""
    if rate is None or time_progress is None:
        return None
    return (rate - time_progress) * 100


def schedule_ratio(rate: Decimal | None, time_progress: Decimal | None) -> Decimal | None:
    """I08 序时达成比 = I04 ÷ I06."""
    return ratio(rate, time_progress)


class DisbursementBase(StrEnum):
    """What a 资金拨付率 is divided by; its label must say so."""

    ARRIVED = "arrived"
    ALLOCATED = "allocated"
    ANNUAL_PLAN = "annual_plan"
    TOTAL_INVESTMENT = "total_investment"


DISBURSEMENT_LABELS: Final[dict[DisbursementBase, str]] = {
    DisbursementBase.ARRIVED: "资金拨付率(占到位)",
    DisbursementBase.ALLOCATED: "资金拨付率(占下达)",
    DisbursementBase.ANNUAL_PLAN: "资金拨付率(占年度计划)",
    DisbursementBase.TOTAL_INVESTMENT: "资金拨付率(占总投资)",
}


def disbursement_rate(disbursed: Number | None, base: Number | None) -> Decimal | None:
    """I12 资金拨付率 = 已拨付 ÷ one of DisbursementBase (到位 unless said otherwise)."""
    return ratio(disbursed, base)


def budget_execution_rate(spent: Number | None, adjusted_budget: Number | None) -> Decimal | None:
    """I13 预算执行率 = 实际支出 ÷ 预算(调整后)数."""
    return ratio(spent, adjusted_budget)


def payment_ratio(paid: Number | None, certified: Number | None) -> Decimal | None:
    """I14 支付比例 = 已支付 ÷ 经确认产值; lawful between 80 % and 97 % before settlement (财建〔2022〕183号)."""
    return ratio(paid, certified)


class Light(StrEnum):
    """Worst last."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_LEVELS: Final = (Light.GREEN, Light.YELLOW, Light.RED)
# Points: 10 to 30 behind is yellow, more is red. Ratio: below 0.8 yellow, below 0.6 red. Early in the year both would
# fire on everything, so each begins at a time progress of its own.
_POINTS: Final = (Decimal(-10), Decimal(-30), Decimal("0.10"))
_RATIO: Final = (Decimal("0.8"), Decimal("0.6"), Decimal("0.25"))


def schedule_light(rate: Decimal | None, time_progress: Decimal) -> Light | None:
    """Light of the schedule alone: the worse of the points rule and the ratio rule; None without a rate."""
    points, share = deviation_points(rate, time_progress), schedule_ratio(rate, time_progress)
    if points is None:
        return None
    by_points = (points <= _POINTS[0]) + (points < _POINTS[1]) if time_progress >= _POINTS[2] else 0
    by_ratio = 0
    if share is not None and time_progress >= _RATIO[2]:
        by_ratio = (share < _RATIO[0]) + (share < _RATIO[1])
    return _LEVELS[max(by_points, by_ratio)]
