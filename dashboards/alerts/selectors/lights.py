"""Reading lights: as they were scanned, or judged anew by the rules of today where no scan is near the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Q, QuerySet

from dashboards.alerts.choices import OPEN_STATES, Level, LightColour
from dashboards.alerts.models import Alert, JudgedDay, LightOverride, ScanRun
from dashboards.alerts.rules import Limits, key_of
from dashboards.alerts.scanning import judge_all, rules_on, switched_off
from dashboards.alerts.selectors.alerts import seen
from geodata.gathering import together
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight
from geodata.summary.selectors import project_rows
from geodata.thresholds.selectors import stored, with_defaults

NEAR: Final = timedelta(days=7)  # a scan this old still says how things stood; an older one does not
_KEPT_SECONDS: Final = 600
_COLUMNS: Final = ("light", "computed", "sentence", "overridden_until", "light_since")


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
class LightBoard:
    """The lights of a scope. `scanned_on`: the day of the scan; None = 按现行规则回算. A cancelled project has none.
    `week_before`: the day of the scan that says how lights stood a week earlier, if there is one."""

    by_project: Mapping[int, Light] = field(default_factory=dict)
    scanned_on: date | None = None
    week_before: date | None = None

    def get(self, project_id: int) -> Light | None:
        return self.by_project.get(project_id)

    def counts(self, ids: Iterable[int]) -> LightCounts:
        """How many of the projects show each colour."""
        shown = (self.by_project.get(pk) for pk in ids)
        found = Counter(light.colour for light in shown if light is not None)
        return LightCounts(
            red=found[LightColour.RED],
            yellow=found[LightColour.YELLOW],
            green=found[LightColour.GREEN],
            grey=found[LightColour.GREY],
            scanned_on=self.scanned_on,
        )


@dataclass(frozen=True, slots=True)
class LightCounts:
    """Projects by colour; `week_before` the same projects a week earlier, where that day was scanned."""

    red: int = 0
    yellow: int = 0
    green: int = 0
    grey: int = 0
    scanned_on: date | None = None
    week_before: LightCounts | None = None

    @property
    def total(self) -> int:
        return self.red + self.yellow + self.green + self.grey


@dataclass(frozen=True, slots=True)
class RedProject:
    """A project with a red light, and its open red warnings."""

    project_id: int
    code: str
    name: str
    unit: str
    unit_name: str
    category_name: str
    budget: Decimal | None
    light: Light
    alerts: tuple[Alert, ...] = ()


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


@dataclass(frozen=True, slots=True)
class _Standing:
    """What says how lights stood on a day: the scans of it and of a week before, else the rules in force, and by their
    key what the worker has kept of the day."""

    scanned: date | None
    week_before: date | None
    limits: Limits
    enabled: Sequence[str]
    kept: Mapping[str, Mapping[str, Sequence[str]]]


def _standing(day: date, today: date) -> _Standing:
    """One query."""
    judged = JudgedDay.objects.filter(day=day).values_list("key", "lights")
    newest, before, values, off, kept = together(_newest(day), _newest(day - NEAR), stored(), switched_off(), judged)
    return _Standing(
        scanned=_near(next(iter(newest), None), day, today),
        week_before=_near(next(iter(before), None), day - NEAR, today),
        limits=with_defaults(dict(values)),
        enabled=rules_on(rule for (rule,) in off),
        kept=dict(kept),
    )


def lights(scope: Scope, *, day: date, today: date) -> LightBoard:
    """The lights of all projects of the scope on a day. Two queries where the day was scanned, one where it was judged
    before, else four."""
    standing = _standing(day, today)
    if standing.scanned is None:
        return LightBoard(_within(_judged_anew(standing, day, today), scope), None, standing.week_before)
    return LightBoard(_board(scope, day), standing.scanned, standing.week_before)


def _board(scope: Scope, day: date) -> dict[int, Light]:
    rows = within(_on(day), scope, project="project")
    return {pk: _light(row, day) for pk, *row in rows.values_list("project_id", *_COLUMNS)}


def light_of(scope: Scope, project_id: int, *, day: date, today: date) -> Light | None:
    """The light of one project; None for a cancelled one or outside the scope. Two queries, or its facts anew."""
    standing = _standing(day, today)
    if standing.scanned is None:
        return _within(_judged_anew(standing, day, today, project_id), scope).get(project_id)
    row = within(_on(day), scope, project="project").filter(project=project_id).values_list(*_COLUMNS).first()
    return None if row is None else _light(row, day)


def light_counts(
    scope: Scope, *, chosen: ProjectFilter, day: date, today: date, board: LightBoard | None = None
) -> LightCounts:
    """How many of the projects of a filter show each colour on a day, and a week before. `board`: the lights of the day
    where the page has read them."""
    ids = list(project_rows(scope, _dated(chosen, day), today=today).order_by().values_list("pk", flat=True))
    board = board or lights(scope, day=day, today=today)
    now = board.counts(ids)
    if board.week_before is None:
        return now
    past = LightBoard(_board(scope, day - NEAR), board.week_before).counts(ids)
    return LightCounts(now.red, now.yellow, now.green, now.grey, now.scanned_on, past)


def red_list(
    scope: Scope, *, chosen: ProjectFilter, day: date, today: date, limit: int = 10, board: LightBoard | None = None
) -> list[RedProject]:
    """The projects of a filter with a red light: most red warnings first, then most money, then the code. `board`: the
    lights of the day, where the page has read them."""
    board = board or lights(scope, day=day, today=today)
    red = [pk for pk, light in board.by_project.items() if light.colour == LightColour.RED]
    if not red:
        return []
    columns = ("budget", "code", "name", "unit", "unit_name", "category_name")
    rows = project_rows(scope, _dated(chosen, day), today=today).filter(pk__in=red)
    held = _red_alerts(scope, red, day, today)
    found = [
        RedProject(
            project_id=row.pk,
            code=row.code,
            name=row.name,
            unit=row.unit,
            unit_name=row.unit_name,
            category_name=row.category_name,
            budget=row.budget,
            light=board.by_project[row.pk],
            alerts=tuple(held.get(row.pk, ())),
        )
        for row in rows.only(*columns)
    ]
    found.sort(key=lambda one: (-len(one.alerts), -(one.budget or 0), one.code))
    return found[:limit]


def _red_alerts(scope: Scope, ids: Iterable[int], day: date, today: date) -> dict[int, list[Alert]]:
    rows = seen(scope, today=today).filter(project__in=list(ids), level=Level.RED, opened_on__lte=day)
    open_then = Q(state__in=OPEN_STATES) if day >= today else Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    held: dict[int, list[Alert]] = {}
    for row in rows.filter(open_then).defer("inputs", "thresholds").order_by("rule"):
        held.setdefault(row.project_id, []).append(row)
    return held


def overrides(scope: Scope, *, today: date) -> QuerySet[LightOverride]:
    """The lights that headquarters has set and that hold today."""
    rows = LightOverride.objects.filter(lifted_at__isnull=True, until__gte=today)
    return within(rows, scope, project="project").select_related("project", "asked_by").defer("project__geom")


def _on(day: date) -> QuerySet[ProjectLight]:
    return ProjectLight.objects.filter(since__lte=day, until__gt=day)


def _light(row: Sequence[Any], day: date) -> Light:
    """As scanned; an override that has run out since is gone."""
    shown, computed, sentence, until, since = row
    if until is None or until >= day:
        return Light(shown, sentence, since, until, computed)
    return Light(computed, sentence.rpartition("按规则:")[2], since, None, computed)


def _judged_anew(standing: _Standing, day: date, today: date, project_id: int | None = None) -> Mapping[int, Light]:
    """What the rules of today say of a day: as the worker kept it, or within the last ten minutes, or computed now."""
    limits, enabled = standing.limits, standing.enabled
    rules = key_of(enabled, limits)
    key = f"lights:{day}:{today}:{rules}"
    known: Mapping[int, Light] | None = cache.get(key)
    if known is None and rules in standing.kept:
        kept = standing.kept[rules].items()
        known = {int(pk): Light(colour, sentence, computed=colour) for pk, (colour, sentence) in kept}
    if known is None and project_id is not None:
        return judged_lights(day, today=today, enabled=enabled, limits=limits, ids=[project_id])
    if known is None:
        known = judged_lights(day, today=today, enabled=enabled, limits=limits)
    cache.set(key, known, _KEPT_SECONDS)
    return known


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


def _within(found: Mapping[int, Light], scope: Scope) -> dict[int, Light]:
    if scope.everything:
        return dict(found)
    mine = visible(scope).order_by().values_list("pk", flat=True)
    return {pk: found[pk] for pk in mine if pk in found}


def _dated(chosen: ProjectFilter, day: date) -> ProjectFilter:
    return chosen if chosen.as_of == day else replace(chosen, as_of=day)
