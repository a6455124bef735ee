"""The money of one project in sums by month: what the page's tables by source and by year and its curve are made of.

The number of rows depends on months, sources and contracts, never on the number of payments.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, Count, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, TruncMonth

from geodata.funding.choices import COUNTED, Level
from geodata.funding.models import BudgetLine, FundArrival, FundingPlan
from geodata.funding.selectors import payments_of_project
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope


class Kind(StrEnum):
    """Which of the notions of money; they are never added to each other."""

    PLANNED = "planned"  # 资金筹措
    ALLOCATED = "allocated"  # 下达
    ARRIVED = "arrived"  # 到位
    PAID = "paid"  # 拨付, of any level and status


class MoneySum(NamedTuple):
    """A sum in 元 over some rows. `month` is its first day, None for the plan; level and status are of payments."""

    kind: str
    source_id: int | None
    source_name: str
    month: date | None
    level: str
    status: str
    contract_id: int | None
    amount: Decimal
    rows: int

    @property
    def counts_as_disbursed(self) -> bool:
        """Whether it is part of 已拨付: what payees received, cleared or returned."""
        return self.kind == Kind.PAID and self.level == Level.TO_PAYEE and self.status in COUNTED


def money_sums(scope: Scope, project_id: int, *, upto: date) -> list[MoneySum]:
    """The project's money up to a day, by months; empty outside the scope. One query."""
    planned = within(FundingPlan.objects.filter(project=project_id), scope, project="project")
    lines = within(BudgetLine.objects.filter(project=project_id, issued_on__lte=upto), scope, project="project")
    # an arrival that names no project belongs to the project of its budget line
    own = Q(project=project_id) | Q(project__isnull=True, budget_line__project=project_id)
    arrivals = FundArrival.objects.filter(own, arrived_on__lte=upto).annotate(
        owner=Coalesce("project", "budget_line__project")
    )
    paid = payments_of_project(scope, project_id).filter(paid_on__lte=upto)
    parts = [
        _sums(planned, Kind.PLANNED, "source", None),
        _sums(lines, Kind.ALLOCATED, "source", "issued_on"),
        _sums(within(arrivals, scope, project="owner"), Kind.ARRIVED, "budget_line__source", "arrived_on"),
        _sums(paid, Kind.PAID, "source", "paid_on"),
    ]
    rows = parts[0].union(*parts[1:], all=True)
    return [MoneySum(*row) for row in rows]


def _sums(rows: QuerySet[Any], kind: Kind, source: str, day: str | None) -> QuerySet[Any]:
    nothing = Value("", CharField())
    paid = kind is Kind.PAID
    # a union needs the type of every column in every part, of what a part lacks, too
    return (
        rows.order_by()
        .annotate(
            of_kind=Value(str(kind), CharField()),
            of_month=Cast(TruncMonth(day) if day else Value(None), DateField()),
            of_source=Coalesce(f"{source}__name", nothing),
            of_level=F("level") if paid else nothing,
            of_status=F("now_status") if paid else nothing,
            of_contract=F("now_contract_id") if paid else Cast(Value(None), BigIntegerField()),
        )
        .values_list("of_kind", source, "of_source", "of_month", "of_level", "of_status", "of_contract")
        .annotate(amount_sum=Sum("amount"), row_count=Count("pk"))
    )
