"""What the staff map and the leaders' screen paint: the switches, the fill, the circles, the chosen unit."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dashboards.choropleths.circles import LARGEST, radii
from dashboards.choropleths.selectors import Choropleth, painted
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.regions import KINDS, Area, Dimension, RegionSummary
from portal import wording
from portal.workbench.city_map import choices, texts
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.view import BUDGET, OFF, PROJECTS, Asked

_LARGEST_OF_TOWNSHIPS: Final = 22.0  # px: a hundred and more stand on one map


def context(scope: Scope, asked: Asked, sums: city.Sums, known: city.Names, *, today: date) -> dict[str, Any]:
    """Switches, fill, circles and the chosen unit; nothing for people who may not see the city's figures."""
    if sums.places is None:
        return {}
    # townships have sums of their own: the dimension that costs no query is enough
    by_unit = sums.places.by(Dimension.MANAGEMENT if asked.view.townships else asked.view.dimension)
    found, parts = paint(scope, asked, by_unit, known, today=today)
    return parts | {"unit_card": _unit_card(asked, sums, by_unit, found)}


def paint(
    scope: Scope, asked: Asked, by_unit: RegionSummary, known: city.Names, *, today: date
) -> tuple[Choropleth | None, dict[str, Any]]:
    """The choropleth of an address and what templates/components/map.html and the switches read of it.

    `by_unit`: sums over the whole city in the dimension `asked.view.painted` (any, with townships), with at least the
    figures of selectors.FIGURES. No query for a rate of sums.py by unit; else those of the choropleths' `painted`.
    """
    view = asked.view
    found = fill(scope, asked, by_unit, known, today=today)
    names = {area.code: wording.label(area.name) for area in (found.areas if found else by_unit.regions)}
    circles = _circles(by_unit, found, asked, names, known)
    if scope.everything:
        circles = [circle | {"rows": texts.rows_url(asked, circle["code"], view.painted)} for circle in circles]
    return found, {
        "rates": choices.rates(view),
        "more_rates": choices.more_rates(view),
        "schemes": choices.schemes(asked),
        "levels": choices.levels(view),
        "dimensions": texts.dimension_choices(view.painted),
        "symbols": choices.symbols(view),
        "marks": choices.marks(view),
        "layers": choices.layers(asked),
        "kept": asked.kept,
        "choropleth": found and texts.choropleth(found, asked, opens=scope.everything),
        "circles": circles,
        "choropleth_json": texts.painted(found, asked=asked, names=names, circles=circles),
    }


def fill(scope: Scope, asked: Asked, by_unit: RegionSummary, known: city.Names, *, today: date) -> Choropleth | None:
    """The classes of the painted rate over the sums by unit that the page has; None while nothing is painted."""
    view = asked.view
    if view.rate == OFF:
        return None
    within = _county(asked, known) if view.townships else ""
    return painted(
        scope,
        by_unit=by_unit,
        rate=view.rate,
        chosen=asked.filter,
        today=today,
        level=view.level,
        scheme=asked.scheme,
        within=within,
        areas=_areas(asked, known, within) or None,
        limits=known.limits,
    )


def _areas(asked: Asked, known: city.Names, within: str) -> list[Area]:
    """The areas of the day that are painted; none where the page has not read the townships."""
    if asked.view.townships:
        return [town for town, county in known.townships if not within or county == within]
    return [area for area in known.areas if area.kind in KINDS[asked.view.dimension]]


def _county(asked: Asked, known: city.Names) -> str:
    """The county whose townships are painted: the chosen one, or that of the chosen township; empty for all of them."""
    code = asked.filter.region
    counties = {area.code for area in known.areas if area.kind == AreaUnit.Kind.COUNTY}
    if not code or code in counties:
        return code
    return next((county for town, county in known.townships if town.code == code), "")


def _unit_card(
    asked: Asked, sums: city.Sums, by_unit: RegionSummary, found: Choropleth | None
) -> dict[str, Any] | None:
    if asked.place is None or sums.places is None:
        return None
    dimension, code = asked.place
    same = dimension == by_unit.dimension
    painted = found if found and found.dimension == dimension and not found.townships else None
    return texts.unit_card(by_unit if same else sums.places.by(dimension), code, asked, painted)


def _circles(
    by_unit: RegionSummary, found: Choropleth | None, asked: Asked, names: Mapping[str, str], known: city.Names
) -> list[dict[str, Any]]:
    """A circle for each painted place, its area proportional to the number of projects or to their investment."""
    if asked.view.symbols == PROJECTS:
        return []
    money = asked.view.symbols == BUDGET
    townships = asked.view.townships and found is not None
    if townships and found:
        amounts = {a.code: Decimal((a.budget or 0) if money else a.projects) for a in found.areas}
    else:
        amounts = {r.code: Decimal(r.totals.budget if money else r.totals.projects) for r in by_unit.regions}
    return [
        {
            "code": code,
            "name": names[code],
            "short": _short(code, names, known),
            "lon": known.points[code][0],
            "lat": known.points[code][1],
            "radius": radius,
            "text": wording.money(amounts[code]) if money else f"{amounts[code]:,}",
        }
        for code, radius in radii(amounts, largest=_LARGEST_OF_TOWNSHIPS if townships else LARGEST).items()
        if code in known.points
    ]


def _short(code: str, names: Mapping[str, str], known: city.Names) -> str:
    """A unit's short name; in English there is none."""
    return known.short[code] if code in known.units and names[code] == known.units[code] else names[code]
