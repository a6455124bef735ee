"""What a rule is, and what it finds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts
from geodata.figures.wording import half_up

Limits = Mapping[str, Decimal]
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's judgement of one project on one day, with everything that explains it.

    `fact` names what is the matter, without what grows by itself from day to day: a warning that somebody has closed
    does not come back in the same month for the same fact at the same level.
    """

    level: Level
    fact: str
    sentence: str
    inputs: Mapping[str, Any]


Judge = Callable[[Facts, Limits], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A warning rule. `version` grows whenever the same facts and parameters would be judged otherwise.

    `parameters` are keys of geodata/thresholds. `in_light`: decides the project's light; `needs_report`: rests on
    figures of reports, hence says nothing while those are older than their period.
    """

    id: str
    name: str
    meaning: str
    source: str
    parameters: tuple[str, ...]
    judge: Judge
    version: int = 1
    in_light: bool = False
    needs_report: bool = False

    def thresholds(self, limits: Limits) -> dict[str, str]:
        """The parameters by which it judged, as they are kept with the warning."""
        return {key: text(limits[key]) for key in self.parameters}


def graded(value: Decimal | int, yellow: Decimal, red: Decimal) -> Level | None:
    """Beyond yellow, beyond red: the bounds themselves are still in order (“> 15 天”)."""
    if value > red:
        return Level.RED
    return Level.YELLOW if value > yellow else None


def reached(value: Decimal | int, yellow: Decimal, red: Decimal) -> Level | None:
    """Reaching the bound counts (“≥ 2 件”)."""
    if value >= red:
        return Level.RED
    return Level.YELLOW if value >= yellow else None


def text(value: Any) -> Any:
    """A value as it is kept in JSON: exact numbers and days as texts."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def kept(**inputs: Any) -> dict[str, Any]:
    """The inputs of a finding, ready for JSON."""
    return {name: text(value) for name, value in inputs.items()}


def pct(value: Decimal, places: int = 1) -> str:
    """A share in percent as text: 18.0%."""
    return f"{half_up(value, places):f}%"


def pp(value: Decimal) -> str:
    """Percentage points without a sign: 15.3."""
    return f"{half_up(abs(value), 1):f}"


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
