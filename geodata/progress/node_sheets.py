"""All nodes of a project with their documents, and its requests for another status, each page in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.progress.models import Attachment, Milestone, PeriodReport, PlanYear, StatusRequest
from geodata.progress.status_moves import Known
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

_NODE: Final = (
    "id",
    "code",
    "name",
    "planned_on",
    "planned_precision",
    "forecast_on",
    "actual_on",
    "reported_on",
    "weight_pct",
    "progress_pct",
    "is_key",
    "override_reason",
    "review_comment",
    "hands",
    "revision",
)
_PAPER: Final = ("id", "milestone_id", "request_id", "title", "media_type", "bytes", "uploaded_at")
_REQUEST: Final = (
    "id",
    "state",
    "from_status",
    "status",
    "stage",
    "effective_on",
    "reason",
    "doc_no",
    "facts",
    "needs_headquarters",
    "submitted_at",
    "reviewed_at",
    "review_comment",
    "hands",
)
_CHANGE: Final = (
    "effective_on",
    "from_status",
    "status",
    "stage",
    "reason",
    "doc_no",
    "is_backward",
    "reported_on",
)
_SHAPES: Final = ("geom", "geom_3857", "anchor_3857", "search_text")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSheet:
    """A project with its nodes in order of their codes; `papers` by the id of the node."""

    project: Project
    nodes: Sequence[Milestone]
    papers: dict[int, list[Attachment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSheet:
    """A project with what its status rests on. `requests` newest first, each bears `submitter` and `reviewer`."""

    project: Project
    changes: Sequence[StatusChange]
    requests: Sequence[Any]
    papers: dict[int, list[Attachment]]
    known: Known


def node_sheet(scope: Scope, code: str) -> NodeSheet:
    """Raises NotFound outside the scope. One query."""
    nodes = Milestone.objects.filter(project=OuterRef("pk")).order_by("code")
    papers = Attachment.objects.filter(project=OuterRef("pk"), milestone__isnull=False, removed_at__isnull=True)
    project: Any = (
        visible(scope)
        .filter(serial_no=code)
        .select_related("management_unit", "category")
        .defer(*_SHAPES)
        .annotate(gathered_nodes=gathered(nodes, *_NODE), gathered_papers=gathered(papers.order_by("pk"), *_PAPER))
        .first()
    )
    if project is None:
        raise NotFound(NOT_FOUND)
    held: dict[int, list[Attachment]] = {}
    for paper in opened(Attachment, project.gathered_papers):
        held.setdefault(paper.milestone_id or 0, []).append(paper)
    return NodeSheet(project=project, nodes=opened(Milestone, project.gathered_nodes), papers=held)


def status_sheet(scope: Scope, code: str, *, today: date, has_contract: bool) -> StatusSheet:
    """Raises NotFound outside the scope. One query."""
    own = OuterRef("pk")
    changes = StatusChange.objects.filter(project=own).order_by("-effective_on", "-pk")
    requests = StatusRequest.objects.filter(project=own).order_by("-submitted_at", "-pk")
    papers = Attachment.objects.filter(project=own, request__isnull=False, removed_at__isnull=True)
    reports = PeriodReport.objects.filter(project=own, state=PeriodReport.State.APPROVED)
    project: Any = (
        visible(scope)
        .filter(serial_no=code)
        .select_related("management_unit", "category")
        .defer(*_SHAPES)
        .annotate(
            gathered_changes=gathered(changes[:20], *_CHANGE),
            gathered_requests=gathered(
                requests[:20], *_REQUEST, submitter="submitted_by__display_name", reviewer="reviewed_by__display_name"
            ),
            gathered_papers=gathered(papers.order_by("pk"), *_PAPER),
            gathered_nodes=gathered(Milestone.objects.filter(project=own), "code", "actual_on", "reported_on"),
            gathered_plans=gathered(PlanYear.objects.filter(project=own, year=today.year), "year"),
            newest_pct=Subquery(reports.order_by("-period_end", "kind", "-version").values("physical_pct")[:1]),
        )
        .first()
    )
    if project is None:
        raise NotFound(NOT_FOUND)
    held: dict[int, list[Attachment]] = {}
    for paper in opened(Attachment, project.gathered_papers):
        held.setdefault(paper.request_id or 0, []).append(paper)
    return StatusSheet(
        project=project,
        changes=opened(StatusChange, project.gathered_changes),
        requests=opened(StatusRequest, project.gathered_requests),
        papers=held,
        known=_known(project, has_contract),
    )


def _known(project: Any, has_contract: bool) -> Known:
    """As `standing.known_of`, from what was gathered."""
    nodes = opened(Milestone, project.gathered_nodes)
    reached = {node.code: day for node in nodes if (day := node.actual_on or node.reported_on)}
    changes = opened(StatusChange, project.gathered_changes)
    stops = [change.effective_on for change in changes if change.status == Status.SUSPENDED]
    return Known(
        stage=project.stage,
        in_plan_year=bool(project.gathered_plans),
        reached=reached,
        suspended_on=stops[0] if stops else None,
        physical_pct=project.newest_pct,
        works_completed_on=project.works_completed_on or reached.get("M0820"),
        has_contract=has_contract,
    )
