"""The versions of a project's shape: which one is open, which one stands, who had a hand in each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from geodata.errors import NotFound, NotPermitted
from geodata.projects.choices import OPEN_VERSIONS, VersionState
from geodata.projects.measures import Measures, Shift, measured
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors.dossier import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.sandbox import door
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

NO_VERSION: Final = "没有这一稿图形，请从图形历史中选择"
_LIGHT: Final = ("geom", "geom_3857", "anchor_3857", "search_text")
_PEOPLE: Final = ("author", "submitted_by", "reviewed_by", "parent", "restored_from")

# Everybody who drew, edited or submitted what has not been approved yet: up the parents, and what was restored.
_HANDS: Final = """
WITH RECURSIVE chain AS (
    SELECT id AS root, id, parent_id, restored_from_id, author_id, submitted_by_id
      FROM projects_geometryversion WHERE id = ANY (%s)
    UNION
    SELECT chain.root, v.id, v.parent_id, v.restored_from_id, v.author_id, v.submitted_by_id
      FROM chain JOIN projects_geometryversion v ON v.id IN (chain.parent_id, chain.restored_from_id)
     WHERE v.state <> 'approved')
SELECT DISTINCT root, unnest(ARRAY[author_id, submitted_by_id]) FROM chain
"""


@dataclass(frozen=True, slots=True)
class Heads:
    """The open proposal, the shape that stands, and the number that an edit must name: of the first found, else 0."""

    open: GeometryVersion | None
    approved: GeometryVersion | None

    @property
    def head(self) -> GeometryVersion | None:
        return self.open or self.approved

    @property
    def number(self) -> int:
        return self.head.number if self.head else 0


def reached(scope: Scope, code: str, action: Action | None = None) -> Project:
    """A project of the scope with its category and unit, without shapes; with an action, of the rows that it reaches.

    Raises NotFound outside the scope, NotPermitted where the person sees the project but may not do this to it.
    """
    rows = Project.objects.select_related("category", "management_unit").defer(
        *_LIGHT, "management_unit__geom", "management_unit__management_geom",
        "management_unit__geom_3857", "management_unit__management_3857",
    )  # fmt: skip
    seen = rows.filter(pk__in=visible(scope).filter(serial_no=code).values("pk")).first()
    if seen is None:
        raise NotFound(NOT_FOUND)
    if action is not None and not reaches(scope, seen.pk, action):
        raise NotPermitted(f"这个项目不在您可以“{action.label}”的范围内，请联系其属地单位或指挥部办公室")
    return seen


def reaches(scope: Scope, project_id: int, action: Action) -> bool:
    """Whether one of the roles that allow the action covers the project."""
    return scope.allows(action) and visible(scope.only(action)).filter(pk=project_id).exists()


def heads(project_id: int) -> Heads:
    """The open proposal and the standing shape of a project. One query."""
    versions = GeometryVersion.objects.filter(project=project_id)
    standing = versions.filter(state=VersionState.APPROVED).order_by("-number").values("pk")[:1]
    rows = versions.select_related("author").filter(Q(state__in=OPEN_VERSIONS) | Q(pk=standing))
    found = {row.state == VersionState.APPROVED: row for row in rows}
    return Heads(found.get(False), found.get(True))


def numbered(project: Project, number: int) -> GeometryVersion | None:
    """A version of a project that the caller has reached."""
    return GeometryVersion.objects.filter(project=project, number=number).first()


def versions_of(scope: Scope, code: str) -> Sequence[GeometryVersion]:
    """All versions of a project, newest first, with people and project, without shapes. Raises NotFound."""
    project = reached(scope, code)
    found = list(_of(project).defer("geom", "original_wkt", "parent__geom", "restored_from__geom"))
    for one in found:
        one.project = project
    return found


def version(scope: Scope, code: str, number: int) -> GeometryVersion:
    """One version with its shape, its people and `project`. Raises NotFound."""
    project = reached(scope, code)
    found = _of(project).filter(number=number).defer("parent__geom", "restored_from__geom").first()
    if found is None:
        raise NotFound(NO_VERSION)
    found.project = project
    return found


def _of(project: Project) -> QuerySet[GeometryVersion]:
    return GeometryVersion.objects.filter(project=project).select_related(*_PEOPLE).order_by("-number")


def measures_of(shape: GeometryVersion) -> Measures:
    """The figures of a recorded version."""
    return measured(bytes(shape.geom.wkb), area_m2=shape.area_m2, length_m=shape.length_m)


def compare(scope: Scope, code: str, a: int, b: int) -> tuple[GeometryVersion, GeometryVersion, Shift]:
    """Version `a`, version `b` of a project, and how far the second is from the first. Raises NotFound."""
    project = reached(scope, code)
    found = {one.number: one for one in _of(project).filter(number__in=(a, b)).defer("parent__geom")}
    if a not in found or b not in found:
        raise NotFound(NO_VERSION)
    return found[a], found[b], shift_between(found[a], found[b])


def shift_between(before: GeometryVersion, after: GeometryVersion) -> Shift:
    """How far a recorded version is from another."""
    found = door.compare_shapes(bytes(before.geom.wkb), bytes(after.geom.wkb))
    return Shift.of(found, measures_of(before), measures_of(after))


def hands_of(version_ids: Collection[int]) -> dict[int, set[int]]:
    """Per version all people who drew, edited or submitted it or what it was made from, back to what was approved."""
    found: dict[int, set[int]] = {pk: set() for pk in version_ids}
    with connection.cursor() as cursor:
        cursor.execute(_HANDS, [list(version_ids)])
        for root, person in cursor.fetchall():
            if person is not None:
                found[root].add(person)
    return found
