"""Months and weeks of reports in the language of the page, and the weeks that one may choose."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geodata.progress.periods import WEEK, Period, owed, period_of, week_of
from portal import wording

RECENT: Final = 12  # weeks offered by the picker


def period_text(period: Period) -> str:
    """A month, or a week with its days."""
    if period.kind != WEEK:
        return wording.day(period.start, "month")
    year, week, _day = period.end.isocalendar()
    words = {"year": year, "week": week, "first": _short(period.start), "last": _short(period.end)}
    return _("week %(week)s of %(year)s (%(first)s to %(last)s)") % words


def report_title(period: Period) -> str:
    """What the report of a period is called."""
    if period.kind == WEEK:
        return _("Weekly report, %(week)s") % {"week": period_text(period)}
    return _("Report of %(month)s") % {"month": period_text(period)}


def stated(detail: str) -> Period:
    """The period out of a column that holds its kind and last day: week:2026-11-22."""
    kind, _colon, last = detail.partition(":")
    return period_of(kind, date.fromisoformat(last))


def weeks(chosen: Period, today: date) -> list[dict[str, Any]]:
    """The newest weeks for the picker, and the one that is shown where it is older."""
    found, one = [], week_of(today)
    for _n in range(RECENT):
        found.append(one)
        one = one.before
    if chosen not in found:
        found.append(chosen)
    late = owed(today, WEEK)
    return [
        {"key": each.key, "label": period_text(each), "chosen": each == chosen, "owed": each == late} for each in found
    ]


def _short(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")
