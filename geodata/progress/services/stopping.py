"""The report of a stop (停工报告) that is handed in after the stop was recorded: it is due within a month.

It moves no status, but it ends the warning that the stop is not reported, so it goes the way of a change of status:
asked for with the document, decided by another person (docs/desk.md, "Four eyes over the report of a stop").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, Refused
from geodata.progress.models import StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.services.status_asking import LONGEST, editable, require_none_waiting, sent_in
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.projects.services import record_stop_report
from geodata.stewards.scope import Scope

LONGEST_DOC_NO: Final = LONGEST["doc_no"]


@transaction.atomic
def request_stop_report(
    scope: Scope,
    *,
    code: str,
    reported_on: date | None,
    doc_no: str = "",
    papers: Sequence[Paper] = (),
    today: date,
    now: datetime,
) -> StatusRequest:
    """Say on which day a stop of works was reported; until another person agrees it counts as not reported.

    Raises NotPermitted, NotFound outside the scope, Conflict where nothing stands still, its report is there already or
    another request waits, and Refused for a day before the stop or ahead and without the document.
    """
    project, person = editable(scope, code)
    stop = _unreported(project)
    require_none_waiting(project)
    day, number = _checked(reported_on, stop[-1].effective_on, today), " ".join(doc_no.split())
    if len(number) > LONGEST_DOC_NO:
        raise Refused(f"文号不能超过 {LONGEST_DOC_NO} 字", code="long-text")
    if not papers:
        raise Refused("请上传停工报告", code="missing-paper")
    request = StatusRequest(
        project=project,
        from_status=project.status,
        status=project.status,
        stage=project.stage,
        effective_on=stop[0].effective_on,
        doc_no=number,
        facts={"reported_on": day},
    )
    return sent_in(request, papers, person=person, today=today, now=now)


def reported(request: StatusRequest, *, person: int) -> StatusChange:
    """The row that an approved request writes. Raises Conflict where the stop is another one by now, or reported."""
    stop = _unreported(request.project)
    if stop[0].effective_on != request.effective_on:
        raise Conflict("停工记录在申请之后已经变更，请退回这份申请", code="status-changed")
    return record_stop_report(
        stop=stop[0],
        reported_on=date.fromisoformat(str(request.facts["reported_on"])),
        doc_no=request.doc_no,
        submitter_id=request.submitted_by_id,
        confirmer_id=person,
    )


def stop_of(newest_first: Iterable[StatusChange]) -> list[StatusChange]:
    """The changes of the stop with which a history ends, newest first; none where the works go on."""
    trailing = []
    for change in newest_first:
        if change.status != Status.SUSPENDED:
            break
        trailing.append(change)
    return trailing


def _unreported(project: Project) -> list[StatusChange]:
    """The stop that lasts, newest change first. Raises Conflict where there is none, or its report is there."""
    trailing = stop_of(StatusChange.objects.filter(project=project).order_by("-effective_on", "-pk"))
    if project.status != Status.SUSPENDED or not trailing:
        raise Conflict("项目现在不在停工状态，不需要填报停工报告", code="not-stopped")
    if any(change.reported_on is not None for change in trailing):
        raise Conflict("这次停工的报告已经填报，请刷新页面", code="reported-already")
    return trailing


def _checked(reported_on: date | None, since: date, today: date) -> date:
    if reported_on is None:
        raise Refused("请填写停工报告的报送日期", code="missing-day")
    if reported_on > today:
        raise Refused("报送日期还没有到", code="future-day")
    if reported_on < since:
        raise Refused(f"报送日期早于停工日期（{since:%Y-%m-%d}）", code="before-the-stop")
    return reported_on
