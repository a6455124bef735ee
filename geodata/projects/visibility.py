"""Which projects a person sees: the one place where a Scope becomes a limit on rows."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from geodata.projects.models import Project, ProjectAssignment, ProjectParty
from geodata.stewards.scope import Scope

Rows = TypeVar("Rows", bound=QuerySet[Any])


def visible(scope: Scope) -> QuerySet[Project]:
    """The projects within the scope: of its units, with its organisations in any current role, or assigned."""
    return within(Project.objects.filter(is_deleted=False), scope)


def within(rows: Rows, scope: Scope, *, project: str = "pk") -> Rows:
    """Rows about projects, limited to the scope; `project` is the lookup of the project's id on them."""
    if scope.everything:
        return rows
    limits = Q()
    if scope.unit_ids:
        limits |= _of_units(rows, scope.unit_ids, project)
    if scope.organisation_ids:
        parties = ProjectParty.objects.filter(organisation__in=scope.organisation_ids, valid_to__isnull=True)
        limits |= Q(**{f"{project}__in": parties.values("project")})
    if scope.assigned_to is not None:
        assigned = ProjectAssignment.objects.filter(user=scope.assigned_to)
        limits |= Q(**{f"{project}__in": assigned.values("project")})
    return rows.filter(limits) if limits else rows.none()


def _of_units(rows: QuerySet[Any], unit_ids: Collection[int], project: str) -> Q:
    """Projects by their own column: through a list of their ids the database reads the whole city's."""
    if rows.model is Project and project == "pk":
        return Q(management_unit__in=unit_ids)
    return Q(**{f"{project}__in": Project.objects.filter(management_unit__in=unit_ids).values("pk")})
