"""Writing the calendar: a year's notice as a whole."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from geodata.errors import Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.workdays.models import CalendarDay
from geodata.workdays.notice import NoticeDay

YEARS: Final = range(2000, 2101)


@transaction.atomic
def record_year(scope: Scope, *, year: int, days: Sequence[NoticeDay]) -> int:
    """The notice of a year replaces what was known of it; gives how many days changed.

    A notice may reach into a neighbouring year (New Year): those days are set as well. Raises NotPermitted without the
    role, Refused for a year out of reach or days far from it.
    """
    scope.only(Action.MANAGE_CODES)
    return write_year(year=year, days=days)


@transaction.atomic
def write_year(*, year: int, days: Sequence[NoticeDay]) -> int:
    """`record_year` for commands, which have no scope."""
    if year not in YEARS:
        raise Refused(f"年份应在 {YEARS[0]} 到 {YEARS[-1]} 之间", code="bad-year")
    if any(abs(entry.day.year - year) > 1 for entry in days):
        raise Refused(f"日期与 {year} 年相差太远，请核对年份", code="bad-year")
    wanted = {entry.day: (entry.is_workday, entry.note[:40]) for entry in days}
    present = {row.day: row for row in CalendarDay.objects.filter(day__year__range=(year - 1, year + 1))}
    gone = [row.pk for day, row in present.items() if day.year == year and day not in wanted]
    CalendarDay.objects.filter(pk__in=gone).delete()
    changed = 0
    for day, (is_workday, note) in sorted(wanted.items()):
        row = present.get(day)
        if row is None:
            CalendarDay.objects.create(day=day, is_workday=is_workday, note=note)
        elif (row.is_workday, row.note) != (is_workday, note):
            CalendarDay.objects.filter(pk=row.pk).update(is_workday=is_workday, note=note)
        else:
            continue
        changed += 1
    return changed + len(gone)
