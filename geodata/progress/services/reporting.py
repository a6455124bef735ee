"""Writing the report of a period: draft, submission, correction. One row a version; approved versions never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, Refused, StaleEdit
from geodata.figures.wording import half_up
from geodata.progress import reporting
from geodata.progress.consistency import Finding, judged, limits_from
from geodata.progress.models import PeriodReport, ReportNode
from geodata.progress.paper_files import Paper
from geodata.progress.periods import Period, reportable
from geodata.progress.report_values import (
    AMOUNTS,
    COPIED,
    LABELS,
    LONGEST_NOTE,
    NOTES,
    TEXTS,
    ReportValues,
    amount,
    delay,
    percent,
    text,
)
from geodata.progress.reporting import NOT_KNOWN, Elsewhere
from geodata.progress.schedule import WorkNode, physical_progress
from geodata.progress.services import telling
from geodata.progress.services.attachments import keep_papers
from geodata.progress.services.revisions import last_discarded
from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds

State = PeriodReport.State
_OVER: Final = frozenset({Status.CLOSED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Saved:
    """The version as it stands now, and what contradicts itself in it."""

    report: PeriodReport
    findings: list[Finding]


@transaction.atomic
def save_report(
    scope: Scope,
    *,
    code: str,
    period: Period,
    values: ReportValues,
    submit: bool,
    expected_version: int,
    reason: str = "",
    elsewhere: Elsewhere = NOT_KNOWN,
    papers: Sequence[Paper] = (),
    today: date,
    now: datetime,
) -> Saved:
    """Write the report of a project's period as a draft, or submit it.

    `expected_version` is the `revision` that the writer saw, 0 where there was none. An approved report stays as it is:
    its correction is a new version, for a reason. Raises NotPermitted, NotFound outside the scope, StaleEdit, Conflict
    of a project that is over, and Refused (with `findings` where it is to be submitted and contradicts itself).
    """
    project, person = _editable(scope, code)
    if not reportable(period, today):
        raise Refused(f"{period.label}还没有开始，不能填报", code="future-period")
    report, nodes = _opened(project, period, expected_version, person, reason)
    said = _written(report, project, values, nodes)
    findings = findings_of(project, period, report, elsewhere=elsewhere)
    if submit:
        _require_complete(report, findings, amounts=() if project.parent_id else AMOUNTS)
    _keep(report, person, submit=submit, now=now)
    if said is not None:
        _keep_nodes(report, said)
    keep_papers(report, papers, person=person, now=now)
    telling.report_saved(report, project, submit=submit, today=today, now=now)
    return Saved(report, findings)


def findings_of(
    project: Project,
    period: Period,
    report: PeriodReport,
    *,
    elsewhere: Elsewhere = NOT_KNOWN,
) -> list[Finding]:
    """What contradicts itself in a report, saved or not. Four queries."""
    figures = reporting.figures(
        project,
        period,
        reporting.before(project.pk, period),
        plan=reporting.annual_plan(project.pk, period.end.year),
        status=reporting.status_on(project.pk, period),
        physical_pct=report.physical_pct,
        invested_period=report.invested_period,
        invested_year=report.invested_year,
        invested_cumulative=report.invested_cumulative,
        elsewhere=elsewhere,
    )
    return judged(figures, limits_from(thresholds()), delay_reason=report.delay_reason)


def _editable(scope: Scope, code: str) -> tuple[Project, int]:
    """The project, locked, and who is writing."""
    editing = scope.only(Action.EDIT_PROJECTS)
    project = visible(editing).select_for_update(no_key=True, of=("self",)).filter(serial_no=code).first()
    if project is None or scope.user_id is None:
        raise NotFound(NOT_FOUND)
    if project.status in _OVER:
        raise Conflict(f"项目已{Status(project.status).label}，不再填报进度", code="project-over")
    return project, scope.user_id


def _opened(
    project: Project, period: Period, expected: int, person: int, reason: str
) -> tuple[PeriodReport, dict[str, Decimal]]:
    """The row to write in, with the node shares that it starts from."""
    newest = (
        PeriodReport.objects.select_for_update()
        .filter(project=project, kind=period.kind, period_end=period.end)
        .order_by("-version")
        .first()
    )
    if expected != (newest.revision if newest else 0):
        raise StaleEdit(_changed_by_another(period, newest))
    if newest is None:
        begun = PeriodReport(project=project, kind=period.kind, period_start=period.start, period_end=period.end)
        begun.revision = _last_revision(project, period, 0)
        return begun, {}
    if newest.state != State.APPROVED:
        return newest, reporting.node_shares(newest)
    corrected = _correction(newest, reason)
    corrected.revision = _last_revision(project, period, newest.revision)
    return corrected, reporting.node_shares(newest)


def _last_revision(project: Project, period: Period, standing: int) -> int:
    """The highest revision that the report has, or had before somebody discarded it."""
    gone = last_discarded(projects=[project.pk], ends=[period.end])
    return max(standing, gone.get((project.pk, period.kind, period.end), 0))


def _changed_by_another(period: Period, newest: PeriodReport | None) -> str:
    if newest is None:
        return f"{period.title}已不存在，请重新打开页面"
    return f"{period.title}在您打开之后已被他人修改，您的内容没有保存。请核对最新内容后再保存"


def _correction(approved: PeriodReport, reason: str) -> PeriodReport:
    why = " ".join(reason.split())
    if not why:
        raise Refused("这份报告已审核，更正请写明理由，例如“监理核减产值”", code="missing-reason")
    if len(why) > LONGEST_NOTE:
        raise Refused(f"更正理由不能超过 {LONGEST_NOTE} 字", code="long-text")
    return PeriodReport(
        project_id=approved.project_id,
        kind=approved.kind,
        period_start=approved.period_start,
        period_end=approved.period_end,
        version=approved.version + 1,
        correction_reason=why,
        **{name: getattr(approved, name) for name in COPIED},
    )


def _written(
    report: PeriodReport, project: Project, values: ReportValues, held: Mapping[str, Decimal]
) -> list[tuple[WorkNode, Decimal]] | None:
    """Put the values on the row; the nodes to keep, or None where they stay as they are."""
    for name in AMOUNTS:
        if name in values:
            setattr(report, name, amount(name, values[name]))
    for name in (*TEXTS, *NOTES):
        if name in values:
            setattr(report, name, text(name, values[name]))  # type: ignore[literal-required]
    if "delay_reason" in values:
        report.delay_reason = delay(values["delay_reason"])
    if "nodes" in values:
        return _from_nodes(report, project, values["nodes"], held)
    if "physical_pct" in values:
        _stated(report, values["physical_pct"], held)
    return _taken_along(report) if report.pk is None else None


def _taken_along(report: PeriodReport) -> list[tuple[WorkNode, Decimal]]:
    """A correction starts with the nodes and weights of the version that it corrects."""
    rows = ReportNode.objects.filter(
        report__project=report.project_id,
        report__kind=report.kind,
        report__period_end=report.period_end,
        report__version=report.version - 1,
    )
    return [(WorkNode(row.code, row.name, row.weight_pct), row.done_pct) for row in rows.order_by("code")]


def _from_nodes(
    report: PeriodReport, project: Project, said: Mapping[str, Decimal], held: Mapping[str, Decimal]
) -> list[tuple[WorkNode, Decimal]]:
    """The physical progress is the weighted sum of the nodes; a node that was never named has not begun."""
    nodes = reporting.work_nodes(project)
    unknown = sorted(set(said) - {node.code for node in nodes})
    if unknown:
        raise Refused(f"本项目没有节点 {'、'.join(unknown)}，请重新打开页面", code="unknown-node")
    shares = {**held, **said}
    done = [(node, percent(node.name, shares.get(node.code, Decimal(0)))) for node in nodes]
    progress = physical_progress((node.weight, share) for node, share in done)
    report.physical_pct = None if progress is None else half_up(progress, 2)
    return done


def _stated(report: PeriodReport, value: Decimal | None, held: Mapping[str, Decimal]) -> None:
    """A percentage without nodes; where nodes were stated, it must be theirs."""
    stated = None if value is None else percent(LABELS["physical_pct"], value)
    if held and stated != report.physical_pct:
        raise Refused(
            f"本期已按节点填报，形象进度由节点折算为 {report.physical_pct}%，请到本项目的填报页修改节点",
            code="from-nodes",
        )
    report.physical_pct = stated


def _require_complete(report: PeriodReport, findings: list[Finding], *, amounts: Sequence[str]) -> None:
    """`amounts` are those that must be stated: none of a part of a bundle, whose money the bundle reports."""
    missing = [LABELS[n] for n in ("physical_pct", *amounts) if getattr(report, n) is None]
    missing += [LABELS[n] for n in ("physical_desc", "work_done") if not getattr(report, n)]
    if missing:
        raise Refused(f"还缺{'、'.join(missing)}，填好后再提交", code="incomplete", findings=tuple(findings))
    blocking = [one for one in findings if one.severity == "block"]
    if blocking:
        raise Refused(f"数据有误，不能提交：{blocking[0].message}", code="inconsistent", findings=tuple(findings))
    red = [one for one in findings if one.severity == "red"]
    if red and not report.explanation:
        raise Refused(
            f"数据有矛盾，请在“数据说明”中写明原因再提交：{red[0].message}",
            code="unexplained",
            findings=tuple(findings),
        )


def _keep(report: PeriodReport, person: int, *, submit: bool, now: datetime) -> None:
    report.state = State.SUBMITTED if submit else State.DRAFT
    report.submitted_at, report.submitted_by_id = (now, person) if submit else (None, None)
    report.reviewed_at = report.reviewed_by_id = None
    report.hands = sorted({*report.hands, person})
    report.revision += 1
    report.updated_at = now
    report.save()


def _keep_nodes(report: PeriodReport, said: list[tuple[WorkNode, Decimal]]) -> None:
    ReportNode.objects.filter(report=report).delete()
    rows: list[dict[str, Any]] = [
        {"code": node.code, "name": node.name, "weight_pct": node.weight, "done_pct": done} for node, done in said
    ]
    ReportNode.objects.bulk_create(ReportNode(report=report, **row) for row in rows)
