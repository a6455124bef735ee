"""What the editor's page needs before its scripts ask for the shape itself."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.exchange.shape_intake.files import ACCEPTED
from geodata.exchange.shape_intake.systems import CHOICES
from geodata.projects.choices import GeometrySource
from geodata.projects.models import Project
from geodata.projects.services.proposals import LONGEST_REASON
from geodata.regions.selectors import unit_extent
from portal import maps, wording
from portal.workbench.geometry_editor.words import words

GROUND: Final = "/staff-tiles/ground"
CLOSEST_ZOOM: Final = 21
_ADDRESSES: Final = {
    "state": "geometry_state",
    "check": "geometry_check",
    "neighbours": "geometry_neighbours",
    "coordinates": "geometry_coordinates",
    "file": "geometry_file",
}
FILES: Final = ",".join(ACCEPTED)


def page_context(project: Project) -> dict[str, Any]:
    """Everything that templates/workbench/geometry/editor.html reads. The map begins at the project's unit."""
    west, south, east, north = unit_extent(project.management_unit_id) or settings.CITY_VIEW
    return {
        "project": {
            "code": project.serial_no,
            "name": project.name,
            "category": wording.label(project.category.name),
            "unit": wording.label(project.management_unit.name),
        },
        "addresses": {
            name: reverse(f"workbench:{route}", args=[project.serial_no]) for name, route in _ADDRESSES.items()
        },
        "sources": _sources(),
        "systems": [{"code": code, "label": wording.label(label)} for code, label in CHOICES],
        "longest_reason": LONGEST_REASON,
        "files": FILES,
        "words": words(),
        "map": maps.map_context(
            tiles=GROUND, bounds=f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}", labels={}, projects=False
        ),
        "closest_zoom": CLOSEST_ZOOM,
        "zone": settings.TIME_ZONE,
    }


def _sources() -> list[dict[str, str]]:
    """Where a shape comes from, each with what is meant by it."""
    meant = {
        GeometrySource.DECLARED: _("place as named in papers"),
        GeometrySource.DRAWN: _("drawn on the map"),
        GeometrySource.SURVEYED: _("boundary points of a survey"),
        GeometrySource.GPS: _("measured on site"),
    }
    return [
        {"code": source.value, "label": wording.label(str(source.label)), "meant": meant[source]}
        for source in (GeometrySource.DRAWN, GeometrySource.SURVEYED, GeometrySource.GPS, GeometrySource.DECLARED)
    ]
