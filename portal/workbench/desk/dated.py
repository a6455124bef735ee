"""What falls due by a day: nodes of the works, and works that stand still. One statement for both."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from geodata.progress.models import Milestone
from geodata.progress.waiting import STOP_REPORT, waiting_stop_reports
from geodata.projects.choices import Precision, Status
from geodata.projects.models import StatusChange
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope
from portal.workbench.desk.selectors import ACTIVE, DUE_WITHIN, MOST, Due

UNREPORTED: Final = timedelta(days=15)  # of a stop without its report; it is due within a month
LATE_SINCE: Final = timedelta(days=400)  # a node forgotten for longer is a matter of the record, not of this week


def due(scope: Scope, *, today: date) -> list[Due]:
    """Nodes of the next seven days and those gone by, the oldest first, after the stops that stops.py tells of (a
    promised resumption gone by or of the next seven days, a stop unreported for fifteen days). One statement."""
    last = today + DUE_WITHIN
    nodes = (
        Milestone.objects.annotate(w_day=Coalesce("forecast_on", "planned_on"))
        .filter(
            w_day__range=(today - LATE_SINCE, last),
            planned_precision=Precision.DAY,
            actual_on__isnull=True,
            reported_on__isnull=True,
            project__status__in=ACTIVE,
            project__is_deleted=False,
        )
        .annotate(w_subject=_text("milestone"), w_detail=_as_text("name"))
    )
    stops = _stops(today, last).annotate(
        w_subject=_text("status"),
        w_day=F("effective_on"),
        w_detail=Concat(
            _as_text("effective_on"),
            _text("|"),
            Coalesce(_as_text("expected_resume_on"), _text("")),
            _text("|"),
            Coalesce(_as_text("reported_on"), Case(When(_handed_in(), then=_text(STOP_REPORT))), _text("")),
            output_field=TextField(),
        ),
        is_key=Value(False),
    )
    first, second = (
        within(rows, scope, project="project")
        .order_by()
        .annotate(w_code=F("project__serial_no"), w_name=F("project__name"), w_unit=F("project__management_unit__name"))
        .values_list("w_subject", "w_code", "w_name", "w_unit", "w_day", "w_detail", "is_key")
        for rows in (stops, nodes)
    )
    rows = first.union(second, all=True).order_by("-w_subject", "w_day", "-is_key", "w_code")
    return [Due(*row) for row in rows[:MOST]]


def _stops(today: date, last: date) -> QuerySet[StatusChange]:
    """The newest change of each project that stands still, where its resumption is near or its report is missing; one
    that waits for a decision is not missing here."""
    later = StatusChange.objects.filter(project=OuterRef("project")).filter(
        Q(effective_on__gt=OuterRef("effective_on")) | Q(effective_on=OuterRef("effective_on"), pk__gt=OuterRef("pk"))
    )
    silent = Q(~_handed_in(), reported_on__isnull=True, effective_on__lte=today - UNREPORTED)
    return StatusChange.objects.filter(
        Q(expected_resume_on__lte=last) | silent,
        ~Exists(later),
        status=Status.SUSPENDED,
        project__status=Status.SUSPENDED,
        project__is_deleted=False,
    )


def _handed_in() -> Exists:
    return Exists(waiting_stop_reports().filter(project=OuterRef("project")))


def _text(said: str) -> Value:
    return Value(said, output_field=TextField())


def _as_text(name: str) -> Cast:
    return Cast(name, TextField())
