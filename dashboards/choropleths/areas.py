"""A unit on a choropleth: values, texts and the places to which they are shown. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dashboards.choropleths.classes import NONE, steps_of
from dashboards.indicators.catalogue import Indicator, Unit
from geodata.figures.wording import NOTHING, half_up, percent, points
from geodata.summary.rates import Number
from geodata.summary.sums import Rate, Totals

# decimals of the stored value that are shown: a ratio as percent with one, points with one
PLACES_SHOWN: Final = {Unit.PERCENT: 3, Unit.POINTS: 1, Unit.PIECES_EACH: 2, Unit.DAYS: 0}

# rates both of whose parts are sums of money
IN_MONEY: Final = frozenset({"I04", "I05", "I07", "I08", "I11", "I12", "I12A", "I12Y", "I12T", "I15R"})


@dataclass(frozen=True, slots=True)
class AreaValue:
    """One unit: the rate with its parts and the projects `n` of its denominator, and figures beside it in 元, None
    where they were not read.

    `class_key`: "0".."4" or "d0".."d4", "zero", "few", "none".
    """

    code: str
    name: str
    value: Decimal | None
    numerator: Number
    denominator: Number
    n: int
    projects: int
    unlocated: int
    budget: Decimal | None
    disbursed: Decimal | None
    class_key: str = NONE


def rated(code: str, name: str, totals: Totals, rate: Rate, value: Decimal | None) -> AreaValue:
    """An area by a rate of its sums, not yet in a class. `value`: the rate's, or what is made of it."""
    return AreaValue(
        code=code,
        name=name,
        value=value,
        numerator=rate.numerator,
        denominator=rate.denominator,
        n=rate.n,
        projects=totals.projects,
        unlocated=totals.unlocated,
        budget=totals.budget,
        disbursed=totals.disbursed,
    )


@dataclass(frozen=True, slots=True)
class LegendClass:
    """A line of the legend with the number of units in it."""

    key: str
    text: str
    areas: int


def steps(value: Decimal | None, indicator: Indicator) -> int:
    """A value in steps of the last place that is shown."""
    return steps_of(value or Decimal(0), PLACES_SHOWN.get(indicator.unit, 2))


def value_text(value: Decimal | None, indicator: Indicator) -> str:
    """A value as the map, its legend and its table write it: 62.3%, −11.7, 0.45, or —."""
    if value is None:
        return NOTHING
    if indicator.unit == Unit.PERCENT:
        return percent(value, 1)
    if indicator.unit == Unit.POINTS:
        return points(value, 1)
    return str(half_up(value, PLACES_SHOWN.get(indicator.unit, 2)))


def steps_text(count: int, indicator: Indicator) -> str:
    """A number of steps as value_text writes the value."""
    return value_text(Decimal(count).scaleb(-PLACES_SHOWN.get(indicator.unit, 2)), indicator)
