"""Reading all that forecasts need, of all projects: one statement a kind of fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from dashboards.curves.forecast import month_number
from dashboards.curves.histories import Facts, Report
from dashboards.curves.planned import planned_curve
from geodata.funding.choices import COUNTED, Level
from geodata.funding.models import PaymentStanding
from geodata.progress.models import Milestone, PeriodReport
from geodata.projects.models import InvestmentApproval, Project, StatusChange


def gathered_facts(*, upto: date) -> list[Facts]:
    """The facts of every project with a business date up to a day. Six statements."""
    statuses = _grouped(
        StatusChange.objects.filter(effective_on__lte=upto).order_by("effective_on", "pk"), "effective_on", "status"
    )
    approvals = _grouped(
        InvestmentApproval.objects.exclude(approved_on__gt=upto).order_by("approved_on", "pk"), "approved_on", "amount"
    )
    nodes = _grouped(
        Milestone.objects.filter(planned_on__isnull=False, weight_pct__gt=0, code__startswith="M08"),
        "planned_on",
        "weight_pct",
    )
    reports, paid = _reports(upto), _paid(upto)
    columns = ("pk", "category__code", "planned_start_on", "planned_end_on", "total_investment", "works_completed_on")
    found = []
    for pk, category, start, end, budget, done in Project.objects.filter(is_deleted=False).values_list(*columns):
        dated = sorted(approvals[pk], key=lambda row: row[0] or date.min)
        found.append(
            Facts(
                project=pk,
                category=category[:2],
                curve=planned_curve(start, end, [(day, float(weight)) for day, weight in nodes[pk]]),
                registered_budget=None if budget is None else float(budget),
                works_completed_on=done if done is not None and done <= upto else None,
                statuses=statuses[pk],
                approvals=[(day, float(amount)) for day, amount in dated],
                reports=reports[pk],
                paid=paid[pk],
            )
        )
    return found


def _grouped(rows: Any, *columns: str) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for project, *values in rows.values_list("project", *columns):
        found[project].append(tuple(values))
    return found


def _reports(upto: date) -> dict[int, list[Report]]:
    """In the order in which they count: of one day's reports a month after a week, then the higher version."""
    rows: Iterable[Any] = (
        PeriodReport.objects.filter(state=PeriodReport.State.APPROVED, period_end__lte=upto)
        .order_by("period_end", "-kind", "version", "pk")
        .values_list("project", "period_end", "physical_pct", "invested_cumulative")
    )
    found: dict[int, list[Report]] = defaultdict(list)
    for project, until, physical, completed in rows:
        progress = None if physical is None else float(physical) / 100
        found[project].append(Report(until, progress, None if completed is None else float(completed)))
    return found


def _paid(upto: date) -> dict[int, dict[int, float]]:
    """What payees received, by project and month."""
    rows: Iterable[Any] = (
        PaymentStanding.objects.filter(
            paid_on__lte=upto, level=Level.TO_PAYEE, status__in=COUNTED, project__isnull=False
        )
        .order_by()
        .annotate(of_month=TruncMonth("paid_on"))
        .values_list("project", "of_month")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for project, month, amount in rows:
        found[project][month_number(month)] = float(amount)
    return found
