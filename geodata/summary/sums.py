"""Sums over a set of project rows: ratios of sums, each with its denominator and the number of projects in it.

Works on any queryset with ProjectRow's column names; columns that a table lacks (the published has fewer) give None.
No model is imported here: the public site has none of the record's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Self

from django.db.models import Count, Q, QuerySet, Sum

from geodata.summary.rates import ratio

MONEY: Final = (
    "budget",
    "annual_plan",
    "completed",
    "annual_completed",
    "allocated",
    "arrived",
    "disbursed",
    "certified",
    "contract_total",
)
COUNTS: Final = ("payment_count", "complaints_raw", "complaints_merged", "orders_all", "orders_suggested")
# rate: (numerator, denominator); a project without a denominator is in neither sum
RATES: Final = {
    "annual": ("annual_completed", "annual_plan"),
    "investment": ("completed", "budget"),
    "disbursement": ("disbursed", "arrived"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A group's rate: the ratio of two sums in 元 over the `n` projects that have a denominator."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    n: int = 0

    @property
    def value(self) -> Decimal | None:
        """The ratio; None where there is no denominator."""
        return ratio(self.numerator, self.denominator)

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in 元 and counts over a set of projects."""

    projects: int = 0
    unlocated: int = 0
    sums: dict[str, Decimal | int] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """`totals.budget`, `totals.complaints_raw`, … by the names of the columns."""
        if name in MONEY or name in COUNTS:
            return self.sums.get(name)
        raise AttributeError(name)

    @property
    def annual_rate(self) -> Decimal | None:
        """I04 年度投资完成率."""
        return self.rates["annual"].value

    @property
    def investment_rate(self) -> Decimal | None:
        """I05 累计投资完成率."""
        return self.rates["investment"].value

    @property
    def disbursement_rate(self) -> Decimal | None:
        """I12 资金拨付率(占到位)."""
        return self.rates["disbursement"].value

    @classmethod
    def from_aggregate(cls, found: dict[str, Any]) -> Self:
        """From one row of an aggregation with `aggregates()`."""
        sums = {name: found[f"sum_{name}"] for name in (*MONEY, *COUNTS) if f"sum_{name}" in found}
        rates = {
            name: Rate(found[f"{name}_above"], found[f"{name}_below"], found[f"{name}_n"])
            for name in RATES
            if f"{name}_n" in found
        }
        return cls(found["projects"], found["unlocated"], sums, rates)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.projects + other.projects,
            self.unlocated + other.unlocated,
            {name: self.sums.get(name, 0) + other.sums.get(name, 0) for name in {**self.sums, **other.sums}},
            {
                name: self.rates.get(name, Rate()) + other.rates.get(name, Rate())
                for name in {**self.rates, **other.rates}
            },
        )


def aggregates(columns: Iterable[str]) -> dict[str, Any]:
    """The aggregate expressions of Totals over a table that has these columns.

    Their names differ from the columns', else Django takes a later mention of the column for the sum.
    """
    has = set(columns)
    found: dict[str, Any] = {"projects": Count("pk"), "unlocated": Count("pk", filter=Q(is_located=False))}
    found |= {f"sum_{name}": Sum(name, default=Decimal(0)) for name in MONEY if name in has}
    found |= {f"sum_{name}": Sum(name, default=0) for name in COUNTS if name in has}
    for name, (above, below) in RATES.items():
        if above in has and below in has:
            counted = Q(**{f"{below}__isnull": False}) & ~Q(**{below: 0})
            found[f"{name}_above"] = Sum(above, filter=counted, default=Decimal(0))
            found[f"{name}_below"] = Sum(below, filter=counted, default=Decimal(0))
            found[f"{name}_n"] = Count("pk", filter=counted)
    return found


def columns_of(rows: QuerySet[Any]) -> list[str]:
    """Names of a queryset's columns."""
    return [field.name for field in rows.model._meta.get_fields()]


def totals_of(rows: QuerySet[Any]) -> Totals:
    """Sums of a queryset. One query."""
    return Totals.from_aggregate(rows.order_by().aggregate(**aggregates(columns_of(rows))))
