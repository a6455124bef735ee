"""Judging the ends of past months before anybody asks (JudgedDay): a slider by month answers at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from dashboards.alerts.models import JudgedDay
from dashboards.alerts.rules import key_of
from dashboards.alerts.scanning import enabled_rules
from dashboards.alerts.selectors.judged import MOST_LATER, judged_lights, recorded_since, scanned_on
from geodata.summary.version import record_version
from geodata.thresholds.selectors import thresholds

MONTHS: Final = 24
_GOOD_FOR: Final = timedelta(days=7)


def fill(*, today: date, now: datetime, most: int) -> int:
    """Judges month ends without a scan that nobody has judged by the rules in force, not for a week, or before much was
    recorded; how many.

    The newest come first; `most` at once. None while somebody is writing: nobody could tell what is recorded later.
    """
    limits, enabled = thresholds(), enabled_rules()
    key = key_of(enabled, limits)
    done = 0
    fresh = _fresh(key, now)
    for day in month_ends(today):
        if done == most:
            break
        if day in fresh or scanned_on(day, today=today) is not None:
            continue
        version = record_version()
        if not version.quiet:
            break
        found = judged_lights(day, today=today, enabled=enabled, limits=limits)
        lights = {str(pk): [light.colour, light.sentence] for pk, light in found.items()}
        values = {"key": key, "made_at": now, "version": version.text, "lights": lights}
        JudgedDay.objects.update_or_create(day=day, defaults=values)
        done += 1
    return done


def _fresh(key: str, now: datetime) -> set[date]:
    """The days that need no judging: by the rules in force, not a week old, and little recorded since."""
    rows = JudgedDay.objects.filter(key=key, made_at__gt=now - _GOOD_FOR).values_list("day", "version")
    later = {version: recorded_since(version) for version in {version for _day, version in rows}}
    return {day for day, version in rows if (known := later[version]) is not None and len(known) <= MOST_LATER}


def month_ends(today: date) -> list[date]:
    """The last days of the months that are over, the newest first."""
    found = []
    first = today.replace(day=1)
    for _ in range(MONTHS):
        end = first - timedelta(days=1)
        found.append(end)
        first = end.replace(day=1)
    return found
