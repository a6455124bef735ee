"""Earned value by unit at the last month that is over, and the contracts' works of a group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from dashboards.curves.earned import Earned
from dashboards.curves.selectors.course import last_month_over, month_end
from geodata.progress.models import PlanYear
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.months import planned_until


@dataclass(frozen=True, slots=True)
class UnitCourse:
    """One unit at the last month that is over; `unit` is its code. EV and PV are of the projects with a plan."""

    unit: str
    projects: int
    without_plan: int
    earned: Earned
    disbursed: Decimal


def unit_courses(scope: Scope, *, chosen: ProjectFilter, today: date) -> list[UnitCourse]:
    """All units of the city that have projects passing the filter, without its limit of unit. Two queries.

    Raises NotPermitted without leave to see the city's figures.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    month = last_month_over(chosen.as_of or today)
    day = month_end(month)
    rows = replace(chosen, unit="").apply(ProjectRow.objects.at(day, today=today)).order_by()
    counted = PlanYear.objects.annotate(amount=Coalesce("adjusted_amount", "planned_amount")).filter(
        year__lte=day.year, amount__isnull=False
    )
    plans: dict[str, dict[int, Decimal]] = defaultdict(dict)
    by_unit: Any = (
        counted.filter(project__in=rows.values("pk"))
        .order_by()
        .values_list("project__management_unit__code", "year")
        .annotate(total=Sum("amount"))
    )
    for unit, year, amount in by_unit:
        plans[unit][year] = amount
    planned = Q(pk__in=counted.values("project"))
    found: Any = rows.values_list("unit").annotate(
        n=Count("pk"),
        of_plan=Count("pk", filter=planned),
        done=Sum("completed", filter=planned, default=Decimal(0)),
        paid=Sum("disbursed", default=Decimal(0)),
    )
    return [
        UnitCourse(unit, n, n - of_plan, Earned(planned_until(plans[unit], month), done if of_plan else None), paid)
        for unit, n, of_plan, done, paid in found
        if unit
    ]


@dataclass(frozen=True, slots=True)
class GroupSums:
    """Sums of a group on a day, in 元. `earned` bears what CPI needs, of the `measured` projects whose works were
    certified; the year's sums are those of I04."""

    projects: int
    completed: Decimal
    disbursed: Decimal
    annual_plan: Decimal
    annual_completed: Decimal
    earned: Earned
    measured: int


def group_sums(scope: Scope, *, chosen: ProjectFilter, today: date) -> GroupSums:
    """The sums of all projects of the city that pass the filter. One query. Raises NotPermitted."""
    scope.require(Action.VIEW_CITY_FIGURES)
    rows = chosen.apply(ProjectRow.objects.at(chosen.as_of or today, today=today)).order_by()
    measured = Q(certified__gt=0, physical_pct__isnull=False, contract_total__isnull=False)
    found = rows.aggregate(
        n=Count("pk"),
        completed_sum=Sum("completed", default=Decimal(0)),
        disbursed_sum=Sum("disbursed", default=Decimal(0)),
        plan_sum=Sum("annual_plan", default=Decimal(0)),
        done_sum=Sum("annual_completed", filter=Q(annual_plan__gt=0), default=Decimal(0)),
        n_measured=Count("pk", filter=measured),
        works=Sum(F("physical_pct") * F("contract_total") / 100, filter=measured),
        certified_sum=Sum("certified", filter=measured),
    )
    return GroupSums(
        projects=found["n"],
        completed=found["completed_sum"],
        disbursed=found["disbursed_sum"],
        annual_plan=found["plan_sum"],
        annual_completed=found["done_sum"],
        earned=Earned(works=found["works"], certified=found["certified_sum"]),
        measured=found["n_measured"],
    )
