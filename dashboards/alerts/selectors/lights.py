"""Reading lights: as they were scanned, or judged anew by the rules of today where no scan is near the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Collate

from dashboards.alerts.choices import OPEN_STATES, Level, LightColour
from dashboards.alerts.lights import said_by_rules
from dashboards.alerts.models import Alert, LightOverride
from dashboards.alerts.selectors.alerts import seen
from dashboards.alerts.selectors.judged import NEAR, Light, judged_anew, light_day
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight, ProjectRow
from geodata.summary.selectors import project_rows

_COLUMNS: Final = ("light", "computed", "sentence", "overridden_until", "light_since")
_LISTED: Final = ("budget", "code", "name", "unit", "unit_name", "category_name")


@dataclass(frozen=True, slots=True)
class LightCounts:
    """Projects by colour; a cancelled one has none. `scanned_on`: the day of the scan; None = 按现行规则回算.
    `week_before`: the same projects a week earlier, where that day was scanned. `judged`: not where there is no scan
    and the projects are too many to be judged while somebody waits."""

    red: int = 0
    yellow: int = 0
    green: int = 0
    grey: int = 0
    scanned_on: date | None = None
    week_before: LightCounts | None = None
    judged: bool = True

    @property
    def total(self) -> int:
        return self.red + self.yellow + self.green + self.grey

    @classmethod
    def of(cls, found: Mapping[str, int], scanned_on: date | None = None) -> LightCounts:
        """Out of how many projects show each colour."""
        red, yellow, green, grey = (
            found.get(str(colour), 0)
            for colour in (LightColour.RED, LightColour.YELLOW, LightColour.GREEN, LightColour.GREY)
        )
        return cls(red, yellow, green, grey, scanned_on)


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


class Lights:
    """The lights of the projects of a filter on a day, within a scope. What was scanned the database counts and orders;
    what was not is judged once for all that is asked. One query to make it."""

    def __init__(self, scope: Scope, *, chosen: ProjectFilter, day: date, today: date) -> None:
        self._scope, self._day, self._today = scope, day, today
        self._known = light_day(day, today=today)
        self._rows = project_rows(scope, replace(chosen, as_of=day), today=today).order_by()
        self._every = scope.everything and not chosen.querystring(without=("as_of", "sort", "page", "limit"))

    @cached_property
    def _anew(self) -> Mapping[int, Light] | None:
        return judged_anew(self._known, list(self._rows.values_list("pk", flat=True)), every=self._every)

    def counts(self) -> LightCounts:
        """How many projects show each colour, and a week before. A query for each day that was scanned."""
        known = self._known
        past = None if known.week_before is None else self._counted(self._day - NEAR, known.week_before)
        if known.scanned_on is not None:
            now = self._counted(self._day, known.scanned_on)
        elif self._anew is not None:
            now = LightCounts.of(Counter(light.colour for light in self._anew.values()))
        else:
            now = LightCounts(judged=False)
        return replace(now, week_before=past)

    def _counted(self, day: date, scanned: date) -> LightCounts:
        rows = _on(day).filter(project__in=self._rows.values("pk")).annotate(shown=_shown(day))
        return LightCounts.of(dict(rows.order_by().values_list("shown").annotate(n=Count("pk"))), scanned)

    def red(self, *, limit: int = 10) -> list[RedProject]:
        """The red projects: most red warnings first, then most money, then the code. Three queries."""
        red = self._of(LightColour.RED)
        if red == []:
            return []
        warned = self._red_alerts().filter(project=OuterRef("pk")).order_by().values("project").annotate(n=Count("pk"))
        rows = self._rows.filter(pk__in=red).annotate(n=Coalesce(Subquery(warned.values("n")), 0))
        first = rows.order_by("-n", Coalesce(F("budget"), Value(Decimal(0))).desc(), Collate(F("code"), "C"))
        found = list(first.only(*_LISTED)[:limit])
        ids = [row.pk for row in found]
        lights = self.of(ids)
        held: dict[int, list[Alert]] = {}
        for alert in self._red_alerts().filter(project__in=ids).defer("inputs", "thresholds").order_by("rule"):
            held.setdefault(alert.project_id, []).append(alert)
        return [_red(row, lights[row.pk], held.get(row.pk, ())) for row in found]

    def keys(self, colour: str) -> QuerySet[ProjectRow, int]:
        """The projects that show a colour, dearest first: the rows behind a number of `counts`."""
        rows = self._rows.filter(pk__in=self._of(colour))
        return rows.order_by(F("budget").desc(nulls_last=True), Collate(F("code"), "C")).values_list("pk", flat=True)

    def of(self, ids: Sequence[int]) -> Mapping[int, Light]:
        """The lights of some of the projects, with their sentences. One query where they were scanned."""
        return self._lights(ids) if self._known.scanned_on is not None else self._anew or {}

    def _of(self, colour: str) -> Any:
        """The ids of the projects of a colour: as a subquery where the day was scanned, else those judged anew."""
        if self._known.scanned_on is not None:
            return _on(self._day).annotate(shown=_shown(self._day)).filter(shown=colour).values("project")
        return [pk for pk, light in (self._anew or {}).items() if light.colour == colour]

    def _lights(self, ids: Sequence[int]) -> dict[int, Light]:
        rows = _on(self._day).filter(project__in=ids).values_list("project_id", *_COLUMNS)
        return {pk: _light(row, self._day) for pk, *row in rows}

    def _red_alerts(self) -> QuerySet[Alert]:
        """The red warnings of the scope that were open on the day."""
        rows = seen(self._scope, today=self._today).filter(level=Level.RED, opened_on__lte=self._day)
        if self._day >= self._today:
            return rows.filter(state__in=OPEN_STATES)
        return rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=self._day))


def _red(row: ProjectRow, light: Light, alerts: Iterable[Alert]) -> RedProject:
    return RedProject(
        project_id=row.pk,
        code=row.code or "",
        name=row.name or "",
        unit=row.unit or "",
        unit_name=row.unit_name or "",
        category_name=row.category_name or "",
        budget=row.budget,
        light=light,
        alerts=tuple(alerts),
    )


def light_of(scope: Scope, project_id: int, *, day: date, today: date) -> Light | None:
    """The light of one project; None for a cancelled one or outside the scope. Two queries, or its facts anew."""
    known = light_day(day, today=today)
    mine = visible(scope).filter(pk=project_id)
    if known.scanned_on is None:
        found = judged_anew(known, [project_id]) if mine.exists() else None
        return (found or {}).get(project_id)
    row = _on(day).filter(project__in=mine.values("pk")).values_list(*_COLUMNS).first()
    return None if row is None else _light(row, day)


def overrides(scope: Scope, *, today: date) -> QuerySet[LightOverride]:
    """The lights that headquarters has set and that hold today."""
    rows = LightOverride.objects.filter(lifted_at__isnull=True, until__gte=today)
    return within(rows, scope, project="project").select_related("project", "asked_by").defer("project__geom")


def _on(day: date) -> QuerySet[ProjectLight]:
    return ProjectLight.objects.filter(since__lte=day, until__gt=day)


def _shown(day: date) -> Case:
    """The colour that people saw on a day: an override that had run out by then was gone."""
    holds = Q(overridden_until__isnull=True) | Q(overridden_until__gte=day)
    return Case(When(holds, then=F("light")), default=F("computed"))


def _light(row: Sequence[Any], day: date) -> Light:
    """As scanned; an override that has run out since is gone."""
    shown, computed, sentence, until, since = row
    if until is None or until >= day:
        return Light(shown, sentence, since, until, computed)
    return Light(computed, said_by_rules(sentence), since, None, computed)
