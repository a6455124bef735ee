"""Who owes which report: the projects under way that have not sent in the month, or the week, that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from geodata.progress.models import PeriodReport, WeeklyReporting
from geodata.progress.periods import WEEK, Period, owed
from geodata.projects.choices import Status
from geodata.projects.visibility import visible, within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import as_column, thresholds
from geodata.workdays.selectors import add_workdays

State = PeriodReport.State
# works that go on, stand still, or are done and not accepted yet
REPORTING: Final = (Status.UNDER_CONSTRUCTION, Status.SUSPENDED, Status.WORKS_COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One report that is owed. `state` is "" where nothing is written yet, else draft, returned or submitted;
    `revision` is what `save_report` expects."""

    project_id: int
    code: str
    name: str
    unit_id: int
    unit_name: str
    period: Period
    due_on: date
    state: str = ""
    report_id: int | None = None
    revision: int = 0
    last_approved_end: date | None = None

    def days_late(self, today: date) -> int:
        return max(0, (today - self.due_on).days)


def due_day(period: Period) -> date:
    """By when a report is due: a month's by a day of the next month, a week's so many working days after its Sunday."""
    limits = thresholds()
    return _due(period, limits["report_due_day"], limits["weekly_due_workdays"])


def _due(period: Period, day: Decimal, workdays: Decimal) -> date:
    return add_workdays(period.end, int(workdays)) if period.kind == WEEK else period.due_on(int(day))


def reports(period: Period) -> Q:
    """The projects that report in periods of this kind: by the week the few that are to, by the month all others."""
    by_week = Q(pk__in=WeeklyReporting.objects.filter(since__lte=period.end).values("project"))
    return by_week if period.kind == WEEK else ~by_week


def is_weekly(scope: Scope, code: str, today: date) -> bool:
    """Whether a project of the scope reports weekly today; False outside the scope. One query."""
    rows = WeeklyReporting.objects.filter(project__serial_no=code, since__lte=today)
    return within(rows, scope, project="project").exists()


def report_duty(scope: Scope, today: date, *, period: Period | None = None) -> list[Duty]:
    """The reports that the person's projects owe for a period, by default for the newest month that is over, and for
    the newest week by those that report weekly: what is with the approvers (submitted) too, what is approved not.
    Projects that report weekly owe weeks, all others months. Empty for people who edit nothing. One query, one more
    where a week is owed."""
    if not scope.allows(Action.EDIT_PROJECTS):
        return []
    asked = (period,) if period else (owed(today), owed(today, WEEK))
    first, *others = (_rows(scope, one) for one in asked)
    rows = first.union(*others, all=True) if others else first
    found = list(rows.order_by("d_order", "serial_no"))
    periods = {one.kind: one for one in asked}
    due = {row[5]: _due(periods[row[5]], row[6], row[7]) for row in {row[5]: row for row in found}.values()}
    return [
        Duty(
            project_id=pk,
            code=code,
            name=name,
            unit_id=unit_id,
            unit_name=unit_name,
            period=periods[kind],
            due_on=due[kind],
            last_approved_end=last,
            **(newest or {}),
        )
        for pk, code, name, unit_id, unit_name, kind, _day, _days, newest, last, _order in found
    ]


def _rows(scope: Scope, period: Period) -> QuerySet[Any, Any]:
    """What is owed for one period, with the newest version of its report, if one is written."""
    versions = PeriodReport.objects.filter(project=OuterRef("pk"), kind=period.kind, period_end=period.end)
    newest = versions.order_by("-version").values(
        found=JSONObject(state="state", report_id="pk", revision="revision"),
    )
    approved = PeriodReport.objects.filter(
        project=OuterRef("pk"), state=State.APPROVED, period_end__lt=period.start
    ).order_by("-period_end")
    return (
        visible(scope.only(Action.EDIT_PROJECTS))
        .filter(_owing(period))
        .order_by()
        .annotate(
            d_kind=Value(period.kind, CharField()),
            d_day=as_column("report_due_day"),
            d_workdays=as_column("weekly_due_workdays"),
            d_newest=Subquery(newest[:1]),
            d_last=Subquery(approved.values("period_end")[:1]),
            d_order=F("management_unit__official_order"),
        )
        .values_list(
            "pk",
            "serial_no",
            "name",
            "management_unit_id",
            "management_unit__name",
            "d_kind",
            "d_day",
            "d_workdays",
            "d_newest",
            "d_last",
            "d_order",
        )
    )


def _owing(period: Period) -> Q:
    begun = Q(actual_start_on__isnull=True) | Q(actual_start_on__lte=period.end)
    approved = PeriodReport.objects.filter(kind=period.kind, period_end=period.end, state=State.APPROVED)
    # not EXISTS: the reports of one period are read once and kept, instead of looked up for each project
    return Q(begun, reports(period), ~Q(pk__in=approved.values("project")), status__in=REPORTING)
