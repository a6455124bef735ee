"""What says how lights stood on a day: a scan near it, else the rules of today, kept by the worker or asked anew."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import QuerySet

from dashboards.alerts.choices import LightColour
from dashboards.alerts.models import JudgedDay, ScanRun
from dashboards.alerts.rules import Limits, key_of
from dashboards.alerts.scanning import judge_all, rules_on, switched_off
from geodata.gathering import together
from geodata.thresholds.selectors import stored, with_defaults

NEAR: Final = timedelta(days=7)  # a scan this old still says how things stood; an older one does not
MOST_ANEW: Final = 12_000  # projects that are judged while somebody waits; of more than that a scan must tell
_KEPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a project. `computed` is what the rules say: another colour while headquarters has set one.
    `since`: the scan day on which it took the colour; None where it was judged anew."""

    colour: str
    sentence: str
    since: date | None = None
    overridden_until: date | None = None
    computed: str = ""

    @property
    def label(self) -> str:
        return str(LightColour(self.colour).label)


@dataclass(frozen=True, slots=True)
class LightDay:
    """The scans of a day and of a week before; the rules in force, and by their key what the worker kept of the day."""

    day: date
    today: date
    scanned_on: date | None
    week_before: date | None
    limits: Limits
    enabled: Sequence[str]
    kept: Mapping[str, Mapping[str, Sequence[str]]]


def light_day(day: date, *, today: date) -> LightDay:
    """One query."""
    judged = JudgedDay.objects.filter(day=day).values_list("key", "lights")
    newest, before, values, off, kept = together(_newest(day), _newest(day - NEAR), stored(), switched_off(), judged)
    return LightDay(
        day=day,
        today=today,
        scanned_on=_near(next(iter(newest), None), day, today),
        week_before=_near(next(iter(before), None), day - NEAR, today),
        limits=with_defaults(dict(values)),
        enabled=rules_on(rule for (rule,) in off),
        kept=dict(kept),
    )


def scanned_on(day: date, *, today: date) -> date | None:
    """The day of the scan that says how lights stood on a day; None where there is none of the seven days up to it.
    Of today the newest scan counts, however old it is: the page says of when it is. One query."""
    return _near(_newest(day).first(), day, today)


def _newest(day: date) -> QuerySet[ScanRun, tuple[date]]:
    return ScanRun.objects.filter(whole=True, day__lte=day).order_by("-day").values_list("day")[:1]


def _near(newest: tuple[date] | None, day: date, today: date) -> date | None:
    if newest is None or (day < today and day - newest[0] > NEAR):
        return None
    return newest[0]


def judged_anew(known: LightDay, ids: Collection[int], *, every: bool = False) -> Mapping[int, Light] | None:
    """What the rules of today say of some projects on a day: as the worker kept it, or within the last ten minutes, or
    computed now. None where that would take too long. `every`: these are all projects of the city."""
    rules = key_of(known.enabled, known.limits)
    key = f"lights:{known.day}:{known.today}:{rules}"
    whole = _whole(known, key, rules)
    if whole is not None:
        return {pk: whole[pk] for pk in ids if pk in whole}
    if len(ids) > MOST_ANEW:
        return None
    if not every:
        key = f"{key}:{_digest(ids)}"
    found: Mapping[int, Light] | None = cache.get(key)
    if found is None:
        some = None if every else ids
        found = judged_lights(known.day, today=known.today, enabled=known.enabled, limits=known.limits, ids=some)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _whole(known: LightDay, key: str, rules: str) -> Mapping[int, Light] | None:
    """The lights of the whole city that day, where they have been judged before."""
    found: Mapping[int, Light] | None = cache.get(key)
    if found is None and rules in known.kept:
        kept = known.kept[rules].items()
        found = {int(pk): Light(colour, sentence, computed=colour) for pk, (colour, sentence) in kept}
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _digest(ids: Collection[int]) -> str:
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()


def judged_lights(
    day: date, *, today: date, enabled: Collection[str], limits: Limits, ids: Collection[int] | None = None
) -> dict[int, Light]:
    """The lights of a day by rules and parameters given; seconds for a city of ten thousand."""
    judgements = judge_all(day, today=today, enabled=enabled, limits=limits, ids=ids)
    return {
        one.project_id: Light(str(one.light.colour), one.light.sentence, computed=str(one.light.colour))
        for one in judgements
        if one.light is not None
    }
