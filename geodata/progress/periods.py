"""The periods of reports: months, when each is due, and which ones may be written. Pure: today is passed in."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.errors import BadParameter

EARLIEST: Final = date(2015, 1, 1)  # before that no plan of this platform's kind existed
_MONTH: Final = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting month by its first and last day."""

    start: date
    end: date
    kind: str = "month"

    @property
    def key(self) -> str:
        """As it stands in addresses: 2026-10."""
        return f"{self.start:%Y-%m}"

    @property
    def label(self) -> str:
        """As people read it: 2026年10月."""
        return f"{self.start.year}年{self.start.month}月"

    def due_on(self, due_day: int) -> date:
        """The day of the next month by which the report is due."""
        after = self.end + timedelta(days=1)
        return after.replace(day=min(due_day, calendar.monthrange(after.year, after.month)[1]))

    @property
    def before(self) -> Period:
        return month_of(self.start - timedelta(days=1))

    @property
    def after(self) -> Period:
        return month_of(self.end + timedelta(days=1))


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def owed(today: date) -> Period:
    """The newest month that is over: what is to be reported now."""
    return month_of(today.replace(day=1) - timedelta(days=1))


def reportable(period: Period, today: date) -> bool:
    """A month that has begun may be written down; the future may not."""
    return EARLIEST <= period.start <= today


def parse(text: str, *, today: date) -> Period:
    """A month of an address or a form; nothing means the one that is owed. Raises BadParameter."""
    said = text.strip()
    if not said:
        return owed(today)
    found = _MONTH.match(said)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < EARLIEST.year:
        raise BadParameter("报告期请写成 2026-10 这样的年月")
    period = month_of(date(int(found[1]), int(found[2]), 1))
    if not reportable(period, today):
        raise BadParameter(f"{period.label}还没有开始,不能填报")
    return period
