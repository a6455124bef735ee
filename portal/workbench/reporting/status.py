"""The change of status as its page shows it: where the project stands, where it may go, what each move asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import Refused
from geodata.funding.papers import papers as money_papers
from geodata.progress import status_moves
from geodata.progress.models import Attachment, StatusRequest
from geodata.progress.node_sheets import StatusSheet
from geodata.progress.services import LONGEST_COMMENT, LONGEST_DOC_NO, Wanted, stop_of
from geodata.projects.choices import Stage, Status, SuspensionKind
from geodata.projects.models import StatusChange
from geodata.projects.stages import NODES
from geodata.projects.transitions import REPORT_STOP_WITHIN_DAYS
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.reporting.nodes import project_head
from portal.workbench.reporting.papers import paper_texts
from portal.workbench.reporting.uploads import day
from portal.workbench.reporting.versions import moment

STATE_SHAPE = {"submitted": "circle", "approved": "triangle", "returned": "square", "withdrawn": "cross"}
_KINDS = dict.fromkeys(status_moves.TEXTS, "text") | dict.fromkeys(status_moves.DAYS, "date")
_KINDS |= dict.fromkeys(status_moves.YES, "yes") | {"suspension_kind": "choice"}


def has_contract(scope: Scope, project_id: int, *, today: date) -> bool:
    """Whether a contract is recorded. One query."""
    return bool(money_papers(scope, project_id, upto=today).contracts)


def status_label(status: str) -> str:
    return wording.label(Status(status).label)


def _labels() -> dict[str, str]:
    return {
        "permit_no": _("Number of the works permit"),
        "permit_exempt_reason": _("or why none is needed"),
        "suspension_kind": _("Kind of stop"),
        "expected_resume_on": _("Expected to resume"),
        "reported_on": _("Stop reported on"),
        "permit_reverified_doc": _("Re-verification of the permit (after a year)"),
        "accepted_on": _("Accepted on"),
        "acceptance_passed": _("The acceptance was passed"),
        "receiving_unit": _("Receiving unit"),
        "operator_unit": _("Operating unit"),
        "owner_operates": _("The owner operates it"),
        "final_account_on": _("Final account approved on"),
        "retention_released": _("All retention money is released"),
    }


def status_context(
    held: StatusSheet, *, may_edit: bool, today: date, typed: Mapping[str, Any] | None = None, target: str = ""
) -> dict[str, Any]:
    """Everything that templates/workbench/reporting/status.html reads. `typed`: a form that was refused."""
    project = held.project
    waiting = next((one for one in held.requests if one.state == StatusRequest.State.SUBMITTED), None)
    last = held.requests[0] if held.requests else None
    chosen = target if target in Status.values else ""
    return {
        "head": project_head(project),
        "stage_label": wording.label(Stage(project.stage).label),
        "status": project.status,
        "stop": stop_context(held, today=today),
        "changes": [_change_texts(change) for change in held.changes],
        "requests": [request_texts(one, held.papers.get(one.pk, [])) for one in held.requests],
        "open_request": request_texts(waiting, held.papers.get(waiting.pk, [])) if waiting else None,
        "returned": request_texts(last, []) if last and last.state == StatusRequest.State.RETURNED else None,
        "moves": [_move(project.status, after, chosen) for after in status_moves.targets(project.status)],
        "chosen": _form(held, chosen, typed or {}) if chosen else None,
        "may_edit": may_edit,
        "today": today,
        "typed": typed or {"effective_on": today.isoformat()},
        "facts_known": _facts_known(held),
    }


def stop_context(held: StatusSheet, *, today: date) -> dict[str, Any] | None:
    """The stop that lasts: since when, whether it was reported, by when it had to be; None while the works go on."""
    trailing = stop_of(held.changes)
    if held.project.status != Status.SUSPENDED or not trailing:
        return None
    since = min(change.effective_on for change in trailing)
    reported = next((change.reported_on for change in trailing if change.reported_on), None)
    due = since + timedelta(days=REPORT_STOP_WITHIN_DAYS)
    return {
        "since": since,
        "since_text": wording.day(since),
        "days": (today - since).days,
        "reported_text": wording.day(reported) if reported else "",
        "due_text": wording.day(due),
        "late": reported is None and today > due,
        "url": reverse("workbench:stop_report", args=[held.project.serial_no]),
        "longest_doc_no": LONGEST_DOC_NO,
    }


def _move(before: str, after: str, chosen: str) -> dict[str, Any]:
    return {
        "status": str(after),
        "label": status_label(after),
        "shape": wording.SHAPE[after],
        "usual": status_moves.is_usual(before, after),
        "headquarters": status_moves.needs_headquarters(
            before, after, stage_before=Stage.RESERVE, stage_after=Stage.RESERVE
        ),
        "chosen": after == chosen,
    }


def _form(held: StatusSheet, after: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the move asks for."""
    before, labels = held.project.status, _labels()
    stage = status_moves.stage_after(before, after, held.project.stage)
    return {
        "status": after,
        "label": status_label(after),
        "is_start": status_moves.is_start(before, after),
        "fields": [
            {
                "name": name,
                "label": labels[name],
                "kind": _KINDS[name],
                "value": typed.get(name, ""),
                "required": name in status_moves.REQUIRED,
            }
            for name in status_moves.asked(before, after)
        ],
        "kinds": wording.options(SuspensionKind),
        "stage_label": wording.label(stage.label) if stage != held.project.stage else "",
        "needs_document": status_moves.needs_document(before, after),
        "document": wording.label(status_moves.document(before, after)),
        "needs_reason": status_moves.needs_reason(before, after),
        "needs_doc_no": after == Status.CANCELLED,
        "usual": status_moves.is_usual(before, after),
        "headquarters": _move(before, after, after)["headquarters"],
    }


def _facts_known(held: StatusSheet) -> list[tuple[str, str]]:
    """What the guards find in the record: nobody types it."""
    known = held.known
    rows = [
        *_nodes_known(held),
        (_("In this year's plan"), _("yes") if known.in_plan_year else _("no")),
        (_("Contract recorded"), _("yes") if known.has_contract else _("no")),
        (_("Physical progress"), wording.progress_text(known.physical_pct)),
    ]
    if known.suspended_on and held.project.status == Status.SUSPENDED:
        rows.append((_("Standing still since"), wording.day(known.suspended_on)))
    return rows


def _nodes_known(held: StatusSheet) -> list[tuple[str, str]]:
    """The days of the nodes that the moves from here ask about."""
    asked = {node for (before, _after), (node, _fact) in status_moves.NODE.items() if before == held.project.status}
    if held.project.status == Status.PRELIMINARY:
        asked.add("M0604")
    names = {node.code: node.name for nodes in NODES.values() for node in nodes}
    days = held.known.reached
    return [
        (wording.label(names[code]), wording.day(days[code]) if code in days else _("not reached"))
        for code in sorted(asked)
    ]


def _change_texts(change: StatusChange) -> dict[str, Any]:
    return {
        "day": wording.day(change.effective_on),
        "status_label": status_label(change.status),
        "shape": wording.SHAPE[change.status],
        "stage_label": wording.label(Stage(change.stage).label),
        "said": " · ".join(text for text in (change.reason, change.doc_no) if text),
        "reported": wording.day(change.reported_on) if change.reported_on else "",
        "is_backward": change.is_backward,
    }


def request_texts(request: Any, papers: list[Attachment]) -> dict[str, Any]:
    """One request: from where to where, when, why, what became of it."""
    before, after = status_label(request.from_status), status_label(request.status)
    return {
        "title": _("Report of the stop") if request.is_stop_report else f"{before} → {after}",
        "stop_reported": _fact("reported_on", request.facts["reported_on"]) if request.is_stop_report else "",
        "id": request.pk,
        "url": reverse("workbench:status_review", args=[request.pk]),
        "withdraw_url": reverse("workbench:status_withdraw", args=[request.pk]),
        "state": request.state,
        "state_label": wording.label(str(StatusRequest.State(request.state).label)),
        "state_shape": STATE_SHAPE[request.state],
        "from_label": before,
        "to_label": after,
        "from_shape": wording.SHAPE[request.from_status],
        "to_shape": wording.SHAPE[request.status],
        "stage_label": wording.label(Stage(request.stage).label),
        "day": wording.day(request.effective_on),
        "reason": request.reason,
        "doc_no": request.doc_no,
        "needs_headquarters": request.needs_headquarters,
        "submitter": _who(request, "submitter", "submitted_by"),
        "submitted": moment(request.submitted_at),
        "reviewer": _who(request, "reviewer", "reviewed_by"),
        "reviewed": moment(request.reviewed_at),
        "comment": request.review_comment,
        "papers": [paper_texts(paper) for paper in papers],
    }


def _who(request: Any, column: str, person: str) -> str:
    if hasattr(request, column):
        return getattr(request, column) or ""
    found = getattr(request, person)
    return str(found) if found else ""


def stated_texts(request: StatusRequest) -> list[tuple[str, str]]:
    """The facts that a request states, for its review."""
    labels = _labels()
    return [(labels[name], _fact(name, value)) for name, value in request.facts.items() if name in labels]


def _fact(name: str, value: Any) -> str:
    if name == "suspension_kind":
        return wording.label(SuspensionKind(value).label)
    if _KINDS[name] == "date":
        return wording.day(date.fromisoformat(str(value)))
    return _("yes") if value is True else str(value)


def effective_day(typed: Mapping[str, Any] | None) -> date | None:
    """The day typed in a form that was refused, where it can be read."""
    try:
        return day(str((typed or {}).get("effective_on", "")), "生效日期")
    except Refused:
        return None


def wanted_sent(data: Mapping[str, str]) -> Wanted:
    """What the form asks for. Raises Refused for a day that cannot be read or is missing."""
    effective = day(data.get("effective_on", ""), "生效日期")
    if effective is None:
        raise Refused("请填写生效日期", code="missing-day")
    stated: dict[str, Any] = {name: data.get(name, "") for name in status_moves.TEXTS}
    stated |= {name: day(data.get(name, ""), "日期") for name in status_moves.DAYS}
    stated |= {name: data.get(name) == "yes" for name in status_moves.YES}
    return Wanted(
        status=data.get("status", ""),
        effective_on=effective,
        reason=data.get("reason", ""),
        doc_no=data.get("doc_no", ""),
        stated=stated,
    )


def review_context(request: StatusRequest, papers: list[Attachment], *, judged: list[str]) -> dict[str, Any]:
    """Everything that templates/workbench/reporting/status_review.html reads, but the decision."""
    return {
        "head": project_head(request.project),
        "request_row": request_texts(request, papers),
        "stated": stated_texts(request),
        "is_exceptional": request.is_exceptional,
        "missing": judged,
        "longest_comment": LONGEST_COMMENT,
    }
