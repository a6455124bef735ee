"""Progress: monthly reports, milestones and yearly plans, each a sheet that names projects by platform number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets.progress_layouts import (
    NODE_LABELS,
    NODES,
    PLAN_LABELS,
    PLANS,
    REPORT_LABELS,
    REPORTS,
)
from geodata.exchange.finders import ProjectFinder
from geodata.exchange.plans import Change, Context, Draft, Plan, differences
from geodata.exchange.tables.reading import Row, Table
from geodata.progress import services
from geodata.progress.entries import MilestoneEntry, PlanYearEntry, ReportEntry
from geodata.progress.models import Milestone, PeriodReport, PlanYear
from geodata.projects.stages import of_node


class ProgressDataset(Dataset):
    """月报, 节点, 年度计划."""

    key = "progress"
    title = "项目进度"
    layouts = (REPORTS, NODES, PLANS)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        draft = Draft(self.key, tables, context)
        finder = ProjectFinder()
        _plan_reports(draft, finder)
        _plan_nodes(draft, finder, timezone.localdate(context.now))
        _plan_plans(draft, finder)
        return draft.plan

    def write(self, plan: Plan, context: Context) -> None:
        services.record_plan_years(entries=plan.entries(PLANS.key), batch=context.batch_id)
        services.record_milestones(
            entries=plan.entries(NODES.key), today=timezone.localdate(context.now), batch=context.batch_id
        )
        services.record_period_reports(entries=plan.entries(REPORTS.key), user=context.user, batch=context.batch_id)


def _found(draft: Draft, layout: str, finder: ProjectFinder) -> Iterator[tuple[Row, int]]:
    """The rows whose project exists; the others are refused."""
    for row in draft.rows(layout):
        project_id = finder.find(row.text("serial"))
        if project_id is None:
            message = f"项目 {row.text('serial')} 不存在，请先导入项目台账"
            draft.refuse(layout, row, message, column="平台编号", value=row.text("serial"))
        else:
            yield row, project_id


def _percent(row: Row, key: str) -> Decimal | None:
    """A percentage between 0 and 100, or ValueError."""
    value = row.decimal(key)
    if value is not None and not 0 <= value <= 100:
        raise ValueError
    return value


def _plan_reports(draft: Draft, finder: ProjectFinder) -> None:
    rows = list(_found(draft, REPORTS.key, finder))
    recorded: dict[tuple[int, str, date], PeriodReport] = {}
    highest: dict[int, list[tuple[date, Decimal]]] = {}
    for report in PeriodReport.objects.filter(project_id__in={pk for _row, pk in rows}).order_by("version"):
        recorded[report.project_id, report.kind, report.period_end] = report
    for row, project_id in rows:
        try:
            entry = _report(row, project_id)
        except ValueError:
            draft.refuse(REPORTS.key, row, "形象进度应在0到100之间", column="形象进度", value=row.decimal("physical"))
            continue
        if entry is None:
            draft.refuse(REPORTS.key, row, "报告期须写明年月，如 2026-02", column="报告期")
            continue
        if draft.repeated(REPORTS.key, row, entry.key):
            draft.refuse(REPORTS.key, row, "同一项目同一报告期在文件中重复", column="报告期")
            continue
        _doubt_report(draft, row, entry, highest)
        old = recorded.get(entry.key)
        changes = None if old is None else _report_changes(old, entry)
        if old is not None and changes and old.state == PeriodReport.State.APPROVED:
            draft.warn(row, "该期月报已审核，内容不同将作为更正的新版本")
        draft.decide(REPORTS.key, row, f"{finder.serial(project_id)} {entry.period_end:%Y-%m}", entry, changes)


def _report(row: Row, project_id: int) -> ReportEntry | None:
    end = row.day("period")
    if end is None:
        return None
    return ReportEntry(
        project_id=project_id,
        period_start=end.replace(day=1),
        period_end=end,
        state=row.text("state") or PeriodReport.State.SUBMITTED,
        physical_pct=_percent(row, "physical"),
        physical_desc=row.text("physical_desc"),
        invested_period=row.amount("month_done"),
        invested_year=row.amount("year_done"),
        invested_cumulative=row.amount("total_done"),
        work_done=row.text("work_done"),
        next_plan=row.text("next_plan"),
        problems=row.text("problems"),
        submitted_at=_moment(row.day("submitted_on")),
        reviewed_at=_moment(row.day("reviewed_on")),
    )


def _moment(day: date | None) -> datetime | None:
    """Noon of the day in the city's time zone: files give no hour."""
    return timezone.make_aware(datetime.combine(day, time(12))) if day else None


def _doubt_report(draft: Draft, row: Row, entry: ReportEntry, highest: dict[int, list[tuple[date, Decimal]]]) -> None:
    """形象进度 never falls from one period to the next without a word."""
    if entry.physical_pct is None:
        return
    earlier = highest.setdefault(entry.project_id, [])
    before = max((percent for end, percent in earlier if end < entry.period_end), default=None)
    if before is not None and entry.physical_pct < before:
        message = f"形象进度 {entry.physical_pct}% 低于前期的 {before}%，请核对"
        draft.warn(row, message, column="形象进度")
    earlier.append((entry.period_end, entry.physical_pct))


def _report_changes(old: PeriodReport, entry: ReportEntry) -> list[Change]:
    return differences(
        {name: getattr(old, name) for name in REPORT_LABELS},
        {name: getattr(entry, name) for name in REPORT_LABELS},
        REPORT_LABELS,
    )


def _plan_nodes(draft: Draft, finder: ProjectFinder, today: date) -> None:
    rows = list(_found(draft, NODES.key, finder))
    wanted = {pk for _row, pk in rows}
    recorded = {(n.project_id, n.code): n for n in Milestone.objects.filter(project_id__in=wanted)}
    weights: dict[int, Decimal] = {}
    for row, project_id in rows:
        code = row.text("code").upper()
        problem = _node_problem(row, code, today)
        if problem:
            draft.refuse(NODES.key, row, problem[0], column=problem[1])
            continue
        if draft.repeated(NODES.key, row, (project_id, code)):
            draft.refuse(NODES.key, row, f"节点 {code} 在文件中重复", column="节点编码")
            continue
        entry = _node(row, project_id, code)
        if code.startswith("M08"):
            weights[project_id] = weights.get(project_id, Decimal(0)) + (entry.weight_pct or 0)
        _decide(draft, NODES.key, row, entry, recorded.get((project_id, code)), NODE_LABELS, finder)
    for row, project_id in rows:
        total = weights.pop(project_id, None)
        if total and total != 100:
            draft.warn(row, f"项目 {finder.serial(project_id)} 施工节点权重合计 {total}%，应为100%", column="权重")


def _node_problem(row: Row, code: str, today: date) -> tuple[str, str] | None:
    if of_node(code) is None:
        return f"节点编码“{code}”应为 M 加四位数字，前两位是阶段01至12", "节点编码"
    actual = row.day("actual_on")
    if actual is not None and actual > today:
        return "实际日期不能晚于今天", "实际日期"
    weight = row.decimal("weight")
    if weight is not None and not 0 <= weight <= 100:
        return "权重应在0到100之间", "权重"
    return None


def _node(row: Row, project_id: int, code: str) -> MilestoneEntry:
    planned = row.dated("planned_on")
    return MilestoneEntry(
        project_id=project_id,
        code=code,
        name=row.text("name"),
        planned_on=planned.value if planned else None,
        planned_precision=planned.precision.value if planned else "",
        forecast_on=row.day("forecast_on"),
        actual_on=row.day("actual_on"),
        weight_pct=row.decimal("weight"),
        is_key=row.flag("is_key"),
    )


def _plan_plans(draft: Draft, finder: ProjectFinder) -> None:
    rows = list(_found(draft, PLANS.key, finder))
    recorded = {(p.project_id, p.year): p for p in PlanYear.objects.filter(project_id__in={pk for _row, pk in rows})}
    for row, project_id in rows:
        year = row.integer("year") or 0
        if not 2000 <= year <= 2100:
            draft.refuse(PLANS.key, row, f"年度“{year}”超出范围", column="年度")
            continue
        if draft.repeated(PLANS.key, row, (project_id, year)):
            draft.refuse(PLANS.key, row, f"{year} 年度计划在文件中重复", column="年度")
            continue
        try:
            entry = _plan_year(row, project_id, year)
        except ValueError:
            draft.refuse(PLANS.key, row, "金额不能是负数，计划形象进度应在0到100之间", column="计划投资")
            continue
        _decide(draft, PLANS.key, row, entry, recorded.get((project_id, year)), PLAN_LABELS, finder)


def _plan_year(row: Row, project_id: int, year: int) -> PlanYearEntry:
    amounts = (row.amount("planned"), row.amount("adjusted"))
    if any(amount is not None and amount < 0 for amount in amounts):
        raise ValueError
    return PlanYearEntry(
        project_id=project_id,
        year=year,
        planned_amount=amounts[0],
        adjusted_amount=amounts[1],
        adjust_doc_no=row.text("adjust_doc"),
        planned_content=row.text("content"),
        target_progress_pct=_percent(row, "target"),
        carryover=row.flag("carryover"),
    )


def _decide(
    draft: Draft,
    layout: str,
    row: Row,
    entry: MilestoneEntry | PlanYearEntry,
    recorded: Milestone | PlanYear | None,
    labels: Mapping[str, str],
    finder: ProjectFinder,
) -> None:
    """Compare what the entry says with the recorded row."""
    new: dict[str, Any] = services.said(entry, labels)
    old = {name: getattr(recorded, name) for name in labels} if recorded is not None else {}
    which = entry.code if isinstance(entry, MilestoneEntry) else str(entry.year)
    changes = None if recorded is None else differences(old, new, labels)
    draft.decide(layout, row, f"{finder.serial(entry.project_id)} {which}", entry, changes)


DATASET = ProgressDataset()
