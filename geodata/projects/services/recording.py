"""Creating and changing projects in bulk: a few dozen queries for hundreds of projects, none of them per project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from geodata.copying import copy_instances
from geodata.errors import Refused
from geodata.projects.choices import InvestmentBasis
from geodata.projects.codes import normalise_name
from geodata.projects.entries import WRITABLE, ProjectEntry
from geodata.projects.models import Category, InvestmentApproval, Project
from geodata.projects.reference import ensure_categories
from geodata.projects.services.history import add_history, begun_with
from geodata.projects.services.numbering import Numbering
from geodata.projects.services.parties import record_parties
from geodata.record import Origin, Outcome
from geodata.stewards.models import User

BATCH = 250


@dataclass(frozen=True, slots=True)
class RecordedProjects:
    """What was done, and the project of each entry by the entry's key."""

    outcome: Outcome
    ids: Mapping[str, int]


@transaction.atomic
def record_projects(
    *, entries: Iterable[ProjectEntry], today: date, user: User | None = None, batch: int | None = None
) -> RecordedProjects:
    """Create the entries without `project_id`, change the others where they say something new.

    Bundles come before their parts whatever their order. `today` dates the end of a replaced body's role.
    """
    held = list(entries)
    ensure_categories()
    categories = dict(Category.objects.values_list("code", "id"))
    ids: dict[str, int] = {}
    created = _create(held, categories, ids, user, batch)
    changed = _change([entry for entry in held if entry.project_id is not None], categories)
    ids.update({entry.key: entry.project_id for entry in held if entry.project_id is not None})
    _record_investments(created, changed, batch)
    touched = record_parties(parties={ids[entry.key]: entry.parties for entry in held}, today=today, batch=batch)
    new = {project.pk for project in created}
    changes = {ids[entry.key]: entry.history for entry in held}
    touched |= add_history(changes=changes, user=user, batch=batch, fresh=new)
    renewed = ({project.pk for project, _fields in changed} | touched) - new
    return RecordedProjects(Outcome(len(new), len(renewed), len(held) - len(new) - len(renewed)), ids)


def _create(
    held: Sequence[ProjectEntry],
    categories: Mapping[str, int],
    ids: dict[str, int],
    user: User | None,
    batch: int | None,
) -> list[Project]:
    new = [entry for entry in held if entry.project_id is None]
    if not new:
        return []
    numbering = Numbering(entry.serial_no for entry in new if entry.serial_no)
    parents = _recorded_parents(new)
    defaults = dict(Category.objects.values_list("id", "public_geometry"))
    created: list[Project] = []
    for level in _levels(new, parents):
        projects = []
        for entry in level:
            project = _project(entry, categories, numbering)
            project.parent_id = (ids.get(entry.parent_key) or parents[entry.parent_key]) if entry.parent_key else None
            project.public_geometry = entry.values.get("public_geometry") or defaults[project.category_id]
            project.created_by, project.origin, project.batch = user, Origin.IMPORT if batch else Origin.MANUAL, batch
            projects.append(project)
        copy_instances(projects)
        ids.update({entry.key: project.pk for entry, project in zip(level, projects, strict=True)})
        created.extend(projects)
    return created


def _recorded_parents(new: Sequence[ProjectEntry]) -> dict[str, int]:
    wanted = {entry.parent_key for entry in new if entry.parent_key}
    return dict(Project.objects.filter(serial_no__in=wanted).values_list("serial_no", "id")) if wanted else {}


def _levels(new: Sequence[ProjectEntry], recorded: Mapping[str, int]) -> list[list[ProjectEntry]]:
    """Entries in an order in which every bundle exists before its parts; parts have no parts of their own."""
    by_key = {entry.key: entry for entry in new}
    tops = [entry for entry in new if not entry.parent_key]
    parts = [entry for entry in new if entry.parent_key]
    for entry in parts:
        parent = by_key.get(entry.parent_key)
        if parent is None and entry.parent_key not in recorded:
            raise Refused(f"项目“{entry.values.get('name', entry.key)}”的上级项目 {entry.parent_key} 不存在")
        if parent is not None and parent.parent_key:
            raise Refused(f"项目 {entry.parent_key} 本身是子项目,不能再有子项目")
    return [level for level in (tops, parts) if level]


def _project(entry: ProjectEntry, categories: Mapping[str, int], numbering: Numbering) -> Project:
    unknown = entry.values.keys() - WRITABLE
    if unknown:
        raise ValueError(f"not a column of an entry: {sorted(unknown)}")
    project = Project(**{**begun_with(entry.history), **entry.values})
    project.category_id = categories[entry.category_code or "99"]
    project.serial_no = entry.serial_no or numbering.next(project.plan_year)
    _derive(project)
    return project


def _derive(project: Project) -> None:
    """The columns that follow from others."""
    project.name_key = normalise_name(project.name)
    words = [project.name, *project.aliases, project.serial_no, project.project_code or "", project.location_text]
    project.search_text = " ".join(word for word in words if word).casefold()


def _change(entries: Sequence[ProjectEntry], categories: Mapping[str, int]) -> list[tuple[Project, set[str]]]:
    wanted = [entry.project_id for entry in entries if entry.project_id is not None]
    projects = Project.objects.select_for_update().defer("geom", "geom_3857", "anchor_3857").in_bulk(wanted)
    changed: list[tuple[Project, set[str]]] = []
    for entry in entries:
        project = projects[entry.project_id or 0]
        fields = _apply(project, entry, categories)
        if fields:
            _derive(project)
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


def _record_investments(
    created: Sequence[Project], changed: Sequence[tuple[Project, set[str]]], batch: int | None
) -> None:
    """A total investment that is new or has moved is an approval of its own, so that the old one stays readable."""
    moved = [project for project, fields in changed if fields & {"total_investment", "investment_basis"}]
    copy_instances(
        [
            InvestmentApproval(
                project=project,
                basis=project.investment_basis or InvestmentBasis.ESTIMATE,
                amount=project.total_investment,
                origin=Origin.IMPORT if batch else Origin.MANUAL,
                batch=batch,
            )
            for project in [*created, *moved]
            if project.total_investment
        ]
    )
