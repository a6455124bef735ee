"""The rows behind the curves' sums: what each project had planned, completed and been paid by the end of a month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from dashboards.curves.selectors.course import CourseMonth, month_end, statement_of
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.months import planned_until

BY: Final = ("planned", "completed", "disbursed")


@dataclass(frozen=True, slots=True)
class ProjectMonth:
    """One project at the end of a month, as CourseMonth says it of a group; `earned` is None without a plan."""

    project_id: int
    planned: Decimal | None
    completed: Decimal | None
    disbursed: Decimal
    earned: Decimal | None


@dataclass(frozen=True, slots=True)
class MonthBehind:
    """`whole` is the month of the group's course, `rows` what every project gives to it."""

    as_of: date
    whole: CourseMonth
    rows: tuple[ProjectMonth, ...]


# The same facts as in course.py, a row a project: the steps of a project telescope to its newest report.
_ROWS: Final = """
WITH chosen (id) AS MATERIALIZED ({rows}), plans AS (
    SELECT y.project_id,
        coalesce(sum(coalesce(y.adjusted_amount, y.planned_amount)) FILTER (WHERE y.year < %s), 0) AS earlier,
        coalesce(sum(coalesce(y.adjusted_amount, y.planned_amount)) FILTER (WHERE y.year = %s), 0) AS of_year
    FROM progress_planyear y
    WHERE y.year <= %s AND coalesce(y.adjusted_amount, y.planned_amount) IS NOT NULL
    GROUP BY y.project_id
), reports AS (
    SELECT DISTINCT ON (r.project_id) r.project_id, coalesce(r.invested_cumulative, 0) AS completed
    FROM progress_periodreport r
    WHERE r.state = 'approved' AND r.period_end <= %s AND r.project_id IN (SELECT id FROM chosen)
    ORDER BY r.project_id, r.period_end DESC, r.kind, r.version DESC, r.id DESC
), paid AS (
    SELECT s.project_id, sum(s.amount) AS amount FROM funding_paymentstanding s
    WHERE s.project_id IN (SELECT id FROM chosen) AND s.paid_on <= %s
      AND s.level = 'to_payee' AND s.status IN ('cleared', 'returned')
    GROUP BY s.project_id
)
SELECT c.id, plans.earlier, plans.of_year, reports.completed, paid.amount
FROM chosen c LEFT JOIN plans ON plans.project_id = c.id LEFT JOIN reports ON reports.project_id = c.id
    LEFT JOIN paid ON paid.project_id = c.id
WHERE plans.project_id IS NOT NULL OR reports.project_id IS NOT NULL OR paid.project_id IS NOT NULL
"""


def month_behind(scope: Scope, *, chosen: ProjectFilter, month: date, by: str, today: date) -> MonthBehind:
    """The projects of the filter by the end of a month (its first day is given), or by the filter's day if that comes
    first; most of `by` first. One query. Raises NotPermitted."""
    as_of = chosen.as_of or today
    until = min(month_end(month), as_of)
    sql, parameters = statement_of(city_rows(scope, chosen, today=today), "pk")
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(rows=sql), [*parameters, month.year, month.year, as_of.year, until, until])
        facts = cursor.fetchall()
    rows = (_row(*fact, month=month) for fact in facts)
    shown = tuple(sorted((row for row in rows if _gives(row)), key=_most(by)))
    return MonthBehind(as_of, _whole(shown, [fact[1:3] for fact in facts], month), shown)


def _row(
    project: int,
    earlier: Decimal | None,
    of_year: Decimal | None,
    completed: Decimal | None,
    paid: Decimal | None,
    *,
    month: date,
) -> ProjectMonth:
    has_plan = earlier is not None
    plans = {month.year - 1: earlier or Decimal(0), month.year: of_year or Decimal(0)} if has_plan else {}
    earned = (completed or Decimal(0)) if has_plan else None
    return ProjectMonth(project, planned_until(plans, month), completed, paid or Decimal(0), earned)


def _whole(
    rows: tuple[ProjectMonth, ...], plans: list[tuple[Decimal | None, Decimal | None]], month: date
) -> CourseMonth:
    """The sums; the plan's twelfths are taken of the sum of the year, as the course takes them."""
    known = [(earlier, of_year or Decimal(0)) for earlier, of_year in plans if earlier is not None]
    zero = Decimal(0)
    years = {month.year - 1: sum((e for e, _y in known), zero), month.year: sum((y for _e, y in known), zero)}
    done = [row.completed for row in rows if row.completed is not None]
    return CourseMonth(
        month=month,
        planned=planned_until(years if known else {}, month),
        completed=sum(done, zero) if done else None,
        disbursed=sum((row.disbursed for row in rows), zero),
        earned=sum((row.earned for row in rows if row.earned is not None), zero),
    )


def _gives(row: ProjectMonth) -> bool:
    return bool(row.planned or row.completed or row.disbursed)


def _most(by: str) -> Callable[[ProjectMonth], tuple[Decimal, int]]:
    return lambda row: (-(getattr(row, by) or Decimal(0)), row.project_id)
