"""Deciding on a submitted report: by another person than all who wrote in it, on exactly what that person saw."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, Refused, StaleEdit
from geodata.progress.models import Milestone, PeriodReport, ReportNode
from geodata.progress.services import telling
from geodata.projects.visibility import within
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_COMMENT: Final = 400
State = PeriodReport.State


@transaction.atomic
def approve_report(
    scope: Scope, *, report_id: int, expected_version: int, comment: str = "", now: datetime
) -> PeriodReport:
    """The report counts from now on and is frozen.

    Raises NotPermitted (role, or a hand in it), NotFound outside the scope, Conflict unless it is submitted, StaleEdit
    when it changed since the reviewer read it.
    """
    report = _decided(scope, report_id, expected_version, comment, now)
    report.state = State.APPROVED
    report.save()
    _carry_to_milestones(report)
    telling.report_decided(report, now=now)
    return report


@transaction.atomic
def return_report(scope: Scope, *, report_id: int, expected_version: int, comment: str, now: datetime) -> PeriodReport:
    """Back to those who wrote it, with a word on what to mend. Raises as `approve_report`, and Refused without it."""
    if not comment.strip():
        raise Refused("请写明退回的原因，让填报人知道要改什么", code="missing-comment")
    report = _decided(scope, report_id, expected_version, comment, now)
    report.state = State.RETURNED
    report.save()
    telling.report_decided(report, now=now)
    return report


def said_comment(comment: str) -> str:
    """A comment in one line of at most 400 characters. Raises Refused."""
    said = " ".join(comment.split())
    if len(said) > LONGEST_COMMENT:
        raise Refused(f"意见不能超过 {LONGEST_COMMENT} 字", code="long-text")
    return said


def _decided(scope: Scope, report_id: int, expected: int, comment: str, now: datetime) -> PeriodReport:
    """The report, locked, with the reviewer on it."""
    approving = scope.only(Action.APPROVE)
    rows = within(PeriodReport.objects.filter(project__is_deleted=False), approving, project="project")
    report = rows.select_for_update(of=("self",)).select_related("project").filter(pk=report_id).first()
    if report is None or scope.user_id is None:
        raise NotFound("没有这份月报，或者它不在您的审核范围内")
    if report.state != State.SUBMITTED:
        raise Conflict(f"这份月报现在是“{State(report.state).label}”，不能审核，请刷新页面", code="not-submitted")
    if report.revision != expected:
        raise StaleEdit("这份月报在您打开之后又有修改，请重新核对后再审核")
    require_other_person(reviewer_id=scope.user_id, hands=report.hands)
    report.reviewed_by_id, report.reviewed_at, report.updated_at = scope.user_id, now, now
    report.review_comment = said_comment(comment)
    return report


def _carry_to_milestones(report: PeriodReport) -> None:
    """The newest approved shares stand on the nodes of the project, too."""
    newer = PeriodReport.objects.filter(
        project=report.project_id, state=State.APPROVED, period_end__gt=report.period_end
    )
    if newer.exists():
        return
    shares = dict(ReportNode.objects.filter(report=report).values_list("code", "done_pct"))
    nodes = list(Milestone.objects.select_for_update().filter(project=report.project_id, code__in=shares))
    for node in nodes:
        node.progress_pct = shares[node.code]
    Milestone.objects.bulk_update(nodes, ["progress_pct"])
