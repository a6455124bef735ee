"""Who is told what of reports, requests and key nodes. One sentence each; what is decided leaves the inboxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from geodata.notices.services import notify, settle
from geodata.progress.models import Milestone, PeriodReport, StatusRequest
from geodata.progress.periods import Period, period_of
from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.stewards.selectors import approvers


def report_saved(report: PeriodReport, project: Project, *, submit: bool, today: date, now: datetime) -> None:
    """A saved report leaves the inboxes of its approvers; a submitted one comes to them anew."""
    what = _Subject("report", report.pk, report.revision, project)
    settle(event_prefix=what.prefix, now=now)
    if submit:
        correction = "更正" if report.version > 1 else ""
        text = f"的{_period(report).title}{correction}等待您审核"
        _ask(what, report.hands, text, headquarters=False, today=today, now=now)


def report_decided(report: PeriodReport, *, now: datetime) -> None:
    """Everybody who wrote in it hears what came of it."""
    what = _Subject("report", report.pk, report.revision, report.project)
    approved = report.state == PeriodReport.State.APPROVED
    word = "已审核通过" if approved else f"被退回：{report.review_comment}"
    _answer(what, report.hands, f"的{_period(report).title}{word}", report.state, approved=approved, now=now)


def status_asked(request: StatusRequest, project: Project, *, today: date, now: datetime) -> None:
    """Those who may decide the move."""
    move = f"申请由{Status(request.from_status).label}变更为{Status(request.status).label}，等待您审核"
    text = "的停工报告等待您审核" if request.is_stop_report else move
    what = _Subject("status", request.pk, 1, project)
    _ask(what, request.hands, text, headquarters=request.needs_headquarters, today=today, now=now)


def status_decided(request: StatusRequest, *, now: datetime) -> None:
    """Everybody who asked for it hears what came of it; of a withdrawal nobody but the inboxes."""
    what = _Subject("status", request.pk, 1, request.project)
    if request.state == StatusRequest.State.WITHDRAWN:
        settle(event_prefix=what.prefix, now=now)
        return
    approved = request.state == StatusRequest.State.APPROVED
    word = "已批准" if approved else f"被退回：{request.review_comment}"
    asked = "的停工报告" if request.is_stop_report else f"变更为{Status(request.status).label}的申请"
    _answer(what, request.hands, f"{asked}{word}", request.state, approved=approved, now=now)


def node_reported(node: Milestone, project: Project, *, headquarters: bool, today: date, now: datetime) -> None:
    """A key node was reached, as somebody says: another person is to confirm it."""
    what = _Subject("milestone", node.pk, node.revision, project)
    settle(event_prefix=what.prefix, now=now)
    if node.reported_on is not None:
        text = f"的关键节点“{node.name}”填报于 {node.reported_on:%Y-%m-%d} 完成，等待您确认"
        _ask(what, node.hands, text, headquarters=headquarters, today=today, now=now)


def node_decided(node: Milestone, hands: Iterable[int], *, confirmed: bool, now: datetime) -> None:
    """Those who said that the node was reached."""
    what = _Subject("milestone", node.pk, node.revision, node.project)
    word = "已确认" if confirmed else f"被退回：{node.review_comment}"
    state = "confirmed" if confirmed else "returned"
    _answer(what, hands, f"的关键节点“{node.name}”{word}", state, approved=confirmed, now=now)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is told of: a report, a request or a node with its row, the revision that is meant, and its project."""

    kind: str
    pk: int
    revision: int
    project: Project

    @property
    def prefix(self) -> str:
        """How the keys of all its events begin."""
        return f"{self.kind}:{self.pk}:"

    def tell(self, people: Iterable[int], text: str, *, kind: str, state: str, now: datetime) -> None:
        """One sentence that begins with the project's name; `state` makes the event's key."""
        notify(
            people=people,
            kind=kind,
            event_key=f"{self.prefix}{state}:{self.revision}",
            text=f"{self.project.name}{text}",
            project_code=self.project.serial_no,
            subject=self.kind,
            subject_id=self.pk,
            now=now,
        )


def _ask(what: _Subject, hands: Iterable[int], text: str, *, headquarters: bool, today: date, now: datetime) -> None:
    """Those who may decide and had no hand in it."""
    unit = what.project.management_unit_id
    asked = approvers(unit_id=unit, headquarters_only=headquarters, today=today)
    what.tell(set(asked).difference(hands), text, kind="submitted", state="submitted", now=now)


def _answer(what: _Subject, hands: Iterable[int], text: str, state: str, *, approved: bool, now: datetime) -> None:
    """It leaves the inboxes of those who may decide; those who wrote it hear what came of it."""
    settle(event_prefix=what.prefix, now=now)
    what.tell(hands, text, kind="approved" if approved else "returned", state=state, now=now)


def _period(report: PeriodReport) -> Period:
    return period_of(report.kind, report.period_end)
