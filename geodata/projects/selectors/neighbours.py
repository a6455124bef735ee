"""What lies around a shape that is being drawn: other projects to snap to, boundaries of units and townships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When

from geodata.projects.choices import Disclosure, PublicGeometry
from geodata.projects.models import Project
from geodata.projects.visibility import visible
from geodata.regions.models import AreaUnit
from geodata.srid import STORAGE_SRID
from geodata.stewards.scope import Scope

MOST: Final = 300
PUBLIC_DEGREES: Final = 0.00001  # as coarse as the public sees it, about a metre
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Around:
    """One thing nearby: `kind` is own (of the person's scope), other, or boundary; lines where it is a boundary."""

    kind: str
    code: str
    name: str
    geom: GEOSGeometry


def neighbours(scope: Scope, project: Project, box: Box) -> tuple[Sequence[Around], bool]:
    """What lies in a box (west, south, east, north) besides a project that the caller has reached; whether something
    was left out. Other units' projects only where everybody may see their shapes.
    """
    frame = Polygon.from_bbox(box)
    frame.srid = STORAGE_SRID
    projects = _projects(scope, project, frame)
    return [*projects[:MOST], *_boundaries(frame)], len(projects) > MOST


def _projects(scope: Scope, project: Project, frame: Polygon) -> list[Around]:
    seen = Exists(visible(scope).filter(pk=OuterRef("pk")))
    shown = Q(disclosure=Disclosure.PUBLIC, public_geometry__in=(PublicGeometry.EXACT, PublicGeometry.SIMPLIFIED))
    coarse: Any = Func(
        F("geom"), Value(PUBLIC_DEGREES), function="ST_ReducePrecision", output_field=GeometryField(srid=STORAGE_SRID)
    )
    rows = (
        Project.objects.filter(is_deleted=False, geom__bboverlaps=frame)
        .exclude(pk=project.pk)
        .alias(seen=seen)
        .filter(Q(seen=True) | shown)
        .annotate(own=seen, drawn=Case(When(seen, then=F("geom")), default=coarse))
        .order_by("-own", "pk")
        .values_list("own", "serial_no", "name", "drawn")[: MOST + 1]
    )
    return [Around("own" if own else "other", number, name, drawn) for own, number, name, drawn in rows if drawn]


def _boundaries(frame: Polygon) -> list[Around]:
    """The outlines of counties, zones and townships, cut to the box."""
    lines: Any = Func(
        Func(F("geom"), function="ST_Boundary"),
        Func(*map(Value, frame.extent), Value(STORAGE_SRID), function="ST_MakeEnvelope"),
        function="ST_ClipByBox2D",
        output_field=GeometryField(srid=STORAGE_SRID),
    )
    kinds = (AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE, AreaUnit.Kind.TOWNSHIP)
    rows = (
        AreaUnit.objects.filter(geom__bboverlaps=frame, kind__in=kinds, valid_to__isnull=True)
        .annotate(line=lines)
        .order_by("official_order", "code")
        .values_list("code", "name", "line")[:MOST]
    )
    return [Around("boundary", code, name, line) for code, name, line in rows if line and not line.empty]
