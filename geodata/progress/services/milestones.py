"""Writing nodes one by one: plan, forecast, actual day. That of a key node counts once another person confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.progress.milestone_order import FOR_HEADQUARTERS, missing_before
from geodata.progress.models import Milestone
from geodata.progress.paper_files import Paper
from geodata.progress.reporting import work_nodes
from geodata.progress.services import telling
from geodata.progress.services.attachments import has_papers, keep_papers
from geodata.progress.services.reviewing import said_comment
from geodata.projects.choices import Precision
from geodata.projects.models import Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.stages import NODES
from geodata.projects.visibility import visible, within
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_REASON: Final = 400
USUAL: Final = ("M0301", "M0402", "M0604", "M0704", "M0801", "M0820", "M0903", "M0904", "M1002", "M1102")
KEY: Final = frozenset({"M0604", "M0801", "M0820", "M0903"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDays:
    """What is to stand on a node: all three days, None for one that is not known."""

    planned_on: date | None
    forecast_on: date | None
    actual_on: date | None


@transaction.atomic
def begin_milestones(scope: Scope, *, code: str) -> int:
    """Give a project without nodes the usual ones with the weighted works of its category; how many.

    Raises NotPermitted, NotFound outside the scope, Conflict where it has nodes.
    """
    project = _editable(scope, code)
    if Milestone.objects.filter(project=project).exists():
        raise Conflict("项目已有节点，不能再按模板建立", code="has-nodes")
    names = {node.code: node.name for nodes in NODES.values() for node in nodes}
    rows = [Milestone(project=project, code=c, name=names[c], is_key=c in KEY) for c in USUAL]
    rows += [
        Milestone(project=project, code=node.code, name=node.name, weight_pct=node.weight)
        for node in work_nodes(project)
    ]
    return len(Milestone.objects.bulk_create(rows))


@transaction.atomic
def save_milestone(
    scope: Scope,
    *,
    code: str,
    node: str,
    days: NodeDays,
    override_reason: str = "",
    papers: Sequence[Paper] = (),
    expected_version: int,
    today: date,
    now: datetime,
) -> Milestone:
    """Write the days of a node. The actual day of a key node needs a document and waits for another person's word.

    `override_reason` lets a node come before its prerequisites. Raises NotPermitted, NotFound outside the scope,
    StaleEdit, and Refused for days that cannot be, a missing document, or a broken order without a reason.
    """
    project = _editable(scope, code)
    row = Milestone.objects.select_for_update().filter(project=project, code=node).first()
    if row is None or scope.user_id is None:
        raise NotFound("本项目没有这个节点")
    if row.revision != expected_version:
        raise StaleEdit(f"节点“{row.name}”在您打开之后已被他人修改，请核对最新内容后再保存")
    _check_days(row, days, today)
    if keep_papers(row, papers, person=scope.user_id, now=now):
        row.hands = sorted({*row.hands, scope.user_id})
    said = _known_actual(row)
    if days.planned_on != row.planned_on:
        row.planned_on, row.planned_precision = days.planned_on, Precision.DAY
    row.forecast_on = days.forecast_on
    if days.actual_on != said:
        _set_actual(row, days.actual_on, " ".join(override_reason.split()), scope.user_id, now)
    row.revision += 1
    row.updated_at = now
    row.save()
    if needs_confirmation(row) and days.actual_on != said:
        telling.node_reported(row, project, headquarters=row.code in FOR_HEADQUARTERS, today=today, now=now)
    return row


@transaction.atomic
def confirm_milestone(
    scope: Scope, *, milestone_id: int, expected_version: int, comment: str = "", now: datetime
) -> Milestone:
    """The day of a key node counts from now on. Raises NotPermitted (role, headquarters' to decide, or a hand in it),
    NotFound outside the scope, Conflict where nothing waits, StaleEdit."""
    row = _waiting(scope, milestone_id, expected_version)
    row.actual_on, row.reported_on = row.reported_on, None
    row.confirmed_by_id, row.confirmed_at = scope.user_id, now
    _close(row, comment, now, confirmed=True)
    return row


@transaction.atomic
def return_milestone(
    scope: Scope, *, milestone_id: int, expected_version: int, comment: str, now: datetime
) -> Milestone:
    """The day does not count; those who said it hear why. Raises as `confirm_milestone`, and Refused without a word."""
    if not comment.strip():
        raise Refused("请写明退回的原因，让填报人知道要改什么", code="missing-comment")
    row = _waiting(scope, milestone_id, expected_version)
    row.reported_on = None
    _close(row, comment, now, confirmed=False)
    return row


def needs_confirmation(row: Milestone) -> bool:
    """Whether a day on the node counts only after another person's word."""
    return row.is_key or row.code in FOR_HEADQUARTERS


def _editable(scope: Scope, code: str) -> Project:
    rows = visible(scope.only(Action.EDIT_PROJECTS)).select_for_update(no_key=True, of=("self",))
    project = rows.filter(serial_no=code).first()
    if project is None:
        raise NotFound(NOT_FOUND)
    return project


def _known_actual(row: Milestone) -> date | None:
    """The day as the form shows it: what waits, else what counts."""
    return row.reported_on or row.actual_on


def _check_days(row: Milestone, days: NodeDays, today: date) -> None:
    if days.actual_on is not None and days.actual_on > today:
        raise Refused(f"实际日期 {days.actual_on.isoformat()} 还没有到，请改正", code="future-day")
    for day in (days.planned_on, days.forecast_on, days.actual_on):
        if day is not None and not 1990 <= day.year <= 2100:
            raise Refused(f"日期 {day.isoformat()} 不合理，请改正", code="bad-day")
    if days.actual_on is None and needs_confirmation(row) and row.actual_on is not None:
        raise Refused("已确认的关键节点不能清空实际日期，如有错误请填写正确日期", code="confirmed")


def _set_actual(row: Milestone, day: date | None, reason: str, person: int, now: datetime) -> None:
    if day is not None:
        _check_order(row, reason)
        if needs_confirmation(row) and not has_papers(row):
            raise Refused(f"“{row.name}”是关键节点，填报实际日期须上传佐证文件", code="missing-paper")
    row.override_reason = reason if day is not None else ""
    row.reported_by_id, row.reported_at = (person, now) if day is not None else (None, None)
    if not needs_confirmation(row):
        row.actual_on = day
        return
    row.hands = sorted({*row.hands, person})
    row.reported_on = None if day == row.actual_on else day


def _check_order(row: Milestone, reason: str) -> None:
    nodes = list(
        Milestone.objects.filter(project=row.project_id).values_list("code", "name", "actual_on", "reported_on")
    )
    reached = {code for code, _name, actual, reported in nodes if actual or reported}
    names = {code: name for code, name, _actual, _reported in nodes}
    missing = missing_before(row.code, known=names.keys(), reached=reached)
    if missing and not reason:
        listed = "、".join(names[code] for code in missing[:5])
        raise Refused(f"前置节点还没有完成：{listed}。确需提前的，请填写理由", code="out-of-order")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"理由不能超过 {LONGEST_REASON} 字", code="long-text")


def _waiting(scope: Scope, milestone_id: int, expected: int) -> Milestone:
    deciding = scope.only(Action.APPROVE)
    rows = within(Milestone.objects.filter(project__is_deleted=False), deciding, project="project")
    row = rows.select_for_update(of=("self",)).select_related("project").filter(pk=milestone_id).first()
    if row is None or scope.user_id is None:
        raise NotFound("没有这个节点，或者它不在您的审核范围内")
    if row.reported_on is None:
        raise Conflict("这个节点没有待确认的日期，请刷新页面", code="nothing-waiting")
    if row.revision != expected:
        raise StaleEdit("这个节点在您打开之后又有修改，请重新核对后再确认")
    if row.code in FOR_HEADQUARTERS and not scope.headquarters:
        raise NotPermitted("开工、完工和竣工须由指挥部确认", code="headquarters-only")
    require_other_person(reviewer_id=scope.user_id, hands=row.hands)
    return row


def _close(row: Milestone, comment: str, now: datetime, *, confirmed: bool) -> None:
    hands, row.hands = row.hands, [] if confirmed else row.hands
    row.review_comment = said_comment(comment)
    row.revision += 1
    row.updated_at = now
    row.save()
    telling.node_decided(row, hands, confirmed=confirmed, now=now)
