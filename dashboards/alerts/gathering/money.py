"""What arrived, and what of the payments was advance, by a day. Amounts in 元."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from dashboards.alerts.gathering.limits import Ids, limited
from geodata.funding.choices import COUNTED, Level, Purpose
from geodata.funding.models import Contract, FundArrival, PaymentStanding


def arrivals(day: date, ids: Ids) -> dict[int, list[tuple[date, Decimal]]]:
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


def advances(day: date, ids: Ids) -> Iterable[tuple[int, Decimal]]:
    rows = PaymentStanding.objects.filter(
        purpose=Purpose.ADVANCE, level=Level.TO_PAYEE, status__in=COUNTED, paid_on__lte=day, project__isnull=False
    )
    return limited(rows, ids).order_by().values_list("project_id").annotate(paid=Sum("amount"))


def agreed(day: date, ids: Ids) -> Iterable[tuple[int, Decimal]]:
    """Advance payment that the contracts allow."""
    signed = Q(signed_on__isnull=True) | Q(signed_on__lte=day)
    rows = limited(Contract.objects.filter(signed, advance_pct__gt=0), ids)
    return rows.order_by().values_list("project_id").annotate(agreed=Sum(F("price") * F("advance_pct") / 100))
