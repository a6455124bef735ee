"""The catalogue as the tables of docs/indicators.md; a test holds the page to them. Pure."""

from collections.abc import Iterable
from typing import Final

from dashboards.indicators.catalogue.complaints import COMPLAINTS
from dashboards.indicators.catalogue.indicator import Direction, Indicator, Unit
from dashboards.indicators.catalogue.money import MONEY
from dashboards.indicators.catalogue.progress import PROGRESS

_UNITS: Final = {Unit.PERCENT: "%", Unit.POINTS: "个百分点", Unit.PIECES: "件", Unit.YUAN: "元", Unit.DAYS: "天"}
_DIRECTIONS: Final = {Direction.HIGHER: "高为好", Direction.LOWER: "低为好", Direction.NONE: "不排名"}
_HEAD: Final = "| 编号 | 指标 | 公式 | 分母 | 单位 | 方向 | 样本 | 数据来源 | 日期口径 | 说明 |"


def tables() -> str:
    """Three tables, a family each."""
    families = (("进度", PROGRESS), ("资金", MONEY), ("投诉与办理", COMPLAINTS))
    return "\n\n".join(f"### {name}\n\n{_table(indicators)}" for name, indicators in families) + "\n"


def _table(indicators: Iterable[Indicator]) -> str:
    return "\n".join([_HEAD, "|---" * 10 + "|", *(_line(indicator) for indicator in indicators)])


def _line(one: Indicator) -> str:
    unit = f"件/{one.short_denominator}" if one.unit == Unit.PIECES_EACH else _UNITS[one.unit]
    cells = (one.id, one.label, one.formula, one.denominator or "—", unit, _DIRECTIONS[one.direction])
    more = (one.counts, one.records, one.date_rule, one.note or "—")
    return f"| {' | '.join((*cells, *more))} |"
