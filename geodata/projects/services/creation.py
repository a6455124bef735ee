"""New projects in bulk: numbers, rows, history, first approval of their cost and first shape, a few COPYs in all.

Rows are made as plain tuples: of 20,000 projects the instances alone took longer than the database. What belongs to a
project goes before it, under a number taken for it: its row of totals is then made once and whole, not moved twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import shapely

from geodata.copying import copy_alike, take_ids
from geodata.errors import Refused
from geodata.projects.choices import InvestmentBasis, VersionState
from geodata.projects.codes import normalise_name
from geodata.projects.entries import EVIDENCE, WRITABLE, FirstShapes, GeometryEntry, ProjectEntry, evidence_of
from geodata.projects.models import Category, GeometryVersion, InvestmentApproval, Project
from geodata.projects.services.history import add_history, beginning, begun_with
from geodata.projects.services.numbering import Numbering
from geodata.record import Origin
from geodata.regions.selectors import areas_of
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User

BLOCK = 5_000
Values = dict[str, Any]
Progress = Callable[[int, int], None]


def create_projects(
    entries: Sequence[ProjectEntry],
    categories: Mapping[str, int],
    *,
    user: User | None,
    batch: int | None,
    shapes: FirstShapes,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Create them all with their history; the id of each by its entry's key. Refused where a bundle is missing or is a
    part itself, and where a history is impossible.

    `categories` are ids by code. `progress` is told (done, of how many) after every few thousand.
    """
    ids: dict[str, int] = {}
    if not entries:
        return ids
    numbering = Numbering(entry.serial_no for entry in entries if entry.serial_no)
    parents = _recorded_parents(entries)
    geometries = dict(Category.objects.values_list("id", "public_geometry"))
    places = _places(shapes.entries)
    like = Project(created_by=user, origin=_origin(batch), batch=batch)
    for some in _blocks(entries, parents):
        rows = []
        for entry in some:
            values = _values(entry, categories, numbering)
            values.setdefault("public_geometry", geometries[values["category_id"]])
            if entry.parent_key:
                values["parent_id"] = ids.get(entry.parent_key) or parents[entry.parent_key]
            values.update(places.get(entry.key, {}))
            rows.append(values)
        made = dict(zip((entry.key for entry in some), take_ids(Project, len(some)), strict=True))
        ids.update(made)
        _record_what_belongs(some, rows, made, user, batch)
        _record_first_shapes(some, made, places, shapes, user, batch)
        _copy(like, rows, list(made.values()))
        if progress:
            progress(len(ids), len(entries))
    return ids


def _blocks(entries: Sequence[ProjectEntry], parents: Mapping[str, int]) -> Iterator[Sequence[ProjectEntry]]:
    """So many at a time that whoever waits sees it move."""
    for level in _levels(entries, parents):
        for begin in range(0, len(level), BLOCK):
            yield level[begin : begin + BLOCK]


def _record_what_belongs(
    entries: Sequence[ProjectEntry],
    rows: Sequence[Values],
    ids: Mapping[str, int],
    user: User | None,
    batch: int | None,
) -> None:
    """History and first approval of the cost."""
    changes = {ids[entry.key]: entry.history for entry in entries}
    add_history(changes=changes, user=user, batch=batch, fresh=set(changes))
    record_investments(
        [
            (ids[entry.key], values.get("investment_basis", ""), values["total_investment"])
            for entry, values in zip(entries, rows, strict=True)
            if values.get("total_investment")
        ],
        batch=batch,
    )


def derived(
    name: str, aliases: Sequence[str], serial_no: str, project_code: str | None, location_text: str
) -> tuple[str, str]:
    """(name_key, search_text): the columns of a project that follow from others."""
    words = [name, *aliases, serial_no, project_code or "", location_text]
    return normalise_name(name), " ".join(word for word in words if word).casefold()


def record_investments(amounts: Sequence[tuple[int, str, Decimal]], *, batch: int | None) -> None:
    """(project, basis, 元): each an approval of its own, so that the earlier one stays readable."""
    rows = [(project_id, basis or InvestmentBasis.ESTIMATE, amount) for project_id, basis, amount in amounts]
    copy_alike(InvestmentApproval(origin=_origin(batch), batch=batch), ("project_id", "basis", "amount"), rows)


def _origin(batch: int | None) -> Origin:
    return Origin.IMPORT if batch else Origin.MANUAL


def _copy(like: Project, rows: Sequence[Values], numbers: Sequence[int]) -> None:
    """Rows of which each names its own columns; what one leaves out is as in `like`."""
    names = sorted(set().union(*rows))
    usual = {name: getattr(like, name) for name in names}
    copy_alike(like, names, [[(usual | values)[name] for name in names] for values in rows], numbers=numbers)


def _values(entry: ProjectEntry, categories: Mapping[str, int], numbering: Numbering) -> Values:
    unknown = entry.values.keys() - WRITABLE
    if unknown:
        raise ValueError(f"not a column of an entry: {sorted(unknown)}")
    values = {**begun_with(entry.history), **entry.values}
    values["category_id"] = categories[entry.category_code or "99"]
    values["serial_no"] = entry.serial_no or numbering.next(values["plan_year"])
    values["name_key"], values["search_text"] = derived(
        values["name"],
        values.get("aliases", ()),
        values["serial_no"],
        values.get("project_code"),
        values.get("location_text", ""),
    )
    return values


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
            raise Refused(f"项目 {entry.parent_key} 本身是子项目，不能再有子项目")
    return [level for level in (tops, parts) if level]


def _places(entries: Mapping[str, GeometryEntry]) -> dict[str, Values]:
    """What a project repeats of its first shape, by key: the shape as hexadecimal EWKB, county and township."""
    if not entries:
        return {}
    shapes = shapely.from_wkb([entry.wkb for entry in entries.values()])
    texts = shapely.to_wkb(shapely.set_srid(shapes, STORAGE_SRID), hex=True, include_srid=True)
    found = {}
    for (key, entry), text, (county, township) in zip(entries.items(), texts, areas_of(list(shapes)), strict=True):
        found[key] = {"geom": text, "geom_source": entry.source, "admin_area_id": county}
        if township is not None:
            found[key]["township_id"] = township
    return found


def _record_first_shapes(
    entries: Sequence[ProjectEntry],
    ids: Mapping[str, int],
    places: Mapping[str, Values],
    shapes: FirstShapes,
    user: User | None,
    batch: int | None,
) -> None:
    """Each the approved version 1 of its project, from the project's beginning on."""
    like = GeometryVersion(
        number=1,
        state=VersionState.APPROVED,
        origin=_origin(batch),
        batch=batch,
        author=user,
        approved_by=user,
        approved_at=shapes.approved_at,
    )
    rows = [
        (ids[entry.key], places[entry.key]["geom"], _valid_from(entry), *evidence_of(shapes.entries[entry.key]))
        for entry in entries
        if entry.key in places
    ]
    copy_alike(like, ("project_id", "geom", "valid_from", *EVIDENCE), rows)


def _valid_from(entry: ProjectEntry) -> date:
    return beginning(
        first_change=min((change.effective_on for change in entry.history), default=None),
        planned_start=entry.values.get("planned_start_on"),
        plan_year=entry.values["plan_year"],
    )
