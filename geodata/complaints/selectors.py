"""Reading work orders. No name, number or text of a caller leaves from here (see `reveal_person`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce

from geodata.complaints.choices import COMPLAINT_KINDS, MatchState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.errors import NotFound
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope


class OrderCounts(NamedTuple):
    """C01 of a project raw and after 并单, C02, and the grey number beside them."""

    complaints_raw: int
    complaints_merged: int
    orders: int
    suggested: int


def visible_orders(scope: Scope) -> QuerySet[WorkOrder]:
    """The orders within the scope: of the units' areas, or confirmed for a project of the units.

    A body sees none, only counts: a complaint must not reach the one complained about (信访工作条例第三十条).
    """
    orders = WorkOrder.objects.all()
    if scope.everything:
        return orders
    if not scope.unit_ids:
        return orders.none()
    units = Scope(unit_ids=scope.unit_ids)
    confirmed = within(OrderMatch.objects.filter(state=MatchState.CONFIRMED), units, project="project")
    return orders.filter(Q(area__in=scope.unit_ids) | Q(pk__in=confirmed.values("order")))


def matches_of_project(scope: Scope, project_id: int) -> QuerySet[OrderMatch]:
    """Confirmed and suggested matches of a project with their orders, newest order first."""
    return (
        OrderMatch.objects.filter(project=project_id, order__in=visible_orders(scope))
        .exclude(state=MatchState.REJECTED)
        .select_related("order", "order__duplicate_of")
        .order_by("-order__received_at")
    )


class OrdersPage(NamedTuple):
    """Some matches of a project with their orders, and how many of each state the person sees in all."""

    matches: Sequence[Any] = ()
    suggested: int = 0
    confirmed: int = 0


def orders_page(scope: Scope, project_id: int, *, before: datetime, start: int, size: int) -> OrdersPage:
    """The orders of a project received before a moment: first what waits for a decision, best first, then what is
    confirmed, newest first. One query; beyond the end nothing."""
    waiting = Case(When(state=MatchState.SUGGESTED, then=Value(0)), default=Value(1))
    states = {
        state: Window(Count("pk", filter=Q(state=state))) for state in (MatchState.SUGGESTED, MatchState.CONFIRMED)
    }
    rows = (
        matches_of_project(scope, project_id)
        .filter(order__received_at__lt=before, project__in=visible(scope).values("pk"))
        .select_related(None)
        .select_related("order", "order__duplicate_of", "decided_by")
        .defer("order__duplicate_of__geom", "order__geom")
        .annotate(
            waiting=waiting, all_suggested=states[MatchState.SUGGESTED], all_confirmed=states[MatchState.CONFIRMED]
        )
        .order_by("waiting", Case(When(waiting=0, then=F("score"))).desc(nulls_last=True), "-order__received_at", "-pk")
    )
    matches: list[Any] = list(rows[start : start + size])
    if not matches:
        return OrdersPage()
    return OrdersPage(matches, matches[0].all_suggested, matches[0].all_confirmed)


def match_to_decide(scope: Scope, match_id: int) -> OrderMatch:
    """One match on which the person may have a say. Raises NotFound outside the scope, too."""
    matches = OrderMatch.objects.filter(pk=match_id, order__in=visible_orders(scope))
    found = matches.filter(project__in=visible(scope)).select_related("order", "project").defer("project__geom").first()
    if found is None:
        raise NotFound("没有这条工单关联，或者它不在您的工作范围内")
    return found


def matches_to_decide(scope: Scope) -> QuerySet[OrderMatch]:
    """Suggestions waiting for a person, best first."""
    return (
        OrderMatch.objects.filter(state=MatchState.SUGGESTED, order__in=visible_orders(scope))
        .select_related("order", "project")
        .order_by("-score", "-order__received_at")
    )


def order_counts(scope: Scope, project_id: int, *, before: datetime) -> OrderCounts:
    """The counts of a project's orders received before a moment; the same definition as project_totals."""
    mine = within(
        OrderMatch.objects.filter(project=project_id, order__received_at__lt=before), scope, project="project"
    )
    confirmed = Q(state=MatchState.CONFIRMED)
    complaints = confirmed & Q(order__kind__in=COMPLAINT_KINDS)
    counts = mine.aggregate(
        raw=Count("pk", filter=complaints),
        merged=Count(Coalesce("order__duplicate_of", "order"), filter=complaints, distinct=True),
        orders=Count("pk", filter=confirmed),
        suggested=Count("pk", filter=Q(state=MatchState.SUGGESTED)),
    )
    return OrderCounts(counts["raw"], counts["merged"], counts["orders"], counts["suggested"])
