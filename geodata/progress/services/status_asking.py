"""A request for another status: what may be asked for at all, days and texts within bounds, how it is sent in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from geodata.errors import Conflict, NotFound, Refused
from geodata.progress import status_moves
from geodata.progress.models import StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.services import telling
from geodata.progress.services.attachments import keep_papers
from geodata.projects.choices import Stage, Status, SuspensionKind
from geodata.projects.models import Project, StatusChange
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST: Final = {"reason": 1000, "doc_no": 80}
_LONGEST_FACT: Final = 120
_EARLIEST: Final = date(1990, 1, 1)
_State = StatusRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. `stated` holds facts of status_moves.TEXTS, DAYS and YES; no stage means the usual one."""

    status: str
    effective_on: date
    stage: str = ""
    reason: str = ""
    doc_no: str = ""
    stated: Mapping[str, Any]


def editable(scope: Scope, code: str) -> tuple[Project, int]:
    """A project that the person may edit, locked, and who that is. Raises NotPermitted, NotFound."""
    rows = visible(scope.only(Action.EDIT_PROJECTS)).select_for_update(no_key=True, of=("self",))
    project = rows.filter(serial_no=code).first()
    if project is None or scope.user_id is None:
        raise NotFound(NOT_FOUND)
    return project, scope.user_id


def require_none_waiting(project: Project) -> None:
    """Raises Conflict while another request of the project waits."""
    if StatusRequest.objects.filter(project=project, state=_State.SUBMITTED).exists():
        raise Conflict("本项目已有一份状态变更申请待审核，请先撤回或等待审核", code="request-waiting")


def sent_in(
    request: StatusRequest, papers: Sequence[Paper], *, person: int, today: date, now: datetime
) -> StatusRequest:
    """The request is kept with its documents, and those who may decide it are told."""
    request.submitted_by_id, request.submitted_at = person, now
    request.hands = sorted({*_earlier_hands(request.project), person})
    request.save()
    keep_papers(request, papers, person=person, now=now)
    telling.status_asked(request, request.project, today=today, now=now)
    return request


def _earlier_hands(project: Project) -> list[int]:
    """Those who asked before and were not followed: a returned request asked again is theirs, too."""
    before = StatusRequest.objects.filter(project=project).order_by("-pk").first()
    return [] if before is None or before.state == _State.APPROVED else list(before.hands)


def made(project: Project, wanted: Wanted, today: date) -> StatusRequest:
    """The request, not saved yet. Raises Refused for what cannot be asked for."""
    if wanted.status not in Status.values or (wanted.stage and wanted.stage not in Stage.values):
        raise Refused("请从列表中选择状态和阶段", code="bad-choice")
    _check_day(project, wanted.effective_on, today)
    stage = wanted.stage or status_moves.stage_after(project.status, wanted.status, project.stage)
    if wanted.status == project.status and stage == project.stage:
        raise Refused("状态和阶段都没有变化", code="no-change")
    for name, most in LONGEST.items():
        if len(getattr(wanted, name)) > most:
            raise Refused(f"{'原因' if name == 'reason' else '文号'}不能超过 {most} 字", code="long-text")
    return StatusRequest(
        project=project,
        from_status=project.status,
        status=wanted.status,
        stage=stage,
        effective_on=wanted.effective_on,
        reason=wanted.reason.strip(),
        doc_no=wanted.doc_no.strip(),
        facts=_stated(wanted.stated, today),
        needs_headquarters=status_moves.needs_headquarters(
            project.status, wanted.status, stage_before=project.stage, stage_after=stage
        ),
    )


def _check_day(project: Project, day: date, today: date) -> None:
    if day > today:
        raise Refused(f"生效日期 {day.isoformat()} 还没有到，请改正", code="future-day")
    newest = (
        StatusChange.objects.filter(project=project).order_by("-effective_on").values_list("effective_on", flat=True)
    )
    earliest = newest.first() or _EARLIEST
    if day < earliest:
        raise Refused(f"生效日期不能早于上次变更的 {earliest.isoformat()}", code="early-day")


def _stated(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The facts of the form, checked; what is empty is left out."""
    facts: dict[str, Any] = {}
    for name in status_moves.TEXTS:
        said = " ".join(str(values.get(name) or "").split())
        if len(said) > _LONGEST_FACT:
            raise Refused(f"填写内容不能超过 {_LONGEST_FACT} 字", code="long-text")
        facts[name] = said
    if facts["suspension_kind"] and facts["suspension_kind"] not in SuspensionKind.values:
        raise Refused("停工类型请从列表中选择", code="bad-choice")
    facts |= {name: values.get(name) for name in status_moves.DAYS}
    for name in status_moves.PAST:
        if facts[name] and facts[name] > today:
            raise Refused(f"日期 {facts[name].isoformat()} 还没有到，请改正", code="future-day")
    facts |= {name: bool(values.get(name)) for name in status_moves.YES}
    return {name: value for name, value in facts.items() if value}
