"""Counting working days. Where the calendar says nothing, Monday to Friday are worked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from geodata.workdays.counting import DAY, added, worked
from geodata.workdays.models import CalendarDay

_SPAN: Final = 3  # calendar days looked at for each working day wanted; the longest holiday has nine


def is_workday(day: date) -> bool:
    return worked(day, _departures(day, day))


def add_workdays(day: date, n: int) -> date:
    """The n-th working day after `day`, as terms are counted: the day itself does not count. Zero gives the day itself;
    a negative number goes back. One query."""
    if n == 0:
        return day
    reach = timedelta(days=abs(n) * _SPAN + 30)
    departures = _departures(day, day + reach) if n > 0 else _departures(day - reach, day)
    return added(day, n, departures)


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and with `end`; nothing when `end` is not later. One query."""
    departures = _departures(start, end)
    return sum(worked(start + DAY * n, departures) for n in range(1, (end - start).days + 1))


def _departures(start: date, end: date) -> Mapping[date, bool]:
    return dict(CalendarDay.objects.filter(day__range=(start, end)).values_list("day", "is_workday"))


def departures_of(year: int) -> list[CalendarDay]:
    """The days of a year that differ from the week."""
    return list(CalendarDay.objects.filter(day__year=year).order_by("day"))


def years_known() -> list[int]:
    """The years whose notice has been entered, newest first."""
    return [day.year for day in CalendarDay.objects.dates("day", "year", order="DESC")]
