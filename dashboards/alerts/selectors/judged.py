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
from geodata.progress.models import Milestone, PeriodReport, PlanYear, WeeklyReporting
from geodata.projects.models import Project, StatusChange
from geodata.summary.version import RecordVersion, projects_since, version_asked, version_of
from geodata.thresholds.selectors import stored, with_defaults

NEAR: Final = timedelta(days=7)  # a scan this old still says how things stood; an older one does not
MOST_ANEW: Final = 12_000  # projects that are judged while somebody waits; of more than that a scan must tell
MOST_LATER: Final = 200  # projects recorded about since the worker kept a day, which are judged while somebody waits
_KEPT_SECONDS: Final = 3600
# what the rules that decide lights rest on, besides parameters (test_recalculating.py)
_FACTS: Final = (Project, StatusChange, Milestone, PlanYear, PeriodReport, WeeklyReporting)


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
    """The scans of a day and of a week before; the rules in force, and by their key what the worker kept of the day; in
    which state the record was."""

    day: date
    today: date
    scanned_on: date | None
    week_before: date | None
    limits: Limits
    enabled: Sequence[str]
    kept: Mapping[str, KeptDay]
    version: RecordVersion


@dataclass(frozen=True, slots=True)
class KeptDay:
    """What the worker kept of a day: at which version of the record ("": kept before versions were), and
    {project: [colour, sentence]}."""

    version: str
    lights: Mapping[str, Sequence[str]]


def light_day(day: date, *, today: date) -> LightDay:
    """One query."""
    judged = JudgedDay.objects.filter(day=day).values_list("key", "version", "lights")
    newest, before, values, off, kept, version = together(
        _newest(day), _newest(day - NEAR), stored(), switched_off(), judged, version_asked()
    )
    return LightDay(
        day=day,
        today=today,
        scanned_on=_near(next(iter(newest), None), day, today),
        week_before=_near(next(iter(before), None), day - NEAR, today),
        limits=with_defaults(dict(values)),
        enabled=rules_on(rule for (rule,) in off),
        kept={key: KeptDay(*rest) for key, *rest in kept},
        version=version_of(version[0]),
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
    """What the rules of today say of some projects on a day: as the worker kept it, with what was recorded since judged
    anew, or computed now; kept as long as the record stays as it is (geodata/summary/version.py). None where that would
    take too long. `every`: these are all projects of the city."""
    rules = key_of(known.enabled, known.limits)
    version = known.version
    key = f"lights:{known.day}:{known.today}:{hashlib.sha256(f'{rules} {version.text}'.encode()).hexdigest()}"
    whole = _whole(known, key, rules, version)
    if whole is not None:
        return {pk: whole[pk] for pk in ids if pk in whole}
    if len(ids) > MOST_ANEW:
        return None
    if not every:
        key = f"{key}:{_digest(ids)}"
    found: Mapping[int, Light] | None = cache.get(key)
    if found is None:
        found = _judged(known, None if every else ids)
        _keep(key, found, version)
    return found


def _whole(known: LightDay, key: str, rules: str, version: RecordVersion) -> Mapping[int, Light] | None:
    """The lights of the whole city that day, where they have been judged before."""
    found: Mapping[int, Light] | None = cache.get(key)
    if found is None and rules in known.kept:
        kept = known.kept[rules]
        changed = set() if kept.version == version.text else recorded_since(kept.version)
        if changed is None or len(changed) > MOST_LATER:
            return None
        found = {
            pk: Light(colour, said, computed=colour)
            for text, (colour, said) in kept.lights.items()
            if (pk := int(text)) not in changed
        }
        if changed:
            found |= _judged(known, changed)
        _keep(key, found, version)
    return found


def recorded_since(version: str) -> set[int] | None:
    """The projects whose lights may be others than at a version, MOST_LATER + 1 at most; None where that is unknown."""
    return projects_since(version, of=_FACTS, most=MOST_LATER + 1)


def _judged(known: LightDay, ids: Collection[int] | None) -> dict[int, Light]:
    return judged_lights(known.day, today=known.today, enabled=known.enabled, limits=known.limits, ids=ids)


def _keep(key: str, found: Mapping[int, Light], version: RecordVersion) -> None:
    """While somebody is writing nothing is kept: what he has not committed might come under this version."""
    if version.quiet:
        cache.set(key, found, _KEPT_SECONDS)


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
