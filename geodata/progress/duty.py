"""Who owes which report: the projects under way that have not sent in the month that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, Q, Subquery

from geodata.progress.models import PeriodReport
from geodata.progress.periods import Period, owed
from geodata.projects.choices import Status
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import threshold

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


def report_duty(scope: Scope, today: date, *, period: Period | None = None) -> list[Duty]:
    """The reports that the person's projects owe for a month, by default the newest that is over: what is with the
    approvers (submitted) too, what is approved not. Empty for people who edit nothing. Two queries."""
    if not scope.allows(Action.EDIT_PROJECTS):
        return []
    asked = period or owed(today)
    due_on = asked.due_on(int(threshold("report_due_day")))
    versions = PeriodReport.objects.filter(project=OuterRef("pk"), kind=asked.kind, period_end=asked.end)
    newest = versions.order_by("-version")
    approved = PeriodReport.objects.filter(project=OuterRef("pk"), state=State.APPROVED, period_end__lt=asked.start)
    begun = Q(actual_start_on__isnull=True) | Q(actual_start_on__lte=asked.end)
    rows = (
        visible(scope.only(Action.EDIT_PROJECTS))
        .filter(begun, status__in=REPORTING)
        .exclude(Exists(versions.filter(state=State.APPROVED)))
        .order_by("management_unit__official_order", "serial_no")
        .values_list(
            "pk",
            "serial_no",
            "name",
            "management_unit_id",
            "management_unit__name",
            Subquery(newest.values("state")[:1]),
            Subquery(newest.values("pk")[:1]),
            Subquery(newest.values("revision")[:1]),
            Subquery(approved.order_by("-period_end").values("period_end")[:1]),
        )
    )
    return [
        Duty(
            project_id=pk,
            code=code,
            name=name,
            unit_id=unit_id,
            unit_name=unit_name,
            period=asked,
            due_on=due_on,
            state=state or "",
            report_id=report_id,
            revision=revision or 0,
            last_approved_end=last,
        )
        for pk, code, name, unit_id, unit_name, state, report_id, revision, last in rows
    ]
