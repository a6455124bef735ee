"""Nodes, status, reports and doubts about shapes by a day, as rules ask about them."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dashboards.alerts.facts import Doubt, Node, Report, Suspension
from dashboards.alerts.gathering.limits import Ids, limited
from geodata.gathering import Rows
from geodata.progress.models import Milestone, PeriodReport, WeeklyReporting
from geodata.projects.choices import Precision, Status, SuspensionKind
from geodata.projects.models import StatusChange
from geodata.quality.choices import Kind
from geodata.quality.filters import findings_on

PERMIT, FILING = "M0704", "M0904"
_REPORT: Final = (
    "project_id",
    "id",
    "period_start",
    "period_end",
    "kind",
    "physical_pct",
    "invested_period",
    "invested_year",
    "invested_cumulative",
    "delay_reason",
)


class Change(NamedTuple):
    """A change of status, as far as rules ask about it."""

    status: str
    effective_on: date
    suspension_kind: str = ""
    reported_on: date | None = None


def nodes_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    late = Q(is_key=True, planned_on__lt=day) & (Q(actual_on__isnull=True) | Q(actual_on__gt=day))
    done = Q(code__in=(PERMIT, FILING), actual_on__lte=day)
    rows = limited(Milestone.objects.filter(late | done), ids)
    columns = ("project_id", "code", "name", "planned_on", "planned_precision", "actual_on")
    return rows.order_by("project", "code").values_list(*columns)


def nodes(rows: Rows, day: date) -> dict[int, list[Node]]:
    """Key nodes that were due and are not reached; permit and filing with the day on which they were reached."""
    found: dict[int, list[Node]] = defaultdict(list)
    for pk, code, name, planned, precision, actual in rows:
        if code in (PERMIT, FILING):
            if actual is not None and actual <= day:
                found[pk].append(Node(code, name, actual))
            continue
        due = last_day(planned, precision)
        if due is not None and due < day:
            found[pk].append(Node(code, name, due))
    return found


def last_day(day: date | None, precision: str) -> date | None:
    """The last day of what a planned date says: of a month its last, of a year 31 December."""
    if day is None:
        return None
    match precision:
        case Precision.YEAR:
            return date(day.year, 12, 31)
        case Precision.QUARTER:
            return _month_end(day.year, (day.month - 1) // 3 * 3 + 3)
        case Precision.MONTH:
            return _month_end(day.year, day.month)
        case Precision.TENDAY:
            return day.replace(day=10 if day.day <= 10 else 20) if day.day <= 20 else _month_end(day.year, day.month)
        case _:
            return day


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def status_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    rows = limited(StatusChange.objects.filter(effective_on__lte=day), ids)
    return rows.order_by("project", "effective_on", "pk").values_list("project_id", *Change._fields)


def status(rows: Rows) -> dict[int, list[Change]]:
    """The changes up to the day in their order; a city has a few a project."""
    found: dict[int, list[Change]] = defaultdict(list)
    for pk, *values in rows:
        found[pk].append(Change(*values))
    return found


def suspension(changes: Sequence[Change], day: date) -> Suspension | None:
    """Since when the works stand still: the first of the suspending changes with which the history ends."""
    trailing: list[Change] = []
    for change in reversed(changes):
        if change.status != Status.SUSPENDED:
            break
        trailing.append(change)
    if not trailing:
        return None
    return Suspension(min(change.effective_on for change in trailing), any(_filed(one, day) for one in trailing))


def _filed(change: Change, day: date) -> bool:
    if change.reported_on is not None:
        return change.reported_on <= day
    return change.suspension_kind == SuspensionKind.REPORTED


def reports_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    """The newest approved report and the one of the period before it, newest first; as in the summary a month counts
    before a week that ends on the same day, and the highest version of a period."""
    approved = PeriodReport.objects.filter(state=PeriodReport.State.APPROVED, period_end__lte=day)
    order = [F("period_end").desc(), F("kind").asc(), F("version").desc(), F("pk").desc()]
    place = Window(RowNumber(), partition_by=[F("project")], order_by=order)
    last_two = Window(RowNumber(), partition_by=[F("project"), F("period_end")], order_by=order[1:])
    counting = limited(approved, ids).annotate(of_day=last_two).filter(of_day=1).values("pk")
    rows = PeriodReport.objects.filter(pk__in=counting).annotate(place=place).filter(place__lte=2)
    return rows.order_by("project", "place").values_list(*_REPORT)


def weekly_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    """Who reports by the week on the day, and since when."""
    return (
        limited(WeeklyReporting.objects.filter(since__lte=day), ids)
        .order_by("project")
        .values_list("project_id", "since")
    )


def reports(rows: Rows) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = defaultdict(list)
    for pk, row_id, start, end, kind, *figures in rows:
        found[pk].append(Report(row_id, start, end, kind == PeriodReport.Kind.WEEK, *figures))
    return found


def doubts_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    rows = limited(findings_on(day), ids).order_by("project", "kind")
    return rows.values_list("project_id", "kind", "share_pct")


def doubts(rows: Rows) -> dict[int, list[Doubt]]:
    found: dict[int, list[Doubt]] = defaultdict(list)
    for pk, kind, share in rows:
        found[pk].append(Doubt(kind, str(Kind(kind).label), share))
    return found
