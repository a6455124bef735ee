"""The map in the middle: the units painted by a rate, the circles, the switches above it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboards.choropleths.circles import radii
from dashboards.choropleths.selectors import Choropleth, choropleth_of
from geodata.summary.regions import RegionSummary
from portal import wording
from portal.dashboard.view import ScreenAsked
from portal.workbench.city_map import choices, texts
from portal.workbench.city_map.selectors import Names
from portal.workbench.city_map.view import BUDGET, OFF, PROJECTS

Texts = dict[str, Any]


def painted(asked: ScreenAsked, by_unit: RegionSummary, known: Names) -> tuple[Choropleth | None, Texts]:
    """The choropleth of the address and what the page needs to draw and to explain it."""
    view = asked.view
    found = None if view.rate == OFF else choropleth_of(by_unit, view.rate)
    names = {region.code: wording.label(region.name) for region in by_unit.regions}
    circles = _circles(asked, by_unit, names, known)
    return found, {
        "rates": choices.rates(view),
        "dimensions": texts.dimension_choices(view.dimension),
        "symbols": choices.symbols(view),
        "choropleth": found and texts.choropleth(found, asked),
        "choropleth_json": texts.painted(found, asked=asked, names=names, circles=circles),
    }


def _circles(asked: ScreenAsked, by_unit: RegionSummary, names: Mapping[str, str], known: Names) -> list[Texts]:
    if asked.view.symbols == PROJECTS:
        return []
    money = asked.view.symbols == BUDGET
    amounts = {r.code: Decimal(r.totals.budget if money else r.totals.projects) for r in by_unit.regions}
    return [
        {
            "code": code,
            "name": names[code],
            "short": known.short[code] if names[code] == known.units[code] else names[code],
            "lon": known.points[code][0],
            "lat": known.points[code][1],
            "radius": radius,
            "text": wording.money(amounts[code]) if money else f"{amounts[code]:,}",
        }
        for code, radius in radii(amounts).items()
        if code in known.points
    ]
