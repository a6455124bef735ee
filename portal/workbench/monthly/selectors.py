"""The rows of the monthly table: each project that reports, with its report of the month and what that is judged by.

One statement for all rows and one for what contracts and payments know of them; the small tables of a row come as
columns of it (geodata/gathering.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from geodata.gathering import gathered, opened
from geodata.progress import reporting
from geodata.progress.consistency import Finding, Limits, judged
from geodata.progress.duty import REPORTING, reports
from geodata.progress.models import PeriodReport, PlanYear, ReportNode
from geodata.progress.periods import Period
from geodata.progress.reporting import NOT_KNOWN, Elsewhere
from geodata.projects.models import Project, StatusChange
from geodata.projects.visibility import visible
from geodata.searching import holding
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.reporting.elsewhere import elsewhere_of

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

    project: Project  # with the columns that the check wants
    unit: str
    status: str
    annual_plan: Decimal | None
    report: PeriodReport | None
    past: PeriodReport | None
    by_nodes: bool
    elsewhere: Elsewhere = NOT_KNOWN

    @property
    def code(self) -> str:
        return self.project.serial_no

    @property
    def name(self) -> str:
        return self.project.name

    @property
    def state(self) -> str:
        return self.report.state if self.report else ""

    @property
    def revision(self) -> int:
        return self.report.revision if self.report else 0

    def findings(self, period: Period, typed: Mapping[str, Decimal | None], limits: Limits) -> list[Finding]:
        """What contradicts itself with the figures that somebody has typed: judged as in the project's own form."""
        figures = reporting.figures(
            self.project,
            period,
            self.past,
            plan=self.annual_plan,
            status=self.status,
            physical_pct=typed.get("physical_pct"),
            invested_period=typed.get("invested_period"),
            invested_year=typed.get("invested_year"),
            invested_cumulative=typed.get("invested_cumulative"),
            elsewhere=self.elsewhere,
        )
        return judged(figures, limits, delay_reason=self.report.delay_reason if self.report else "")


def projects_of(scope: Scope, period: Period, *, unit: str = "", q: str = "") -> QuerySet[Project]:
    """The projects that report a month, within what the person may edit. Raises NotPermitted without such a role."""
    reported = PeriodReport.objects.filter(project=OuterRef("pk"), kind=period.kind, period_end=period.end)
    begun = Q(actual_start_on__isnull=True) | Q(actual_start_on__lte=period.end)
    owing = Q(begun, reports(period), status__in=REPORTING)
    rows = visible(scope.only(Action.EDIT_PROJECTS)).filter(owing | Q(Exists(reported)))
    if unit:
        rows = rows.filter(management_unit__code=unit)
    return holding(rows, q)


def month_rows(
    scope: Scope, projects: QuerySet[Project], period: Period, *, today: date, part: slice = slice(MOST)
) -> list[MonthRow]:
    """A part of the rows of these projects, by unit in the official order. Two queries."""
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
            "pk",
            "serial_no",
            "name",
            "parent_id",
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
    shown: list[dict[str, Any]] = [dict(found) for found in rows[part]]
    known = elsewhere_of(scope, [found["pk"] for found in shown], today=today)
    return [_row(found, known.get(found["pk"], NOT_KNOWN)) for found in shown]


_PROJECT: Final = ("pk", "serial_no", "name", "parent_id", "total_investment", "actual_start_on")


def _row(found: dict[str, Any], known: Elsewhere) -> MonthRow:
    return MonthRow(
        project=Project(**{name: found[name] for name in _PROJECT}),
        elsewhere=known,
        unit=found["m_unit"],
        status=found["m_status"] or "",
        annual_plan=found["m_plan"],
        report=next(iter(opened(PeriodReport, found["m_report"])), None),
        past=next(iter(opened(PeriodReport, found["m_before"])), None),
        by_nodes=found["m_nodes"],
    )


def rows_by_code(scope: Scope, period: Period, codes: Iterable[str], *, today: date) -> dict[str, MonthRow]:
    """Some rows of the table; codes outside the scope are simply not there."""
    wanted = projects_of(scope, period).filter(serial_no__in=list(codes)[:MOST])
    return {row.code: row for row in month_rows(scope, wanted, period, today=today)}
