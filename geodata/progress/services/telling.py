"""Who is told what of reports, requests and key nodes. One sentence each; what is decided leaves the inboxes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from geodata.notices.services import notify, settle
from geodata.progress.models import Milestone, PeriodReport, StatusRequest
from geodata.progress.periods import Period, period_of
from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.stewards.selectors import approvers


def report_saved(report: PeriodReport, project: Project, *, submit: bool, today: date, now: datetime) -> None:
    """A saved report leaves the inboxes of its approvers; a submitted one comes to them anew."""
    settle(event_prefix=f"report:{report.pk}:", now=now)
    if not submit:
        return
    _ask(
        project,
        hands=report.hands,
        headquarters=False,
        event_key=f"report:{report.pk}:submitted:{report.revision}",
        text=f"{project.name}的{_period(report).title}{'更正' if report.version > 1 else ''}等待您审核",
        subject="report",
        subject_id=report.pk,
        today=today,
        now=now,
    )


def report_decided(report: PeriodReport, *, now: datetime) -> None:
    """Everybody who wrote in it hears what came of it."""
    settle(event_prefix=f"report:{report.pk}:", now=now)
    approved = report.state == PeriodReport.State.APPROVED
    word = "已审核通过" if approved else f"被退回:{report.review_comment}"
    notify(
        people=report.hands,
        kind="approved" if approved else "returned",
        event_key=f"report:{report.pk}:{report.state}:{report.revision}",
        text=f"{report.project.name}的{_period(report).title}{word}",
        project_code=report.project.serial_no,
        subject="report",
        subject_id=report.pk,
        now=now,
    )


def status_asked(request: StatusRequest, project: Project, *, today: date, now: datetime) -> None:
    """Those who may decide the move."""
    _ask(
        project,
        hands=request.hands,
        headquarters=request.needs_headquarters,
        event_key=f"status:{request.pk}:submitted:1",
        text=f"{project.name}申请由{Status(request.from_status).label}变更为{Status(request.status).label},等待您审核",
        subject="status",
        subject_id=request.pk,
        today=today,
        now=now,
    )


def status_decided(request: StatusRequest, *, now: datetime) -> None:
    """Everybody who asked for it hears what came of it; of a withdrawal nobody but the inboxes."""
    settle(event_prefix=f"status:{request.pk}:", now=now)
    if request.state == StatusRequest.State.WITHDRAWN:
        return
    approved = request.state == StatusRequest.State.APPROVED
    word = "已批准" if approved else f"被退回:{request.review_comment}"
    notify(
        people=request.hands,
        kind="approved" if approved else "returned",
        event_key=f"status:{request.pk}:{request.state}:1",
        text=f"{request.project.name}变更为{Status(request.status).label}的申请{word}",
        project_code=request.project.serial_no,
        subject="status",
        subject_id=request.pk,
        now=now,
    )


def node_reported(node: Milestone, project: Project, *, headquarters: bool, today: date, now: datetime) -> None:
    """A key node was reached, as somebody says: another person is to confirm it."""
    settle(event_prefix=f"milestone:{node.pk}:", now=now)
    if node.reported_on is None:
        return
    _ask(
        project,
        hands=node.hands,
        headquarters=headquarters,
        event_key=f"milestone:{node.pk}:submitted:{node.revision}",
        text=f"{project.name}的关键节点“{node.name}”填报于 {node.reported_on:%Y-%m-%d} 完成,等待您确认",
        subject="milestone",
        subject_id=node.pk,
        today=today,
        now=now,
    )


def node_decided(node: Milestone, hands: Iterable[int], *, confirmed: bool, now: datetime) -> None:
    """Those who said that the node was reached."""
    settle(event_prefix=f"milestone:{node.pk}:", now=now)
    word = "已确认" if confirmed else f"被退回:{node.review_comment}"
    notify(
        people=hands,
        kind="approved" if confirmed else "returned",
        event_key=f"milestone:{node.pk}:{'confirmed' if confirmed else 'returned'}:{node.revision}",
        text=f"{node.project.name}的关键节点“{node.name}”{word}",
        project_code=node.project.serial_no,
        subject="milestone",
        subject_id=node.pk,
        now=now,
    )


def _ask(
    project: Project,
    *,
    hands: Iterable[int],
    headquarters: bool,
    event_key: str,
    text: str,
    subject: str,
    subject_id: int,
    today: date,
    now: datetime,
) -> None:
    asked = approvers(unit_id=project.management_unit_id, headquarters_only=headquarters, today=today)
    notify(
        people=set(asked).difference(hands),
        kind="submitted",
        event_key=event_key,
        text=text,
        project_code=project.serial_no,
        subject=subject,
        subject_id=subject_id,
        now=now,
    )


def _period(report: PeriodReport) -> Period:
    return period_of(report.kind, report.period_end)
