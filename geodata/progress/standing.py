"""What the record knows of a project when its status is to change, and the requests of a project."""

from __future__ import annotations

from django.db.models import Q

from geodata.errors import NotFound
from geodata.progress.models import Attachment, Milestone, PeriodReport, PlanYear, StatusRequest
from geodata.progress.status_moves import Known
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope


def known_of(project: Project, *, year: int, has_contract: bool) -> Known:
    """Four questions, whatever the project."""
    nodes = Milestone.objects.filter(project=project).filter(Q(actual_on__isnull=False) | Q(reported_on__isnull=False))
    reached = {
        code: actual or reported for code, actual, reported in nodes.values_list("code", "actual_on", "reported_on")
    }
    newest = (
        PeriodReport.objects.filter(project=project, state=PeriodReport.State.APPROVED)
        .order_by("-period_end", "kind", "-version")
        .values_list("physical_pct", flat=True)
    )
    stops = StatusChange.objects.filter(project=project, status=Status.SUSPENDED).order_by("-effective_on", "-pk")
    return Known(
        stage=project.stage,
        in_plan_year=PlanYear.objects.filter(project=project, year=year).exists(),
        reached=frozenset(reached),
        suspended_on=stops.values_list("effective_on", flat=True).first(),
        physical_pct=newest.first(),
        works_completed_on=project.works_completed_on or reached.get("M0820"),
        has_contract=has_contract,
    )


def request_of(scope: Scope, request_id: int) -> StatusRequest:
    """One request with its project. Raises NotFound outside the scope."""
    rows = within(StatusRequest.objects.filter(project__is_deleted=False), scope, project="project")
    found = (
        rows.select_related("project__management_unit", "submitted_by", "reviewed_by", "change")
        .filter(pk=request_id)
        .first()
    )
    if found is None:
        raise NotFound("没有这份申请,或者它不在您的工作范围内")
    return found


def papers_of_request(request: StatusRequest) -> list[Attachment]:
    """The documents of a request that nobody removed. Whoever has the request may see them."""
    return list(Attachment.objects.filter(request=request, removed_at__isnull=True).order_by("pk"))
