"""What the editor is told: versions, findings and figures as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry

from geodata.projects.choices import GeometrySource, VersionState
from geodata.projects.measures import Measures
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors import Heads, reaches
from geodata.projects.selectors.neighbours import Around
from geodata.projects.selectors.waiting import may_decide
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.shapes.asked import etag_of


def geojson(geom: GEOSGeometry | None) -> dict[str, Any] | None:
    """The geometry with its coordinates to the last digit that is stored."""
    if geom is None:
        return None
    found: dict[str, Any] = shapely.geometry.mapping(shapely.from_wkb(bytes(geom.wkb)))
    return found


def told_version(version: GeometryVersion | None) -> dict[str, Any] | None:
    """One version with its shape."""
    if version is None:
        return None
    at = version.approved_at or version.reviewed_at or version.submitted_at or version.created_at
    return {
        "number": version.number,
        "state": version.state,
        "state_label": VersionState(version.state).label,
        "source": version.source,
        "source_label": GeometrySource(version.source).label,
        "accuracy_m": _plain(version.accuracy_m),
        "reason": version.reason,
        "comment": version.review_comment,
        "needs_headquarters": version.needs_headquarters,
        "author": str(version.author) if version.author else "",
        "at": at.isoformat(),
        "geometry": geojson(version.geom),
    }


def told_state(scope: Scope, project: Project, standing: Heads) -> dict[str, Any]:
    """Everything that the editor needs to begin."""
    return {
        "code": project.serial_no,
        "name": project.name,
        "category": {"code": project.category.code, "name": project.category.name},
        "kinds_allowed": project.category.geometry_kinds,
        "unit": {"code": project.management_unit.code, "name": project.management_unit.name},
        "head": told_version(standing.head),
        "findings": (standing.open.findings if standing.open else None) or [],
        "approved": told_version(standing.approved),
        "may": {
            "edit": reaches(scope, project.pk, Action.EDIT_PROJECTS),
            "approve": standing.open is not None and may_decide(scope, standing.open),
        },
        "etag": etag_of(standing.number),
    }


def told_measures(measures: Measures | None) -> dict[str, Any] | None:
    """Metres and square metres as numbers."""
    if measures is None:
        return None
    return {
        "length_m": _plain(measures.length_m),
        "area_m2": _plain(measures.area_m2),
        "parts": measures.parts,
        "holes": measures.holes,
        "vertices": measures.vertices,
    }


def told_around(found: Sequence[Around], *, truncated: bool) -> dict[str, Any]:
    """A FeatureCollection; `truncated` says that the box holds more projects than were given."""
    return {
        "type": "FeatureCollection",
        "truncated": truncated,
        "features": [
            {
                "type": "Feature",
                "geometry": geojson(one.geom),
                "properties": {"kind": one.kind, "code": one.code, "name": one.name},
            }
            for one in found
        ],
    }


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
