"""What waits for a decision on shapes: what this person may decide, and what he must leave to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion
from geodata.projects.selectors.versions import hands_of
from geodata.projects.visibility import visible, within
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


@dataclass(frozen=True, slots=True)
class WaitingShape:
    """A submitted version (with its project, unit and people, without the shape). `own`: the person, under whichever
    account, had a hand in it; `decidable`: may decide on it now."""

    version: GeometryVersion
    own: bool
    decidable: bool


def submitted_versions(scope: Scope) -> QuerySet[GeometryVersion]:
    """The submitted versions of the projects that the person may approve or edit, longest waiting first."""
    rows = GeometryVersion.objects.filter(state=VersionState.SUBMITTED, project__is_deleted=False)
    actions = [action for action in (Action.APPROVE, Action.EDIT_PROJECTS) if scope.allows(action)]
    if not actions:
        return rows.none()
    return within(rows, scope.only(*actions), project="project").order_by("submitted_at", "pk")


def pending_geometries(scope: Scope, *, limit: int = 200, offset: int = 0) -> Sequence[WaitingShape]:
    """Shapes that wait: of the units that the person approves for, and those that he may edit. Four queries at most."""
    rows = list(
        submitted_versions(scope)
        .select_related("project__management_unit", "project__category", "author", "submitted_by")
        .only(
            "number", "state", "source", "accuracy_m", "reason", "submitted_at", "needs_headquarters", "findings",
            "area_m2", "length_m", "author", "submitted_by", "project__serial_no", "project__name",
            "project__management_unit__name", "project__management_unit__code", "project__category__name",
            "author__username", "author__display_name", "submitted_by__username", "submitted_by__display_name",
        )[offset : offset + limit]
    )  # fmt: skip
    if not rows:
        return []
    own = own_among(scope, [row.pk for row in rows])
    deciding: set[int] = set()
    if scope.allows(Action.APPROVE):
        approving = visible(scope.only(Action.APPROVE)).filter(pk__in=[row.project_id for row in rows])
        deciding = set(approving.values_list("pk", flat=True))
    return [
        WaitingShape(
            row,
            row.pk in own,
            row.pk not in own and row.project_id in deciding and (scope.headquarters or not row.needs_headquarters),
        )
        for row in rows
    ]


def may_decide(scope: Scope, version: GeometryVersion) -> bool:
    """Whether the person may approve or return this version now."""
    if version.state != VersionState.SUBMITTED or not scope.allows(Action.APPROVE):
        return False
    if version.needs_headquarters and not scope.headquarters:
        return False
    reached = visible(scope.only(Action.APPROVE)).filter(pk=version.project_id).exists()
    return reached and version.pk not in own_among(scope, [version.pk])


def own_among(scope: Scope, version_ids: Sequence[int]) -> set[int]:
    """The versions in which the person had a hand, under any of his accounts (same staff number). Two queries."""
    hands = hands_of(version_ids)
    myself = scope.user_id or 0
    everybody = {myself, *(person for people in hands.values() for person in people)}
    numbers = {
        pk: number.strip().casefold()
        for pk, number in User.objects.filter(pk__in=everybody).values_list("pk", "staff_no")
    }
    mine = numbers.get(myself, "")
    same = {pk for pk, number in numbers.items() if number and number == mine} | {myself}
    return {pk for pk, people in hands.items() if people & same}
