"""A, B, C, D: how well each unit's complaints are handled, in bands instead of places. Pure.

国办函〔2025〕66号 asks to judge the hotline's work by bands and not to chase ranks; so there are places only where
headquarters switches them on. docs/indicators.md says the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dashboards.indicators.catalogue.indicator import ORDERS_FEWEST
from dashboards.indicators.notes import NO_NOTE, Note
from dashboards.indicators.ranking import Group, grouped, too_few
from dashboards.indicators.values import IndicatorTable, IndicatorValue

WEIGHTS: Final = {"C08": "band_weight_in_time", "C09": "band_weight_satisfied", "C10": "band_weight_rework"}
BAND_IDS: Final = tuple(WEIGHTS)
FROM: Final = {"A": "band_a_from", "B": "band_b_from", "C": "band_c_from"}
LAST: Final = "D"
SWITCH: Final = "rank_complaints"
_FULL: Final = Decimal(1)
_DUE: Final = "C08"  # whose denominator is the orders to be handled
_REWORK: Final = "C10"  # less is better: what is missing to 100 % counts
_FULL_SCORE: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Banded:
    """A unit's band, empty with the reason where too little is known."""

    code: str
    score: Decimal | None
    band: str
    reason: Note = NO_NOTE


def bands(table: IndicatorTable, limits: Mapping[str, Decimal]) -> dict[str, Banded]:
    """The band of every unit of a table that holds BAND_IDS; `limits` are the thresholds by key."""
    return {code: _banded(table, code, limits) for code in table.areas}


def banded_groups(table: IndicatorTable, limits: Mapping[str, Decimal]) -> tuple[Group, ...]:
    """The units in their groups in official order; by score and with places where the switch is on."""
    found = bands(table, limits)
    ranks = bool(limits[SWITCH])

    def reason(value: IndicatorValue) -> Note:
        return found[value.code].reason or (NO_NOTE if ranks else Note("只分档，不列名次"))

    values = {
        code: IndicatorValue(
            code,
            table.area(code).name,
            one.score,
            one.score or Decimal(0),
            _FULL_SCORE,
            table.value(_DUE, code).n,
        )
        for code, one in found.items()
    }
    return grouped(table, values, reason, lower=False, past={})


def band_of(score: Decimal, limits: Mapping[str, Decimal]) -> str:
    """The band of a score: its bound belongs to the better one."""
    return next((band for band, key in FROM.items() if score >= limits[key]), LAST)


def _banded(table: IndicatorTable, code: str, limits: Mapping[str, Decimal]) -> Banded:
    parts = {name: table.value(name, code).value for name in WEIGHTS}
    known = [
        (min(max(_FULL - value if name == _REWORK else value, Decimal(0)), _FULL), limits[WEIGHTS[name]])
        for name, value in parts.items()
        if value is not None and limits[WEIGHTS[name]] > 0
    ]
    whole = sum((weight for _value, weight in known), Decimal(0))
    due = table.value(_DUE, code)
    if due.n < ORDERS_FEWEST:
        return Banded(code, None, "", too_few("应办理工单", ORDERS_FEWEST))
    if not whole:
        return Banded(code, None, "", Note("没有可计算的指标"))
    score = sum((value * weight for value, weight in known), Decimal(0)) * _FULL_SCORE / whole
    return Banded(code, score, band_of(score, limits))
