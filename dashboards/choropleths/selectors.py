"""Choropleths: one rate of every unit of a territorial dimension, classified. Rates only, never counts or money.

Whatever sums.py adds up is read from the sums that a page has anyway; every other rate comes from the table of the
indicators (dashboards/indicators/values.py).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from dashboards.choropleths.areas import AreaValue, Choropleth, LegendClass, value_text
from dashboards.choropleths.classes import Scheme
from dashboards.choropleths.classing import FEWEST, classed, schemes_of
from dashboards.indicators.catalogue import CATALOGUE, Indicator, Unit
from geodata.errors import BadParameter
from geodata.progress.schedule import by_months
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import deviation_points
from geodata.summary.regions import Dimension, RegionSummary, RegionTotals, region_summary
from geodata.summary.sums import Rate, Totals
from geodata.summary.townships import township_summary

__all__ = [
    "FEWEST",
    "PAINTABLE",
    "RATES",
    "AreaValue",
    "Choropleth",
    "LegendClass",
    "area_value",
    "choropleth",
    "choropleth_of",
    "value_text",
    "without_places",
]

RATES: Final = ("I04", "I12", "C03", "BEHIND", "I02")  # the first choice; all others stand in a list beside them
DEVIATION: Final = "I07"  # of a group: the points between its I04 and the months that are over
# what sums.py adds up: indicator → its rate there
FROM_SUMS: Final = {**{rate: CATALOGUE[rate].rate for rate in RATES}, "I05": "investment", DEVIATION: "annual"}
_OF_PROJECTS_ALONE: Final = frozenset({"I06"})  # 序时进度 is a property of a day or of one project
# limits of place would leave one unit with a value: the map compares all of them
PLACES: Final = ("region", "unit", "bbox")


def is_paintable(indicator: Indicator) -> bool:
    """A rate of a group of projects; counts and money are drawn as circles."""
    return indicator.id not in _OF_PROJECTS_ALONE and indicator.unit in {Unit.PERCENT, Unit.POINTS, Unit.PIECES_EACH}


PAINTABLE: Final = (*RATES, *(id for id, found in CATALOGUE.items() if id not in RATES and is_paintable(found)))


def choropleth(
    scope: Scope,
    *,
    rate: str,
    dimension: Dimension,
    chosen: ProjectFilter,
    today: date,
    townships: bool = False,
    within: str = "",
    scheme: Scheme | None = None,
) -> Choropleth:
    """The whole city by unit, under the filter's limits except those of place. Three queries.

    `townships`: by township instead, of the county `within` or of all. Raises NotPermitted without leave to see the
    city's figures, BadParameter for a rate that is not in PAINTABLE or a scheme that does not fit it.
    """
    everywhere = without_places(chosen)
    if townships:
        summary = township_summary(scope, today=today, chosen=everywhere, within=within)
    else:
        summary = region_summary(scope, today=today, dimension=dimension, chosen=everywhere)
    return replace(choropleth_of(summary, rate, scheme=scheme), townships=townships)


def without_places(chosen: ProjectFilter) -> ProjectFilter:
    """The same filter over the whole city."""
    return replace(chosen, **{name: getattr(ProjectFilter(), name) for name in PLACES})


def choropleth_of(summary: RegionSummary, rate: str, *, scheme: Scheme | None = None) -> Choropleth:
    """The choropleth of sums already read; without a scheme the usual one. Raises BadParameter."""
    if rate not in FROM_SUMS:
        raise BadParameter(f"查询参数“rate”的值不正确:可用的有 {'、'.join(PAINTABLE)}")
    indicator = CATALOGUE[rate]
    scheme = scheme or schemes_of(indicator)[0]
    day = summary.as_of
    areas, legend = classed([area_value(region, indicator, day) for region in summary.regions], indicator, scheme)
    city = summary.city.rates
    return Choropleth(
        indicator=indicator,
        dimension=summary.dimension,
        as_of=summary.as_of,
        areas=areas,
        rest=area_value(summary.rest, indicator, day),
        city=area_value(RegionTotals("", "", summary.city), indicator, day),
        legend=legend,
        without_report=city["annual"].n - city["behind"].n if {"annual", "behind"} <= city.keys() else 0,
        scheme=scheme,
    )


def area_value(region: RegionTotals, indicator: Indicator, day: date | None = None) -> AreaValue:
    """A unit's value, not yet in a class. The deviation of a group needs the day."""
    totals: Totals = region.totals
    rate = totals.rates.get(FROM_SUMS[indicator.id], Rate())
    return AreaValue(
        region.code,
        region.name,
        _value(rate, indicator, day),
        rate.numerator,
        rate.denominator,
        rate.n,
        totals.projects,
        totals.unlocated,
        totals.budget or Decimal(0),
        totals.disbursed or Decimal(0),
    )


def _value(rate: Rate, indicator: Indicator, day: date | None) -> Decimal | None:
    if indicator.id != DEVIATION:
        return rate.value
    return deviation_points(rate.value, by_months(day)) if day else None
