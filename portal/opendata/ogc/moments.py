"""The `datetime` parameter: an instant or an interval of RFC 3339, as the days of the city that it covers. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from geodata.parameters import bad

CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
OPEN: Final = ("", "..")


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included; None where the interval is open."""

    first: date | None
    last: date | None


def days(text: str) -> Days:
    """Raises BadParameter for what is neither a date, an instant, nor an interval of them in order."""
    start, bar, end = text.partition("/")
    if not bar:
        day = _day(text, start)
        return Days(day, day)
    found = Days(*(None if part in OPEN else _day(text, part) for part in (start, end)))
    if (found.first is None and found.last is None) or (found.first and found.last and found.first > found.last):
        raise _bad(text)
    return found


def _day(whole: str, part: str) -> date:
    try:
        if len(part) == len("2026-01-01"):
            return date.fromisoformat(part)
        moment = datetime.fromisoformat(part.upper().replace("Z", "+00:00"))
    except ValueError:
        raise _bad(whole) from None
    if moment.tzinfo is None:
        raise _bad(whole)
    return moment.astimezone(CITY_TIME).date()


def _bad(text: str) -> Exception:
    hint = _("a date (2026-03-31), a moment with its zone, or two of them with “/” between, “..” where open")
    return bad("datetime", text, hint)
