"""Figures as text: one way to write money, rates and dates on every page, list and export. Nothing known is —."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from geodata.figures.reading import Precision

NOTHING: Final = "—"
_WAN: Final = Decimal(10_000)
_YI: Final = Decimal(100_000_000)
_QUARTER_NAMES: Final = ("一", "二", "三", "四")


def half_up(value: Decimal, places: int) -> Decimal:
    """Commercial rounding (0.125 → 0.13), the rule of official tables; applied to shown figures only, never to sums."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _grouped(value: Decimal, places: int) -> str:
    rounded = half_up(value, places)
    return f"{abs(rounded) if rounded == 0 else rounded:,.{places}f}"


def yuan(amount: Decimal | None) -> str:
    """元 with the fen: 4,082,400.00."""
    return NOTHING if amount is None else _grouped(amount, 2)


def wan(amount: Decimal | None, places: int = 2) -> str:
    """万元 of an amount in 元: 3,265.92."""
    return NOTHING if amount is None else _grouped(amount / _WAN, places)


def yi(amount: Decimal | None, places: int = 1) -> str:
    """亿元 of an amount in 元: 12.3."""
    return NOTHING if amount is None else _grouped(amount / _YI, places)


def percent(ratio: Decimal | None, places: int = 2) -> str:
    """A ratio as percent: 0.539 → 53.90%. Lists use two places, bulletins one."""
    return NOTHING if ratio is None else f"{_grouped(ratio * 100, places)}%"


def points(difference: Decimal | None, places: int = 1) -> str:
    """A difference in percentage points with its sign: -1.6, +0.7; the unit 个百分点 stands in the label."""
    if difference is None:
        return NOTHING
    text = _grouped(difference, places)
    return f"+{text}" if half_up(difference, places) > 0 else text


def date_text(value: date | None, precision: Precision | str = Precision.DAY) -> str:
    """A date no more exact than it is known: 2026年3月18日, 2026年3月上旬, 2026年3月, 2026年第一季度, 2026年."""
    if value is None:
        return NOTHING
    match Precision(precision):
        case Precision.YEAR:
            return f"{value.year}年"
        case Precision.QUARTER:
            return f"{value.year}年第{_QUARTER_NAMES[(value.month - 1) // 3]}季度"
        case Precision.MONTH:
            return f"{value.year}年{value.month}月"
        case Precision.TENDAY:
            return f"{value.year}年{value.month}月{('上旬', '中旬', '下旬')[min((value.day - 1) // 10, 2)]}"
        case Precision.DAY:
            return f"{value.year}年{value.month}月{value.day}日"
