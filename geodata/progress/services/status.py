"""Changes of status as requests with documents: asked for by one person, decided by another, then a StatusChange."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.progress import status_moves
from geodata.progress.models import Milestone, StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.services import telling
from geodata.progress.services.photos import EARLIEST, is_there, keep_photo
from geodata.progress.services.reviewing import said_comment
from geodata.progress.services.status_asking import Wanted, editable, made, require_none_waiting, sent_in
from geodata.progress.services.stopping import reported
from geodata.progress.standing import known_of
from geodata.projects.entries import StatusEntry
from geodata.projects.models import Project, StatusChange
from geodata.projects.services import record_status_changes
from geodata.projects.stages import is_backward
from geodata.projects.visibility import within
from geodata.sandbox import door
from geodata.sandbox.documents import Picture
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

State = StatusRequest.State
PHOTO_CAPTION: Final = "开工现场"


@dataclass(frozen=True, slots=True)
class SitePhoto:
    """A photo out of the form of a request, drawn anew by the sandbox."""

    picture: Picture
    upload_sha256: str


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the nouns above this one know, and the day of the judgement."""

    has_contract: bool
    visited: Collection[date]
    judged_on: date | None


def read_site_photo(content: bytes) -> SitePhoto:
    """Through the sandbox, with no row locked. Raises Refused for what is no photo, TooLarge, Busy."""
    return SitePhoto(door.read_photo(content), hashlib.sha256(content).hexdigest())


@transaction.atomic
def request_status(
    scope: Scope,
    *,
    code: str,
    wanted: Wanted,
    expected_status: str,
    papers: Sequence[Paper] = (),
    photo: SitePhoto | None = None,
    has_contract: bool,
    visited: Collection[date] = (),
    today: date,
    now: datetime,
) -> StatusRequest:
    """Ask for another status (or stage) of a project; `expected_status` is the one that the writer saw.

    `photo` joins the project's photos and may show that the works began; on the days `visited` somebody checked in.

    Raises NotPermitted, NotFound outside the scope, Conflict while another request waits, StaleEdit when the status
    changed meanwhile, and Refused (`findings` holds the sentences) for whatever the guards of the move miss.
    """
    project, person = editable(scope, code)
    if project.status != expected_status:
        raise StaleEdit("项目状态在您打开之后已经变更，请核对最新状态后再申请")
    require_none_waiting(project)
    request = made(project, wanted, today)
    if photo is not None:
        _keep_photo(scope, project, photo, today, now)
    _judged(project, request, _Beside(has_contract, visited, today), headquarters=True)
    if status_moves.needs_document(request.from_status, request.status) and not papers:
        raise Refused(f"请上传{status_moves.document(request.from_status, request.status)}", code="missing-paper")
    return sent_in(request, papers, person=person, today=today, now=now)


@transaction.atomic
def approve_status(
    scope: Scope,
    *,
    request_id: int,
    comment: str = "",
    has_contract: bool,
    visited: Collection[date] = (),
    now: datetime,
) -> StatusRequest:
    """The project has the new status from its effective day on; the node that goes with it is reached. The report of a
    stop moves nothing: the stop counts as reported.

    Raises NotPermitted (role, headquarters' to decide, or a hand in it), NotFound outside the scope, Conflict unless it
    waits, and Refused where the guards do not hold any more.
    """
    request = _waiting(scope, request_id)
    project = request.project
    if project.status != request.from_status:
        raise Conflict("项目状态在申请之后已经变更，请退回这份申请", code="status-changed")
    # the report of a stop was due when it was asked for, not when somebody finds time to decide
    _judged(project, request, _Beside(has_contract, visited, None), headquarters=scope.headquarters)
    request.change = _recorded(request, _person(scope))
    _reach_node(request, _person(scope), now)
    _decide(request, scope, State.APPROVED, comment, now)
    return request


@transaction.atomic
def return_status(scope: Scope, *, request_id: int, comment: str, now: datetime) -> StatusRequest:
    """Back with a word on what is missing. Raises as `approve_status`, and Refused without it."""
    if not comment.strip():
        raise Refused("请写明退回的原因，让申请人知道要改什么", code="missing-comment")
    request = _waiting(scope, request_id)
    _decide(request, scope, State.RETURNED, comment, now)
    return request


@transaction.atomic
def withdraw_status(scope: Scope, *, request_id: int, now: datetime) -> StatusRequest:
    """Taken back by the people of the project before it was decided. Raises NotPermitted, NotFound, Conflict."""
    request = _locked(scope.only(Action.EDIT_PROJECTS), request_id)
    request.state, request.updated_at = State.WITHDRAWN, now
    request.save()
    telling.status_decided(request, now=now)
    return request


def _judged(project: Project, request: StatusRequest, beside: _Beside, *, headquarters: bool) -> None:
    """Raises Refused with every guard that does not hold; marks what lies outside the table."""
    known = known_of(project, year=request.effective_on.year, has_contract=beside.has_contract, visited=beside.visited)
    stated = {**request.facts, "reason": request.reason, "doc_no": request.doc_no}
    facts = status_moves.facts_of(
        stated, known, before=request.from_status, effective_on=request.effective_on, judged_on=beside.judged_on
    )
    verdict = status_moves.judge(request.from_status, request.status, facts, headquarters=headquarters)
    missing = list(verdict.missing)
    if request.status == request.from_status and is_backward(project.stage, request.stage) and not request.reason:
        missing.append("阶段回退须写明原因")
    if missing:
        raise Refused(f"还不能变更：{'、'.join(missing)}", code="guards", findings=tuple(missing))
    request.is_exceptional = verdict.exceptional


def _waiting(scope: Scope, request_id: int) -> StatusRequest:
    request = _locked(scope.only(Action.APPROVE), request_id)
    if request.needs_headquarters and not scope.headquarters:
        raise NotPermitted("开工、复工、竣工、取消和倒退的变更须由指挥部审核", code="headquarters-only")
    require_other_person(reviewer_id=_person(scope), hands=request.hands)
    return request


def _locked(reach: Scope, request_id: int) -> StatusRequest:
    """The request with its project, both locked, the project first as everywhere. It must be waiting."""
    rows = within(StatusRequest.objects.filter(project__is_deleted=False), reach, project="project")
    found = rows.filter(pk=request_id).values_list("project_id", flat=True).first()
    if found is None:
        raise NotFound("没有这份申请，或者它不在您的工作范围内")
    project = Project.objects.select_for_update(no_key=True).get(pk=found)
    request = StatusRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.state != State.SUBMITTED:
        raise Conflict(f"这份申请现在是“{State(request.state).label}”，请刷新页面", code="not-waiting")
    request.project = project
    return request


def _keep_photo(scope: Scope, project: Project, photo: SitePhoto, today: date, now: datetime) -> None:
    """One that the project has already is there, and needs no second row."""
    if is_there(project.pk, upload_sha256=photo.upload_sha256):
        return
    noted = photo.picture.taken_on
    keep_photo(
        scope,
        project_id=project.pk,
        picture=photo.picture,
        upload_sha256=photo.upload_sha256,
        caption=PHOTO_CAPTION,
        taken_on=noted if noted is not None and EARLIEST <= noted <= today else today,
        now=now,
    )


def _reach_node(request: StatusRequest, person: int, now: datetime) -> None:
    """The node that the move reaches gets its day, unless it has one or somebody's word on it waits."""
    node, fact = status_moves.NODE.get((request.from_status, request.status), ("", ""))
    if not node:
        return
    rows = Milestone.objects.filter(
        project=request.project_id, code=node, actual_on__isnull=True, reported_on__isnull=True
    )
    rows.update(
        actual_on=_day(request.facts.get(fact)) or request.effective_on,
        reported_by=request.submitted_by_id,
        reported_at=request.submitted_at,
        confirmed_by=person,
        confirmed_at=now,
        revision=F("revision") + 1,
        updated_at=now,
    )


def _recorded(request: StatusRequest, person: int) -> StatusChange:
    if request.is_stop_report:
        return reported(request, person=person)
    facts = request.facts
    entry = StatusEntry(
        status=request.status,
        stage=request.stage,
        effective_on=request.effective_on,
        from_status=request.from_status,
        reason=request.reason,
        doc_no=request.doc_no,
        suspension_kind=facts.get("suspension_kind", ""),
        expected_resume_on=_day(facts.get("expected_resume_on")),
        reported_on=_day(facts.get("reported_on")),
    )
    people = User.objects.in_bulk([person, request.submitted_by_id])
    record_status_changes(
        entries=[(request.project_id, entry)],
        user=people[person],
        submitter=people[request.submitted_by_id],
        decided=True,
    )
    change = StatusChange.objects.filter(project=request.project_id).order_by("-effective_on", "-pk").first()
    if change is None or (change.status, change.stage) != (request.status, request.stage):
        raise Conflict("生效日期之后已有别的状态变更，请退回这份申请", code="later-change")
    return change


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _decide(request: StatusRequest, scope: Scope, state: str, comment: str, now: datetime) -> None:
    request.state, request.review_comment = state, said_comment(comment)
    request.reviewed_by_id, request.reviewed_at, request.updated_at = scope.user_id, now, now
    request.save()
    telling.status_decided(request, now=now)


def _person(scope: Scope) -> int:
    if scope.user_id is None:
        raise NotPermitted("请先登录")
    return scope.user_id
