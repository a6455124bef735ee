"""Choropleths: one rate of every unit of a territorial dimension, classified. Rates only, never counts or money."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from dashboards.choropleths.classes import FEW, NONE, ZERO, Range, classify, steps_of
from dashboards.indicators.catalogue import CATALOGUE, Indicator, Unit
from geodata.errors import BadParameter
from geodata.figures.wording import NOTHING, half_up, percent
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import Number
from geodata.summary.regions import Dimension, RegionSummary, RegionTotals, region_summary
from geodata.summary.sums import Rate, Totals

RATES: Final = ("I04", "I12", "C03", "BEHIND", "I02")
FEWEST: Final = 3  # projects below which a rate says little: shown, not classified, not ranked
# limits of place would leave one unit with a value: the map compares all of them
PLACES: Final = ("region", "unit", "bbox")
_PLACES_SHOWN: Final = {Unit.PERCENT: 3, Unit.PIECES_EACH: 2}  # decimals of the stored value


@dataclass(frozen=True, slots=True)
class AreaValue:
    """One unit: the rate with its parts and the projects `n` of its denominator, and figures beside it in 元.

    `class_key`: "0".."4", or "zero", "few", "none".
    """

    code: str
    name: str
    value: Decimal | None
    numerator: Number
    denominator: Number
    n: int
    projects: int
    unlocated: int
    budget: Decimal
    disbursed: Decimal
    class_key: str = NONE


@dataclass(frozen=True, slots=True)
class LegendClass:
    """A line of the legend with the number of units in it."""

    key: str
    text: str
    areas: int


@dataclass(frozen=True, slots=True)
class Choropleth:
    """Units in official order, what lies in none of them, and the city.

    `without_report`: projects of the city that have a plan and no report of the year.
    """

    indicator: Indicator
    dimension: Dimension
    as_of: date
    areas: tuple[AreaValue, ...]
    rest: AreaValue
    city: AreaValue
    legend: tuple[LegendClass, ...]
    without_report: int


def choropleth(scope: Scope, *, rate: str, dimension: Dimension, chosen: ProjectFilter, today: date) -> Choropleth:
    """The whole city by unit, under the filter's limits except those of place. Three queries.

    Raises NotPermitted without leave to see the city's figures, BadParameter for a rate that is not in RATES.
    """
    everywhere = without_places(chosen)
    return choropleth_of(region_summary(scope, today=today, dimension=dimension, chosen=everywhere), rate)


def without_places(chosen: ProjectFilter) -> ProjectFilter:
    """The same filter over the whole city."""
    return replace(chosen, **{name: getattr(ProjectFilter(), name) for name in PLACES})


def choropleth_of(summary: RegionSummary, rate: str) -> Choropleth:
    """The choropleth of sums already read. Raises BadParameter."""
    if rate not in RATES:
        raise BadParameter(f"查询参数“rate”的值不正确:可用的有 {'、'.join(RATES)}")
    indicator = CATALOGUE[rate]
    found = [area_value(region, indicator) for region in summary.regions]
    ranges = classify(_steps(area, indicator) for area in found if area.class_key == "")
    areas = tuple(replace(area, class_key=area.class_key or _class_of(area, indicator, ranges)) for area in found)
    return Choropleth(
        indicator=indicator,
        dimension=summary.dimension,
        as_of=summary.as_of,
        areas=areas,
        rest=area_value(summary.rest, indicator),
        city=area_value(RegionTotals("", "", summary.city), indicator),
        legend=_legend(indicator, ranges, Counter(area.class_key for area in areas)),
        without_report=summary.city.rates["annual"].n - summary.city.rates["behind"].n,
    )


def area_value(region: RegionTotals, indicator: Indicator) -> AreaValue:
    """A unit's value; its class is "none", "few", "zero" or not yet known (empty)."""
    totals: Totals = region.totals
    rate = totals.rates.get(indicator.rate, Rate())
    area = AreaValue(
        region.code,
        region.name,
        rate.value,
        rate.numerator,
        rate.denominator,
        rate.n,
        totals.projects,
        totals.unlocated,
        totals.budget,
        totals.disbursed,
    )
    if area.value is None:
        return area
    return replace(area, class_key=FEW if area.n < FEWEST else "" if _steps(area, indicator) else ZERO)


def _steps(area: AreaValue, indicator: Indicator) -> int:
    return steps_of(area.value or Decimal(0), _PLACES_SHOWN[indicator.unit])


def _class_of(area: AreaValue, indicator: Indicator, ranges: Iterable[Range]) -> str:
    steps = _steps(area, indicator)
    return next(found.key for found in ranges if found.low <= steps <= found.high)


def value_text(value: Decimal | None, indicator: Indicator) -> str:
    """A value as the map, its legend and its table write it: 62.3%, 0.45, or —."""
    if value is None:
        return NOTHING
    return percent(value, 1) if indicator.unit == Unit.PERCENT else str(half_up(value, 2))


def _legend(indicator: Indicator, ranges: Iterable[Range], areas: Mapping[str, int]) -> tuple[LegendClass, ...]:
    """Zero, the ranges rising, too few projects, no data; the three others only where a unit is in them."""

    def shown(steps: int) -> str:
        return value_text(Decimal(steps).scaleb(-_PLACES_SHOWN[indicator.unit]), indicator)

    texts = {ZERO: shown(0)}
    for found in ranges:
        low, high = shown(found.low), shown(found.high)
        texts[found.key] = low if low == high else f"{low} – {high}"
    texts[FEW] = _("Fewer than %(n)s projects") % {"n": FEWEST}
    texts[NONE] = _("No data")
    return tuple(LegendClass(key, text, areas[key]) for key, text in texts.items() if areas.get(key))
