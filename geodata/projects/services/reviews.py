"""Deciding on a proposal: by another person than any who had a hand in it, in one's own unit or at headquarters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.projects.checking import Severity
from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors.dossier import NOT_FOUND
from geodata.projects.selectors.versions import NO_VERSION, hands_of, reached
from geodata.projects.services import shape_notices
from geodata.projects.services.geometry import adopt
from geodata.projects.services.judging import REFUSED, judged, kept_findings, stored_shape
from geodata.projects.visibility import visible
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_COMMENT: Final = 400


def approve_proposal(
    scope: Scope, *, code: str, number: int, comment: str = "", today: date, now: datetime
) -> GeometryVersion:
    """Make a submitted shape the project's from today on. Raises NotFound, NotPermitted (code "same-person" for one who
    had a hand in it, "headquarters-only" outside the unit), Conflict when it is no longer waiting, and Refused
    for an imported one that the checks do not let pass.
    """
    said = _comment(comment)
    project = reached(scope, code, Action.APPROVE)
    _examine(scope, project, number, today=today, now=now)
    with transaction.atomic():
        version = _decidable(scope, project, number)
        _require_sound(version)
        # an imported shape may count from a later day: this one stands in its place from today on
        standing = GeometryVersion.objects.filter(project=project, state=VersionState.APPROVED, valid_from__gt=today)
        standing.update(valid_from=today)
        version.state, version.valid_from = VersionState.APPROVED, today
        version.approved_by_id, version.approved_at = scope.user_id, now
        _reviewed(version, scope, said, now)
        adopt([version], {project.pk: project})
        shape_notices.tell_decided(project, version, now=now)
    return version


def return_proposal(scope: Scope, *, code: str, number: int, comment: str, now: datetime) -> GeometryVersion:
    """Send a submitted shape back, with what is to be changed. Raises as `approve_proposal` does, and Refused without
    a comment."""
    said = _comment(comment)
    if not said:
        raise Refused("请写明退回的原因和需要修改的地方", code="missing-comment")
    project = reached(scope, code, Action.APPROVE)
    with transaction.atomic():
        version = _decidable(scope, project, number)
        version.state = VersionState.RETURNED
        _reviewed(version, scope, said, now)
        shape_notices.tell_decided(project, version, now=now)
    return version


def _examine(scope: Scope, project: Project, number: int, *, today: date, now: datetime) -> None:
    """Run the checks over a version that came without them: an imported one. What they say is kept with it, and
    headquarters is told where it lies with them."""
    version = GeometryVersion.objects.filter(project=project, number=number).first()
    if version is None:
        raise NotFound(NO_VERSION)
    if version.findings is not None or version.state != VersionState.SUBMITTED:
        return
    shape = stored_shape(version.geom)
    said = judged(scope, project=project, shape=shape, source=version.source, accuracy_m=version.accuracy_m)
    answers = {"overlap": version.reason or "导入", "surveyed-overwritten": version.reason or "导入"}
    version.findings, version.needs_headquarters = kept_findings(said, answers), said.needs_headquarters
    with transaction.atomic():
        rows = GeometryVersion.objects.filter(pk=version.pk, findings__isnull=True)
        rows.update(findings=version.findings, needs_headquarters=version.needs_headquarters)
        if version.needs_headquarters:
            shape_notices.tell_submitted(project, version, today=today, now=now)


def _require_sound(version: GeometryVersion) -> None:
    """An imported shape can be submitted with faults, but not approved."""
    findings = version.findings or []
    blocking = [one["message"] for one in findings if one["severity"] == Severity.BLOCK]
    if blocking:
        raise Refused(f"{blocking[0]}。请退回，由填报人修改后再提交", code=REFUSED, findings=tuple(findings))


def _decidable(scope: Scope, project: Project, number: int) -> GeometryVersion:
    """The version, with the project's row locked; it is the open one, it waits, and this person may decide on it."""
    rows = visible(scope.only(Action.APPROVE)).filter(pk=project.pk)
    if not rows.select_for_update(no_key=True, of=("self",)).values_list("pk").first():
        raise NotFound(NOT_FOUND)
    version = GeometryVersion.objects.filter(project=project, number=number).first()
    if version is None:
        raise NotFound(NO_VERSION)
    if version.state != VersionState.SUBMITTED:
        label = VersionState(version.state).label
        raise Conflict(f"第 {number} 稿现在是“{label}”，不能审核，请刷新页面查看最新一稿", code="not-waiting")
    if scope.user_id is None:
        raise NotPermitted("请先登录")
    require_other_person(reviewer_id=scope.user_id, hands=hands_of([version.pk])[version.pk])
    if version.needs_headquarters and not scope.headquarters:
        raise NotPermitted("这一稿超出本单位范围，须由指挥部审核", code="headquarters-only")
    return version


def _reviewed(version: GeometryVersion, scope: Scope, comment: str, now: datetime) -> None:
    version.reviewed_by_id, version.reviewed_at, version.review_comment = scope.user_id, now, comment
    version.save(
        update_fields=[
            "state",
            "valid_from",
            "approved_by",
            "approved_at",
            "reviewed_by",
            "reviewed_at",
            "review_comment",
        ]
    )


def _comment(comment: str) -> str:
    said = " ".join(comment.split())
    if len(said) > LONGEST_COMMENT:
        raise Refused(f"审核意见不能超过 {LONGEST_COMMENT} 字", code="long-comment")
    return said
