"""What arrived, and what of the payments was advance, by a day. Amounts in 元."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from dashboards.alerts.gathering.limits import Ids, limited
from geodata.funding.choices import COUNTED, Level, Purpose
from geodata.funding.models import Contract, FundArrival, PaymentStanding
from geodata.gathering import Rows


def arrivals_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    """Arrivals, oldest first; one that names no project belongs to the project of its budget line."""
    rows = FundArrival.objects.filter(arrived_on__lte=day).annotate(
        whose=Coalesce("project_id", "budget_line__project_id")
    )
    if ids is not None:
        rows = rows.filter(whose__in=list(ids))
    return rows.order_by("arrived_on").values_list("whose", "arrived_on", "amount")


def arrivals(rows: Rows) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for pk, arrived_on, amount in rows:
        if pk is not None:
            found[pk].append((arrived_on, amount))
    return found


def advances_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    rows = PaymentStanding.objects.filter(
        purpose=Purpose.ADVANCE, level=Level.TO_PAYEE, status__in=COUNTED, paid_on__lte=day, project__isnull=False
    )
    return limited(rows, ids).order_by().values_list("project_id").annotate(paid=Sum("amount"))


def agreed_asked(day: date, ids: Ids) -> QuerySet[Any, Any]:
    """Advance payment that the contracts allow."""
    signed = Q(signed_on__isnull=True) | Q(signed_on__lte=day)
    rows = limited(Contract.objects.filter(signed, advance_pct__gt=0), ids)
    return rows.order_by().values_list("project_id").annotate(agreed=Sum(F("price") * F("advance_pct") / 100))
