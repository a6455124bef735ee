"""The values of indicators as a file: one row an indicator and area, with its definition."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from dashboards.indicators import ranking
from dashboards.indicators.catalogue import Indicator, Unit
from dashboards.indicators.values import CITY, REST, IndicatorTable, IndicatorValue
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import half_up

COLUMNS: Final = (
    Column("指标编号", width=10),
    Column("指标", width=28),
    Column("区域代码", width=12),
    Column("区域", width=18),
    Column("数值", Kind.NUMBER, 14),
    Column("单位", width=12),
    Column("分子", Kind.NUMBER, 18),
    Column("分母", Kind.NUMBER, 18),
    Column("样本数", Kind.NUMBER, 10),
    Column("样本", width=14),
    Column("名次", Kind.NUMBER, 8),
    Column("备注", width=26),
    Column("公式", width=44),
    Column("分母口径", width=36),
    Column("数据来源", width=36),
    Column("日期口径", width=44),
)
_UNITS: Final = {Unit.PERCENT: "%", Unit.POINTS: "个百分点", Unit.PIECES: "件", Unit.YUAN: "元", Unit.DAYS: "天"}


def cells(table: IndicatorTable, indicators: Iterable[Indicator]) -> Iterator[list[Cell]]:
    """The rows: areas in official order, what lies in none of them, the city last."""
    for indicator in indicators:
        places = {row.value.code: row for group in ranking.ranked(table, indicator.id) for row in group.rows}
        for code in (*table.areas, REST, CITY):
            value = table.value(indicator.id, code)
            place = places.get(code)
            note = "、".join(text for text in (value.note, place.reason if place else "") if text)
            yield _row(indicator, value, place.rank if place else None, note)


def count(table: IndicatorTable, indicators: Iterable[Indicator]) -> int:
    """How many rows `cells` gives."""
    return (len(table.areas) + 2) * len(list(indicators))


def _row(indicator: Indicator, value: IndicatorValue, rank: int | None, note: str) -> list[Cell]:
    shown = value.value
    if shown is not None:
        shown = half_up(shown * 100 if indicator.unit == Unit.PERCENT else shown, 2)
    return [
        indicator.id,
        indicator.label,
        value.code,
        value.name,
        shown,
        f"件/{indicator.short_denominator}" if indicator.unit == Unit.PIECES_EACH else _UNITS[indicator.unit],
        half_up(Decimal(value.numerator), 2),
        None if value.denominator is None else half_up(Decimal(value.denominator), 2),
        value.n,
        indicator.counts,
        rank,
        note,
        indicator.formula,
        indicator.denominator,
        indicator.records,
        indicator.date_rule,
    ]
