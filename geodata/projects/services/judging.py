"""What the rules say of a shape: facts from the record and from the sandbox, judged by geodata/projects/checking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Q

from geodata.errors import FileRefused, Refused
from geodata.projects.checking import (
    Before,
    DrawnShape,
    Facts,
    Finding,
    Neighbour,
    Rules,
    Severity,
    judge,
    recorded,
    refusal,
)
from geodata.projects.checking.rules import misplaced
from geodata.projects.choices import Disclosure, VersionState
from geodata.projects.measures import Measures, counted, measured
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.visibility import visible
from geodata.regions.models import AreaUnit
from geodata.regions.selectors import city_extent
from geodata.sandbox import door
from geodata.sandbox.documents import GeometryCheck
from geodata.sandbox.judgements import ShapeJudgement, ShapeShift
from geodata.srid import STORAGE_SRID
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds

REFUSED: Final = "geometry-refused"  # code of a refusal that carries the findings
AROUND: Final = 0.0003  # degrees, about 30 m: twice the width that points and lines are given
MOST_NEIGHBOURS: Final = 40
_KINDS: Final = {"MultiPoint": "point", "MultiLineString": "line", "MultiPolygon": "polygon"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A shape with what was found: figures are None where it is not valid."""

    shape: DrawnShape
    findings: Sequence[Finding]
    measures: Measures | None = None
    shift: ShapeShift | None = None

    @property
    def needs_headquarters(self) -> bool:
        return any(finding.severity is Severity.HEADQUARTERS for finding in self.findings)

    def require(self, answers: Mapping[str, str], *, submit: bool) -> None:
        """Raises Refused when the shape cannot be kept, or with `submit` not be submitted."""
        message = refusal(self.findings, answers, submit=submit)
        if message:
            raise Refused(message, code=REFUSED, findings=tuple(recorded(self.findings, answers)))


def stored_shape(geom: GEOSGeometry) -> DrawnShape:
    """A recorded shape as if it had just been drawn."""
    body = bytes(geom.wkb)
    parts, holes, vertices = counted(body)
    return DrawnShape(_KINDS[geom.geom_type], body, parts, holes, vertices, geom.extent)


def judged(scope: Scope, *, project: Project, shape: DrawnShape, source: str, accuracy_m: Decimal | None) -> Judged:
    """Check a shape for a project. Writes nothing, locks nothing; some tenths of a second in the sandbox.

    `project` comes with its category and unit. Raises TooLarge or Busy when the sandbox cannot do it.
    """
    west, south, east, north = city_extent()
    rules = Rules.of(thresholds(), city=(west, south, east, north))
    away = misplaced(shape, rules)
    if away is not None:
        return Judged(shape, [away])
    before = _standing(project)
    candidates = _candidates(project, shape)
    found = _asked(project, shape, before, candidates, rules)
    check = found.check
    facts = Facts(
        shape=shape,
        source=source,
        accuracy_m=accuracy_m,
        category_name=project.category.name,
        kinds_allowed=project.category.geometry_kinds,
        unit_name=project.management_unit.name,
        problem="" if check.valid else (check.problem or "图形不合规范，请重新绘制"),
        place=(float(found.place[0]), float(found.place[1])) if found.place else None,
        area_m2=check.area_m2,
        length_m=check.length_m,
        inside=found.inside,
        neighbours=_neighbours(scope, candidates, found.overlaps, rules),
        before=_before(before, shape, found),
    )
    figures = measured(shape.wkb, area_m2=check.area_m2, length_m=check.length_m) if check.valid else None
    return Judged(shape, judge(facts, rules), figures, found.shift)


def _standing(project: Project) -> GeometryVersion | None:
    approved = GeometryVersion.objects.filter(project=project, state=VersionState.APPROVED)
    return approved.only("number", "geom", "source", "accuracy_m").order_by("-number").first()


def _candidates(project: Project, shape: DrawnShape) -> Sequence[Project]:
    """Projects of the same category whose boxes touch, but the bundle that this one is a part of, and its parts."""
    west, south, east, north = shape.box
    box = Polygon.from_bbox((west - AROUND, south - AROUND, east + AROUND, north + AROUND))
    box.srid = STORAGE_SRID
    family = Q(pk=project.pk) | Q(parent=project.pk) | Q(pk=project.parent_id)
    rows = Project.objects.filter(is_deleted=False, category=project.category_id, geom__bboverlaps=box).exclude(family)
    return list(rows.only("serial_no", "name", "disclosure", "geom").order_by("pk")[:MOST_NEIGHBOURS])


def _asked(
    project: Project,
    shape: DrawnShape,
    before: GeometryVersion | None,
    candidates: Sequence[Project],
    rules: Rules,
) -> ShapeJudgement:
    try:
        return door.judge_shape(
            shape.wkb,
            boundary=_boundary(project.management_unit_id),
            margin_m=float(rules.margin_m),
            before=bytes(before.geom.wkb) if before else None,
            neighbours=[bytes(other.geom.wkb) for other in candidates if other.geom is not None],
        )
    except FileRefused as refused:  # the child ended under the shape: it is never stored, and this says why
        check = GeometryCheck(False, refused.message, "Unknown", shape.vertices)
        return ShapeJudgement(check, None, None, [], None)


def _boundary(unit_id: int) -> bytes | None:
    """What the unit answers for; None while no boundary is recorded."""
    managed, whole = AreaUnit.objects.values_list("management_geom", "geom").get(pk=unit_id)
    found = managed or whole
    return bytes(found.wkb) if found else None


def _neighbours(
    scope: Scope, candidates: Sequence[Project], overlaps: Sequence[Decimal], rules: Rules
) -> tuple[Neighbour, ...]:
    """Those that overlap too much; the name only of such as the person may see or everybody may."""
    many = [(other, share) for other, share in zip(candidates, overlaps, strict=False) if share > rules.overlap_share]
    if not many:
        return ()
    seen = set(visible(scope).filter(pk__in=[other.pk for other, _share in many]).values_list("pk", flat=True))
    named = {other.pk for other, _share in many if other.pk in seen or other.disclosure == Disclosure.PUBLIC}
    return tuple(Neighbour(other.serial_no, other.name if other.pk in named else "", share) for other, share in many)


def _before(before: GeometryVersion | None, shape: DrawnShape, found: ShapeJudgement) -> Before | None:
    if before is None:
        return None
    same = same_coordinates(before.geom, shape.wkb)
    moved = found.shift.moved_m if found.shift else None
    return Before(before.source, before.accuracy_m, same, moved)


def same_coordinates(geom: GEOSGeometry, wkb: bytes) -> bool:
    """Whether two shapes are one to the stored precision: a ten-thousandth of a millimetre."""
    other = GEOSGeometry(memoryview(wkb), srid=STORAGE_SRID)
    return bool(geom.geom_type == other.geom_type and geom.equals_exact(other, 1e-9))


def kept_findings(judged_shape: Judged, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """As they are kept with the version."""
    return recorded(judged_shape.findings, answers)
