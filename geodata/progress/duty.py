"""Who owes which report: the projects under way that have not sent in the month, or the week, that is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, CharField, DateField, Exists, Field, OuterRef, Q, Subquery, Value, When

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


def weekly(period: Period) -> Exists:
    """Whether a project (the outer row) reports by the week in this period."""
    return Exists(WeeklyReporting.objects.filter(project=OuterRef("pk"), since__lte=period.end))


def reports(period: Period) -> Q:
    """The projects that report in periods of this kind."""
    return Q(weekly(period)) if period.kind == WEEK else ~Q(weekly(period))


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
    versions = PeriodReport.objects.filter(
        project=OuterRef("pk"), kind=OuterRef("d_kind"), period_end=OuterRef("d_end")
    )
    newest = versions.order_by("-version")
    approved = PeriodReport.objects.filter(
        project=OuterRef("pk"), state=State.APPROVED, period_end__lt=OuterRef("d_start")
    )
    rows = (
        visible(scope.only(Action.EDIT_PROJECTS))
        .filter(reduce(or_, (_owing(one) for one in asked)))
        .annotate(
            d_kind=_by_kind(asked, "kind", CharField()),
            d_start=_by_kind(asked, "start", DateField()),
            d_end=_by_kind(asked, "end", DateField()),
            d_day=as_column("report_due_day"),
            d_workdays=as_column("weekly_due_workdays"),
        )
        .order_by("management_unit__official_order", "serial_no")
        .values_list(
            "pk",
            "serial_no",
            "name",
            "management_unit_id",
            "management_unit__name",
            "d_kind",
            "d_day",
            "d_workdays",
            Subquery(newest.values("state")[:1]),
            Subquery(newest.values("pk")[:1]),
            Subquery(newest.values("revision")[:1]),
            Subquery(approved.order_by("-period_end").values("period_end")[:1]),
        )
    )
    found = list(rows)
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
            state=state or "",
            report_id=report_id,
            revision=revision or 0,
            last_approved_end=last,
        )
        for pk, code, name, unit_id, unit_name, kind, _day, _days, state, report_id, revision, last in found
    ]


def _owing(period: Period) -> Q:
    begun = Q(actual_start_on__isnull=True) | Q(actual_start_on__lte=period.end)
    approved = PeriodReport.objects.filter(
        project=OuterRef("pk"), kind=period.kind, period_end=period.end, state=State.APPROVED
    )
    return Q(begun, reports(period), ~Exists(approved), status__in=REPORTING)


def _by_kind(asked: Sequence[Period], name: str, field: Field[Any, Any]) -> Case:
    """A property of the period that a project owes: of the week where it reports weekly, else of the month."""
    cases = [When(weekly(one), then=Value(getattr(one, name))) for one in asked if one.kind == WEEK]
    month = next((getattr(one, name) for one in asked if one.kind != WEEK), None)
    return Case(*cases, default=Value(month), output_field=field)
