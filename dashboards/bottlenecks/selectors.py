"""The bottlenecks of a person's scope on a day, the gravest first. Three queries, whatever the number of projects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dashboards.bottlenecks.rules import OVER, Held, Reason, days_late, reasons
from geodata.progress.models import Milestone
from geodata.projects.choices import Stage, Status
from geodata.projects.models import StatusChange
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import project_rows


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A project that holds others up. `row` has its columns of the day; `late` is in days."""

    row: ProjectRow
    held: Held
    reasons: tuple[Reason, ...]
    late: int | None


class _Node(NamedTuple):
    name: str
    planned_on: date
    waiting: int


def bottlenecks(scope: Scope, chosen: ProjectFilter, *, today: date) -> list[Bottleneck]:
    """Under the filter: what needs land, then what is suspended, then overdue nodes by days; money breaks the tie."""
    as_of = chosen.as_of or today
    rows = project_rows(scope, chosen, today=today).exclude(status__in=OVER)
    nodes = _nodes(rows, as_of)
    candidates = rows.filter(
        Q(pk__in=list(nodes)) | Q(status=Status.SUSPENDED) | Q(stage=Stage.LAND_PLANNING, planned_start_on__lt=as_of)
    ).defer("geom", "geom_3857", "search_text")
    kept = list(candidates)
    because = _suspensions([row.pk for row in kept if row.status == Status.SUSPENDED], as_of)
    found = [_judged(row, nodes.get(row.pk), because.get(row.pk, ""), as_of) for row in kept]
    return sorted((each for each in found if each.reasons), key=_order)


def _judged(row: Any, node: _Node | None, because: str, as_of: date) -> Bottleneck:
    held = Held(
        status=row.status,
        stage=row.stage,
        planned_start_on=row.planned_start_on,
        suspended_because=because,
        node=node.name if node else "",
        node_planned_on=node.planned_on if node else None,
        waiting=node.waiting if node else 0,
    )
    return Bottleneck(row, held, reasons(held, as_of=as_of), days_late(held, as_of=as_of))


def _order(found: Bottleneck) -> tuple[int, int, Any, str]:
    first = list(Reason).index(found.reasons[0])
    return first, -(found.late or 0), -(found.row.budget or 0), found.row.code or ""


def _open(as_of: date) -> Q:
    """Nodes without a confirmed day up to the day."""
    return Q(actual_on__isnull=True) | Q(actual_on__gt=as_of)


def _nodes(rows: QuerySet[Any], as_of: date) -> dict[int, _Node]:
    """The overdue key node planned first of each project, and how many open nodes are planned after it. One query."""
    overdue = (
        Milestone.objects.filter(_open(as_of), project__in=rows.order_by().values("pk"), is_key=True)
        .filter(planned_on__lt=as_of)
        .order_by("project", "planned_on", "code")
        .distinct("project")
    )
    later = (
        Milestone.objects.filter(_open(as_of), project=OuterRef("project"), planned_on__gt=OuterRef("planned_on"))
        .order_by()
        .values("project")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = overdue.annotate(waiting=Coalesce(Subquery(later), 0))
    return {
        project: _Node(name, planned, waiting)
        for project, name, planned, waiting in found.values_list("project", "name", "planned_on", "waiting")
        if waiting and planned
    }


def _suspensions(ids: Iterable[int], as_of: date) -> dict[int, str]:
    """Why each was suspended, by the newest change up to the day. One query, none for nobody."""
    wanted = list(ids)
    if not wanted:
        return {}
    newest = (
        StatusChange.objects.filter(project__in=wanted, effective_on__lte=as_of)
        .order_by("project", F("effective_on").desc(), F("id").desc())
        .distinct("project")
    )
    return dict(newest.values_list("project", "reason"))
