"""New projects in bulk: numbers, rows, history, first approval of their cost and first shape, a few COPYs in all.

Rows are made as plain tuples: of 20,000 projects the instances alone took longer than the database. What belongs to a
project goes before it, under a number taken for it: its row of totals is then made once and whole, not moved twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import shapely

from geodata.copying import copy_alike, made_ahead, take_ids
from geodata.errors import Refused
from geodata.projects.choices import InvestmentBasis, VersionState
from geodata.projects.codes import normalise_name
from geodata.projects.entries import EVIDENCE, WRITABLE, FirstShapes, GeometryEntry, ProjectEntry, evidence_of
from geodata.projects.models import Category, GeometryVersion, InvestmentApproval, Project
from geodata.projects.services.history import beginning, begun_with, copy_history, first_history
from geodata.projects.services.numbering import Numbering
from geodata.record import Origin
from geodata.regions.selectors import areas_of
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User

BLOCK = 5_000
Values = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Block:
    """What some thousand new projects become in each table: the columns `names` of the projects, and rows."""

    numbers: Sequence[int]
    names: Sequence[str]
    projects: Sequence[Sequence[Any]]
    history: Sequence[tuple[Any, ...]]
    investments: Sequence[tuple[int, str, Decimal]]
    shapes: Sequence[tuple[Any, ...]]


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
    if not entries:
        return {}
    parents = _recorded_parents(entries)
    ordered = _in_order(entries, parents)
    ids = dict(zip((entry.key for entry in ordered), take_ids(Project, len(ordered)), strict=True))
    like = Project(created_by=user, origin=_origin(batch), batch=batch)
    maker = _Maker(like, ordered, categories, parents | ids, ids, shapes)
    done = 0
    for block in made_ahead(maker.makers()):
        copy_history(block.history, user=user, submitter=user, batch=batch)
        record_investments(block.investments, batch=batch)
        _record_first_shapes(block.shapes, shapes, user, batch)
        copy_alike(like, block.names, block.projects, numbers=block.numbers)
        done += len(block.numbers)
        if progress:
            progress(done, len(ordered))
    return ids


class _Maker:
    """Makes the blocks in order. What has to be asked of the database is asked before the first."""

    def __init__(
        self,
        like: Project,
        entries: Sequence[ProjectEntry],
        categories: Mapping[str, int],
        parents: Mapping[str, int],
        ids: Mapping[str, int],
        shapes: FirstShapes,
    ) -> None:
        self._like, self._entries, self._categories = like, entries, categories
        self._parents, self._ids, self._shapes = parents, ids, shapes
        self._numbering = Numbering(
            {entry.values["plan_year"] for entry in entries}, (entry.serial_no for entry in entries if entry.serial_no)
        )
        self._public_geometries = dict(Category.objects.values_list("id", "public_geometry"))
        self._places = _places(shapes.entries)

    def makers(self) -> Iterator[Callable[[], _Block]]:
        """So many at a time that whoever waits sees it move."""
        for begin in range(0, len(self._entries), BLOCK):
            yield partial(self._block, self._entries[begin : begin + BLOCK])

    def _block(self, entries: Sequence[ProjectEntry]) -> _Block:
        numbers = [self._ids[entry.key] for entry in entries]
        held = [self._values(entry) for entry in entries]
        names = sorted(set().union(*held))
        usual = {name: getattr(self._like, name) for name in names}
        return _Block(
            numbers=numbers,
            names=names,
            projects=[list((usual | values).values()) for values in held],
            history=first_history(dict(zip(numbers, (entry.history for entry in entries), strict=True))),
            investments=[
                (number, values.get("investment_basis", ""), values["total_investment"])
                for number, values in zip(numbers, held, strict=True)
                if values.get("total_investment")
            ],
            shapes=[
                (
                    number,
                    self._places[entry.key]["geom"],
                    _valid_from(entry),
                    *evidence_of(self._shapes.entries[entry.key]),
                )
                for number, entry in zip(numbers, entries, strict=True)
                if entry.key in self._places
            ],
        )

    def _values(self, entry: ProjectEntry) -> Values:
        unknown = entry.values.keys() - WRITABLE
        if unknown:
            raise ValueError(f"not a column of an entry: {sorted(unknown)}")
        values = {**begun_with(entry.history), **entry.values}
        values["category_id"] = self._categories[entry.category_code or "99"]
        values["serial_no"] = entry.serial_no or self._numbering.next(values["plan_year"])
        values["name_key"], values["search_text"] = derived(
            values["name"],
            values.get("aliases", ()),
            values["serial_no"],
            values.get("project_code"),
            values.get("location_text", ""),
        )
        values.setdefault("public_geometry", self._public_geometries[values["category_id"]])
        if entry.parent_key:
            values["parent_id"] = self._parents[entry.parent_key]
        return {**values, **self._places.get(entry.key, {})}


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


def _recorded_parents(new: Sequence[ProjectEntry]) -> dict[str, int]:
    wanted = {entry.parent_key for entry in new if entry.parent_key}
    return dict(Project.objects.filter(serial_no__in=wanted).values_list("serial_no", "id")) if wanted else {}


def _in_order(new: Sequence[ProjectEntry], recorded: Mapping[str, int]) -> list[ProjectEntry]:
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
    return tops + parts


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
    rows: Sequence[tuple[Any, ...]], shapes: FirstShapes, user: User | None, batch: int | None
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
    copy_alike(like, ("project_id", "geom", "valid_from", *EVIDENCE), rows)


def _valid_from(entry: ProjectEntry) -> date:
    return beginning(
        first_change=min((change.effective_on for change in entry.history), default=None),
        planned_start=entry.values.get("planned_start_on"),
        plan_year=entry.values["plan_year"],
    )
