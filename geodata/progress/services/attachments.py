"""Documents of reports, nodes and requests: kept as files first, as rows last; removed for a reason; seen by scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from geodata.errors import Conflict, NotFound, Refused
from geodata.progress import paper_files
from geodata.progress.models import Attachment, Milestone, PeriodReport, StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.services.releasing import end_release
from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

MOST_OF_A_THING: Final = 20
LONGEST_REASON: Final = 200
Subject = PeriodReport | Milestone | StatusRequest


def keep_papers(subject: Subject, papers: Sequence[Paper], *, person: int, now: datetime) -> list[Attachment]:
    """Keep documents that the sandbox let through; one that is there already is not kept twice. Inside the caller's
    transaction, under its lock. Raises Refused beyond twenty."""
    here = {_link(subject): subject}
    present = set(Attachment.objects.filter(removed_at__isnull=True, **here).values_list("upload_sha256", flat=True))
    fresh = {paper.upload_sha256: paper for paper in papers if paper.upload_sha256 not in present}
    if len(present) + len(fresh) > MOST_OF_A_THING:
        raise Refused(f"附件最多 {MOST_OF_A_THING} 个，请合并后再上传", code="too-many-papers")
    rows: list[dict[str, Any]] = [
        {
            "title": paper.title,
            "sha256": paper_files.keep(paper),
            "upload_sha256": paper.upload_sha256,
            "media_type": paper.media_type,
            "bytes": len(paper.content),
        }
        for paper in fresh.values()
    ]
    return Attachment.objects.bulk_create(
        Attachment(project_id=subject.project_id, uploaded_by_id=person, uploaded_at=now, **here, **row) for row in rows
    )


def has_papers(subject: Subject) -> bool:
    """Whether a document is there that nobody removed."""
    return Attachment.objects.filter(removed_at__isnull=True, **{_link(subject): subject}).exists()


def _link(subject: Subject) -> str:
    if isinstance(subject, PeriodReport):
        return "report"
    return "milestone" if isinstance(subject, Milestone) else "request"


@transaction.atomic
def remove_attachment(scope: Scope, *, attachment_id: int, reason: str, now: datetime) -> Attachment:
    """Take a document from sight; row and file stay. Not once what it belongs to has been submitted or decided.

    Raises NotPermitted, NotFound, Conflict, and Refused without a reason.
    """
    rows = within(Attachment.objects.filter(_SEEN), scope.only(Action.EDIT_PROJECTS), project="project")
    found = (
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("project", "report", "milestone", "request")
        .filter(pk=attachment_id)
        .first()
    )
    if found is None:
        raise NotFound("没有这个附件，或者它不在您的工作范围内")
    if _is_fixed(found):
        raise Conflict("这个附件所属的内容已提交或已审核，不能再移除", code="decided")
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise Refused(f"请写明移除的理由，不超过 {LONGEST_REASON} 字", code="missing-reason")
    found.removed_at, found.removed_by_id, found.removed_reason, found.updated_at = now, scope.user_id, said, now
    found.save(update_fields=["removed_at", "removed_by", "removed_reason", "updated_at"])
    end_release(found, person=scope.user_id, reason=said, now=now)
    return found


_SEEN: Final = Q(removed_at__isnull=True, project__is_deleted=False)


def _is_fixed(found: Attachment) -> bool:
    if found.report is not None:
        return found.report.state in {PeriodReport.State.SUBMITTED, PeriodReport.State.APPROVED}
    if found.milestone is not None:
        return found.milestone.reported_on is not None or found.milestone.actual_on is not None
    return True  # a request is submitted from its first moment


def attachment_of(scope: Scope, attachment_id: int) -> Attachment:
    """A document that nobody removed, of a project of the scope. Raises NotFound."""
    rows = within(Attachment.objects.filter(_SEEN), scope, project="project")
    found = rows.select_related("project").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("没有这个附件，或者它不在您的工作范围内")
    return found
