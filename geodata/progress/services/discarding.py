"""Throwing away a report that nobody has decided on: by those who wrote it; the audit keeps what stood there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, StaleEdit
from geodata.notices.services import settle
from geodata.progress.models import PeriodReport
from geodata.projects.models import Project
from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

State = PeriodReport.State
OPEN = frozenset({State.DRAFT, State.SUBMITTED})


@transaction.atomic
def discard_report(scope: Scope, *, report_id: int, expected_version: int, now: datetime) -> PeriodReport:
    """Take a version away with its nodes and documents; an approved version before it counts on.

    `expected_version` is the `revision` that the person saw. Raises NotPermitted for who did not write in it, NotFound
    outside the scope, Conflict once it is decided, StaleEdit when somebody has written in it since.
    """
    rows = within(PeriodReport.objects.filter(project__is_deleted=False), scope.only(Action.EDIT_PROJECTS),
                  project="project")  # fmt: skip
    found = rows.filter(pk=report_id).values_list("project_id", flat=True).first()
    if found is None:
        raise NotFound("没有这份报告，或者它不在您的工作范围内")
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=found)  # the project first, as everywhere
    report = PeriodReport.objects.select_for_update(of=("self",)).select_related("project").get(pk=report_id)
    if report.state not in OPEN:
        raise Conflict(f"这份报告现在是“{State(report.state).label}”，不能丢弃", code="decided")
    if report.revision != expected_version:
        raise StaleEdit("这份报告在您打开之后又有修改，请核对最新内容后再决定是否丢弃")
    if not may_discard(scope, report):
        raise NotPermitted("只有填写人可以丢弃这份报告", code="not-author")
    settle(event_prefix=f"report:{report.pk}:", now=now)
    PeriodReport.objects.get(pk=report_id).delete()
    return report


def may_discard(scope: Scope, report: PeriodReport | None) -> bool:
    """Whether the person wrote in an undecided report."""
    return report is not None and report.state in OPEN and scope.user_id in report.hands
