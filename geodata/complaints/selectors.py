"""Reading work orders. No name, number or text of a caller leaves from here (see `reveal_person`)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from geodata.complaints.choices import COMPLAINT_KINDS, MatchState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.projects.visibility import within
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
