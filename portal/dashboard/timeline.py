"""The months below the map: each is a day that the whole screen is shown as of. Pure but for the names of days."""

import calendar
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import wording
from portal.dashboard.view import ScreenAsked

MONTHS: Final = 13


def timeline(asked: ScreenAsked, *, as_of: date, today: date) -> dict[str, Any]:
    """The last days of the months before this one, and today; the chosen day among them if it is no month's end."""
    days = sorted({*_ends(today), as_of})
    days = [day for day in days if day <= max(today, as_of)]
    place = days.index(as_of)
    return {
        "days": [_day(asked, day, as_of=as_of, today=today, named=not n) for n, day in enumerate(days)],
        "place": place,
        "last": len(days) - 1,
        "earlier": _day(asked, days[place - 1], as_of=as_of, today=today) if place else None,
        "later": _day(asked, days[place + 1], as_of=as_of, today=today) if place + 1 < len(days) else None,
        "now_url": "" if as_of == today else _url(asked, None),
    }


def comparisons(asked: ScreenAsked, *, as_of: date) -> list[dict[str, Any]]:
    """Days to compare with: a week before (the last dispatch), the end of the month before, that of the year before."""
    known = {
        _("last dispatch (a week before)"): as_of - timedelta(days=7),
        _("end of last month"): as_of.replace(day=1) - timedelta(days=1),
        _("end of last year"): date(as_of.year - 1, 12, 31),
    }
    return [
        {
            "label": label,
            "day": wording.day(day),
            "url": asked.url_of(against=day),
            "selected": day == asked.view.against,
        }
        for label, day in known.items()
    ]


def _ends(today: date) -> list[date]:
    ends = [today]
    first = today.replace(day=1)
    for _month in range(MONTHS):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends


def _day(asked: ScreenAsked, day: date, *, as_of: date, today: date, named: bool = False) -> dict[str, Any]:
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return {
        "day": day.isoformat(),
        "text": _("today") if day == today else _month(day, named) if is_end else wording.day(day),
        "full": wording.day(day),
        "url": _url(asked, None if day == today else day),
        "selected": day == as_of,
        "year": day.year if day.month == 1 or day == today else None,
    }


def _month(day: date, named: bool) -> str:
    """The month alone, with the year where it begins one and where it is `named` as the first of the row."""
    named = named or day.month == 1
    if wording.is_english():
        return date_format(day, "M Y" if named else "M")
    return f"{day.year}年{day.month}月" if named else f"{day.month}月"


def _url(asked: ScreenAsked, day: date | None) -> str:
    query = asked.filter.to_query() | asked.view.to_query()
    query.pop("as_of", None)
    for gone in ("page", "limit", "sort"):
        query.pop(gone, None)
    against = asked.view.against
    if against and day and against >= day:
        query.pop("against", None)
    return f"?{urlencode(query | ({'as_of': day.isoformat()} if day else {}))}"
