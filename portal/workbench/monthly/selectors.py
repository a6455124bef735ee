"""The rows of the monthly table: each project that reports, with its report of the month and what that is judged by.

One statement for all rows; the small tables of a row come as columns of it (geodata/gathering.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from geodata.gathering import gathered, opened
from geodata.progress.consistency import Before, Figures
from geodata.progress.duty import REPORTING
from geodata.progress.models import PeriodReport, PlanYear, ReportNode
from geodata.progress.periods import Period
from geodata.projects.models import Project, StatusChange
from geodata.projects.visibility import visible
from geodata.searching import holding
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

MOST: Final = 300  # rows of a page: more than a district reports
_REPORT: Final = (
    "id",
    "state",
    "version",
    "revision",
    "physical_pct",
    "physical_desc",
    "invested_period",
    "invested_year",
    "invested_cumulative",
    "work_done",
    "problems",
    "explanation",
    "delay_reason",
    "review_comment",
)
_BEFORE: Final = ("period_end", "physical_pct", "invested_year", "invested_cumulative")
State = PeriodReport.State


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A project in the table of a month. `report` is the newest version of the month, None where nothing is written;
    `by_nodes`: its progress follows from its nodes and is changed in the project's own form."""

    code: str
    name: str
    unit: str
    status: str
    total_investment: Decimal | None
    started_on: date | None
    annual_plan: Decimal | None
    report: PeriodReport | None
    past: PeriodReport | None
    by_nodes: bool

    @property
    def state(self) -> str:
        return self.report.state if self.report else ""

    @property
    def revision(self) -> int:
        return self.report.revision if self.report else 0

    def figures(self, period: Period, typed: dict[str, Decimal | None]) -> Figures:
        """What the check of contradictions wants, with the figures that somebody has typed."""
        past = self.past
        return Figures(
            period_start=period.start,
            period_end=period.end,
            status=self.status,
            started_on=self.started_on,
            total_investment=self.total_investment,
            annual_plan=self.annual_plan,
            before=None
            if past is None
            else Before(
                period_end=past.period_end,
                physical_pct=past.physical_pct,
                invested_year=past.invested_year,
                invested_cumulative=past.invested_cumulative,
            ),
            **typed,
        )


def projects_of(scope: Scope, period: Period, *, unit: str = "", q: str = "") -> QuerySet[Project]:
    """The projects that report a month, within what the person may edit. Raises NotPermitted without such a role."""
    reported = PeriodReport.objects.filter(project=OuterRef("pk"), kind=period.kind, period_end=period.end)
    begun = Q(actual_start_on__isnull=True) | Q(actual_start_on__lte=period.end)
    rows = visible(scope.only(Action.EDIT_PROJECTS)).filter(Q(begun, status__in=REPORTING) | Q(Exists(reported)))
    if unit:
        rows = rows.filter(management_unit__code=unit)
    return holding(rows, q)


def month_rows(projects: QuerySet[Project], period: Period, *, part: slice = slice(MOST)) -> list[MonthRow]:
    """A part of the rows of these projects, by unit in the official order."""
    own = PeriodReport.objects.filter(project=OuterRef("pk"), kind=period.kind, period_end=period.end)
    newest = own.order_by("-version")
    earlier = PeriodReport.objects.filter(
        project=OuterRef("pk"), state=State.APPROVED, period_end__lt=period.start
    ).order_by("-period_end", "kind", "-version")
    statuses = StatusChange.objects.filter(project=OuterRef("pk"), effective_on__lte=period.end)
    plans = PlanYear.objects.filter(project=OuterRef("pk"), year=period.end.year)
    nodes = ReportNode.objects.filter(report=Subquery(own.order_by("-version").values("pk")[:1]))
    rows = (
        projects.annotate(
            m_unit=F("management_unit__name"),
            m_status=Subquery(statuses.order_by("-effective_on", "-id").values("status")[:1]),
            m_plan=Subquery(plans.values(counts=Coalesce("adjusted_amount", "planned_amount"))[:1]),
            m_report=gathered(newest[:1], *_REPORT),
            m_before=gathered(earlier[:1], *_BEFORE),
            m_nodes=Exists(nodes),
        )
        .order_by("management_unit__official_order", "serial_no")
        .values(
            "serial_no",
            "name",
            "total_investment",
            "actual_start_on",
            "m_unit",
            "m_status",
            "m_plan",
            "m_report",
            "m_before",
            "m_nodes",
        )
    )
    return [_row(dict(found)) for found in rows[part]]


def _row(found: dict[str, Any]) -> MonthRow:
    return MonthRow(
        code=found["serial_no"],
        name=found["name"],
        unit=found["m_unit"],
        status=found["m_status"] or "",
        total_investment=found["total_investment"],
        started_on=found["actual_start_on"],
        annual_plan=found["m_plan"],
        report=next(iter(opened(PeriodReport, found["m_report"])), None),
        past=next(iter(opened(PeriodReport, found["m_before"])), None),
        by_nodes=found["m_nodes"],
    )


def rows_by_code(scope: Scope, period: Period, codes: Iterable[str]) -> dict[str, MonthRow]:
    """Some rows of the table; codes outside the scope are simply not there."""
    wanted = projects_of(scope, period).filter(serial_no__in=list(codes)[:MOST])
    return {row.code: row for row in month_rows(wanted, period)}
