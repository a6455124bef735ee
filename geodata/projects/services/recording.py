"""Creating and changing projects in bulk: a few dozen queries for hundreds of projects, none of them per project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from geodata.projects.entries import WRITABLE, FirstShapes, ProjectEntry
from geodata.projects.models import Category, Project
from geodata.projects.reference import ensure_categories
from geodata.projects.services.creation import Progress, create_projects, derived, record_investments
from geodata.projects.services.history import add_history
from geodata.projects.services.parties import record_parties
from geodata.record import Outcome
from geodata.stewards.models import User

BATCH = 250


@dataclass(frozen=True, slots=True)
class RecordedProjects:
    """What was done, and the project of each entry by the entry's key."""

    outcome: Outcome
    ids: Mapping[str, int]


@transaction.atomic
def record_projects(
    *,
    entries: Iterable[ProjectEntry],
    today: date,
    user: User | None = None,
    batch: int | None = None,
    shapes: FirstShapes | None = None,
    progress: Progress | None = None,
) -> RecordedProjects:
    """Create the entries without `project_id`, change the others where they say something new.

    Bundles come before their parts whatever their order. `today` dates the end of a replaced body's role. New projects
    begin with their `shapes`; those of the others are for `record_geometries`. `progress` is told of new ones.
    """
    held = list(entries)
    ensure_categories()
    categories = dict(Category.objects.values_list("code", "id"))
    ids = create_projects(
        [entry for entry in held if entry.project_id is None],
        categories,
        user=user,
        batch=batch,
        shapes=shapes or FirstShapes(),
        progress=progress,
    )
    new = set(ids.values())
    changed = _change([entry for entry in held if entry.project_id is not None], categories)
    ids.update({entry.key: entry.project_id for entry in held if entry.project_id is not None})
    _renew_investments(changed, batch)
    touched = record_parties(parties={ids[entry.key]: entry.parties for entry in held}, today=today, batch=batch)
    changes = {entry.project_id: entry.history for entry in held if entry.project_id is not None}
    touched |= add_history(changes=changes, user=user, batch=batch)
    renewed = ({project.pk for project, _fields in changed} | touched) - new
    return RecordedProjects(Outcome(len(new), len(renewed), len(held) - len(new) - len(renewed)), ids)


def _change(entries: Sequence[ProjectEntry], categories: Mapping[str, int]) -> list[tuple[Project, set[str]]]:
    wanted = [entry.project_id for entry in entries if entry.project_id is not None]
    projects = Project.objects.select_for_update().defer("geom", "geom_3857", "anchor_3857").in_bulk(wanted)
    changed: list[tuple[Project, set[str]]] = []
    for entry in entries:
        project = projects[entry.project_id or 0]
        fields = _apply(project, entry, categories)
        if fields:
            project.name_key, project.search_text = derived(
                project.name, project.aliases, project.serial_no, project.project_code, project.location_text
            )
            project.version += 1
            project.updated_at = Now()
            changed.append((project, fields))
    fields = set().union(*(names for _project, names in changed), {"name_key", "search_text", "version", "updated_at"})
    Project.objects.bulk_update([project for project, _fields in changed], sorted(fields), batch_size=BATCH)
    return changed


def _apply(project: Project, entry: ProjectEntry, categories: Mapping[str, int]) -> set[str]:
    values: dict[str, Any] = {name: value for name, value in entry.values.items() if name in WRITABLE}
    if entry.category_code:
        values["category_id"] = categories[entry.category_code]
    fields = set()
    for name, value in values.items():
        if getattr(project, name) != value:
            setattr(project, name, value)
            fields.add(name)
    return fields


def _renew_investments(changed: Sequence[tuple[Project, set[str]]], batch: int | None) -> None:
    """A total investment that has moved is an approval of its own, so that the old one stays readable."""
    moved = [project for project, fields in changed if fields & {"total_investment", "investment_basis"}]
    record_investments(
        [(p.pk, p.investment_basis, p.total_investment) for p in moved if p.total_investment], batch=batch
    )
