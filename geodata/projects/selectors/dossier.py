"""Reading one project with what belongs to it alone: bodies, shapes, approvals, parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, OuterRef, Q
from django.db.models.expressions import Combinable

from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.projects.choices import VersionState
from geodata.projects.codes import BadCode, normalise
from geodata.projects.models import GeometryVersion, InvestmentApproval, Project, ProjectParty, StatusChange
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

NOT_FOUND: Final = "没有这个项目，或者它不在您的工作范围内"
_SHAPES: Final = ("geom", "geom_3857", "anchor_3857", "search_text")
_PARTY: Final = ("role", "lead_person", "valid_from", "valid_to", "organisation_id")
_CHANGE: Final = (
    "effective_on",
    "status",
    "stage",
    "reason",
    "doc_no",
    "suspension_kind",
    "expected_resume_on",
    "reported_on",
)
_APPROVAL: Final = ("basis", "amount", "doc_no", "approved_on", "approving_unit")
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
    """A project with its bodies (each bears `organisation_name`), its shapes by number, the approvals of its cost,
    newest first, what its status rests on, and the parts of a bundle."""

    project: Project
    parties: Sequence[ProjectParty]
    versions: Sequence[GeometryVersion]
    approvals: Sequence[InvestmentApproval]
    newest_change: StatusChange | None
    parts: Sequence[Project]
    beside: Sequence[Any] = ()

    def shape_of(self, day: date) -> GeometryVersion | None:
        """The version that a project row of the day shows: the newest approved by then, else the first of all."""
        approved = [version for version in self.versions if version.state == VersionState.APPROVED]
        begun = [version for version in approved if version.valid_from <= day]
        if begun:
            return max(begun, key=lambda version: (version.valid_from, version.number))
        return min(approved, key=lambda version: (version.valid_from, version.number), default=None)

    def allows(self, scope: Scope, action: Action) -> bool:
        """Whether one of the roles that allow the action covers this project; as `reaches`, and without a query."""
        if not scope.allows(action):
            return False
        reach = scope.only(action)
        bodies = {party.organisation_id for party in self.parties if party.valid_to is None}
        own = self.project.management_unit_id in reach.unit_ids
        return reach.everything or own or not bodies.isdisjoint(reach.organisation_ids)


def dossier(scope: Scope, code: str, *, upto: date, beside: Sequence[Combinable] = ()) -> Dossier:
    """A project by its platform number, or by a 统一项目代码 that stands on one project alone. One query. Changes and
    approvals are those of a day or before. `beside` are further columns over projects, of nouns above this one; their
    values come back as such.

    Raises NotFound outside the scope, too: the two are never told apart.
    """
    wanted = Q(serial_no=code)
    project_code = _project_code(code)
    if project_code is not None:
        wanted |= Q(project_code=project_code)
    dated = Q(approved_on__isnull=True) | Q(approved_on__lte=upto)
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
            gathered_approvals=gathered(
                InvestmentApproval.objects.filter(dated, project=OuterRef("pk")).order_by(
                    F("approved_on").desc(nulls_last=True), "-pk"
                ),
                *_APPROVAL,
            ),
            gathered_changes=gathered(
                StatusChange.objects.filter(project=OuterRef("pk"), effective_on__lte=upto).order_by(
                    "-effective_on", "-pk"
                )[:1],
                *_CHANGE,
            ),
            gathered_parts=gathered(
                visible(scope).filter(parent=OuterRef("pk")).order_by("serial_no"), "serial_no", "name", "status"
            ),
            **{f"beside_{place}": column for place, column in enumerate(beside)},
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
        approvals=opened(InvestmentApproval, project.gathered_approvals),
        newest_change=next(iter(opened(StatusChange, project.gathered_changes)), None),
        parts=opened(Project, project.gathered_parts),
        beside=[getattr(project, f"beside_{place}") for place in range(len(beside))],
    )


def _project_code(text: str) -> str | None:
    try:
        return normalise(text)
    except BadCode:
        return None
