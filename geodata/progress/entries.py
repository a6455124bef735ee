"""What importers and the workbench hand to the services of progress. Amounts in 元, shares in percent (0..100)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanYearEntry:
    """The plan of a year. None and "" leave what is recorded."""

    project_id: int
    year: int
    planned_amount: Decimal | None = None
    adjusted_amount: Decimal | None = None
    adjust_doc_no: str = ""
    planned_content: str = ""
    target_progress_pct: Decimal | None = None
    carryover: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneEntry:
    """A node of a project by its code. None and "" leave what is recorded."""

    project_id: int
    code: str
    name: str
    planned_on: date | None = None
    planned_precision: str = ""
    forecast_on: date | None = None
    actual_on: date | None = None
    weight_pct: Decimal | None = None
    is_key: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEntry:
    """A whole report of a period: what is missing in it is missing in the record, too."""

    project_id: int
    period_start: date
    period_end: date
    kind: str = "month"
    state: str = "approved"
    physical_pct: Decimal | None = None
    physical_desc: str = ""
    invested_period: Decimal | None = None
    invested_year: Decimal | None = None
    invested_cumulative: Decimal | None = None
    work_done: str = ""
    next_plan: str = ""
    problems: str = ""
    submitted_at: datetime | None = None
    reviewed_at: datetime | None = None
    correction_reason: str = ""

    @property
    def key(self) -> tuple[int, str, date]:
        return (self.project_id, self.kind, self.period_end)
