"""The list of work orders: what its address may ask for, and its rows within a scope. No data of any caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from geodata import parameters
from geodata.complaints.choices import MatchState, OrderKind, OrderState
from geodata.complaints.handling import HANDLED, handled
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.complaints.selectors import visible_orders
from geodata.parameters import PAGE_SIZE, Chosen
from geodata.projects.visibility import within
from geodata.searching import search_terms
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import threshold

SORTABLE: Final = ("received_at", "due_at", "closed_at")
NONE: Final = "none"
WITH_BASICALLY: Final = "satisfaction_with_basically"
# an order in one of these has been dealt with: it can no longer become overdue
SETTLED: Final = (OrderState.DIRECT_ANSWERED, OrderState.REPLIED, OrderState.CLOSED, OrderState.INVALID)


@dataclass(frozen=True)
class OrderFilter(Chosen):
    """Empty means no limit; `since` and `until` are days of receipt in the city, both included.

    `unit` is the area that the order names, `project` the platform's number of a project matched with it (confirmed or
    suggested), `match` the state of the match ("none": no project), `owner` the unit that answers for the confirmed
    project. `overdue`: past its day and not settled. `handled`: one of HANDLED, by the end of `until` or by now. `q`:
    each word stands in the order's number, title, address or category.
    """

    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    project: str = ""
    unit: str = ""
    match: str = ""
    owner: str = ""
    overdue: bool = False
    handled: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""
    sort: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar = {
        "kind": parameters.choices(OrderKind.values),
        "state": parameters.choices(OrderState.values),
        "project": parameters.code,
        "unit": parameters.code,
        "match": parameters.one_of(MatchState.CONFIRMED.value, MatchState.SUGGESTED.value, NONE),
        "owner": parameters.code,
        "overdue": parameters.flag,
        "handled": parameters.one_of(*HANDLED),
        "since": parameters.day,
        "until": parameters.day,
        "q": parameters.phrase,
        "sort": parameters.sorting(*SORTABLE),
        "page": parameters.page,
        "limit": parameters.limit,
    }

    def ordered(self, rows: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
        """The rows in the order asked for, what is unknown last; newest first when nothing is asked."""
        column = F(self.sort.removeprefix("-") or "received_at")
        if self.sort and not self.sort.startswith("-"):
            return rows.order_by(column.asc(nulls_last=True), "pk")
        return rows.order_by(column.desc(nulls_last=True), "-pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


_LIMITS: Final[dict[str, Callable[[Any], Q]]] = {
    "kind": lambda known: Q(kind__in=known),
    "state": lambda known: Q(state__in=known),
    "unit": lambda code: Q(area__code=code),
    "since": lambda day: Q(received_at__gte=_midnight(day)),
    "until": lambda day: Q(received_at__lt=_midnight(day + timedelta(days=1))),
}


def work_orders(scope: Scope, chosen: OrderFilter, *, now: datetime) -> QuerySet[WorkOrder]:
    """The orders that the person may see and that pass the filter, without an order."""
    rows = visible_orders(scope).order_by()
    for name, limit in _LIMITS.items():
        if value := getattr(chosen, name):
            rows = rows.filter(limit(value))
    if chosen.overdue:
        rows = rows.filter(due_at__lt=now).exclude(state__in=SETTLED)
    if chosen.handled:
        end = _midnight(chosen.until + timedelta(days=1)) if chosen.until else now
        rows = rows.filter(handled(chosen.handled, end=end, broad=bool(threshold(WITH_BASICALLY))))
    for term in search_terms(chosen.q):
        rows = rows.filter(
            Q(order_no__icontains=term)
            | Q(title__icontains=term)
            | Q(address__icontains=term)
            | Q(category__icontains=term)
        )
    return _matched(rows, scope, chosen)


def _seen_matches(scope: Scope) -> QuerySet[OrderMatch]:
    """Matches with projects of the scope; one with another unit's project is not shown and not counted."""
    return within(OrderMatch.objects.exclude(state=MatchState.REJECTED), scope, project="project")


def _matched(rows: QuerySet[WorkOrder], scope: Scope, chosen: OrderFilter) -> QuerySet[WorkOrder]:
    matches = _seen_matches(scope)
    confirmed = matches.filter(state=MatchState.CONFIRMED)
    if chosen.owner:
        rows = rows.filter(pk__in=confirmed.filter(project__management_unit__code=chosen.owner).values("order"))
    if chosen.project:
        rows = rows.filter(pk__in=matches.filter(project__serial_no=chosen.project).values("order"))
    match chosen.match:
        case MatchState.CONFIRMED.value:
            return rows.filter(pk__in=confirmed.values("order"))
        case MatchState.SUGGESTED.value:
            waiting = matches.filter(state=MatchState.SUGGESTED)
            return rows.filter(pk__in=waiting.values("order")).exclude(pk__in=confirmed.values("order"))
        case "none":
            return rows.exclude(pk__in=matches.values("order"))
    return rows


_COLUMNS: Final = (
    "pk",
    "order_no",
    "received_at",
    "kind",
    "category",
    "title",
    "area_text",
    "state",
    "is_urgent",
    "due_at",
    "closed_at",
    "replied_at",
    "satisfaction",
)


def shown(scope: Scope, numbers: Sequence[int], *, now: datetime) -> list[dict[str, Any]]:
    """The orders of these numbers, in this order, as dictionaries with the project they are matched with: the confirmed
    one, else the best suggestion. Two queries."""
    rows = WorkOrder.objects.filter(pk__in=numbers).order_by()
    found = {row["pk"]: row for row in rows.values(*_COLUMNS, area_name=F("area__name"))}
    best: dict[int, Any] = {}
    matches = _seen_matches(scope).filter(order__in=numbers).order_by("state", "-score", "pk")
    for each in matches.values("order", "state", code=F("project__serial_no"), name=F("project__name")):
        best.setdefault(each["order"], each)  # "confirmed" sorts before "suggested"
    return [
        {**found[pk], "match": best.get(pk), "is_overdue": _overdue(found[pk], now)} for pk in numbers if pk in found
    ]


def _overdue(row: dict[str, Any], now: datetime) -> bool:
    """Settled after its day, or not yet and the day is over."""
    if row["due_at"] is None:
        return False
    settled = row["closed_at"] or row["replied_at"]
    if settled is not None:
        return settled > row["due_at"]
    return row["state"] not in SETTLED and row["due_at"] < now
