"""The rules and a back-test as files; the language of files is Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dashboards.alerts.models import BacktestRun
from dashboards.alerts.selectors import RuleState
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.thresholds.catalogue import BY_KEY
from portal.dashboard.rules.runs import months_of
from portal.dashboard.rules.texts import plain

RULES: Final = (
    Column("规则", width=8),
    Column("名称", width=16),
    Column("版本", Kind.NUMBER, 8),
    Column("判断", width=60),
    Column("依据", width=44),
    Column("参与定灯", width=10),
    Column("启用", width=8),
    Column("参数", width=30),
    Column("现行值", Kind.PLAIN, 12),
    Column("单位", width=10),
    Column("缺省值", Kind.PLAIN, 12),
    Column("最小", Kind.PLAIN, 12),
    Column("最大", Kind.PLAIN, 12),
    Column("未关闭预警(件)", Kind.NUMBER, 14),
)
MONTHS: Final = (
    Column("月份", width=12),
    Column("预警(件)", Kind.NUMBER, 12),
    Column("命中(件)", Kind.NUMBER, 12),
    Column("持续黄灯(件)", Kind.NUMBER, 14),
    Column("误报(件)", Kind.NUMBER, 12),
    Column("已解除(件)", Kind.NUMBER, 12),
)


def rule_cells(known: Sequence[RuleState], open_alerts: Mapping[str, int]) -> Iterator[list[Cell]]:
    """A row a parameter, the rule in each; one row for a rule without a parameter."""
    for state in known:
        rule = state.rule
        yes = {True: "是", False: "否"}
        words: list[Cell] = [rule.id, rule.name, rule.version, rule.meaning, rule.source, yes[rule.in_light]]
        words.append(yes[state.enabled])
        n = open_alerts.get(rule.id, 0)
        for one, value in state.parameters:
            yield [*words, one.label, value, one.unit, one.default, one.low, one.high, n]
        if not state.parameters:
            yield [*words, "", None, "", None, None, None, n]


def month_cells(run: BacktestRun) -> Iterator[list[Cell]]:
    """A row a month of the test, their sum last."""
    months = months_of(run)
    names = ("opened", "hits", "lasting", "false_alarms", "cleared")
    for month in months:
        yield [month["month"], *(month[name] for name in names)]
    yield ["合计", *(sum(month[name] for month in months) for name in names)]


def notes(run: BacktestRun) -> tuple[str, ...]:
    """What was tried, on which days, with which parameters, and how the numbers are meant."""
    used = [
        f"{BY_KEY[key].label} {plain(Decimal(str(value)))}{BY_KEY[key].unit}"
        for key, value in run.thresholds.items()
        if key in BY_KEY
    ]
    result: Mapping[str, Any] = run.result or {}
    told = (f"{run.rule} 第 {run.rule_version} 版", f"{run.first_day} 至 {run.last_day}", "、".join(used))
    return tuple(text for text in (*told, str(result.get("definition", ""))) if text)
