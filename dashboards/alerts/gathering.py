"""Gathering the facts of all projects on a day: one statement a source, whatever the number of projects.

Everything counts by its business date, as in the summary: what stands in the record today about that day, not what was
known then. Callers' numbers are compared inside the database and leave it as counts.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from dashboards.alerts.facts import Doubt, Facts, Node, Report, Suspension
from geodata.complaints.choices import COMPLAINT_KINDS, MatchState, Satisfaction
from geodata.complaints.closing import closing
from geodata.complaints.models import OrderMatch
from geodata.funding.choices import COUNTED, Level, Purpose
from geodata.funding.models import Contract, FundArrival, PaymentStanding
from geodata.progress.models import Milestone, PeriodReport
from geodata.projects.choices import Precision, Status, SuspensionKind
from geodata.projects.models import StatusChange
from geodata.quality.filters import findings_on
from geodata.summary.models import ProjectRow

PERMIT, FILING = "M0704", "M0904"
_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)
_ROW: Final = (
    "id",
    "name",
    "status",
    "budget",
    "annual_plan",
    "planned_start_on",
    "planned_start_precision",
    "actual_start_on",
    "accepted_on",
    "arrived",
    "disbursed",
    "certified",
    "contract_total",
    "is_located",
)
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
Ids = Collection[int] | None


def gathered(day: date, *, today: date, ids: Ids = None, window_days: int = 90) -> list[Facts]:
    """The facts of all projects, or of some, by id. Cancelled ones are left out: they have no light and no warning.

    `window_days`: over how many days 满意率 is counted.
    """
    rows = ProjectRow.objects.at(day, today=today) if ids is None else _some(ids, day, today)
    projects = list(rows.exclude(status=Status.CANCELLED).order_by("pk").values(*_ROW))
    parts = _Parts(
        nodes=_nodes(day, ids),
        changes=_status(day, ids),
        reports=_reports(day, ids),
        arrivals=_arrivals(day, ids),
        advances=_sums(_advances(day, ids)),
        agreed=_sums(_agreed(day, ids)),
        calls=_calls(day, ids, window_days),
        repeats=_repeats(day, ids),
        doubts=_doubts(day, ids),
    )
    return [_facts(row, day, parts) for row in projects]


def _some(ids: Collection[int], day: date, today: date) -> Any:
    return ProjectRow.objects.of(sorted(ids), day, today=today)


@dataclass(slots=True)
class _Calls:
    """What 12345 says of a project."""

    week: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    revisited: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Parts:
    nodes: Mapping[int, Sequence[Node]]
    changes: Mapping[int, Sequence[StatusChange]]
    reports: Mapping[int, Sequence[Report]]
    arrivals: Mapping[int, Sequence[tuple[date, Decimal]]]
    advances: Mapping[int, Decimal]
    agreed: Mapping[int, Decimal]
    calls: Mapping[int, tuple[int, int, int, int]]
    repeats: Mapping[int, tuple[int, int]]
    doubts: Mapping[int, Sequence[Doubt]]


def _facts(row: Mapping[str, Any], day: date, parts: _Parts) -> Facts:
    pk = row["id"]
    nodes = parts.nodes.get(pk, ())
    reached = {node.code: node.due_on for node in nodes if node.code in (PERMIT, FILING)}
    reports = parts.reports.get(pk, ())
    changes = parts.changes.get(pk, ())
    week, before, revisited, satisfied = parts.calls.get(pk, (0, 0, 0, 0))
    repeats, callers = parts.repeats.get(pk, (0, 0))
    return Facts(
        project_id=pk,
        day=day,
        name=row["name"],
        status=row["status"],
        status_since=changes[-1].effective_on if changes else None,
        budget=row["budget"],
        annual_plan=row["annual_plan"],
        planned_start_on=last_day(row["planned_start_on"], row["planned_start_precision"]),
        actual_start_on=_until(row["actual_start_on"], day),
        accepted_on=_until(row["accepted_on"], day),
        arrived=row["arrived"],
        disbursed=row["disbursed"],
        certified=row["certified"],
        contract_total=row["contract_total"],
        is_located=row["is_located"],
        late_nodes=tuple(node for node in nodes if node.code not in (PERMIT, FILING)),
        permit_on=reached.get(PERMIT),
        filed_on=reached.get(FILING),
        suspension=suspension(changes, day),
        report=reports[0] if reports else None,
        before=reports[1] if len(reports) > 1 else None,
        arrivals=parts.arrivals.get(pk, ()),
        advance_paid=parts.advances.get(pk, Decimal(0)),
        advance_agreed=parts.agreed.get(pk, Decimal(0)),
        complaints_week=week,
        complaints_before=before,
        repeats=repeats,
        callers=callers,
        revisited=revisited,
        satisfied=satisfied,
        doubts=parts.doubts.get(pk, ()),
    )


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


def _until(happened: date | None, day: date) -> date | None:
    return happened if happened is not None and happened <= day else None


def suspension(changes: Sequence[StatusChange], day: date) -> Suspension | None:
    """Since when the works stand still: the first of the suspending changes with which the history ends."""
    trailing: list[StatusChange] = []
    for change in reversed(changes):
        if change.status != Status.SUSPENDED:
            break
        trailing.append(change)
    if not trailing:
        return None
    return Suspension(min(change.effective_on for change in trailing), any(_filed(one, day) for one in trailing))


def _filed(change: StatusChange, day: date) -> bool:
    if change.reported_on is not None:
        return change.reported_on <= day
    return change.suspension_kind == SuspensionKind.REPORTED


def _limited(rows: QuerySet[Any], ids: Ids, name: str = "project") -> QuerySet[Any]:
    return rows if ids is None else rows.filter(**{f"{name}__in": list(ids)})


def _nodes(day: date, ids: Ids) -> dict[int, list[Node]]:
    """Key nodes that were due and are not reached; permit and filing with the day on which they were reached."""
    late = Q(is_key=True, planned_on__lt=day) & (Q(actual_on__isnull=True) | Q(actual_on__gt=day))
    done = Q(code__in=(PERMIT, FILING), actual_on__lte=day)
    rows = _limited(Milestone.objects.filter(late | done), ids)
    found: dict[int, list[Node]] = defaultdict(list)
    columns = ("project_id", "code", "name", "planned_on", "planned_precision", "actual_on")
    for pk, code, name, planned, precision, actual in rows.order_by("project", "code").values_list(*columns):
        if code in (PERMIT, FILING):
            if actual is not None and actual <= day:
                found[pk].append(Node(code, name, actual))
            continue
        due = last_day(planned, precision)
        if due is not None and due < day:
            found[pk].append(Node(code, name, due))
    return found


def _status(day: date, ids: Ids) -> dict[int, list[StatusChange]]:
    """The changes up to the day in their order; a city has a few a project."""
    rows = _limited(StatusChange.objects.filter(effective_on__lte=day), ids)
    found: dict[int, list[StatusChange]] = defaultdict(list)
    columns = ("project_id", "status", "effective_on", "suspension_kind", "reported_on")
    for row in rows.only(*columns).order_by("project", "effective_on", "pk"):
        found[row.project_id].append(row)
    return found


def _reports(day: date, ids: Ids) -> dict[int, list[Report]]:
    """The newest approved report and the one of the period before it, newest first; as in the summary a month counts
    before a week that ends on the same day, and the highest version of a period."""
    approved = PeriodReport.objects.filter(state=PeriodReport.State.APPROVED, period_end__lte=day)
    order = [F("period_end").desc(), F("kind").asc(), F("version").desc(), F("pk").desc()]
    place = Window(RowNumber(), partition_by=[F("project")], order_by=order)
    last_two = Window(RowNumber(), partition_by=[F("project"), F("period_end")], order_by=order[1:])
    counting = _limited(approved, ids).annotate(of_day=last_two).filter(of_day=1).values("pk")
    rows = PeriodReport.objects.filter(pk__in=counting).annotate(place=place).filter(place__lte=2)
    found: dict[int, list[Report]] = defaultdict(list)
    for pk, row_id, start, end, kind, *figures in rows.order_by("project", "place").values_list(*_REPORT):
        found[pk].append(Report(row_id, start, end, kind == PeriodReport.Kind.WEEK, *figures))
    return found


def _arrivals(day: date, ids: Ids) -> dict[int, list[tuple[date, Decimal]]]:
    """Arrivals, oldest first; one that names no project belongs to the project of its budget line."""
    rows = FundArrival.objects.filter(arrived_on__lte=day).annotate(
        whose=Coalesce("project_id", "budget_line__project_id")
    )
    if ids is not None:
        rows = rows.filter(whose__in=list(ids))
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for pk, arrived_on, amount in rows.order_by("arrived_on").values_list("whose", "arrived_on", "amount"):
        if pk is not None:
            found[pk].append((arrived_on, amount))
    return found


def _advances(day: date, ids: Ids) -> Iterable[tuple[int, Decimal]]:
    rows = PaymentStanding.objects.filter(
        purpose=Purpose.ADVANCE, level=Level.TO_PAYEE, status__in=COUNTED, paid_on__lte=day, project__isnull=False
    )
    return _limited(rows, ids).order_by().values_list("project_id").annotate(paid=Sum("amount"))


def _agreed(day: date, ids: Ids) -> Iterable[tuple[int, Decimal]]:
    """Advance payment that the contracts allow."""
    signed = Q(signed_on__isnull=True) | Q(signed_on__lte=day)
    rows = _limited(Contract.objects.filter(signed, advance_pct__gt=0), ids)
    return rows.order_by().values_list("project_id").annotate(agreed=Sum(F("price") * F("advance_pct") / 100))


def _sums(rows: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
    return dict(rows)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _calls(day: date, ids: Ids, window_days: int) -> dict[int, tuple[int, int, int, int]]:
    """(complaints of 7 days, of the 28 days before, revisited, satisfied) of each project with orders of late.

    Complaints count one a group of duplicates, at the first order of the group within the days; 满意率 counts orders as
    the hotline issued them (complaints/closing.py), those revisited by the day within the window.
    """
    end = _midnight(day + timedelta(days=1))
    first = end - max(timedelta(days=window_days), 5 * _WEEK)
    recent = Q(order__received_at__gte=end - 5 * _WEEK) | Q(order__revisit_at__gte=first)
    confirmed = OrderMatch.objects.filter(recent, state=MatchState.CONFIRMED, order__received_at__lt=end)
    rows = _limited(confirmed, ids).select_related("order").defer("order__geom").order_by("order__received_at")
    found: dict[int, _Calls] = defaultdict(_Calls)
    for match in rows:
        _count(found[match.project_id], match.order, end, window_days)
    counted: dict[int, tuple[int, int, int, int]] = {}
    for pk, calls in found.items():
        handled = closing(calls.revisited, now=end)
        counted[pk] = (len(calls.week), len(calls.before), handled.revisited, handled.satisfied)
    return counted


def _count(calls: _Calls, order: Any, end: datetime, window_days: int) -> None:
    if order.kind in COMPLAINT_KINDS:
        group = order.duplicate_of_id or order.pk
        if order.received_at >= end - _WEEK:
            calls.week.add(group)
        elif order.received_at >= end - 5 * _WEEK:
            calls.before.add(group)
    asked = order.revisit_at
    answered = order.satisfaction and order.satisfaction != Satisfaction.UNRATED
    if answered and asked is not None and end - timedelta(days=window_days) <= asked < end:
        calls.revisited.append(order)


# Most complaints of one caller, and most callers about one address, in 30 days. An order without a caller's number
# counts for neither; numbers are compared as keyed hashes and never leave the database.
_REPEATS: Final = """
WITH late AS (
    SELECT m.project_id, person.phone_hash, nullif(btrim(o.address), '') AS address
    FROM complaints_ordermatch m
    JOIN complaints_workorder o ON o.id = m.order_id
    JOIN complaints_workorderperson person ON person.order_id = o.id
    WHERE m.state = 'confirmed' AND o.kind = ANY (%(kinds)s) AND person.phone_hash <> ''
      AND o.received_at >= %(first)s AND o.received_at < %(end)s
      AND (%(ids)s::bigint[] IS NULL OR m.project_id = ANY (%(ids)s::bigint[]))
),
callers AS (SELECT project_id, max(n) AS n FROM (
    SELECT project_id, count(*) AS n FROM late GROUP BY project_id, phone_hash) counted GROUP BY project_id),
places AS (SELECT project_id, max(n) AS n FROM (
    SELECT project_id, count(DISTINCT phone_hash) AS n FROM late WHERE address IS NOT NULL
    GROUP BY project_id, address) counted GROUP BY project_id)
SELECT c.project_id, c.n, coalesce(p.n, 0) FROM callers c LEFT JOIN places p USING (project_id)
"""


def _repeats(day: date, ids: Ids) -> dict[int, tuple[int, int]]:
    end = _midnight(day + timedelta(days=1))
    chosen = None if ids is None else list(ids)
    kinds = [str(kind) for kind in COMPLAINT_KINDS]
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS, {"kinds": kinds, "first": end - _MONTH, "end": end, "ids": chosen})
        return {pk: (repeats, callers) for pk, repeats, callers in cursor.fetchall()}


def _doubts(day: date, ids: Ids) -> dict[int, list[Doubt]]:
    found: dict[int, list[Doubt]] = defaultdict(list)
    for row in _limited(findings_on(day), ids).order_by("project", "kind"):
        found[row.project_id].append(Doubt(row.kind, row.get_kind_display(), row.share_pct))
    return found
