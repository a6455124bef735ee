"""Places of units among their like: counties with counties, functional zones with functional zones. Pure.

The rules are those of docs/indicators.md: equal values share a place and the next is left out (1, 2, 2, 4); among
equals the larger completed investment stands first, then the official order; with too few projects or no denominator
不参与排名.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dashboards.indicators.catalogue import CATALOGUE, Direction, Indicator
from dashboards.indicators.catalogue.indicator import PROJECTS_FEWEST
from dashboards.indicators.notes import NO_NOTE, Note
from dashboards.indicators.values import IndicatorTable, IndicatorValue

UNRANKED: Final = "不参与排名"
GROUPS: Final = {
    "county": "县市区",
    "zone": "功能区",
    "department": "市直责任单位",
    "township": "乡镇街道",
    "city": "全市",
}
# I18 问题销号率 belongs to the composite and has no records yet: its weight is told and given to the others
WEIGHTS: Final = {
    "I08": "rank_weight_pace",
    "I01": "rank_weight_start",
    "I12": "rank_weight_paid",
    "NODES": "rank_weight_nodes",
}
NO_RECORDS: Final = "rank_weight_issues"
COMPOSITE_IDS: Final = tuple(WEIGHTS)
_INVESTED: Final = ("I05", "I04")  # whose numerator is the completed investment, the first that the table has
_FULL: Final = Decimal(1)  # over-fulfilment of one thing does not make up for another


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit. `rank` is None for 不参与排名, with the reason; `change` is how many places better than before."""

    value: IndicatorValue
    rank: int | None
    reason: Note = NO_NOTE
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Units of one kind, best first, those without a place after them in official order; `of`: how many have one."""

    kind: str
    name: str
    rows: tuple[Ranked, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Composite:
    """A unit's score from 0 to 100; `parts` are (indicator, value capped at 1, weight), `missing` what had no value."""

    code: str
    score: Decimal | None
    parts: tuple[tuple[str, Decimal, Decimal], ...]
    missing: tuple[str, ...]


def ranked(table: IndicatorTable, indicator_id: str, before: IndicatorTable | None = None) -> tuple[Group, ...]:
    """The units of a table by group in the order of an indicator; places changed since the table of another day.

    An indicator without a direction (complaints, the calendar) gives no places: the units stand in official order.
    """
    indicator = CATALOGUE[indicator_id]
    past = _places(ranked(before, indicator_id)) if before else {}

    def reason(value: IndicatorValue) -> Note:
        return _reason(indicator, value)

    values = {code: table.value(indicator_id, code) for code in table.areas}
    return grouped(table, values, reason, lower=indicator.direction == Direction.LOWER, past=past)


def composite(table: IndicatorTable, weights: Mapping[str, Decimal]) -> dict[str, Composite]:
    """The score of every unit of a table that holds COMPOSITE_IDS; `weights` are the thresholds by key.

    What has no value in a unit (no denominator) is left out there, and the other weights share its part.
    """
    return {code: _score(table, code, weights) for code in table.areas}


def ranked_composite(
    table: IndicatorTable, weights: Mapping[str, Decimal], before: IndicatorTable | None = None
) -> tuple[Group, ...]:
    """The units by their scores, in the same groups and by the same rules."""
    past = _places(ranked_composite(before, weights)) if before else {}
    scores = composite(table, weights)
    values = {
        code: IndicatorValue(
            code, table.area(code).name, one.score, one.score or Decimal(0), Decimal(100), table.projects(code)
        )
        for code, one in scores.items()
    }

    def reason(value: IndicatorValue) -> Note:
        if value.n < PROJECTS_FEWEST:
            return too_few("项目", PROJECTS_FEWEST)
        return NO_NOTE if value.value is not None else Note("没有可计算的指标")

    return grouped(table, values, reason, lower=False, past=past)


def left_out(weights: Mapping[str, Decimal]) -> Note:
    """What the composite leaves out for want of records, as a sentence to stand beside it; empty for nothing."""
    weight = weights[NO_RECORDS]
    if not weight:
        return NO_NOTE
    sentence = "问题销号率（权重 %(weight)s）尚无记录，不计入综合得分，其余权重按比例折算"
    return Note(sentence, weight=f"{weight.normalize():f}")


def _score(table: IndicatorTable, code: str, weights: Mapping[str, Decimal]) -> Composite:
    found = {name: table.value(name, code).value for name in WEIGHTS}
    parts = tuple(
        (name, max(Decimal(0), min(value, _FULL)), weights[WEIGHTS[name]])
        for name, value in found.items()
        if value is not None and weights[WEIGHTS[name]] > 0
    )
    whole = sum((weight for _name, _value, weight in parts), Decimal(0))
    score = sum((value * weight for _name, value, weight in parts), Decimal(0)) * 100 / whole if whole else None
    return Composite(code, score, parts, tuple(name for name, value in found.items() if value is None))


def too_few(counts: str, fewest: int) -> Note:
    """不参与排名: fewer in the denominator than a comparison needs."""
    return Note("%(counts)s不足 %(fewest)s 个", counts=counts, fewest=fewest)


def _reason(indicator: Indicator, value: IndicatorValue) -> Note:
    if indicator.direction == Direction.NONE:
        return Note("该指标不排名")
    if value.value is None:
        return Note("没有分母")
    return too_few(indicator.counts, indicator.fewest) if value.n < indicator.fewest else NO_NOTE


def grouped(
    table: IndicatorTable,
    values: Mapping[str, IndicatorValue],
    reason: Callable[[IndicatorValue], Note],
    *,
    lower: bool,
    past: Mapping[str, int],
) -> tuple[Group, ...]:
    """Values in the order of the rules: within each group those that are compared, then the others with a reason."""
    order = {code: place for place, code in enumerate(table.areas)}
    invested = next((name for name in _INVESTED if name in table.ids), "")
    sign = -1 if lower else 1

    def best_first(one: IndicatorValue) -> tuple[Decimal, Decimal, int]:
        done = Decimal(table.value(invested, one.code).numerator) if invested else Decimal(0)
        return (-sign * (one.value or Decimal(0)), -done, order[one.code])

    groups = []
    for kind in dict.fromkeys(area.kind for area in table.listed):
        members = [values[area.code] for area in table.listed if area.kind == kind]
        compared = sorted((one for one in members if not reason(one)), key=best_first)
        rows = list(_placed(compared, past))
        rows += [Ranked(one, None, reason(one)) for one in members if reason(one)]
        groups.append(Group(kind, GROUPS[kind], tuple(rows), len(compared)))
    return tuple(groups)


def _placed(compared: list[IndicatorValue], past: Mapping[str, int]) -> Iterable[Ranked]:
    rank = 0
    for place, one in enumerate(compared, start=1):
        if place == 1 or one.value != compared[place - 2].value:
            rank = place
        yield Ranked(one, rank, change=past[one.code] - rank if one.code in past else None)


def _places(groups: Iterable[Group]) -> dict[str, int]:
    return {row.value.code: row.rank for group in groups for row in group.rows if row.rank is not None}
