"""Times of a work order as the hotline's exports write them: in full, without the year, or the clock alone."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo

from geodata.figures import Unreadable

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
_FULL = re.compile(rf"(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?(?:[T ]*{_CLOCK})?")
_NO_YEAR = re.compile(rf"(?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?(?: *{_CLOCK})?")
_CLOCK_ONLY = re.compile(_CLOCK)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the spreadsheet's own zero, no place on earth
# A time without its year lies after the reception of the order; a clerk's clock may run ahead by this much.
SLACK = timedelta(days=31)
DAY_SECONDS = 86_400


def parse_moment(text: str, *, zone: tzinfo, base: datetime | None = None) -> datetime | None:
    """An aware time; empty is None.

    Without a year the year of ``base`` (the reception) holds, or the next one over New Year; a bare clock time is of
    the day of ``base``, or the next day when it would lie before it. Raises Unreadable.
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    if not plain:
        return None
    try:
        return _parsed(plain, zone, base)
    except ValueError:
        raise Unreadable(f"“{text}”不是时间，请写成 2026-03-12 09:40") from None


def _parsed(plain: str, zone: tzinfo, base: datetime | None) -> datetime:
    if found := _FULL.fullmatch(plain):
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        return datetime.combine(day, _clock(found), zone)
    if _SERIAL.fullmatch(plain):
        days, _, fraction = plain.partition(".")
        seconds = round(float(f"0.{fraction or 0}") * DAY_SECONDS)
        return (_EPOCH + timedelta(days=int(days), seconds=seconds)).replace(tzinfo=zone)
    if base is None:
        raise ValueError(plain)
    local = base.astimezone(zone)
    if found := _NO_YEAR.fullmatch(plain):
        return _in_year(found, local, zone)
    if found := _CLOCK_ONLY.fullmatch(plain):
        moment = datetime.combine(local.date(), _clock(found), zone)
        return moment if moment >= local.replace(second=0, microsecond=0) else moment + timedelta(days=1)
    raise ValueError(plain)


def _in_year(found: re.Match[str], local: datetime, zone: tzinfo) -> datetime:
    for year in (local.year, local.year + 1):
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        moment = datetime.combine(day, _clock(found), zone)
        if moment >= local - SLACK:
            return moment
    raise ValueError(found[0])


def _clock(found: re.Match[str]) -> time:
    if found["hour"] is None:
        return time()
    return time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
