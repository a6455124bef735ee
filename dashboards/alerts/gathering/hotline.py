"""What 12345 says of projects by a day. Callers are compared inside the database and leave it as counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from dashboards.alerts.gathering.limits import Ids, limited
from geodata.complaints.choices import COMPLAINT_KINDS, MatchState, Satisfaction
from geodata.complaints.closing import closing
from geodata.complaints.models import OrderMatch
from geodata.gathering import Rows, Written

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)


@dataclass(slots=True)
class _Order:
    """What is asked of an order here and in complaints/closing.py: much cheaper than instances of the model."""

    pk: int
    duplicate_of_id: int | None
    kind: str
    received_at: datetime
    state: str
    due_at: datetime | None
    closed_at: datetime | None
    rework_count: int
    revisit_at: datetime | None
    satisfaction: str


@dataclass(slots=True)
class _Calls:
    """What 12345 says of a project."""

    week: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    revisited: list[_Order] = field(default_factory=list)


def calls(day: date, ids: Ids, window_days: int) -> dict[int, tuple[int, int, int, int]]:
    """(complaints of 7 days, of the 28 days before, revisited, satisfied) of each project with orders of late.

    Complaints count one a group of duplicates, at the first order of the group within the days; 满意率 counts orders as
    the hotline issued them (complaints/closing.py), those revisited by the day within the window.
    """
    end = _midnight(day + timedelta(days=1))
    first = end - max(timedelta(days=window_days), 5 * _WEEK)
    recent = Q(order__received_at__gte=end - 5 * _WEEK) | Q(order__revisit_at__gte=first)
    confirmed = OrderMatch.objects.filter(recent, state=MatchState.CONFIRMED, order__received_at__lt=end)
    columns = ("order_id" if name == "pk" else f"order__{name}" for name in _Order.__slots__)
    found: dict[int, _Calls] = defaultdict(_Calls)
    for project, *order in limited(confirmed, ids).order_by("order__received_at").values_list("project_id", *columns):
        _count(found[project], _Order(*order), end, window_days)
    counted: dict[int, tuple[int, int, int, int]] = {}
    for pk, calls in found.items():
        handled = closing(calls.revisited, now=end)
        counted[pk] = (len(calls.week), len(calls.before), handled.revisited, handled.satisfied)
    return counted


def _count(calls: _Calls, order: _Order, end: datetime, window_days: int) -> None:
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
    WHERE m.state = 'confirmed' AND o.kind = ANY (%s) AND person.phone_hash <> ''
      AND o.received_at >= %s AND o.received_at < %s
      AND (%s::bigint[] IS NULL OR m.project_id = ANY (%s::bigint[]))
),
callers AS (SELECT project_id, max(n) AS n FROM (
    SELECT project_id, count(*) AS n FROM late GROUP BY project_id, phone_hash) counted GROUP BY project_id),
places AS (SELECT project_id, max(n) AS n FROM (
    SELECT project_id, count(DISTINCT phone_hash) AS n FROM late WHERE address IS NOT NULL
    GROUP BY project_id, address) counted GROUP BY project_id)
SELECT c.project_id, c.n, coalesce(p.n, 0) FROM callers c LEFT JOIN places p USING (project_id)
"""


def repeats_asked(day: date, ids: Ids) -> Written:
    end = _midnight(day + timedelta(days=1))
    chosen = None if ids is None else list(ids)
    kinds = [str(kind) for kind in COMPLAINT_KINDS]
    return Written(_REPEATS, [kinds, end - _MONTH, end, chosen, chosen], columns=3)


def repeats(rows: Rows) -> dict[int, tuple[int, int]]:
    return {pk: (most, callers) for pk, most, callers in rows}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
