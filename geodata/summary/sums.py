"""Sums over a set of project rows: ratios of sums, each with its denominator and the number of projects in it.

Works on any queryset with ProjectRow's column names; columns that a table lacks (the published has fewer) give None.
No model is imported here: the public site has none of the record's.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Self

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from geodata.projects.choices import NOT_BEGUN, Status
from geodata.summary.rates import BEHIND, Number, ratio
from geodata.summary.silence import stale

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
# rate of two sums of money: (numerator, denominator); a project without a denominator is in neither sum
RATES: Final = {
    "annual": ("annual_completed", "annual_plan"),
    "investment": ("completed", "budget"),
    "disbursement": ("disbursed", "arrived"),
}


@dataclass(frozen=True, slots=True)
class CountRate:
    """A rate whose denominator is a number of projects: those that meet `below` on a day. Above them stands the number
    of those that meet `above`, or the sum of the column `summed` over all projects."""

    needs: tuple[str, ...]  # columns without which a table has no such rate
    below: Callable[[date], Q]
    above: Callable[[date], Q] = lambda _day: Q()
    summed: str = ""

    def aggregates(self, as_of: date, counting: Q) -> tuple[Aggregate, Aggregate]:
        """What stands above and below, counted among the projects that meet `counting`."""
        below = Count("pk", filter=self.below(as_of) & counting)
        if self.summed:
            return Sum(self.summed, default=0), below
        return Count("pk", filter=self.above(as_of) & counting), below


def _due(as_of: date) -> Q:
    """Should have begun: planned to, and not cancelled. A start known to the month counts from its first day."""
    return Q(planned_start_on__lte=as_of) & ~Q(status=Status.CANCELLED)


COUNT_RATES: Final = {
    # I02 按期开工率
    "on_time_start": CountRate(
        ("status", "planned_start_on"),
        below=_due,
        above=lambda as_of: _due(as_of) & ~Q(status__in=NOT_BEGUN),
    ),
    # share of the projects with a plan and a report of the year that are behind time (I07)
    "behind": CountRate(
        ("deviation",),
        below=lambda _day: Q(deviation__isnull=False),
        above=lambda _day: Q(deviation__lte=BEHIND),
    ),
    # complaints about all projects to date over the projects under construction; C03 counts those of a month
    "complaint": CountRate(
        ("complaints_merged", "status"),
        below=lambda _day: Q(status=Status.UNDER_CONSTRUCTION),
        summed="complaints_merged",
    ),
}
RATE_NAMES: Final = (*RATES, *COUNT_RATES)
IN_RATES: Final = Q(in_rates=True)
FIGURES: Final = frozenset((*MONEY, *COUNTS, *RATE_NAMES))


@dataclass(frozen=True, slots=True)
class Rate:
    """A group's rate: the ratio of two sums (元, projects or complaints) over the `n` projects of the denominator."""

    numerator: Number = Decimal(0)
    denominator: Number = Decimal(0)
    n: int = 0

    @property
    def value(self) -> Decimal | None:
        """The ratio; None where there is no denominator."""
        return ratio(self.numerator, self.denominator)

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in 元 and counts over a set of projects. `stale`: under construction and silent (silence.py).

    `left_out`: standing still with an approved report, which headquarters' switch keeps out of the rates.
    """

    projects: int = 0
    unlocated: int = 0
    stale: int = 0
    left_out: int = 0
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
            for name in RATE_NAMES
            if f"{name}_n" in found
        }
        counts = (found.get("stale", 0), found.get("left_out", 0))
        return cls(found["projects"], found["unlocated"], *counts, sums, rates)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.projects + other.projects,
            self.unlocated + other.unlocated,
            self.stale + other.stale,
            self.left_out + other.left_out,
            {name: self.sums.get(name, 0) + other.sums.get(name, 0) for name in {**self.sums, **other.sums}},
            {
                name: self.rates.get(name, Rate()) + other.rates.get(name, Rate())
                for name in {**self.rates, **other.rates}
            },
        )


def aggregates(
    columns: Iterable[str], *, as_of: date | None = None, figures: Collection[str] = FIGURES
) -> dict[str, Any]:
    """The aggregate expressions of Totals over a table that has these columns; without a day, none of COUNT_RATES.

    `figures` names the sums and rates that are wanted: each costs its share of a reading of all rows.

    Their names differ from the columns', else Django takes a later mention of the column for the sum.
    """
    has = set(columns)
    found: dict[str, Any] = {"projects": Count("pk"), "unlocated": Count("pk", filter=Q(is_located=False))}
    if "freshness_days" in has:
        found["stale"] = Count("pk", filter=stale())
    counting = Q()
    if "in_rates" in has:
        counting = IN_RATES
        found["left_out"] = Count("pk", filter=~IN_RATES)
    found |= {f"sum_{name}": Sum(name, default=Decimal(0)) for name in MONEY if name in has and name in figures}
    found |= {f"sum_{name}": Sum(name, default=0) for name in COUNTS if name in has and name in figures}
    for name, (above, below) in RATES.items():
        if name in figures and above in has and below in has:
            counted = Q(**{f"{below}__isnull": False}) & ~Q(**{below: 0}) & counting
            found[f"{name}_above"] = Sum(above, filter=counted, default=Decimal(0))
            found[f"{name}_below"] = Sum(below, filter=counted, default=Decimal(0))
            found[f"{name}_n"] = Count("pk", filter=counted)
    for name, rate in COUNT_RATES.items():
        if as_of and name in figures and has.issuperset(rate.needs):
            found[f"{name}_above"], found[f"{name}_n"] = rate.aggregates(as_of, counting)
            found[f"{name}_below"] = found[f"{name}_n"]
    return found


def columns_of(rows: QuerySet[Any]) -> list[str]:
    """Names of a queryset's columns."""
    return [field.name for field in rows.model._meta.get_fields()]


def totals_of(rows: QuerySet[Any], *, as_of: date | None = None, figures: Collection[str] = FIGURES) -> Totals:
    """Sums of a queryset, with the rates of counts as of a day. One query."""
    wanted = aggregates(columns_of(rows), as_of=as_of, figures=figures)
    return Totals.from_aggregate(rows.order_by().aggregate(**wanted))
