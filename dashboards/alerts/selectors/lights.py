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
from dashboards.alerts.scanning import enabled_rules, judge_all
from dashboards.alerts.selectors.alerts import seen
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight
from geodata.summary.selectors import project_rows
from geodata.thresholds.selectors import thresholds

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
    """The lights of a scope. `scanned_on`: the day of the scan; None = 按现行规则回算. A cancelled project has none."""

    by_project: Mapping[int, Light] = field(default_factory=dict)
    scanned_on: date | None = None

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
    newest = ScanRun.objects.filter(whole=True, day__lte=day).order_by("-day").values_list("day", flat=True).first()
    if newest is None or (day < today and day - newest > NEAR):
        return None
    return newest


def lights(scope: Scope, *, day: date, today: date) -> LightBoard:
    """The lights of all projects of the scope on a day. Two queries where the day was scanned."""
    scanned = scanned_on(day, today=today)
    if scanned is None:
        return LightBoard(_within(_judged_anew(day, today), scope), None)
    return _board(scope, day, scanned)


def _board(scope: Scope, day: date, scanned: date) -> LightBoard:
    rows = within(_on(day), scope, project="project")
    return LightBoard({pk: _light(row, day) for pk, *row in rows.values_list("project_id", *_COLUMNS)}, scanned)


def light_of(scope: Scope, project_id: int, *, day: date, today: date) -> Light | None:
    """The light of one project; None for a cancelled one or outside the scope. Two queries, or its facts anew."""
    if scanned_on(day, today=today) is None:
        return _within(_judged_anew(day, today, project_id), scope).get(project_id)
    row = within(_on(day), scope, project="project").filter(project=project_id).values_list(*_COLUMNS).first()
    return None if row is None else _light(row, day)


def light_counts(
    scope: Scope, *, chosen: ProjectFilter, day: date, today: date, board: LightBoard | None = None
) -> LightCounts:
    """How many of the projects of a filter show each colour on a day, and a week before. `board`: the lights of the day
    where the page has read them."""
    ids = list(project_rows(scope, _dated(chosen, day), today=today).order_by().values_list("pk", flat=True))
    now = (board or lights(scope, day=day, today=today)).counts(ids)
    earlier = day - NEAR
    scanned = scanned_on(earlier, today=today)
    if scanned is None:
        return now
    past = _board(scope, earlier, scanned).counts(ids)
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


def _judged_anew(day: date, today: date, project_id: int | None = None) -> Mapping[int, Light]:
    """What the rules of today say of a day: as the worker kept it, or within the last ten minutes, or computed now."""
    limits, enabled = thresholds(), enabled_rules()
    rules = key_of(enabled, limits)
    key = f"lights:{day}:{today}:{rules}"
    known: Mapping[int, Light] | None = cache.get(key)
    if known is None:
        known = _kept(day, rules)
    if known is None and project_id is not None:
        return judged_lights(day, today=today, enabled=enabled, limits=limits, ids=[project_id])
    if known is None:
        known = judged_lights(day, today=today, enabled=enabled, limits=limits)
    cache.set(key, known, _KEPT_SECONDS)
    return known


def _kept(day: date, rules: str) -> dict[int, Light] | None:
    lights = JudgedDay.objects.filter(day=day, key=rules).values_list("lights", flat=True).first()
    if lights is None:
        return None
    return {int(pk): Light(colour, sentence, computed=colour) for pk, (colour, sentence) in lights.items()}


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
