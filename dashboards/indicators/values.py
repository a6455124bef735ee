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
_CITY_NAME = "全市"
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
    for name in ids:
        if name not in CATALOGUE:
            raise BadParameter(f"没有编号为“{name}”的指标")
    day = chosen.as_of or today
    span = span_until(day, period)
    where = column(level, dimension)
    wanted = [FORMULAS[name] for name in ids]
    rows = city_rows(scope, chosen, today=today)
    measures = sorted({measure for formula in wanted for measure in formula.measures})
    sources = {source for formula in wanted for source in formula.sources}
    if where == "region":
        sources.add(SHARED)
    if any(formula.population for formula in wanted):
        sources.add(POPULATION)
    if budgets:
        measures = sorted({*measures, _INVESTED})
    asked = _asked(day, span, sources, limits)
    parts = area_parts(rows, measures=measures, sources=sources, column=where, asked=asked)
    residents = populations(parts)
    if where == "region":
        move_shares(parts, measures, day=day, chosen=chosen, today=today)
    listed = tuple(areas) if areas is not None else areas_of(level, dimension, chosen=chosen, day=day)
    known = Known(
        day=day,
        populations=residents,
        tasks=tasks_reached(day) if any(formula.tasks for formula in wanted) else NOTHING,
    )
    return _table(tuple(ids), listed, parts, known, dimension=dimension, level=level, span=span)


def _asked(day: date, span: Span, sources: Collection[str], known: Mapping[str, Decimal] | None) -> Asked:
    limits = known or (thresholds() if {"duty", "orders"}.intersection(sources) else {})
    return Asked(
        day=day,
        span=span,
        due_day=int(limits.get("report_due_day", 5)),
        broad=bool(limits.get("satisfaction_with_basically", 0)),
    )


def _table(
    ids: tuple[str, ...],
    listed: tuple[Area, ...],
    parts: Parts,
    known: Known,
    *,
    dimension: Dimension,
    level: Level,
    span: Span,
) -> IndicatorTable:
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
    places = [(CITY, _CITY_NAME, whole, WHOLE), (REST, rest_name(level, dimension), rest, None)]
    places += [(code, names[code], by_area[code], code) for code in names]
    values = {}
    for name in ids:
        for code, label, found, populated in places:
            one = FORMULAS[name].of(found, known, populated, whole=level == Level.CITY or code == CITY)
            values[name, code] = IndicatorValue(
                "" if code in (CITY, REST) else code, label, one.value, one.above, one.below, one.n, one.note
            )
    return IndicatorTable(
        dimension=dimension,
        level=level,
        as_of=known.day,
        period=(span.first, span.last),
        areas=tuple(names),
        ids=ids,
        listed=listed,
        _values=values,
        _projects={code: found.get("projects", NOTHING).n for code, _label, found, _populated in places},
        _budgets={code: found[_INVESTED].below for code, _label, found, _populated in places if _INVESTED in found},
    )
