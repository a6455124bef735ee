"""The period in which complaints and reports are counted, and the two that it is compared with. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def year_before(self) -> Span:
        """同期: the same days of the year before."""
        return self._months_before(12)

    @property
    def one_before(self) -> Span:
        """上期: as many months before, where the span begins with a month; else as many days."""
        if self.first.day != 1:
            days = (self.last - self.first).days + 1
            return Span(self.first - timedelta(days=days), self.first - timedelta(days=1))
        return self._months_before((self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1)

    def _months_before(self, months: int) -> Span:
        return Span(_back(self.first, months), _back(self.last, months, to_the_end=_ends(self.last)))


def span_until(as_of: date, period: tuple[date, date] | None) -> Span:
    """What of a period is over on a day; by default the month of the day. A period that begins later has no day."""
    first, last = period or (as_of.replace(day=1), as_of)
    return Span(first, min(last, as_of))


def _ends(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _back(day: date, months: int, *, to_the_end: bool = False) -> date:
    """The same day months before; the month's last day where the day was one, or where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if to_the_end else min(day.day, last))
