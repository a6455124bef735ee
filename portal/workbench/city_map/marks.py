"""What colour and shape of a project's mark tell: one definition for the legend and for the map's script."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from geodata.projects.choices import GeometrySource, LightColour
from portal import wording
from portal.workbench import lights
from portal.workbench.city_map.view import CATEGORY, LIGHT, STATUS, TRUST, MapView

# shape and colour (a name of css/tokens.css) by value; shapes differ wherever colours do
_LIGHTS: Final = {
    LightColour.RED: ("circle", "l-red"),
    LightColour.YELLOW: ("square", "l-yellow"),
    LightColour.GREEN: ("triangle", "l-green"),
    LightColour.GREY: ("diamond", "l-grey"),
}
_SOURCES: Final = {
    GeometrySource.DECLARED: ("hollow", "s-hollow"),
    GeometrySource.DRAWN: ("circle", "s-circle"),
    GeometrySource.SURVEYED: ("square", "s-diamond"),
    GeometrySource.GPS: ("triangle", "s-triangle"),
}
_SHAPES: Final = ("circle", "square", "triangle", "diamond")
_COLOURS: Final = ("s-circle", "s-square", "s-triangle", "s-diamond", "s-hollow", "l-red")
_OTHER: Final = ("hollow", "s-hollow")
_BRANCH: Final = 2  # digits of a category's first level


def mark_legend(view: MapView, categories: Mapping[str, str]) -> list[dict[str, str]]:
    """Lines of the legend: {value, label, shape, colour}; empty by status, whose legend every map has."""
    lines: list[tuple[str, str, tuple[str, str]]] = []
    if view.marks == LIGHT:
        lines = [(code.value, wording.label(str(code.label)), mark) for code, mark in _LIGHTS.items()]
        lines.append(("none", _("No light (cancelled, or not scanned)"), _OTHER))
    elif view.marks == TRUST:
        lines = [(code.value, wording.label(str(code.label)), mark) for code, mark in _SOURCES.items()]
    elif view.marks == CATEGORY:
        first = [code for code in sorted(categories) if len(code) == _BRANCH]
        lines = [(code, categories[code], _of_category(place)) for place, code in enumerate(first)]
    return [{"value": value, "label": label, "shape": m[0], "colour": m[1]} for value, label, m in lines]


def _of_category(place: int) -> tuple[str, str]:
    """Six colours for each of the four shapes: 24 branches look different."""
    return _SHAPES[place % len(_SHAPES)], _COLOURS[(place + place // len(_SHAPES)) % len(_COLOURS)]


def labels(
    view: MapView, legend: list[dict[str, str]], *, units: dict[str, str], categories: dict[str, str]
) -> dict[str, Any]:
    """The words of the map's script: names of codes, and what its marks tell."""
    known = wording.map_labels(units=units, categories=categories)
    return known | {"marks": for_script(view, legend), "light": dict(lights.options())}


def for_script(view: MapView, legend: list[dict[str, str]]) -> dict[str, Any] | None:
    """What js/map/projects.js looks up: the property of the tile and the mark of each of its values."""
    if view.marks == STATUS:
        return None
    return {
        "property": {LIGHT: "light", CATEGORY: "category", TRUST: "source"}[view.marks],
        "digits": _BRANCH if view.marks == CATEGORY else 0,
        "values": {line["value"]: [line["shape"], line["colour"]] for line in legend},
        "other": list(_OTHER),
    }
