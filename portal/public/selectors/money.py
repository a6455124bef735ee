"""Contracts and payments of one project, with the sums of payments. Amounts in 元."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from portal.public.models import (
    PublishedContract,
    PublishedPayment,
)
from portal.public.selectors.rows import Edition, at


@dataclass
class PaidSums:
    """Sum and number of a project's payments, and their sums by contract, by year and by day."""

    total: Decimal = Decimal(0)
    count: int = 0
    by_contract: dict[str, Decimal] = field(default_factory=dict)
    by_year: dict[int, Decimal] = field(default_factory=dict)
    by_day: dict[date, Decimal] = field(default_factory=dict)

    def add(self, contract: str | None, day: date, amount: Decimal, count: int) -> None:
        self.total += amount
        self.count += count
        self.by_year[day.year] = self.by_year.get(day.year, Decimal(0)) + amount
        self.by_day[day] = self.by_day.get(day, Decimal(0)) + amount
        if contract:
            self.by_contract[contract] = self.by_contract.get(contract, Decimal(0)) + amount


def contracts(edition: Edition, code: str) -> QuerySet[PublishedContract]:
    return at(PublishedContract, edition).filter(code=code).order_by("signed_on", "key")


def payments(edition: Edition, code: str) -> QuerySet[PublishedPayment]:
    return at(PublishedPayment, edition).filter(code=code).order_by("paid_on", "number")


def paid_sums(edition: Edition, code: str) -> PaidSums:
    """Over all payments of a project, whichever of them a page shows. One query."""
    groups = payments(edition, code).order_by().values_list("contract_key", "paid_on")
    found = PaidSums()
    for contract, day, amount, count in groups.annotate(sum=Sum("amount"), n=Count("row")):
        found.add(contract, day, amount, count)
    return found
