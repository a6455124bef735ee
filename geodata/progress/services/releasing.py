"""Letting a photo or a document out to everybody, by another person than who sent it, and taking it back.

Nothing is let out by itself: a person looks at it and confirms that nobody can be recognised on it. What is taken
back, removed or no longer of a public project is closed in the public tables (portal/publication/services/media.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.progress.models import Attachment, PeriodReport, Photo, Release, StatusRequest
from geodata.projects.choices import Disclosure
from geodata.projects.visibility import within
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_REASON: Final = 200
PHOTOS_OF: Final = frozenset({Disclosure.PUBLIC, Disclosure.PARTIAL})
DOCUMENTS_OF: Final = frozenset({Disclosure.PUBLIC})
Thing = Photo | Attachment


@transaction.atomic
def release_photo(scope: Scope, *, photo_id: int, confirmed: bool, now: datetime) -> Release:
    """The next publication shows it.

    Raises NotPermitted (role, or the person sent it), NotFound outside the scope, Refused unless `confirmed` or when
    the project is not public, Conflict when it is public already.
    """
    photo = _locked_photo(scope.only(Action.APPROVE), photo_id)
    _check_project(photo, PHOTOS_OF, "照片")
    return _release(scope, photo, confirmed=confirmed, now=now)


@transaction.atomic
def release_document(scope: Scope, *, attachment_id: int, confirmed: bool, now: datetime) -> Release:
    """As `release_photo`; Conflict as well while what the document belongs to has not been approved."""
    found = _locked_document(scope.only(Action.APPROVE), attachment_id)
    _check_project(found, DOCUMENTS_OF, "文件")
    if not is_approved(found):
        raise Conflict("这份文件所属的报告、节点或申请还没有审核通过，不能公开", code="not-approved")
    return _release(scope, found, confirmed=confirmed, now=now)


@transaction.atomic
def take_back_photo(scope: Scope, *, photo_id: int, reason: str, now: datetime) -> Release:
    """No longer public. Whoever may edit the project may do it: it protects, and can wait for nobody.

    Raises NotPermitted, NotFound, Refused without a reason, Conflict when it is not public.
    """
    return _taken_back(scope, _locked_photo(scope.only(Action.EDIT_PROJECTS), photo_id), reason, now)


@transaction.atomic
def take_back_document(scope: Scope, *, attachment_id: int, reason: str, now: datetime) -> Release:
    """As `take_back_photo`."""
    return _taken_back(scope, _locked_document(scope.only(Action.EDIT_PROJECTS), attachment_id), reason, now)


def end_release(thing: Thing, *, person: int | None, reason: str, now: datetime) -> Release | None:
    """Ends what is open of a photo or document, inside the caller's transaction; None when it was not public."""
    found = _open(thing).select_for_update().first()
    if found is None:
        return None
    found.ended_at, found.ended_by_id, found.ended_reason, found.updated_at = now, person, reason, now
    found.save(update_fields=["ended_at", "ended_by", "ended_reason", "updated_at"])
    return found


def may_release(scope: Scope) -> bool:
    """Whether the person's roles allow letting out at all; of which projects and whose files, the service says."""
    return scope.user_id is not None and scope.allows(Action.APPROVE)


def is_approved(document: Attachment) -> bool:
    """Whether what it belongs to has been approved: a draft, or what waits, is nobody's but staff's."""
    if document.report is not None:
        return document.report.state == PeriodReport.State.APPROVED
    if document.milestone is not None:
        return document.milestone.actual_on is not None
    return document.request is not None and document.request.state == StatusRequest.State.APPROVED


def _locked_photo(scope: Scope, photo_id: int) -> Photo:
    rows = within(Photo.objects.filter(removed_at__isnull=True), scope, project="project")
    rows = rows.filter(project__is_deleted=False).select_for_update(no_key=True, of=("self",))
    found = rows.select_related("project").filter(pk=photo_id).first()
    if found is None or scope.user_id is None:
        raise NotFound("没有这张照片，或者它不在您的工作范围内")
    return found


def _locked_document(scope: Scope, attachment_id: int) -> Attachment:
    rows = within(Attachment.objects.filter(removed_at__isnull=True), scope, project="project")
    rows = rows.filter(project__is_deleted=False).select_for_update(no_key=True, of=("self",))
    found = rows.select_related("project", "report", "milestone", "request").filter(pk=attachment_id).first()
    if found is None or scope.user_id is None:
        raise NotFound("没有这个附件，或者它不在您的工作范围内")
    return found


def _check_project(thing: Thing, levels: frozenset[Disclosure], word: str) -> None:
    if thing.project.disclosure not in levels:
        said = Disclosure(thing.project.disclosure).label
        raise Refused(f"本项目的公开级别是“{said}”，{word}不能公开", code="not-public")


def _release(scope: Scope, thing: Thing, *, confirmed: bool, now: datetime) -> Release:
    if scope.user_id is None:
        raise NotPermitted("请用个人账号办理", code="no-person")
    require_other_person(reviewer_id=scope.user_id, hands=[thing.uploaded_by_id])
    if not confirmed:
        raise Refused(
            "请先勾选确认：画面和文件里没有可辨认的个人、车牌、电话、证件号码和银行账号，也没有涉密内容",
            code="not-confirmed",
        )
    if _open(thing).exists():
        raise Conflict("已经公开，不必再次公开", code="released")
    what = {"photo": thing} if isinstance(thing, Photo) else {"attachment": thing}
    return Release.objects.create(project_id=thing.project_id, released_by_id=scope.user_id, released_at=now, **what)


def _taken_back(scope: Scope, thing: Thing, reason: str, now: datetime) -> Release:
    said = " ".join(reason.replace("\x00", " ").split())
    if not said or len(said) > LONGEST_REASON:
        raise Refused(f"请写明收回的理由，不超过 {LONGEST_REASON} 字", code="missing-reason")
    ended = end_release(thing, person=scope.user_id, reason=said, now=now)
    if ended is None:
        raise Conflict("它没有公开，不必收回", code="not-released")
    return ended


def _open(thing: Thing) -> QuerySet[Release]:
    here = Release.objects.filter(ended_at__isnull=True)
    return here.filter(photo=thing) if isinstance(thing, Photo) else here.filter(attachment=thing)
