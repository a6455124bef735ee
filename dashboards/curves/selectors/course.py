"""A group's and a project's course by month, and the earned value at the last month that is over."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from dashboards.curves.earned import Earned, works_done
from geodata.funding.monthly import MoneySum, money_sums
from geodata.progress.models import PlanYear
from geodata.progress.selectors import Course as Works
from geodata.progress.selectors import course as works_course
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.months import Month, course_by_month
from geodata.summary.selectors import project_row

MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class CourseMonth:
    """Running sums in 元 by the end of a month. `earned`: completed by those with a plan, EV for SPI."""

    month: date
    planned: Decimal | None
    completed: Decimal | None
    disbursed: Decimal
    earned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A group's course. The last month is that of `as_of`, with what was known by that day; `judged` is the last that
    is over, at which plan and completion can be compared. Without a plan a project adds nothing to `planned`."""

    months: tuple[CourseMonth, ...]
    as_of: date
    projects: int
    without_plan: int

    @property
    def judged(self) -> CourseMonth | None:
        over = last_month_over(self.as_of)
        return next((month for month in reversed(self.months) if month.month <= over), None)

    @property
    def earned(self) -> Earned:
        """SPI of the group; without CPI, which needs the rows of the contracts (`earned_of`)."""
        at = self.judged
        return Earned(at.planned, at.earned) if at else Earned()


@dataclass(frozen=True, slots=True)
class ProjectCourse:
    """One project's course and its earned value at the last month that is over."""

    months: tuple[Month, ...]
    as_of: date
    earned: Earned
    judged: date | None


def month_end(first: date) -> date:
    """The last day of a month."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def last_month_over(day: date) -> date:
    """The first day of the last month that is over on a day: a month counts on its last day."""
    return ((day + timedelta(days=1)).replace(day=1) - timedelta(days=1)).replace(day=1)


# The steps between one report and the next telescope: their sum up to a month is what project_reported() says at its
# end (geodata/summary/sql/figures_v1.sql), in the same order of reports; payments count as in project_payments().
_COURSE: Final = """
WITH chosen (id) AS MATERIALIZED ({rows}), plans AS (
    SELECT y.project_id, y.year, coalesce(y.adjusted_amount, y.planned_amount) AS amount FROM progress_planyear y
    WHERE y.year <= %s AND coalesce(y.adjusted_amount, y.planned_amount) IS NOT NULL
)
SELECT 'completed', s.period_end, sum(s.step), sum(s.step) FILTER (WHERE s.has_plan)
FROM (
    SELECT r.project_id, r.period_end, r.project_id IN (SELECT project_id FROM plans) AS has_plan,
        coalesce(r.invested_cumulative, 0) - coalesce(lag(r.invested_cumulative) OVER (
            PARTITION BY r.project_id ORDER BY r.period_end, r.kind DESC, r.version, r.id
        ), 0) AS step
    FROM progress_periodreport r
    WHERE r.state = 'approved' AND r.period_end <= %s AND r.project_id IN (SELECT id FROM chosen)
) s
GROUP BY s.period_end
UNION ALL
SELECT 'disbursed', p.paid_on, sum(p.amount), NULL
FROM funding_paymentstanding p
WHERE p.project_id IN (SELECT id FROM chosen) AND p.paid_on <= %s
  AND p.level = 'to_payee' AND p.status IN ('cleared', 'returned')
GROUP BY p.paid_on
UNION ALL
SELECT 'planned', make_date(p.year, 1, 1), sum(p.amount), NULL
FROM plans p WHERE p.project_id IN (SELECT id FROM chosen) GROUP BY p.year
UNION ALL
SELECT 'projects', NULL, count(*), count(*) FILTER (WHERE c.id IN (SELECT project_id FROM plans)) FROM chosen c
"""


def course(scope: Scope, *, chosen: ProjectFilter, today: date, months: int = MONTHS) -> Course:
    """The course of all projects of the city that pass the filter, the newest `months` months. One statement.

    For everyone who may see the city's figures, whatever their rows. Raises NotPermitted.
    """
    as_of = chosen.as_of or today
    found = _read(city_rows(scope, chosen, today=today), as_of)
    return _course(found, as_of, months)


def _read(rows: ProjectRows, as_of: date) -> list[tuple[str, date | None, Decimal, Decimal | None]]:
    sql, parameters = statement_of(rows, "pk")
    with connection.cursor() as cursor:
        cursor.execute(_COURSE.format(rows=sql), [*parameters, as_of.year, as_of, as_of])
        return list(cursor.fetchall())


def statement_of(rows: ProjectRows, *columns: str) -> tuple[str, Sequence[Any]]:
    """The rows' own statement, to stand inside a larger one; a statement even where the filter passes nothing."""
    query = rows.order_by().values_list(*columns).query
    sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    return sql, parameters


def _course(found: Sequence[tuple[str, date | None, Decimal, Decimal | None]], as_of: date, months: int) -> Course:
    steps = sorted(
        (day, step, planned or Decimal(0)) for kind, day, step, planned in found if kind == "completed" and day
    )
    paid: dict[date, Decimal] = {}
    for kind, day, amount, _rest in found:
        if kind == "disbursed" and day:
            paid[day.replace(day=1)] = paid.get(day.replace(day=1), Decimal(0)) + amount
    plans = {day.year: amount for kind, day, amount, _rest in found if kind == "planned" and day}
    all_of_them = course_by_month(
        completed=_running([(day, step) for day, step, _of_planned in steps]), disbursed=paid, plans=plans, as_of=as_of
    )
    planned_ones = course_by_month(
        completed=_running([(day, step) for day, _step, step in steps]), disbursed=paid, plans=plans, as_of=as_of
    )
    projects, with_plan = next((int(n), int(m or 0)) for kind, _day, n, m in found if kind == "projects")
    return Course(
        months=tuple(
            CourseMonth(month.first_day, month.planned, month.completed, month.disbursed, own.completed or Decimal(0))
            for month, own in zip(all_of_them, planned_ones, strict=True)
        )[-months:],
        as_of=as_of,
        projects=projects,
        without_plan=projects - with_plan,
    )


def _running(steps: Sequence[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    total, found = Decimal(0), []
    for day, step in steps:
        total += step
        found.append((day, total))
    return found


def plan_of(year: PlanYear) -> Decimal | None:
    """The plan that counts: adjusted once a document says so."""
    return year.planned_amount if year.adjusted_amount is None else year.adjusted_amount


def months_of(works: Works, sums: Sequence[MoneySum], day: date) -> list[Month]:
    """The running sums of one project by months, out of what its page has read already."""
    paid: dict[date, Decimal] = {}
    for one in sums:
        if one.counts_as_disbursed and one.month:
            paid[one.month] = paid.get(one.month, Decimal(0)) + one.amount
    return course_by_month(
        completed=[(report.period_end, report.invested_cumulative) for report in works.reports],
        disbursed=paid,
        plans={year.year: amount for year in works.years if (amount := plan_of(year)) is not None},
        as_of=day,
    )


def earned_of_project(row: ProjectRow, months: Sequence[Month], day: date) -> tuple[Earned, date | None]:
    """Earned value of one project at its last month that is over, and that month."""
    over = last_month_over(day)
    at = next((month for month in reversed(months) if month.first_day <= over), None)
    certified = row.certified or None
    return (
        Earned(
            planned=at.planned if at else None,
            completed=at.completed if at else None,
            works=works_done(row.physical_pct, row.contract_total) if certified else None,
            certified=certified,
        ),
        at.first_day if at else None,
    )


def project_course(scope: Scope, code: str, *, today: date, as_of: date | None = None) -> ProjectCourse:
    """One project's course. Raises NotFound outside the scope. Four queries."""
    row = project_row(scope, code, today=today, as_of=as_of)
    day = as_of or today
    months = months_of(works_course(scope, row.pk, upto=day), money_sums(scope, row.pk, upto=day), day)
    earned, judged = earned_of_project(row, months, day)
    return ProjectCourse(tuple(months), day, earned, judged)
