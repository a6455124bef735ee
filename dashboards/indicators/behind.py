"""The rows that make a value: what each project gives to an indicator's numerator and denominator.

They come from the statement of the values themselves (facts.py) with every project as an area of its own, so that rows
and figure cannot disagree; stated shares are given out as shares.py does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from dashboards.indicators.areas import POPULATION, WHOLE, Area, Level, Population, column, populations, rest_name
from dashboards.indicators.catalogue import CATALOGUE, Direction, Indicator
from dashboards.indicators.facts import area_parts
from dashboards.indicators.formulas import FORMULAS, Formula, Known, One
from dashboards.indicators.parts import NOTHING, Part, Parts
from dashboards.indicators.periods import Span, span_until
from dashboards.indicators.rows import RATIOS
from dashboards.indicators.values import CITY, CITY_NAME, REST, IndicatorValue, asked_of
from geodata.projects.models import ProjectAreaShare
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension

# what the calendar or the tasks alone say has no projects behind it; the tasks are rows of their own (TASKS)
OPENS: Final = frozenset(name for name, formula in FORMULAS.items() if formula.measures or formula.sources)
TASKS: Final = "I17"  # the city's tasks make it
_AT: Final = "@"  # between a project and the area that it lies in
Measures = Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Behind:
    """`figure` is the value of the place, `rows` what every project gives to it: `code` is the project's id. Numerators
    and denominators of the rows add up to those of the figure; only a population belongs to no project."""

    as_of: date
    period: tuple[date, date]
    figure: IndicatorValue
    rows: tuple[IndicatorValue, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the figure stands: an area of a level by its code, or CITY, or REST for what lies in none of `areas`."""

    code: str
    level: Level
    dimension: Dimension
    areas: Collection[Area]

    @property
    def column(self) -> str:
        return "" if self.code == CITY else column(self.level, self.dimension)

    @property
    def codes(self) -> list[str]:
        return [area.code for area in self.areas]

    @property
    def name(self) -> str:
        if self.code == CITY:
            return CITY_NAME
        if self.code == REST:
            return rest_name(self.level, self.dimension)
        return next(area.name for area in self.areas if area.code == self.code)

    def holds(self, code: str) -> bool:
        """Whether a project whose column says `code` belongs to the place."""
        if self.code == CITY:
            return True
        return code not in self.codes if self.code == REST else code == self.code

    @property
    def limit(self) -> Q:
        if self.code == CITY:
            return Q()
        if self.code != REST:
            return Q(**{self.column: self.code})
        return Q(**{f"{self.column}__isnull": True}) | ~Q(**{f"{self.column}__in": self.codes})


def rows_behind(
    scope: Scope,
    indicator: Indicator,
    *,
    place: Place,
    chosen: ProjectFilter,
    today: date,
    period: tuple[date, date] | None = None,
) -> Behind:
    """The value of an indicator that is in OPENS in a place, and the projects that make it, worst first; of amounts and
    of what knows no better or worse the largest first. Three queries at most. Raises NotPermitted.
    """
    day = chosen.as_of or today
    span = span_until(day, period)
    formula = FORMULAS[indicator.id]
    parts, residents = _parts(scope, formula, place=place, chosen=chosen, span=span, day=day, today=today)
    known = Known(day=day, populations=residents, tasks=NOTHING)
    rows = [_value(project, "", formula.of(measures, known, None, whole=False)) for project, measures in parts.items()]
    whole = {
        name: sum((measures.get(name, NOTHING) for measures in parts.values()), NOTHING)
        for name in {name for measures in parts.values() for name in measures}
    }
    populated = {CITY: WHOLE, REST: None}.get(place.code, place.code)
    figure = formula.of(whole, known, populated, whole=place.code == CITY)
    code = "" if place.code in (CITY, REST) else place.code
    return Behind(
        as_of=day,
        period=(span.first, span.last),
        figure=_value(code, place.name, figure),
        rows=tuple(sorted((row for row in rows if _gives(row)), key=_order(indicator))),
    )


def _parts(
    scope: Scope, formula: Formula, *, place: Place, chosen: ProjectFilter, span: Span, day: date, today: date
) -> tuple[dict[str, dict[str, Part]], dict[str, Population]]:
    """The measures of every project of the place, and the populations."""
    shares = _shares() if place.column == "region" and RATIOS.keys() & set(formula.measures) else {}
    given = [project for project, own in shares.items() if _share(own, place)]
    nowhere = Value("", TextField())
    own = Coalesce(F(place.column), nowhere, output_field=TextField()) if place.column else nowhere
    key = Concat(Cast("pk", TextField()), Value(_AT, TextField()), own, output_field=TextField())
    here = place.limit | Q(pk__in=given) if given else place.limit
    rows = city_rows(scope, chosen, today=today).filter(here).annotate(behind=key)
    sources = {*formula.sources, *([POPULATION] if formula.population else [])}
    parts: Parts = area_parts(
        rows, measures=sorted(formula.measures), sources=sources, column="behind", asked=asked_of(day, span, sources)
    )
    residents = populations(parts)
    found: dict[str, dict[str, Part]] = {}
    for (measure, where), part in parts.items():
        project, _at, code = where.partition(_AT)
        mine = place.holds(code)
        if measure in RATIOS and int(project) in shares:
            part = _shared(part, _share(shares[int(project)], place), mine=mine)
        found.setdefault(project, {})[measure] = part if mine or measure in RATIOS else NOTHING
    return found, residents


def _shared(part: Part, share: Decimal, *, mine: bool) -> Part:
    """The share of the money; the project itself is counted where it lies."""
    return Part(part.above * share, part.below * share, part.n if mine else 0)


def _shares() -> dict[int, dict[str, Decimal]]:
    """The stated shares by project and county, of 1. One query."""
    found: dict[int, dict[str, Decimal]] = {}
    for project, code, percent in ProjectAreaShare.objects.values_list("project_id", "area__code", "share_pct"):
        found.setdefault(project, {})[code] = percent / 100
    return found


def _share(own: Mapping[str, Decimal], place: Place) -> Decimal:
    """The part of a project's money that a place has; what the shares leave over lies in none of the counties."""
    if place.code == REST:
        return 1 - sum((share for code, share in own.items() if code in place.codes), Decimal(0))
    return own.get(place.code, Decimal(0))


def _value(code: str, name: str, one: One) -> IndicatorValue:
    return IndicatorValue(code, name, one.value, one.above, one.below, one.n, one.note)


def _gives(row: IndicatorValue) -> bool:
    return bool(row.numerator or row.denominator or row.n)


def _order(indicator: Indicator) -> Callable[[IndicatorValue], tuple[bool, Decimal, Decimal, int]]:
    sign = 1 if indicator.direction == Direction.HIGHER else -1

    def key(row: IndicatorValue) -> tuple[bool, Decimal, Decimal, int]:
        return row.value is None, sign * (row.value or Decimal(0)), -Decimal(row.numerator), int(row.code)

    return key


def indicator_that_opens(name: str) -> Indicator | None:
    """The indicator of this number, None where there is none or no project stands behind it."""
    return CATALOGUE[name] if name in OPENS else None
