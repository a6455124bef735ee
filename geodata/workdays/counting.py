"""Counting terms in working days over the days that differ from the week. Pure; days not named are worked Monday to
Friday."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

_FRIDAY: Final = 4
DAY: Final = timedelta(days=1)


def worked(day: date, departures: Mapping[date, bool]) -> bool:
    return departures.get(day, day.weekday() <= _FRIDAY)


def added(day: date, n: int, departures: Mapping[date, bool]) -> date:
    """The n-th working day after `day`, which itself does not count; a negative number goes back."""
    step, left = (DAY if n > 0 else -DAY), abs(n)
    while left:
        day += step
        left -= worked(day, departures)
    return day
