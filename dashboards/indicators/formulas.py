"""How an indicator's value follows from the parts of an area. Pure: sums in, one value out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dashboards.indicators.areas import Population
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.notes import NO_NOTE, Note
from dashboards.indicators.parts import NOTHING, Part
from dashboards.indicators.rows import OF_ALL
from geodata.progress.schedule import by_months
from geodata.summary.rates import deviation_points, ratio

BASE_FEWEST: Final = 10  # complaints in the base below which a change is no percentage
Found = Mapping[str, Part]
_OF_CHOSEN: Final = frozenset({"planned", "nodes"})  # sources whose SQL asks for IN_RATES


@dataclass(frozen=True, slots=True)
class Known:
    """What does not come from the sums: the day, the populations by area, the tasks of the city."""

    day: date
    populations: Mapping[str, Population]
    tasks: Part


@dataclass(frozen=True, slots=True)
class One:
    """A value with its parts, before it has a place."""

    value: Decimal | None
    above: Decimal
    below: Decimal | None
    n: int
    note: Note = NO_NOTE


Compute = Callable[[Found, Known, str | None, bool], One]


@dataclass(frozen=True, slots=True)
class Formula:
    """Which sums an indicator needs, and what it makes of them."""

    compute: Compute
    measures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    population: bool = False
    tasks: bool = False

    def of(self, found: Found, known: Known, place: str | None, *, whole: bool) -> One:
        """`place` names the population; `whole` is the city, the only place of what has no areas."""
        return self.compute(found, known, place, whole)


def _rate(measure: str, scale: Decimal = Decimal(1)) -> Compute:
    def compute(found: Found, _known: Known, _place: str | None, _whole: bool) -> One:
        part = found.get(measure, NOTHING)
        return _ratio(part.above, part.below, part.n, scale)

    return compute


def _ratio(above: Decimal, below: Decimal, n: int, scale: Decimal = Decimal(1), note: Note = NO_NOTE) -> One:
    value = ratio(above, below) if below > 0 else None
    return One(None if value is None else value * scale, above, below, n, note)


def _amount(measure: str) -> Compute:
    def compute(found: Found, _known: Known, _place: str | None, _whole: bool) -> One:
        part = found.get(measure, NOTHING)
        return One(part.above, part.above, None, part.n)

    return compute


def _over(id: str, measure: str) -> Compute:
    """Merged complaints over another measure's denominator."""
    scale = CATALOGUE[id].scale

    def compute(found: Found, _known: Known, _place: str | None, _whole: bool) -> One:
        below = found.get(measure, NOTHING)
        return _ratio(found.get("merged", NOTHING).above, below.below, below.n, scale)

    return compute


def _time(found: Found, known: Known, _place: str | None, _whole: bool) -> One:
    months = by_months(known.day)
    return One(months, months * 12, Decimal(12), found.get("projects", NOTHING).n)


def _deviation(found: Found, known: Known, _place: str | None, _whole: bool) -> One:
    part = found.get("annual", NOTHING)
    rate = ratio(part.above, part.below)
    return One(deviation_points(rate, by_months(known.day)), part.above, part.below, part.n)


def _pace(found: Found, known: Known, _place: str | None, _whole: bool) -> One:
    part = found.get("annual", NOTHING)
    return _ratio(part.above, part.below * by_months(known.day), part.n)


def _per_head(found: Found, known: Known, place: str | None, _whole: bool) -> One:
    merged = found.get("merged", NOTHING)
    population = None if place is None else known.populations.get(place)
    if population is None:
        return One(None, merged.above, Decimal(0), merged.n)
    note = Note("%(year)s 年常住人口", year=population.year)
    return _ratio(merged.above, Decimal(population.residents), merged.n, CATALOGUE["C04"].scale, note)


def _of_households(found: Found, _known: Known, _place: str | None, _whole: bool) -> One:
    below = found.get("households", NOTHING)
    return _ratio(found.get("of_households", NOTHING).above, below.below, below.n, CATALOGUE["C05"].scale)


def _change(measure: str) -> Compute:
    """More or fewer complaints than in another period; of a small base only the difference is told."""

    def compute(found: Found, _known: Known, _place: str | None, _whole: bool) -> One:
        part = found.get(measure, NOTHING)
        more = part.above - part.below
        if part.below >= BASE_FEWEST:
            return One(more / part.below, more, part.below, int(part.below))
        note = Note("基数不足 %(fewest)s 件，只列增减 %(more)s 件", fewest=BASE_FEWEST, more=f"{more:+.0f}")
        return One(None, more, part.below, int(part.below), note)

    return compute


def _tasks(_found: Found, known: Known, _place: str | None, whole: bool) -> One:
    part = known.tasks if whole else NOTHING
    return _ratio(part.above, part.below, part.n)


def _row(measure: str) -> Formula:
    return Formula(_rate(measure), (measure,))


def _fact(measure: str, source: str) -> Formula:
    return Formula(_rate(measure), sources=(source,))


FORMULAS: Final[dict[str, Formula]] = {
    "I01": _row("starts"),
    "I02": _row("on_time_start"),
    "I03": _row("accepted"),
    "I03W": _row("works_done"),
    "I04": _row("annual"),
    "I05": _row("investment"),
    "I06": Formula(_time),
    "I07": Formula(_deviation, ("annual",)),
    "I08": Formula(_pace, ("annual",)),
    "I09": _row("physical"),
    "I10": _fact("planned", "planned"),
    "I11": _row("arrival"),
    "I12": _row("disbursement"),
    "I12A": _row("paid_of_allocated"),
    "I12Y": _row("paid_of_plan"),
    "I12T": _row("paid_of_budget"),
    "I15": Formula(_amount("idle"), ("idle",)),
    "I15R": _row("idle"),
    "I15A": _fact("idle_age", "idle"),
    "I17": Formula(_tasks, tasks=True),
    "I20": _fact("duty", "duty"),
    "NODES": _fact("nodes", "nodes"),
    "BEHIND": _row("behind"),
    "C01": Formula(_amount("merged"), sources=("orders",)),
    "C02": Formula(_amount("every"), sources=("orders",)),
    "C03": Formula(_over("C03", "building"), ("building",), ("orders",)),
    "C04": Formula(_per_head, sources=("orders",), population=True),
    "C05": Formula(_of_households, sources=("households",)),
    "C06": Formula(_over("C06", "invested"), sources=("orders", "invested")),
    "C07Y": Formula(_change("year_before"), sources=("before",)),
    "C07M": Formula(_change("one_before"), sources=("before",)),
    "C08": _fact("in_time", "orders"),
    "C09": _fact("satisfied", "orders"),
    "C10": _fact("reworked", "orders"),
    "C10L": _fact("late", "orders"),
    "C11": _fact("repeated", "orders"),
}


def leaves_out(indicator_id: str) -> bool:
    """Whether headquarters' switch for reported stops changes the indicator: it does where projects or their money are
    the denominator; not money that lies idle, reports owed, complaints."""
    formula = FORMULAS[indicator_id]
    return bool(set(formula.measures) - OF_ALL or _OF_CHOSEN.intersection(formula.sources))
