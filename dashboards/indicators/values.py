"""Every indicator of every area of a level on a day: the one table from which pages, maps, ranks and files read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from dashboards.indicators.areas import POPULATION, WHOLE, Area, Level, areas_of, column, populations, rest_name
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.facts import Asked, area_parts
from dashboards.indicators.formulas import FORMULAS, Known
from dashboards.indicators.notes import NO_NOTE, Note
from dashboards.indicators.parts import NOTHING, Parts
from dashboards.indicators.periods import Span, span_until
from dashboards.indicators.rows import LEFT_OUT
from dashboards.indicators.shares import SHARED, move_shares
from dashboards.indicators.tasks import tasks_reached
from geodata.errors import BadParameter
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import Number
from geodata.summary.regions import Dimension
from geodata.thresholds.selectors import thresholds

__all__ = ["IndicatorTable", "IndicatorValue", "Level", "indicator_table"]

REST, CITY = "", "city"  # places of a table beside its areas
CITY_NAME: Final = "全市"
_INVESTED: Final = "investment"  # the measure whose denominator is the total investment


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """A value with its parts. `value` is None without a denominator, and is shown as —.

    `numerator` and `denominator` are in the units of the formula; the latter is None where nothing is divided. `n` is
    what the indicator `counts` (catalogue). `note` is what must stand beside the value: the year of a population.
    """

    code: str
    name: str
    value: Decimal | None
    numerator: Number
    denominator: Number | None
    n: int
    note: Note = NO_NOTE


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The values of some indicators; `areas` are codes in official order, what lies in none of them is `rest`.

    Areas and rest together are the city, for all that can be added up.
    """

    dimension: Dimension
    level: Level
    as_of: date
    period: tuple[date, date]
    areas: tuple[str, ...]
    ids: tuple[str, ...]
    listed: tuple[Area, ...] = ()
    _values: dict[tuple[str, str], IndicatorValue] = field(default_factory=dict)
    _projects: dict[str, int] = field(default_factory=dict)
    _budgets: dict[str, Decimal] = field(default_factory=dict)
    _left_out: dict[str, int] = field(default_factory=dict)

    def value(self, indicator_id: str, area_code: str) -> IndicatorValue:
        """One value. Raises KeyError for an indicator or area that the table does not have."""
        return self._values[indicator_id, area_code]

    def rest(self, indicator_id: str) -> IndicatorValue:
        """Of the projects that lie in none of the areas."""
        return self._values[indicator_id, REST]

    def city(self, indicator_id: str) -> IndicatorValue:
        """Of all chosen projects."""
        return self._values[indicator_id, CITY]

    def projects(self, area_code: str) -> int:
        """How many chosen projects an area has; REST and CITY too."""
        return self._projects.get(area_code, 0)

    def left_out(self, area_code: str) -> int:
        """How many of them stand still with an approved report and are kept out of rates by headquarters' switch."""
        return self._left_out.get(area_code, 0)

    def budget(self, area_code: str) -> Decimal | None:
        """The investment of its projects in 元, where the table was asked for it; REST and CITY too."""
        return self._budgets.get(area_code)

    def area(self, area_code: str) -> Area:
        """Name, kind and parent of an area. Raises KeyError."""
        return next(area for area in self.listed if area.code == area_code)


def indicator_table(
    scope: Scope,
    *,
    ids: Collection[str],
    dimension: Dimension,
    level: Level,
    chosen: ProjectFilter,
    today: date,
    period: tuple[date, date] | None = None,
    areas: Iterable[Area] | None = None,
    limits: Mapping[str, Decimal] | None = None,
    budgets: bool = False,
) -> IndicatorTable:
    """The values of some indicators by area, as of `chosen.as_of` or today. At most five queries, however many areas.

    `areas` and `limits`: the areas of the level and the thresholds, where the page has read them: a query less each.
    `budgets`: the investment by area beside them, in the same query. `period` is in which complaints and reports are
    counted, by default the month of the day, as far as it is over. City-wide figures for everyone who may see them.
    Raises NotPermitted, BadParameter for an unknown indicator.
    """
    wanted = wanted_of(
        ids, dimension=dimension, level=level, day=chosen.as_of or today, period=period, limits=limits, budgets=budgets
    )
    parts = area_parts(
        city_rows(scope, chosen, today=today),
        measures=wanted.measures,
        sources=wanted.sources,
        column=wanted.column,
        asked=wanted.asked,
    )
    if SHARED in wanted.sources:
        move_shares(parts, wanted.measures, day=wanted.asked.day, chosen=chosen, today=today)
    listed = tuple(areas) if areas is not None else areas_of(level, dimension, chosen=chosen, day=wanted.asked.day)
    return table_of(wanted, parts, listed)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table of some indicators needs of the rows."""

    ids: tuple[str, ...]
    dimension: Dimension
    level: Level
    asked: Asked
    measures: tuple[str, ...]
    sources: frozenset[str]

    @property
    def column(self) -> str:
        return column(self.level, self.dimension)


def wanted_of(
    ids: Collection[str],
    *,
    dimension: Dimension,
    level: Level,
    day: date,
    period: tuple[date, date] | None = None,
    limits: Mapping[str, Decimal] | None = None,
    budgets: bool = False,
) -> Wanted:
    """The parameters are those of `indicator_table`. A query for the thresholds, where they are needed and not given.

    Raises BadParameter for an unknown indicator.
    """
    for name in ids:
        if name not in CATALOGUE:
            raise BadParameter(f"没有编号为“{name}”的指标")
    formulas = [FORMULAS[name] for name in ids]
    measures = {measure for formula in formulas for measure in formula.measures}
    sources = {source for formula in formulas for source in formula.sources}
    if column(level, dimension) == "region":
        sources.add(SHARED)
    if any(formula.population for formula in formulas):
        sources.add(POPULATION)
    if budgets:
        measures.add(_INVESTED)
    asked = asked_of(day, span_until(day, period), sources, limits)
    return Wanted(tuple(ids), dimension, level, asked, tuple(sorted(measures)), frozenset(sources))


def asked_of(day: date, span: Span, sources: Collection[str], known: Mapping[str, Decimal] | None = None) -> Asked:
    """What the sources need to know; the thresholds are a query where the caller has not read them."""
    limits = known or (thresholds() if {"duty", "orders"}.intersection(sources) else {})
    return Asked(
        day=day,
        span=span,
        due_day=int(limits.get("report_due_day", 5)),
        broad=bool(limits.get("satisfaction_with_basically", 0)),
    )


def table_of(wanted: Wanted, parts: Parts, listed: tuple[Area, ...]) -> IndicatorTable:
    """The table out of its parts, for the areas listed. A query for the tasks where an indicator needs them."""
    level, dimension, day = wanted.level, wanted.dimension, wanted.asked.day
    known = Known(
        day=day,
        populations=populations(parts),
        tasks=tasks_reached(day) if any(FORMULAS[name].tasks for name in wanted.ids) else NOTHING,
    )
    codes = {area.code for area in listed}
    measures = {measure for measure, _code in parts}
    whole = {
        measure: sum((part for (name, _), part in parts.items() if name == measure), NOTHING) for measure in measures
    }
    rest = {
        measure: sum((part for (name, code), part in parts.items() if name == measure and code not in codes), NOTHING)
        for measure in measures
    }
    by_area = {area.code: {name: parts.get((name, area.code), NOTHING) for name in measures} for area in listed}
    if level == Level.CITY:
        by_area, rest = dict.fromkeys(codes, whole), {}
    names = {area.code: area.name for area in listed}
    places = [(CITY, CITY_NAME, whole, WHOLE), (REST, rest_name(level, dimension), rest, None)]
    places += [(code, names[code], by_area[code], code) for code in names]
    values = {}
    for name in wanted.ids:
        for code, label, found, populated in places:
            one = FORMULAS[name].of(found, known, populated, whole=level == Level.CITY or code == CITY)
            values[name, code] = IndicatorValue(
                "" if code in (CITY, REST) else code, label, one.value, one.above, one.below, one.n, one.note
            )
    return IndicatorTable(
        dimension=dimension,
        level=level,
        as_of=day,
        period=(wanted.asked.span.first, wanted.asked.span.last),
        areas=tuple(names),
        ids=wanted.ids,
        listed=listed,
        _values=values,
        _projects={code: found.get("projects", NOTHING).n for code, _label, found, _populated in places},
        _left_out={code: found.get(LEFT_OUT, NOTHING).n for code, _label, found, _populated in places},
        _budgets={code: found[_INVESTED].below for code, _label, found, _populated in places if _INVESTED in found},
    )
