"""The notice of 2026, so that a new installation counts this year's terms right; later years are pasted by people."""

from geodata.workdays.known import NOTICE, YEAR
from geodata.workdays.models import CalendarDay
from geodata.workdays.notice import read_notice
from geodata.workdays.services import write_year

__all__ = ["NOTICE", "YEAR", "ensure_calendar"]


def ensure_calendar() -> int:
    """Enters the notice where nothing of its year is known; gives how many days."""
    if CalendarDay.objects.filter(day__year=YEAR).exists():
        return 0
    return write_year(year=YEAR, days=read_notice(NOTICE, year=YEAR))
