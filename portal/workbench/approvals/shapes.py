"""Versions of a project's shape as texts: one to decide on, two side by side, the history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geodata.projects.choices import GeometrySource, VersionState
from geodata.projects.measures import Shift
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors import measures_of
from geodata.stewards.models import User
from portal import maps, wording
from portal.workbench.approvals import figures
from portal.workbench.project_page.page import GROUND

# mark of a state: components/_mark.html
STATE_SHAPE: Final = {
    VersionState.DRAFT: "hollow",
    VersionState.SUBMITTED: "circle",
    VersionState.APPROVED: "triangle",
    VersionState.RETURNED: "square",
    VersionState.SUPERSEDED: "cross",
}
_SEVERITY_SHAPE: Final = {"block": "cross", "ask": "diamond", "headquarters": "square", "warn": "hollow"}


def base_of(versions: Sequence[GeometryVersion], version: GeometryVersion) -> GeometryVersion | None:
    """The approved shape that a version replaces or would replace: the newest approved one before it."""
    earlier = [one for one in versions if one.state == VersionState.APPROVED and one.number < version.number]
    return max(earlier, key=lambda one: one.number, default=None)


def texts(version: GeometryVersion, *, current: int = 0) -> dict[str, Any]:
    """One version without its shape. `current`: the number of the version that the map shows."""
    return {
        "number": version.number,
        "state": version.state,
        "state_label": wording.label(str(VersionState(version.state).label)),
        "state_shape": STATE_SHAPE[VersionState(version.state)],
        "is_current": version.number == current,
        "source_label": _source(version),
        "accuracy_text": figures.metres(version.accuracy_m) if version.accuracy_m is not None else "",
        "reason": version.reason,
        "author": _who(version.author),
        "made": moment(version.created_at),
        "submitter": _who(version.submitted_by),
        "submitted": moment(version.submitted_at),
        "reviewer": _who(version.reviewed_by or version.approved_by),
        "reviewed": moment(version.reviewed_at or version.approved_at),
        "comment": version.review_comment,
        "valid_from": wording.day(version.valid_from) if version.state == VersionState.APPROVED else "",
        "restored_from": version.restored_from.number if version.restored_from else 0,
        "size_text": figures.size(version.area_m2, version.length_m),
        "needs_headquarters": version.needs_headquarters,
        "url": reverse("workbench:geometry_version", args=[version.project.serial_no, version.number]),
    }


def moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{wording.day(local.date())} {date_format(local, 'H:i')}"


def _who(person: User | None) -> str:
    return str(person) if person else _("import")


def findings(version: GeometryVersion) -> list[dict[str, Any]]:
    """What the checks said, gravest first, with the author's answers."""
    labels = {
        "block": _("Cannot be approved"),
        "ask": _("Asked about"),
        "headquarters": _("Headquarters decides"),
        "warn": _("To note"),
    }
    return [
        {
            "severity": one.get("severity", "warn"),
            "label": labels.get(one.get("severity", ""), _("To note")),
            "shape": _SEVERITY_SHAPE.get(one.get("severity", ""), "hollow"),
            "message": one.get("message", ""),
            "answer": one.get("answer", ""),
            "place": _place(one),
        }
        for one in version.findings or []
    ]


def _place(finding: dict[str, Any]) -> str:
    lon, lat = finding.get("lon"), finding.get("lat")
    return f"{lon:.6f}, {lat:.6f}" if isinstance(lon, float) and isinstance(lat, float) else ""


def comparison(before: GeometryVersion | None, after: GeometryVersion, shift: Shift | None) -> dict[str, Any]:
    """Two shapes for the map and the table; before may be missing, and the shift where it could not be measured."""
    rows = figures.table(measures_of(before) if before else None, measures_of(after))
    source = [_source(one) if one else figures.NOTHING for one in (before, after)]
    changed = _("changed") if before and source[0] != source[1] else ""
    rows.append(figures.Row(_("Source of the shape"), source[0], source[1], changed))
    accuracy = [figures.metres(one.accuracy_m) if one else figures.NOTHING for one in (before, after)]
    if any(text != figures.NOTHING for text in accuracy):
        rows.append(figures.Row(_("Accuracy"), accuracy[0], accuracy[1]))
    return {
        "figures": rows,
        "shifts": figures.shifts(shift) if shift else [],
        "unmeasured": before is not None and shift is None,
        "shapes": {"before": geojson(before.geom if before else None), "after": geojson(after.geom)},
        "map": maps.map_context(tiles=GROUND, bounds=_bounds(before, after), labels={}, projects=False),
        "same": bool(before and before.geom == after.geom),
    }


def _source(version: GeometryVersion) -> str:
    return wording.label(str(GeometrySource(version.source).label))


def geojson(shape: GEOSGeometry | None) -> dict[str, Any] | None:
    return json.loads(shape.geojson) if shape else None


def _bounds(before: GeometryVersion | None, after: GeometryVersion) -> str:
    west, south, east, north = after.geom.extent
    if before:
        other = before.geom.extent
        west, south, east, north = min(west, other[0]), min(south, other[1]), max(east, other[2]), max(north, other[3])
    return f"{west - 0.004:.5f},{south - 0.004:.5f},{east + 0.004:.5f},{north + 0.004:.5f}"


def head(project: Project) -> dict[str, Any]:
    """Which project, for the head of the pages."""
    return {
        "code": project.serial_no,
        "name": project.name,
        "unit_name": wording.label(project.management_unit.name),
        "category_label": wording.label(project.category.name),
        "project_url": reverse("workbench:project", args=[project.serial_no]),
        "history_url": reverse("workbench:geometry_history", args=[project.serial_no]),
        "edit_url": address("geometry", project.serial_no),
    }


def address(name: str, *args: object) -> str:
    """The address of a page of the workbench; empty where this process does not serve it."""
    try:
        return reverse(f"workbench:{name}", args=args)
    except NoReverseMatch:
        return ""
