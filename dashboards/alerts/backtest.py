"""回测: what a rule would have said in the months gone by, had it been on. Nothing of it reaches a warning or a light.

The rule is tried every seventh day on the facts as of that day, by their business dates: a report counts from the end
of its period although it came days later, so that lead times are a few days too kind.

An *alarm* is what a warning would have been: it begins on the day of trial on which the condition is found and ends
when it was gone on two days of trial in a row (keeping.py). It is
- a *hit* when it was or became red;
- a *false alarm* (误报) when it never became red and its condition, found on at most two days of trial, was gone again
  without anybody having been warned: nobody had to act;
- else a yellow alarm that lasted.
*Lead time* (提前量) of a hit that began yellow: days from its beginning to the day on which it was red. What began red
gave no warning ahead and counts with 0 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Final

from dashboards.alerts.choices import Level, State
from dashboards.alerts.keeping import Held, Move, of_open
from dashboards.alerts.rules import Finding
from geodata.figures.wording import half_up

STEP: Final = timedelta(days=7)
FALSE_AT_MOST: Final = 2  # days of trial on which the condition of a false alarm is found
DEFINITION: Final = (
    "每 7 天按当日业务数据试算一次。命中：预警为红色或升为红色；误报：从未升红，且最多连续两次试算后条件自行消失；"
    "提前量：由黄转红的天数，一开始就是红色的记 0 天。"
)


def scan_days(today: date, months: int) -> list[date]:
    """The days of trial, oldest first, up to today."""
    number = today.year * 12 + today.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    return [today - STEP * n for n in range((today - first).days // STEP.days, -1, -1)]


@dataclass(slots=True)
class Alarm:
    """One alarm of a trial."""

    project_id: int
    opened_on: date
    level: str
    fact: str
    found: int = 1
    red_on: date | None = None
    clear_scans: int = 0
    clear_on: date | None = None
    closed_on: date | None = None

    @property
    def hit(self) -> bool:
        return self.red_on is not None

    @property
    def false(self) -> bool:
        return self.red_on is None and self.closed_on is not None and self.found <= FALSE_AT_MOST

    @property
    def lead_days(self) -> int | None:
        return None if self.red_on is None else (self.red_on - self.opened_on).days


@dataclass(slots=True)
class Trial:
    """The alarms of one rule, built up day by day."""

    alarms: list[Alarm] = field(default_factory=list)
    _open: dict[int, Alarm] = field(default_factory=dict)

    def take(self, day: date, findings: Mapping[int, Finding]) -> None:
        """What the rule finds on the next day of trial, by project."""
        for project_id, finding in findings.items():
            alarm = self._open.get(project_id)
            if alarm is None:
                alarm = Alarm(project_id, day, finding.level, finding.fact, found=0)
                self._open[project_id] = alarm
                self.alarms.append(alarm)
            _found(alarm, finding, day)
        for project_id in [pk for pk in self._open if pk not in findings]:
            alarm = self._open[project_id]
            held = Held(alarm.level, State.OPEN, alarm.fact, "", alarm.clear_scans, alarm.clear_on)
            alarm.clear_scans, alarm.clear_on = alarm.clear_scans + 1, day
            if of_open(held, None, day) == Move.CLOSE:
                alarm.closed_on = day
                del self._open[project_id]

    def result(self) -> dict[str, Any]:
        """The figures of the trial, ready for JSON; alarms by the month in which they began."""
        months = sorted({f"{alarm.opened_on:%Y-%m}" for alarm in self.alarms})
        leads = [alarm.lead_days for alarm in self.alarms if alarm.lead_days is not None]
        return {
            "months": [
                {"month": month, **_figures(a for a in self.alarms if f"{a.opened_on:%Y-%m}" == month)}
                for month in months
            ],
            **_figures(self.alarms),
            "lead_days_median": round(median(leads)) if leads else None,
            "lead_n": len(leads),
            "still_open": len(self._open),
            "projects": len({alarm.project_id for alarm in self.alarms}),
            "definition": DEFINITION,
        }


def _found(alarm: Alarm, finding: Finding, day: date) -> None:
    alarm.level, alarm.fact = finding.level, finding.fact
    alarm.found += 1
    alarm.clear_scans, alarm.clear_on = 0, None
    if finding.level == Level.RED and alarm.red_on is None:
        alarm.red_on = day


def _figures(alarms: Iterable[Alarm]) -> dict[str, Any]:
    held: Sequence[Alarm] = list(alarms)
    false = sum(alarm.false for alarm in held)
    share = half_up(Decimal(false) / len(held) * 100, 1) if held else None
    return {
        "opened": len(held),
        "hits": sum(alarm.hit for alarm in held),
        "false_alarms": false,
        "lasting": sum(not alarm.hit and not alarm.false for alarm in held),
        "cleared": sum(alarm.closed_on is not None for alarm in held),
        "false_alarm_pct": None if share is None else f"{share:f}",
    }
