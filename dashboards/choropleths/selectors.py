"""Choropleths: one rate of every unit of a territorial dimension, classified. Rates only, never counts or money.

Whatever sums.py adds up is read from the sums that a page has anyway; every other rate comes from the table of the
indicators (dashboards/indicators/values.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from dashboards.choropleths.areas import AreaValue, LegendClass, rated, value_text
from dashboards.choropleths.classes import Scheme
from dashboards.choropleths.classing import FEWEST, classed, schemes_of
from dashboards.choropleths.painted import Choropleth
from dashboards.indicators.areas import Area as Listed
from dashboards.indicators.catalogue import CATALOGUE, Indicator
from dashboards.indicators.formulas import leaves_out
from dashboards.indicators.values import CITY, REST, IndicatorTable, IndicatorValue, Level, indicator_table
from geodata.errors import BadParameter
from geodata.progress.schedule import by_months
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import deviation_points
from geodata.summary.regions import Area, Dimension, RegionSummary, RegionTotals, region_summary
from geodata.summary.sums import Rate, Totals
from geodata.summary.townships import township_summary

__all__ = [
    "FEWEST",
    "PAINTABLE",
    "RATES",
    "AreaValue",
    "Choropleth",
    "LegendClass",
    "Level",
    "area_value",
    "choropleth",
    "choropleth_of",
    "choropleth_of_table",
    "painted",
    "value_text",
    "without_places",
]

RATES: Final = ("I04", "I12", "C03", "BEHIND", "I02")  # the first choice; all others stand in a list beside them
DEVIATION: Final = "I07"  # of a group: the points between its I04 and the months that are over
# what sums.py adds up: indicator → its rate there
FROM_SUMS: Final = {name: found.rate for name, found in CATALOGUE.items() if found.rate} | {DEVIATION: "annual"}
# limits of place would leave one unit with a value: the map compares all of them
PLACES: Final = ("region", "unit", "bbox")


def is_paintable(indicator: Indicator) -> bool:
    """A rate of a group of projects; counts and money are drawn as circles."""
    return indicator.by_area and not indicator.is_amount


PAINTABLE: Final = (*RATES, *(id for id, found in CATALOGUE.items() if id not in RATES and is_paintable(found)))


def choropleth(
    scope: Scope,
    *,
    rate: str,
    dimension: Dimension,
    chosen: ProjectFilter,
    today: date,
    level: Level = Level.UNIT,
    scheme: Scheme | None = None,
) -> Choropleth:
    """The whole city by unit or township, under the filter's limits except those of place.

    Two queries for a rate of sums.py, up to six more for another. Raises NotPermitted without leave to see the
    city's figures, BadParameter for a rate that is not in PAINTABLE or a scheme that does not fit it.
    """
    everywhere = without_places(chosen)
    by_unit = region_summary(scope, today=today, dimension=dimension, chosen=everywhere)
    return painted(scope, by_unit=by_unit, rate=rate, chosen=chosen, today=today, level=level, scheme=scheme)


def painted(
    scope: Scope,
    *,
    by_unit: RegionSummary,
    rate: str,
    chosen: ProjectFilter,
    today: date,
    level: Level = Level.UNIT,
    scheme: Scheme | None = None,
    within: str = "",
    areas: Iterable[Area] | None = None,
    limits: Mapping[str, Decimal] | None = None,
) -> Choropleth:
    """The choropleth of a page that has the sums by unit: no query more for a rate that is among them.

    `within`: with townships, those of this county alone. `areas` and `limits`: the painted areas of the day and the
    thresholds, where the page has read them. Then it is one query for townships or for a rate that sums.py does not
    add up, two where money is split by stated shares; else up to six. Raises as `choropleth`.
    """
    everywhere = without_places(chosen)
    townships = level == Level.TOWNSHIP
    if rate in FROM_SUMS:
        summary = by_unit
        if townships:
            summary = township_summary(scope, today=today, chosen=everywhere, within=within, areas=areas)
        return replace(choropleth_of(summary, rate, scheme=scheme), townships=townships)
    if rate not in PAINTABLE:
        raise _unknown()
    limited = replace(everywhere, region=within) if townships and within else everywhere
    where = Dimension.ADMIN if townships else by_unit.dimension
    table = indicator_table(
        scope,
        ids=(rate,),
        dimension=where,
        level=level,
        chosen=limited,
        today=today,
        areas=None if areas is None else tuple(Listed(*area) for area in areas),
        limits=limits,
        budgets=townships,
    )
    summary = _listed(table) if townships else by_unit
    return replace(choropleth_of_table(table, summary, rate, scheme=scheme), townships=townships)


def _listed(table: IndicatorTable) -> RegionSummary:
    """The areas of a table with their numbers of projects, their investment and no other sums."""

    def only(code: str) -> Totals:
        return Totals(projects=table.projects(code), sums={"budget": table.budget(code) or Decimal(0)})

    return RegionSummary(
        dimension=table.dimension,
        as_of=table.as_of,
        regions=tuple(RegionTotals(area.code, area.name, only(area.code)) for area in table.listed),
        rest=RegionTotals("", table.rest(table.ids[0]).name, only(REST)),
        city=only(CITY),
    )


def _unknown() -> BadParameter:
    return BadParameter(f"查询参数“rate”的值不正确：可用的有 {'、'.join(PAINTABLE)}")


def without_places(chosen: ProjectFilter) -> ProjectFilter:
    """The same filter over the whole city."""
    return replace(chosen, **{name: getattr(ProjectFilter(), name) for name in PLACES})


def choropleth_of(summary: RegionSummary, rate: str, *, scheme: Scheme | None = None) -> Choropleth:
    """The choropleth of sums already read; without a scheme the usual one. Raises BadParameter."""
    if rate not in FROM_SUMS:
        raise _unknown()
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
        left_out=summary.city.left_out,
    )


def area_value(region: RegionTotals, indicator: Indicator, day: date | None = None) -> AreaValue:
    """A unit's value, not yet in a class. The deviation of a group needs the day."""
    totals: Totals = region.totals
    rate = totals.rates.get(FROM_SUMS[indicator.id], Rate())
    return rated(region.code, region.name, totals, rate, _value(rate, indicator, day))


def _value(rate: Rate, indicator: Indicator, day: date | None) -> Decimal | None:
    if indicator.id != DEVIATION:
        return rate.value
    return deviation_points(rate.value, by_months(day)) if day else None


# --- from the table of the indicators


def choropleth_of_table(
    table: IndicatorTable, summary: RegionSummary, rate: str, *, scheme: Scheme | None = None
) -> Choropleth:
    """The choropleth of one indicator of a table; `summary` has the same areas with projects and money beside it."""
    indicator = CATALOGUE[rate]
    scheme = scheme or schemes_of(indicator)[0]
    known = set(table.areas)
    values = [
        _beside(region, table.value(rate, region.code) if region.code in known else None) for region in summary.regions
    ]
    areas, legend = classed(values, indicator, scheme)
    return Choropleth(
        indicator=indicator,
        dimension=summary.dimension,
        as_of=summary.as_of,
        areas=areas,
        rest=_beside(summary.rest, table.rest(rate)),
        city=_beside(RegionTotals("", "", summary.city), table.city(rate)),
        legend=legend,
        without_report=0,
        scheme=scheme,
        period=table.period if indicator.periodic else None,
        left_out=table.left_out(CITY) if leaves_out(rate) else 0,
    )


def _beside(region: RegionTotals, found: IndicatorValue | None) -> AreaValue:
    totals: Totals = region.totals
    return AreaValue(
        region.code,
        region.name,
        found.value if found else None,
        found.numerator if found else Decimal(0),
        (found.denominator if found else None) or Decimal(0),
        found.n if found else 0,
        totals.projects,
        totals.unlocated,
        totals.budget,
        totals.disbursed,
    )
