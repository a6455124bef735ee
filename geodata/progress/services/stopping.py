"""The report of a stop (停工报告) that is handed in after the stop was recorded: it is due within a month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, Refused
from geodata.progress.services.status import editable
from geodata.projects.choices import Status
from geodata.projects.models import StatusChange
from geodata.projects.services import record_stop_report
from geodata.stewards.scope import Scope

LONGEST_DOC_NO: Final = 80


@transaction.atomic
def file_stop_report(
    scope: Scope, *, code: str, reported_on: date | None, doc_no: str = "", today: date
) -> StatusChange:
    """Say on which day a stop of works was reported. Nobody decides on it: the status stays.

    Raises NotPermitted, NotFound outside the scope, Conflict where nothing stands still or its report is there already,
    and Refused for a day before the stop or ahead.
    """
    project, person = editable(scope, code)
    trailing = stop_of(StatusChange.objects.filter(project=project).order_by("-effective_on", "-pk"))
    if project.status != Status.SUSPENDED or not trailing:
        raise Conflict("项目现在不在停工状态,不需要填报停工报告", code="not-stopped")
    if any(change.reported_on is not None for change in trailing):
        raise Conflict("这次停工的报告已经填报,请刷新页面", code="reported-already")
    since = min(change.effective_on for change in trailing)
    day, number = _checked(reported_on, since, today), " ".join(doc_no.split())
    if len(number) > LONGEST_DOC_NO:
        raise Refused(f"文号不能超过 {LONGEST_DOC_NO} 字", code="long-text")
    return record_stop_report(stop=trailing[0], reported_on=day, doc_no=number, user_id=person)


def stop_of(newest_first: Iterable[StatusChange]) -> list[StatusChange]:
    """The changes of the stop with which a history ends, newest first; none where the works go on."""
    trailing = []
    for change in newest_first:
        if change.status != Status.SUSPENDED:
            break
        trailing.append(change)
    return trailing


def _checked(reported_on: date | None, since: date, today: date) -> date:
    if reported_on is None:
        raise Refused("请填写停工报告的报送日期", code="missing-day")
    if reported_on > today:
        raise Refused("报送日期还没有到", code="future-day")
    if reported_on < since:
        raise Refused(f"报送日期早于停工日期({since:%Y-%m-%d})", code="before-the-stop")
    return reported_on
