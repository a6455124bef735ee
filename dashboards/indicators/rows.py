"""What a project's row gives to the sums: for each measure an amount above and one below the line, or neither.

The rates of summary/sums.py are taken from there, so that a figure has one definition; the others follow its manner.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, NullIf

from geodata.progress.models import PlanYear
from geodata.projects.choices import NOT_BEGUN, Status
from geodata.summary.models import ProjectRows
from geodata.summary.sums import COUNT_RATES, RATES

FINISHED: Final = (Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED)
_LIVE: Final = ~Q(status=Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two amounts of a row; a project counts in neither sum without a denominator."""

    above: Combinable
    below: str
    needs: str = ""  # a column without which the row does not count

    @property
    def counted(self) -> Combinable:
        """The denominator, NULL where the project does not count."""
        below = NullIf(F(self.below), Value(Decimal(0)))
        return Case(When(**{f"{self.needs}__isnull": False}, then=below)) if self.needs else below


RATIOS: Final[dict[str, Ratio]] = {
    **{name: Ratio(F(above), below) for name, (above, below) in RATES.items()},
    "arrival": Ratio(F("arrived"), "allocated"),  # I11
    "paid_of_allocated": Ratio(F("disbursed"), "allocated"),  # I12A
    "paid_of_plan": Ratio(F("disbursed"), "annual_plan"),  # I12Y
    "paid_of_budget": Ratio(F("disbursed"), "budget"),  # I12T
    "idle": Ratio(Greatest(F("arrived") - F("disbursed"), Decimal(0)), "arrived"),  # I15, I15R
    "physical": Ratio(F("physical_pct") * F("budget") / 100, "budget", "physical_pct"),  # I09
}


def _to_begin(day: date) -> Q:
    """Planned to begin in the year of a day (年度计划开工): in its plan, not carried over, not cancelled."""
    starts = Q(planned_start_on__isnull=True) | Q(planned_start_on__lte=date(day.year, 12, 31))
    fresh = Q(actual_start_on__isnull=True) | Q(actual_start_on__gte=date(day.year, 1, 1))
    return _LIVE & Q(years__contains=[day.year]) & Q(carried_over=False) & starts & fresh


def _to_finish(day: date) -> Q:
    """Planned to be complete in the year of a day (年度计划竣工)."""
    return _LIVE & Q(planned_end_on__range=(date(day.year, 1, 1), date(day.year, 12, 31)))


def _rate_of_sums(name: str) -> "Conditions":
    rate = COUNT_RATES[name]
    return lambda day: (rate.above(day), rate.below(day))


# money lies idle whether or not a stop was reported, and what is under construction does not stand still
OF_ALL: Final = frozenset({"idle", "building"})
IN_RATES: Final = "in_rates"  # the column that keeps a project out of all other measures
LEFT_OUT: Final = "left_out"  # the measure that says how many it keeps out
Conditions = Callable[[date], tuple[Q, Q]]  # of a day: what counts above of those that count below, and these
COUNTS: Final[dict[str, Conditions]] = {
    "on_time_start": _rate_of_sums("on_time_start"),  # I02
    "behind": _rate_of_sums("behind"),
    "starts": lambda day: (~Q(status__in=NOT_BEGUN), _to_begin(day)),  # I01
    "accepted": lambda day: (Q(status__in=FINISHED), _to_finish(day)),  # I03
    "works_done": lambda day: (  # I03W
        Q(status__in=(Status.WORKS_COMPLETED, *FINISHED)),
        _to_finish(day),
    ),
    "building": lambda _day: (Q(status=Status.UNDER_CONSTRUCTION), Q(status=Status.UNDER_CONSTRUCTION)),  # C03
}


def measured(rows: ProjectRows, measures: Collection[str], day: date) -> tuple[ProjectRows, list[str]]:
    """The rows with two columns for each measure, and the names of all columns that sums need. Where the one below is
    NULL the project does not count, whatever stands above: so each condition is looked at once a row. Nor does it count
    where IN_RATES is false, but in measures OF_ALL."""
    if "starts" in measures:
        carried = PlanYear.objects.filter(project=OuterRef("pk"), year=day.year, carryover=True)
        rows = rows.annotate(carried_over=Exists(carried))
    columns: dict[str, Any] = {}
    for name in measures:
        above, below = (RATIOS[name].above, RATIOS[name].counted) if name in RATIOS else _ones(COUNTS[name](day))
        columns |= {f"{name}_above": above, f"{name}_below": below}
    return rows.annotate(**columns), [IN_RATES, *columns]


def _ones(conditions: tuple[Q, Q]) -> tuple[Case, Case]:
    above, below = conditions
    return Case(When(above, then=Value(1))), Case(When(below, then=Value(1)))


def sums_of(measures: Collection[str]) -> str:
    """The SQL of the sums over `chosen`; the number of projects is a measure of its own."""
    sums = "".join(
        f", sum({name}_above) FILTER (WHERE {counts}) AS {name}_above"
        f", sum({name}_below) FILTER (WHERE {counts}) AS {name}_below, count(*) FILTER (WHERE {counts}) AS {name}_n"
        for name in measures
        for counts in [f"{name}_below IS NOT NULL" + ("" if name in OF_ALL else f" AND {IN_RATES}")]
    )
    lines = "".join(f", ('{name}', {name}_above, {name}_below, {name}_n)" for name in measures)
    # the names are this module's own
    return (
        f"SELECT line.measure, s.area, line.above, line.below, line.n "  # noqa: S608
        f"FROM (SELECT area, count(*) AS projects, count(*) FILTER (WHERE NOT {IN_RATES}) AS left_out{sums} "
        f"FROM chosen GROUP BY area) s "
        f"CROSS JOIN LATERAL (VALUES ('projects', projects::numeric, 0::numeric, projects), "
        f"('{LEFT_OUT}', left_out::numeric, 0::numeric, left_out){lines}) "
        f"AS line (measure, above, below, n)"
    )
