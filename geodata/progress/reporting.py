"""Reading for the report of a period: the nodes it rests on, the report before it, what is known of the project."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Q

from geodata.progress.consistency import Before, Figures
from geodata.progress.models import Milestone, NodeTemplate, PeriodReport, PlanYear, ReportNode
from geodata.progress.periods import Period
from geodata.progress.schedule import WorkNode
from geodata.projects.models import Category, Project, StatusChange

WHOLE: Final = Decimal(100)
FIRST_WORK, LAST_WORK = "M0802", "M0819"


def work_nodes(project: Project) -> list[WorkNode]:
    """The weighted nodes of the works: the project's own where they add to 100, else its category's, else none."""
    own = Milestone.objects.filter(project=project, code__range=(FIRST_WORK, LAST_WORK), weight_pct__gt=0)
    nodes = [WorkNode(*row) for row in own.order_by("code").values_list("code", "name", "weight_pct")]
    if sum((node.weight for node in nodes), Decimal(0)) == WHOLE:
        return nodes
    return template_nodes(project.category_id)


def template_nodes(category_id: int) -> list[WorkNode]:
    """The nodes of a category, or of the category above it where it has none of its own; whole templates only."""
    above = Category.objects.filter(children=category_id)
    rows = NodeTemplate.objects.filter(Q(category=category_id) | Q(category__in=above))
    found: dict[int, list[WorkNode]] = {}
    for row in rows.order_by("code"):
        found.setdefault(row.category_id, []).append(WorkNode(row.code, row.name, row.weight_pct))
    nodes = found.get(category_id) or next(iter(found.values()), [])
    return nodes if sum((node.weight for node in nodes), Decimal(0)) == WHOLE else []


def versions_of(project_id: int, period: Period) -> list[PeriodReport]:
    """All versions of a period's report, newest first, with the people in them."""
    rows = PeriodReport.objects.filter(project=project_id, kind=period.kind, period_end=period.end)
    return list(rows.select_related("submitted_by", "reviewed_by").order_by("-version"))


def before(project_id: int, period: Period) -> PeriodReport | None:
    """The newest approved report of an earlier period, by which this one is judged."""
    rows = PeriodReport.objects.filter(
        project=project_id, state=PeriodReport.State.APPROVED, period_end__lt=period.start
    )
    return rows.order_by("-period_end", "kind", "-version").first()


def node_shares(report: PeriodReport | None) -> dict[str, Decimal]:
    """Done percent by code of a report's nodes."""
    if report is None:
        return {}
    return dict(ReportNode.objects.filter(report=report).values_list("code", "done_pct"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What nouns above this one know of the project: the caller looks it up where it has it."""

    contract_total: Decimal | None = None
    disbursed: Decimal | None = None


NOT_KNOWN: Final = Elsewhere()


def figures(
    project: Project,
    period: Period,
    past: PeriodReport | None,
    *,
    plan: Decimal | None,
    status: str,
    physical_pct: Decimal | None,
    invested_period: Decimal | None,
    invested_year: Decimal | None,
    invested_cumulative: Decimal | None,
    elsewhere: Elsewhere,
) -> Figures:
    """All that the check of contradictions wants."""
    return Figures(
        period_start=period.start,
        period_end=period.end,
        physical_pct=physical_pct,
        invested_period=invested_period,
        invested_year=invested_year,
        invested_cumulative=invested_cumulative,
        status=status,
        started_on=project.actual_start_on,
        total_investment=project.total_investment,
        annual_plan=plan,
        before=None
        if past is None
        else Before(
            period_end=past.period_end,
            physical_pct=past.physical_pct,
            invested_year=past.invested_year,
            invested_cumulative=past.invested_cumulative,
        ),
        contract_total=elsewhere.contract_total,
        disbursed=elsewhere.disbursed,
    )


def status_on(project_id: int, period: Period) -> str:
    """The status at the end of the period; empty where nothing is recorded so early."""
    rows = StatusChange.objects.filter(project=project_id, effective_on__lte=period.end)
    return rows.order_by("-effective_on", "-id").values_list("status", flat=True).first() or ""


def annual_plan(project_id: int, year: int) -> Decimal | None:
    """The plan of a year."""
    plans = PlanYear.objects.filter(project=project_id, year=year)
    return plan_that_counts(*(plans.values_list("planned_amount", "adjusted_amount").first() or (None, None)))


def plan_that_counts(planned: Decimal | None, adjusted: Decimal | None) -> Decimal | None:
    """Adjusted once a document says so."""
    return planned if adjusted is None else adjusted
