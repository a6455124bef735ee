"""Reading one project with what belongs to it alone: parties, shapes, parts. Money and progress have nouns of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import OuterRef, Q

from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.projects.choices import VersionState
from geodata.projects.codes import BadCode, normalise
from geodata.projects.models import GeometryVersion, Project, ProjectParty
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

NOT_FOUND: Final = "没有这个项目,或者它不在您的工作范围内"
_SHAPES: Final = ("geom", "geom_3857", "anchor_3857", "search_text")
_PARTY: Final = ("role", "lead_person", "valid_from", "valid_to", "organisation_id")
_VERSION: Final = (
    "number",
    "state",
    "source",
    "accuracy_m",
    "declared_crs",
    "detected_crs",
    "crs_confidence",
    "area_m2",
    "length_m",
    "valid_from",
    "approved_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A project with its bodies (each bears `organisation_name`), its shapes by number, and the parts of a bundle."""

    project: Project
    parties: Sequence[ProjectParty]
    versions: Sequence[GeometryVersion]
    parts: Sequence[Project]

    def shape_of(self, day: date) -> GeometryVersion | None:
        """The version that a project row of the day shows: the newest approved by then, before the first one the first."""
        approved = [version for version in self.versions if version.state == VersionState.APPROVED]
        begun = [version for version in approved if version.valid_from <= day]
        if begun:
            return max(begun, key=lambda version: (version.valid_from, version.number))
        return min(approved, key=lambda version: (version.valid_from, version.number), default=None)


def dossier(scope: Scope, code: str) -> Dossier:
    """A project by its platform number, or by a 统一项目代码 that stands on one project alone. One query.

    Raises NotFound outside the scope, too: the two are never told apart.
    """
    wanted = Q(serial_no=code)
    project_code = _project_code(code)
    if project_code is not None:
        wanted |= Q(project_code=project_code)
    rows = (
        visible(scope)
        .filter(wanted)
        .defer(*_SHAPES)
        .annotate(
            gathered_parties=gathered(
                ProjectParty.objects.filter(project=OuterRef("pk")).order_by("pk"),
                *_PARTY,
                organisation_name="organisation__name",
            ),
            gathered_versions=gathered(
                GeometryVersion.objects.filter(project=OuterRef("pk")).order_by("number"), *_VERSION
            ),
            gathered_parts=gathered(
                visible(scope).filter(parent=OuterRef("pk")).order_by("serial_no"), "serial_no", "name", "status"
            ),
        )
    )
    found = list(rows[:2])
    if len(found) != 1:
        raise NotFound(NOT_FOUND)
    project = found[0]
    return Dossier(
        project=project,
        parties=opened(ProjectParty, project.gathered_parties),
        versions=opened(GeometryVersion, project.gathered_versions),
        parts=opened(Project, project.gathered_parts),
    )


def _project_code(text: str) -> str | None:
    try:
        return normalise(text)
    except BadCode:
        return None
