"""Projects handed to one person: third-party evaluators see these and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from geodata.projects.models import ProjectAssignment
from geodata.record import Outcome
from geodata.stewards.models import User


@transaction.atomic
def assign_projects(*, user: User, project_ids: Iterable[int]) -> Outcome:
    """Add projects to a person's list; what is on it already stays."""
    wanted = set(project_ids)
    present = set(ProjectAssignment.objects.filter(user=user).values_list("project_id", flat=True))
    new = sorted(wanted - present)
    ProjectAssignment.objects.bulk_create([ProjectAssignment(user=user, project_id=pk) for pk in new])
    return Outcome(created=len(new), unchanged=len(wanted) - len(new))
