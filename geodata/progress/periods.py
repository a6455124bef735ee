"""The periods of reports: months and weeks, when a month is due, which ones may be written. Pure: today is passed in.

A week is a calendar week from Monday to Sunday, numbered as in ISO 8601 and GB/T 7408; when it is due depends on the
working days and stands in geodata/progress/duty.py.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.errors import BadParameter

EARLIEST: Final = date(2015, 1, 1)  # before that no plan of this platform's kind existed
MONTH: Final = "month"
WEEK: Final = "week"
_MONTH: Final = re.compile(r"^(\d{4})-(\d{2})$")
_WEEK: Final = re.compile(r"^(\d{4})-W(\d{2})$")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting month or week by its first and last day."""

    start: date
    end: date
    kind: str = MONTH

    @property
    def key(self) -> str:
        """As it stands in addresses: 2026-10 or 2026-W43."""
        if self.kind == WEEK:
            year, week, _day = self.end.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.start:%Y-%m}"

    @property
    def label(self) -> str:
        """As people read it: 2026年10月, 2026年第43周（10月19日至25日）."""
        if self.kind == MONTH:
            return f"{self.start.year}年{self.start.month}月"
        year, week, _day = self.end.isocalendar()
        last = f"{self.end.day}日" if self.end.month == self.start.month else f"{self.end.month}月{self.end.day}日"
        return f"{year}年第{week}周（{self.start.month}月{self.start.day}日至{last}）"

    @property
    def title(self) -> str:
        """What its report is called: 2026年10月月报."""
        return f"{self.label}{'周报' if self.kind == WEEK else '月报'}"

    def due_on(self, due_day: int) -> date:
        """The day of the next month by which the report of a month is due."""
        after = self.end + _DAY
        return after.replace(day=min(due_day, calendar.monthrange(after.year, after.month)[1]))

    @property
    def before(self) -> Period:
        return period_of(self.kind, self.start - _DAY)

    @property
    def after(self) -> Period:
        return period_of(self.kind, self.end + _DAY)


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def week_of(day: date) -> Period:
    """The week, Monday to Sunday, that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), WEEK)


def period_of(kind: str, day: date) -> Period:
    """The period of a kind that a day lies in."""
    return week_of(day) if kind == WEEK else month_of(day)


def owed(today: date, kind: str = MONTH) -> Period:
    """The newest period of a kind that is over: what is to be reported now."""
    return period_of(kind, today).before


def reportable(period: Period, today: date) -> bool:
    """A period that has begun may be written down; the future may not."""
    return EARLIEST <= period.start <= today


def parse(text: str, *, today: date) -> Period:
    """A month of an address or a form; nothing means the one that is owed. Raises BadParameter."""
    said = text.strip()
    return _begun(_month(said), today) if said else owed(today)


def parse_any(text: str, *, today: date, kind: str) -> Period:
    """A month or a week; nothing means the one of the kind that is owed. Raises BadParameter."""
    said = text.strip()
    if not said:
        return owed(today, kind)
    return _begun(_week(said) if "W" in said else _month(said), today)


def _month(said: str) -> Period:
    found = _MONTH.match(said)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < EARLIEST.year:
        raise BadParameter("报告期请写成 2026-10 这样的年月")
    return month_of(date(int(found[1]), int(found[2]), 1))


def _week(said: str) -> Period:
    found = _WEEK.match(said)
    try:
        return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1)) if found else _month(said)
    except ValueError as error:  # year 0, week 54
        raise BadParameter("报告期请写成 2026-W43 这样的年和周") from error


def _begun(period: Period, today: date) -> Period:
    if not reportable(period, today):
        raise BadParameter(f"{period.label}还没有开始，不能填报" if period.start > today else "报告期过早，请核对")
    return period
