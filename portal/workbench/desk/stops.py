"""Works that stand still: the resumption that was promised, and the report of the stop that nobody has handed in.

A stop is to be reported within a month (建筑工程施工许可管理办法); the desk says so after fifteen days and urges from
the thirtieth on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from portal import wording
from portal.workbench.desk import addresses
from portal.workbench.desk.selectors import Due

UNREPORTED_DAYS: Final = 15
URGENT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Stop:
    """What the row of a stopped project says: since when, until when promised, reported or not."""

    row: Due
    since: date
    resume_on: date | None
    is_reported: bool

    def days_over(self, today: date) -> int:
        """Days since the promised resumption; negative before it, far below where none was promised."""
        return (today - self.resume_on).days if self.resume_on else -10_000

    def days_unreported(self, today: date) -> int:
        """Days of a stop without its report, 0 where it is reported."""
        return 0 if self.is_reported else (today - self.since).days

    def urgency(self, today: date) -> tuple[int, int]:
        """Sorts the most urgent first: resumption gone by, thirty days unreported, fifteen, resumption this week."""
        over, silent = self.days_over(today), self.days_unreported(today)
        if over > 0:
            return (0, -over)
        if silent >= URGENT_DAYS:
            return (1, -silent)
        return (2, -silent) if silent >= UNREPORTED_DAYS else (3, -over)


def ordered(rows: Iterable[Due], today: date) -> list[Stop]:
    """The most urgent first."""
    return sorted((_read(row) for row in rows), key=lambda stop: (*stop.urgency(today), stop.row.code))


def _read(row: Due) -> Stop:
    since, resume, reported = row.detail.split("|")
    return Stop(row, date.fromisoformat(since), date.fromisoformat(resume) if resume else None, bool(reported))


def fields(stop: Stop, today: date) -> dict[str, Any]:
    """The fields of a task (portal/workbench/desk/work.py)."""
    row, over, silent = stop.row, stop.days_over(today), stop.days_unreported(today)
    said = [_("standing still since %(day)s") % {"day": wording.day(stop.since)}]
    if silent >= UNREPORTED_DAYS:
        said.append(_("no report of the stop for %(n)s days") % {"n": silent})
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "what": _what(stop, today),
        "url": addresses.place("status", row.code) or addresses.project(row.code),
        "note": " · ".join(said),
        "when": _when(stop, today),
        "late": over > 0 or silent >= URGENT_DAYS,
    }


def _what(stop: Stop, today: date) -> str:
    over = stop.days_over(today)
    if over > 0:
        return _("Resumption promised for %(day)s") % {"day": wording.day(stop.resume_on)}
    if stop.days_unreported(today) >= UNREPORTED_DAYS:
        return _("The stop is not reported")
    return _("Resumption due this week")


def _when(stop: Stop, today: date) -> str:
    over = stop.days_over(today)
    if over > 0:
        return _("%(n)s days late") % {"n": over}
    if stop.days_unreported(today) >= UNREPORTED_DAYS:
        return _("for %(n)s days") % {"n": (today - stop.since).days}
    return wording.day(stop.resume_on)
