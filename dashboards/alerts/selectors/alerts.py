"""Reading warnings within a person's scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from dashboards.alerts.choices import OPEN_STATES, Level, State
from dashboards.alerts.models import Alert, AlertStep, Silence
from dashboards.alerts.selectors.filters import AlertFilter
from geodata.errors import NotFound
from geodata.projects.visibility import visible
from geodata.searching import holding
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.selectors import project_rows

NO_ALERT: Final = "没有这条预警，或者它不在您的工作范围内"


@dataclass(frozen=True, slots=True)
class AlertPowers:
    """What the person may do with a warning now; the services ask again."""

    acknowledge: bool = False
    handle: bool = False
    close: bool = False
    silence: bool = False


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """A warning, its history from the beginning, the silence over it, and what else is open about the project."""

    alert: Alert
    steps: Sequence[AlertStep]
    silence: Silence | None
    others: Sequence[Alert]
    may: AlertPowers


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """How many warnings wait: of each level, and those that nobody has taken note of."""

    red: int = 0
    yellow: int = 0
    unacknowledged: int = 0

    @property
    def total(self) -> int:
        return self.red + self.yellow


def seen(scope: Scope, *, today: date) -> QuerySet[Alert]:
    """The warnings about the projects of the scope, with `silenced_until` where one keeps still."""
    rows = Alert.objects.filter(project__is_deleted=False)
    mine = rows if scope.everything else rows.filter(project__in=visible(scope).values("pk"))
    return mine.annotate(silenced_until=Subquery(silences(today).values("until")[:1]))


def silences(today: date) -> QuerySet[Silence]:
    """The silence over the warning of an outer query."""
    return Silence.objects.filter(
        project=OuterRef("project"), rule=OuterRef("rule"), lifted_at__isnull=True, until__gte=today
    )


def with_projects(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """With what a line shows of the project, and without its shape."""
    return rows.select_related("project__management_unit", "project__category").only(
        *(field.name for field in Alert._meta.concrete_fields),
        "project__serial_no",
        "project__name",
        "project__management_unit__code",
        "project__management_unit__name",
        "project__management_unit__short_name",
        "project__category__name",
        "project__status",
    )


def alert_rows(scope: Scope, chosen: AlertFilter, *, today: date) -> QuerySet[Alert]:
    """The warnings that pass the filter, in its order."""
    return with_projects(_chosen(scope, chosen, today)).order_by(*chosen.ordering())


def alert_counts(scope: Scope, chosen: AlertFilter, *, today: date) -> dict[str, dict[str, int]]:
    """How many warnings pass the filter, by rule, level, state and unit. One query."""
    rows = _chosen(scope, chosen, today).order_by()
    found: dict[str, dict[str, int]] = {"rule": {}, "level": {}, "state": {}, "unit": {}}
    names = ("rule", "level", "state", "project__management_unit__code")
    for *values, n in rows.values_list(*names).annotate(n=Count("pk")):
        for name, value in zip(found, values, strict=True):
            found[name][value] = found[name].get(value, 0) + n
    return found


def _chosen(scope: Scope, chosen: AlertFilter, today: date) -> QuerySet[Alert]:
    rows = seen(scope, today=today).filter(chosen.states())
    limits: dict[str, Any] = {"rule": chosen.rule, "level": chosen.level, "project__management_unit__code": chosen.unit}
    limits |= {"project__serial_no": chosen.project, "opened_on__gte": chosen.since, "opened_on__lte": chosen.until}
    rows = rows.filter(**{name: value for name, value in limits.items() if value})
    if chosen.silenced:
        quiet = Exists(silences(today))
        rows = rows.filter(quiet if chosen.silenced == "yes" else ~quiet)
    if chosen.q:
        rows = rows.filter(project__in=holding(visible(scope), chosen.q).values("pk"))
    return rows


def alert_feed(
    scope: Scope,
    *,
    chosen: ProjectFilter,
    day: date,
    today: date,
    limit: int = 20,
    states: Collection[str] = OPEN_STATES,
) -> list[Alert]:
    """The newest warnings about the projects of a filter, as they were opened by a day; silenced ones are left out.

    One query. Of a past day those show that had been opened by then and were not closed yet.
    """
    rows = with_projects(seen(scope, today=today)).filter(~Exists(silences(today)), opened_on__lte=day)
    rows = (
        rows.filter(state__in=states) if day >= today else rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
    )
    if chosen != ProjectFilter(as_of=chosen.as_of, sort=chosen.sort, page=chosen.page, limit=chosen.limit):
        rows = rows.filter(project__in=project_rows(scope, chosen, today=today).values("pk"))
    return list(rows.order_by("-level_since", "level", "-pk")[:limit])


def project_alerts(scope: Scope, project_id: int, *, today: date) -> list[Alert]:
    """The open warnings about one project, the gravest first. One query."""
    rows = seen(scope, today=today).filter(project=project_id, state__in=OPEN_STATES)
    return list(rows.order_by("level", "-level_since", "-pk"))


def open_alert_counts(scope: Scope, *, today: date) -> OpenAlerts:
    """What waits, without what is silenced. One query."""
    rows = seen(scope, today=today).filter(~Exists(silences(today)), state__in=OPEN_STATES)
    counted = rows.aggregate(
        red=Count("pk", filter=Q(level=Level.RED)),
        yellow=Count("pk", filter=Q(level=Level.YELLOW)),
        unacknowledged=Count("pk", filter=Q(state=State.OPEN)),
    )
    return OpenAlerts(**counted)


def alert(scope: Scope, alert_id: int, *, today: date) -> AlertDetail:
    """One warning with everything that explains it. Raises NotFound outside the scope, too. Four queries."""
    found = with_projects(seen(scope, today=today)).select_related("project__category").filter(pk=alert_id).first()
    if found is None:
        raise NotFound(NO_ALERT)
    quiet = Silence.objects.filter(project=found.project_id, rule=found.rule, lifted_at__isnull=True, until__gte=today)
    others = seen(scope, today=today).filter(project=found.project_id, state__in=OPEN_STATES).exclude(pk=found.pk)
    return AlertDetail(
        alert=found,
        steps=list(found.steps.select_related("by").order_by("pk")),
        silence=quiet.select_related("asked_by").first(),
        others=list(others.order_by("level", "-level_since")),
        may=powers(scope, found),
    )


def powers(scope: Scope, found: Alert) -> AlertPowers:
    """By role, unit and state, without a query; `found` bears its project."""
    edits, approves = _reaches(scope, Action.EDIT_PROJECTS, found), _reaches(scope, Action.APPROVE, found)
    another = found.handled_by_id is None or found.handled_by_id != scope.user_id
    closing = approves and another and (found.level != Level.RED or scope.headquarters)
    return AlertPowers(
        acknowledge=found.state == State.OPEN and (edits or approves),
        handle=found.state in (State.OPEN, State.ACKNOWLEDGED) and (edits or approves),
        close=found.state == State.HANDLED and closing,
        silence=found.is_open and scope.headquarters,
    )


def _reaches(scope: Scope, action: Action, found: Alert) -> bool:
    """Whether the roles that allow the action reach the project's unit; the rows of bodies are asked by the service."""
    if not scope.allows(action):
        return False
    rows: Any = scope.only(action)
    return bool(rows.everything or found.project.management_unit_id in rows.unit_ids or rows.organisation_ids)
