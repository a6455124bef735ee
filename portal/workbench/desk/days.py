"""Days as a desk says them: no longer than they have to be."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import wording


def short_day(day: date, today: date) -> str:
    """Today and yesterday by their names, days of this year without it."""
    match (today - day).days:
        case 0:
            return _("today")
        case 1:
            return _("yesterday")
    return date_format(day, "MONTH_DAY_FORMAT") if day.year == today.year else wording.day(day)
