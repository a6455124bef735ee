"""Proposals of a project's shape: saved, submitted, withdrawn, restored. Approval is in reviews.py.

Every save is a new version; a project has one open version at most. Whoever writes locks the project's row first and
names the version that he had before him, so that nobody overwrites what he has not seen. The sandbox is asked before
the lock: a slow shape holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import Max

from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.projects.checking import Finding, read_shape, recorded
from geodata.projects.choices import OPEN_VERSIONS, GeometrySource, VersionState
from geodata.projects.measures import Measures
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors.dossier import NOT_FOUND
from geodata.projects.selectors.versions import NO_VERSION, Heads, heads, reached
from geodata.projects.services import shape_notices
from geodata.projects.services.judging import REFUSED, Judged, judged, kept_findings, stored_shape
from geodata.projects.visibility import visible
from geodata.srid import STORAGE_SRID
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_REASON: Final = 400
STALE: Final = "在您编辑期间，{who}已保存了第 {number} 稿。您画的内容没有丢失，请对照后在最新一稿上重新修改"
EVIDENCE: Final[Mapping[str, int]] = {
    "declared_crs": 60,
    "detected_crs": 60,
    "crs_confidence": 20,
    "pipeline": 1000,
    "original_wkt": 5_000_000,
    "original_sha256": 64,
}


@dataclass(frozen=True, slots=True)
class _Act:
    """Who acts, and when."""

    scope: Scope
    today: date
    now: datetime

    @property
    def person(self) -> int:
        if self.scope.user_id is None:
            raise NotPermitted("请先登录")
        return self.scope.user_id


@dataclass(frozen=True, slots=True)
class Saved:
    """The version as it stands after the act, and what the checks said."""

    version: GeometryVersion
    findings: list[dict[str, Any]]
    measures: Measures | None


def check_shape(
    scope: Scope, *, code: str, shape: object, source: str, accuracy_m: object = None
) -> tuple[list[dict[str, Any]], Measures | None]:
    """What the checks say of a shape that is being drawn; nothing is written. Raises as `save_proposal` does."""
    project = reached(scope, code, Action.EDIT_PROJECTS)
    found = read_shape(shape)
    if isinstance(found, Finding):
        return recorded([found], {}), None
    said = judged(scope, project=project, shape=found, source=_source(source), accuracy_m=_accuracy(accuracy_m))
    return kept_findings(said, {}), said.measures


def save_proposal(
    scope: Scope,
    *,
    code: str,
    shape: object,
    source: str,
    accuracy_m: object,
    reason: str,
    expected: int,
    answers: Mapping[str, str],
    evidence: Mapping[str, str] | None = None,
    submit: bool,
    today: date,
    now: datetime,
) -> Saved:
    """Keep a shape as the next version, a draft or with `submit` up for approval. `expected` is the number of the
    version that was edited, 0 for none; `answers` by the key of the finding.

    Raises NotFound, NotPermitted, StaleEdit where somebody saved meanwhile, and Refused with the findings.
    """
    project = reached(scope, code, Action.EDIT_PROJECTS)
    values = _values(source, accuracy_m, reason, evidence)
    found = read_shape(shape)
    if isinstance(found, Finding):
        raise Refused(found.message, code=REFUSED, findings=tuple(recorded([found], answers)))
    _require_newest(heads(project.pk), expected)  # asked again under the lock; here it spares the sandbox
    said = judged(scope, project=project, shape=found, source=values["source"], accuracy_m=values["accuracy_m"])
    said.require(answers, submit=submit)
    geom = GEOSGeometry(memoryview(found.wkb), srid=STORAGE_SRID)
    with transaction.atomic():
        standing = _locked(scope, project)
        _require_newest(standing, expected)
        version = _appended(project, standing, geom, said, answers, values, _Act(scope, today, now))
        if submit:
            _submit(project, version, _Act(scope, today, now))
    return Saved(version, kept_findings(said, answers), said.measures)


def submit_proposal(
    scope: Scope, *, code: str, number: int, answers: Mapping[str, str] | None = None, today: date, now: datetime
) -> Saved:
    """Put a draft up for approval, after its checks are run again. Raises as `save_proposal` does, and Conflict."""
    project = reached(scope, code, Action.EDIT_PROJECTS)
    draft = _require_state(heads(project.pk).open, number, VersionState.DRAFT)
    shape = stored_shape(draft.geom)
    said = judged(scope, project=project, shape=shape, source=draft.source, accuracy_m=draft.accuracy_m)
    given = {**answers_of(draft), **(answers or {})}
    said.require(given, submit=True)
    with transaction.atomic():
        version = _require_state(_locked(scope, project).open, number, VersionState.DRAFT)
        version.findings, version.needs_headquarters = kept_findings(said, given), said.needs_headquarters
        _submit(project, version, _Act(scope, today, now))
    return Saved(version, version.findings or [], said.measures)


@transaction.atomic
def discard_proposal(scope: Scope, *, code: str, number: int, today: date, now: datetime) -> GeometryVersion:
    """Take back an open proposal; it stays in the history to be restored. Raises NotFound, NotPermitted, Conflict."""
    project = reached(scope, code, Action.EDIT_PROJECTS)
    version = _require_state(_locked(scope, project).open, number, *OPEN_VERSIONS)
    _supersede(project, version, now)
    if version.author_id is not None and version.author_id != scope.user_id:
        shape_notices.tell_discarded(project, version, by=_Act(scope, today, now).person, now=now)
    return version


def restore_version(
    scope: Scope, *, code: str, number: int, reason: str = "", submit: bool = True, today: date, now: datetime
) -> Saved:
    """Propose an earlier shape again, equal to the last digit. It is submitted where the checks let it pass without a
    question, else it stays a draft. Raises NotFound, NotPermitted, and Conflict while another proposal is open.
    """
    project = reached(scope, code, Action.EDIT_PROJECTS)
    old = GeometryVersion.objects.filter(project=project, number=number).first()
    if old is None:
        raise NotFound(NO_VERSION)
    shape = stored_shape(old.geom)
    said = judged(scope, project=project, shape=shape, source=old.source, accuracy_m=old.accuracy_m)
    said.require({}, submit=False)
    ready, act = submit and not _refused(said), _Act(scope, today, now)
    with transaction.atomic():
        standing = _locked(scope, project)
        if standing.open is not None:
            raise Conflict(
                f"第 {standing.open.number} 稿还没有办结，请先提交、审核或撤下它，再恢复旧稿", code="open-proposal"
            )
        if standing.approved is not None and standing.approved.number == number:
            raise Conflict(f"第 {number} 稿就是现在使用的图形，不需要恢复", code="already-current")
        values = {name: getattr(old, name) for name in (*EVIDENCE, "source", "accuracy_m")}
        values["reason"] = (" ".join(reason.split()) or f"恢复第 {number} 稿")[:LONGEST_REASON]
        version = _appended(project, standing, old.geom, said, {}, values, act, restored_from=old)
        if ready:
            _submit(project, version, act)
    return Saved(version, kept_findings(said, {}), said.measures)


def answers_of(version: GeometryVersion) -> dict[str, str]:
    """The answers that are kept with a version."""
    return {one["key"]: one["answer"] for one in version.findings or [] if one.get("answer")}


def _refused(said: Judged) -> bool:
    try:
        said.require({}, submit=True)
    except Refused:
        return True
    return False


def _locked(scope: Scope, project: Project) -> Heads:
    """The project's versions, with its row locked until the transaction ends; its right is asked again under the lock,
    because the project may have gone to another unit meanwhile."""
    rows = visible(scope.only(Action.EDIT_PROJECTS)).filter(pk=project.pk)
    if not rows.select_for_update(no_key=True, of=("self",)).values_list("pk").first():
        raise NotFound(NOT_FOUND)
    return heads(project.pk)


def _require_newest(standing: Heads, expected: int) -> None:
    if standing.number == expected:
        return
    who = str(standing.head.author) if standing.head and standing.head.author else "其他人"
    raise StaleEdit(STALE.format(who=who, number=standing.number))


def _require_state(version: GeometryVersion | None, number: int, *states: str) -> GeometryVersion:
    if version is None or version.number != number or version.state not in states:
        raise Conflict(f"第 {number} 稿已经提交、办结或被新稿取代，请刷新页面查看最新一稿", code="not-open")
    return version


def _appended(
    project: Project,
    standing: Heads,
    geom: GEOSGeometry,
    said: Judged,
    answers: Mapping[str, str],
    values: Mapping[str, Any],
    act: _Act,
    restored_from: GeometryVersion | None = None,
) -> GeometryVersion:
    """The next version as a draft; what was open is superseded."""
    last = GeometryVersion.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    if standing.open is not None:
        _supersede(project, standing.open, act.now)
    sizes = said.measures
    return GeometryVersion.objects.create(
        project=project,
        number=last + 1,
        geom=geom,
        state=VersionState.DRAFT,
        area_m2=sizes.area_m2 if sizes else None,
        length_m=sizes.length_m if sizes else None,
        author_id=act.person,
        parent=standing.head,
        restored_from=restored_from,
        needs_headquarters=said.needs_headquarters,
        findings=kept_findings(said, answers),
        valid_from=act.today,
        created_at=act.now,
        **values,
    )


def _supersede(project: Project, version: GeometryVersion, now: datetime) -> None:
    waiting = version.state == VersionState.SUBMITTED
    version.state = VersionState.SUPERSEDED
    version.save(update_fields=["state"])
    if waiting:
        shape_notices.settle(project, version, now=now)


def _submit(project: Project, version: GeometryVersion, act: _Act) -> None:
    version.state, version.submitted_by_id, version.submitted_at = VersionState.SUBMITTED, act.person, act.now
    version.save(update_fields=["state", "submitted_by", "submitted_at", "findings", "needs_headquarters"])
    shape_notices.tell_submitted(project, version, today=act.today, now=act.now)


def _values(source: str, accuracy_m: object, reason: str, evidence: Mapping[str, str] | None) -> dict[str, Any]:
    said = " ".join(reason.split())
    if len(said) > LONGEST_REASON:
        raise Refused(f"修改理由不能超过 {LONGEST_REASON} 字", code="long-reason")
    values: dict[str, Any] = {"source": _source(source), "accuracy_m": _accuracy(accuracy_m), "reason": said}
    for name, value in (evidence or {}).items():
        if name not in EVIDENCE or not isinstance(value, str) or len(value) > EVIDENCE[name] or "\0" in value:
            raise Refused("导入来源的说明无法识别，请重新导入文件或坐标", code="bad-evidence")
        values[name] = value
    return values


def _source(source: str) -> str:
    if source not in GeometrySource.values:
        raise Refused("请选择图形来源：填报、手绘、测绘成果或 GPS 实测", code="bad-source")
    return source


def _accuracy(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        metres = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        metres = Decimal(-1)
    if isinstance(value, bool) or not metres.is_finite() or not 0 < metres <= 10_000:
        raise Refused("精度请填大于 0、不超过 10000 的米数，例如 0.05；不清楚可以不填", code="bad-accuracy")
    return metres
