"""The values of indicators as a file: one row an indicator and area, with its definition."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from dashboards.indicators import bands, ranking
from dashboards.indicators.catalogue import Indicator, Unit
from dashboards.indicators.values import CITY, REST, IndicatorTable, IndicatorValue
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import half_up

NUMBERS: Final = (
    Column("数值", Kind.NUMBER, 14),
    Column("单位", width=12),
    Column("分子", Kind.NUMBER, 18),
    Column("分母", Kind.NUMBER, 18),
    Column("样本数", Kind.NUMBER, 10),
)
COLUMNS: Final = (
    Column("指标编号", width=10),
    Column("指标", width=28),
    Column("区域代码", width=12),
    Column("区域", width=18),
    *NUMBERS,
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
    """How many rows `cells` and `scores` give."""
    return (len(table.areas) + 2) * len(list(indicators)) + 2 * len(table.areas)


def scores(table: IndicatorTable, limits: Mapping[str, Decimal]) -> Iterator[list[Cell]]:
    """The composite ranking and the bands of the handling of complaints, a row a unit in the order of the page."""
    for group in ranking.ranked_composite(table, limits):
        for row in group.rows:
            yield _score("综合", f"综合得分（{group.name}）", row, row.reason)
    known = bands.bands(table, limits)
    for group in bands.banded_groups(table, limits):
        for row in group.rows:
            band = known[row.value.code]
            yield _score("分档", f"投诉办理得分（{group.name}）", row, f"{band.band} 档" if band.band else band.reason)


def _score(number: str, name: str, row: ranking.Ranked, note: str) -> list[Cell]:
    value = row.value
    score = None if value.value is None else half_up(value.value, 2)
    told = [number, name, value.code, value.name, score, "分", None, None, value.n, "", row.rank, note]
    return [*told, *[""] * (len(COLUMNS) - len(told))]


def numbers(value: IndicatorValue, indicator: Indicator) -> list[Cell]:
    """The cells under NUMBERS: a value with its parts, amounts in 元 with two decimals."""
    return [
        _shown(value.value, indicator),
        _unit_name(indicator),
        half_up(Decimal(value.numerator), 2),
        None if value.denominator is None else half_up(Decimal(value.denominator), 2),
        value.n,
    ]


def _shown(value: Decimal | None, indicator: Indicator) -> Decimal | None:
    """A value as a cell of numbers: percent times a hundred, two decimals."""
    return None if value is None else half_up(value * 100 if indicator.unit == Unit.PERCENT else value, 2)


def _unit_name(indicator: Indicator) -> str:
    """The unit as the files write it: 件/万人 for orders over something."""
    return f"件/{indicator.short_denominator}" if indicator.unit == Unit.PIECES_EACH else _UNITS[indicator.unit]


def _row(indicator: Indicator, value: IndicatorValue, rank: int | None, note: str) -> list[Cell]:
    return [
        indicator.id,
        indicator.label,
        value.code,
        value.name,
        *numbers(value, indicator),
        indicator.counts,
        rank,
        note,
        indicator.formula,
        indicator.denominator,
        indicator.records,
        indicator.date_rule,
    ]
