"""What waits for a decision: reports, changes of status, key nodes. Rows that the person's deciding roles reach."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from geodata.errors import NotFound
from geodata.progress.milestone_order import FOR_HEADQUARTERS
from geodata.progress.models import Milestone, PeriodReport, StatusRequest
from geodata.projects.choices import Status
from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

STOP_REPORT: Final = "stop_report"
_OF_A_STOP: Final = Q(from_status=Status.SUSPENDED, status=Status.SUSPENDED, facts__has_key="reported_on")


def asked_for() -> Case:
    """What a request asks for, as a column: the status that it leads to, or STOP_REPORT."""
    return Case(
        When(_OF_A_STOP, then=Value(STOP_REPORT)), default=Cast(F("status"), TextField()), output_field=TextField()
    )


def waiting_stop_reports() -> QuerySet[StatusRequest]:
    """Reports of stops that wait for a decision."""
    return StatusRequest.objects.filter(_OF_A_STOP, state=StatusRequest.State.SUBMITTED)


def pending_reports(scope: Scope) -> QuerySet[PeriodReport]:
    """Submitted reports, the longest waiting first, with project, unit and sender; empty for who decides nothing.

    The person's own are among them (`scope.user_id in report.hands`): they wait for somebody else.
    """
    rows = PeriodReport.objects.filter(state=PeriodReport.State.SUBMITTED).order_by("submitted_at", "pk")
    return _decidable(rows, scope).select_related("project__management_unit", "submitted_by")


def pending_status(scope: Scope) -> QuerySet[StatusRequest]:
    """Requests to change a status, as `pending_reports`; those that headquarters must decide only for headquarters."""
    rows = StatusRequest.objects.filter(state=StatusRequest.State.SUBMITTED).order_by("submitted_at", "pk")
    if not scope.headquarters:
        rows = rows.filter(needs_headquarters=False)
    return _decidable(rows, scope).select_related("project__management_unit", "submitted_by")


def pending_milestones(scope: Scope) -> QuerySet[Milestone]:
    """Key nodes that are said to be reached and not confirmed, as `pending_reports`."""
    rows = Milestone.objects.filter(reported_on__isnull=False).order_by("reported_at", "pk")
    if not scope.headquarters:
        rows = rows.exclude(code__in=FOR_HEADQUARTERS)
    return _decidable(rows, scope).select_related("project__management_unit", "reported_by")


def _decidable(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    if not scope.allows(Action.APPROVE):
        return rows.none()
    return within(rows.filter(project__is_deleted=False), scope.only(Action.APPROVE), project="project")


def milestone_code(scope: Scope, milestone_id: int) -> str:
    """The platform number of a node's project. Raises NotFound outside the scope."""
    rows = within(Milestone.objects.filter(project__is_deleted=False, pk=milestone_id), scope, project="project")
    found = rows.values_list("project__serial_no", flat=True).first()
    if found is None:
        raise NotFound("没有这个节点，或者它不在您的工作范围内")
    return found
