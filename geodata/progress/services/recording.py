"""Writing plans, milestones and reports. Bulk, idempotent, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from geodata.errors import Refused
from geodata.progress.entries import MilestoneEntry, PlanYearEntry, ReportEntry
from geodata.progress.models import Milestone, PeriodReport, PlanYear, ReportNode
from geodata.progress.services.revisions import last_discarded
from geodata.record import Origin, Outcome
from geodata.stewards.models import User

BATCH = 1000
PLAN_FIELDS = (
    "planned_amount",
    "adjusted_amount",
    "adjust_doc_no",
    "planned_content",
    "target_progress_pct",
    "carryover",
)
NODE_FIELDS = ("name", "planned_on", "planned_precision", "forecast_on", "actual_on", "weight_pct", "is_key")
REPORT_FIELDS = (
    "period_start",
    "state",
    "physical_pct",
    "physical_desc",
    "invested_period",
    "invested_year",
    "invested_cumulative",
    "work_done",
    "next_plan",
    "problems",
    "submitted_at",
    "reviewed_at",
)
CORRECTED_BY_IMPORT = "再次报送的内容与已审核版本不同"


def said(entry: PlanYearEntry | MilestoneEntry, fields: Iterable[str]) -> dict[str, Any]:
    """The fields of an entry that say something."""
    return {name: getattr(entry, name) for name in fields if getattr(entry, name) not in (None, "")}


def _origin(batch: int | None) -> Origin:
    return Origin.IMPORT if batch else Origin.MANUAL


@transaction.atomic
def record_plan_years(*, entries: Iterable[PlanYearEntry], batch: int | None = None) -> Outcome:
    """Create or change plans by project and year."""
    wanted: dict[tuple[int, int], dict[str, Any]] = {}
    for entry in entries:
        wanted.setdefault((entry.project_id, entry.year), {}).update(said(entry, PLAN_FIELDS))
    projects = {project_id for project_id, _year in wanted}
    found = PlanYear.objects.select_for_update().filter(project_id__in=projects).order_by("pk")
    known = {(plan.project_id, plan.year): plan for plan in found}
    created = [
        PlanYear(project_id=key[0], year=key[1], origin=_origin(batch), batch=batch, **values)
        for key, values in wanted.items()
        if key not in known
    ]
    changed = _apply(known, wanted)
    PlanYear.objects.bulk_create(created, batch_size=BATCH)
    PlanYear.objects.bulk_update(changed, [*PLAN_FIELDS, "updated_at"], batch_size=BATCH // 2)
    return Outcome(len(created), len(changed), len(wanted) - len(created) - len(changed))


def _apply(known: Mapping[Any, Any], wanted: Mapping[Any, dict[str, Any]]) -> list[Any]:
    """Set what differs on the recorded rows; the rows that changed."""
    changed = []
    for key, values in wanted.items():
        row = known.get(key)
        if row is None or all(getattr(row, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = Now()
        changed.append(row)
    return changed


@transaction.atomic
def record_milestones(*, entries: Iterable[MilestoneEntry], today: date, batch: int | None = None) -> Outcome:
    """Create or change nodes by project and code. An actual date after `today` is refused."""
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for entry in entries:
        if entry.actual_on is not None and entry.actual_on > today:
            raise Refused(f"节点 {entry.code} 的实际日期 {entry.actual_on:%Y-%m-%d} 晚于今天")
        wanted.setdefault((entry.project_id, entry.code), {}).update(said(entry, NODE_FIELDS))
    projects = {project_id for project_id, _code in wanted}
    found = Milestone.objects.select_for_update().filter(project_id__in=projects).order_by("pk")
    known = {(node.project_id, node.code): node for node in found}
    created = [
        Milestone(project_id=key[0], code=key[1], origin=_origin(batch), batch=batch, **values)
        for key, values in wanted.items()
        if key not in known
    ]
    changed = _apply(known, wanted)
    Milestone.objects.bulk_create(created, batch_size=BATCH)
    Milestone.objects.bulk_update(changed, [*NODE_FIELDS, "updated_at"], batch_size=BATCH // 2)
    return Outcome(len(created), len(changed), len(wanted) - len(created) - len(changed))


@transaction.atomic
def record_period_reports(
    *, entries: Iterable[ReportEntry], user: User | None = None, batch: int | None = None
) -> Outcome:
    """Record reports by project, kind and period.

    An approved report is frozen: other content for the same period becomes a new version, which replaces it in every
    figure. A report that nobody has approved yet is changed in place.
    """
    wanted = {entry.key: entry for entry in entries}
    latest = _latest(wanted)
    gone = last_discarded(projects={key[0] for key in wanted}, ends={key[2] for key in wanted})
    created: list[PeriodReport] = []
    changed: list[PeriodReport] = []
    for key, entry in wanted.items():
        report = latest.get(key)
        if report is not None and same_report(report, entry):
            continue
        if report is None or report.state == PeriodReport.State.APPROVED:
            created.append(_version(entry, report, user, batch, gone.get(key, 0)))
        else:
            for name in REPORT_FIELDS:
                setattr(report, name, getattr(entry, name))
            report.revision += 1  # whoever has it open must look again
            report.updated_at = Now()
            changed.append(report)
    ReportNode.objects.filter(report__in=changed).delete()  # the file states its percentage without nodes
    PeriodReport.objects.bulk_create(created, batch_size=BATCH)
    PeriodReport.objects.bulk_update(changed, [*REPORT_FIELDS, "revision", "updated_at"], batch_size=BATCH // 2)
    corrections = sum(1 for report in created if report.version > 1)
    new = len(created) - corrections
    return Outcome(new, len(changed) + corrections, len(wanted) - len(created) - len(changed))


def _latest(wanted: Mapping[tuple[int, str, date], ReportEntry]) -> dict[tuple[int, str, date], PeriodReport]:
    """The newest version of each period asked for."""
    projects = {project_id for project_id, _kind, _end in wanted}
    ends = [end for _project_id, _kind, end in wanted]
    if not ends:
        return {}
    rows = PeriodReport.objects.select_for_update().filter(
        project_id__in=projects, period_end__gte=min(ends), period_end__lte=max(ends)
    )
    return {(row.project_id, row.kind, row.period_end): row for row in rows.order_by("version")}


def same_report(report: PeriodReport, entry: ReportEntry) -> bool:
    """Whether a recorded report says the same."""
    return all(getattr(report, name) == getattr(entry, name) for name in REPORT_FIELDS)


def _version(
    entry: ReportEntry, before: PeriodReport | None, user: User | None, batch: int | None, discarded: int
) -> PeriodReport:
    report = PeriodReport(
        project_id=entry.project_id,
        kind=entry.kind,
        period_end=entry.period_end,
        version=before.version + 1 if before else 1,
        revision=max(before.revision if before else 0, discarded) + 1,
        origin=_origin(batch),
        batch=batch,
        submitted_by=user,
        **{name: getattr(entry, name) for name in REPORT_FIELDS},
    )
    if before is not None:
        report.correction_reason = entry.correction_reason or CORRECTED_BY_IMPORT
    if entry.state == PeriodReport.State.APPROVED:
        report.reviewed_by = user
    return report
