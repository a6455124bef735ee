"""Earned value by unit at the last month that is over, and the contracts' works of a group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection
from django.db.models import Count, F, Q, Sum

from dashboards.curves.earned import Earned
from dashboards.curves.selectors.course import last_month_over, month_end, statement_of
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.months import planned_until


@dataclass(frozen=True, slots=True)
class UnitCourse:
    """One unit at the last month that is over; `unit` is its code. EV and PV are of the projects with a plan."""

    unit: str
    projects: int
    without_plan: int
    earned: Earned
    disbursed: Decimal


# Plans of earlier years count whole, that of the month's year by twelfths, so the two sums are told apart.
_UNITS: Final = """
WITH chosen (id, unit, completed, disbursed) AS MATERIALIZED ({rows}), plans AS (
    SELECT y.project_id,
        sum(coalesce(y.adjusted_amount, y.planned_amount)) FILTER (WHERE y.year < %s) AS earlier,
        sum(coalesce(y.adjusted_amount, y.planned_amount)) FILTER (WHERE y.year = %s) AS of_year
    FROM progress_planyear y
    WHERE y.year <= %s AND coalesce(y.adjusted_amount, y.planned_amount) IS NOT NULL
    GROUP BY y.project_id
)
SELECT c.unit, count(*), count(p.project_id), coalesce(sum(p.earlier), 0), coalesce(sum(p.of_year), 0),
    coalesce(sum(c.completed) FILTER (WHERE p.project_id IS NOT NULL), 0), coalesce(sum(c.disbursed), 0)
FROM chosen c LEFT JOIN plans p ON p.project_id = c.id
WHERE c.unit <> '' GROUP BY c.unit
"""


def unit_courses(scope: Scope, *, chosen: ProjectFilter, today: date) -> list[UnitCourse]:
    """All units of the city that have projects passing the filter, without its limit of unit. One query.

    Raises NotPermitted without leave to see the city's figures.
    """
    month = last_month_over(chosen.as_of or today)
    rows = city_rows(scope, replace(chosen, unit="", as_of=month_end(month)), today=today)
    sql, parameters = statement_of(rows, "pk", "unit", "completed", "disbursed")
    with connection.cursor() as cursor:
        cursor.execute(_UNITS.format(rows=sql), [*parameters, month.year, month.year, month.year])
        return [_unit(*row, month=month) for row in cursor.fetchall()]


def _unit(
    unit: str, n: int, of_plan: int, earlier: Decimal, of_year: Decimal, done: Decimal, paid: Decimal, *, month: date
) -> UnitCourse:
    plans = {month.year - 1: earlier, month.year: of_year} if of_plan else {}
    return UnitCourse(unit, n, n - of_plan, Earned(planned_until(plans, month), done if of_plan else None), paid)


# whose works were certified, and how much of their contracts is done: what CPI compares
MEASURED: Final = Q(certified__gt=0, physical_pct__isnull=False, contract_total__isnull=False)
WORKS: Final = F("physical_pct") * F("contract_total") / 100


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
    rows = city_rows(scope, chosen, today=today)
    found = rows.aggregate(
        n=Count("pk"),
        completed_sum=Sum("completed", default=Decimal(0)),
        disbursed_sum=Sum("disbursed", default=Decimal(0)),
        plan_sum=Sum("annual_plan", default=Decimal(0)),
        done_sum=Sum("annual_completed", filter=Q(annual_plan__gt=0), default=Decimal(0)),
        n_measured=Count("pk", filter=MEASURED),
        works=Sum(WORKS, filter=MEASURED),
        certified_sum=Sum("certified", filter=MEASURED),
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
