"""The lists of the interface: the same collections and limits as OGC API Features and the files, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from geodata.parameters import Reader, available, page, read, shown, whole
from geodata.summary import parameters
from geodata.summary.filters import ProjectFilter
from portal.opendata.ogc.collections import PAYMENTS, PROJECTS, REGIONS, Collection
from portal.opendata.tables import CONTRACTS
from portal.public import selectors
from portal.public.disclosure import Facts, judged
from portal.public.models import Snapshot

SIZE: Final = 100
MOST: Final = 1000
LISTS: Final = {found.id: found for found in (PROJECTS, PAYMENTS, CONTRACTS, REGIONS)}
_PAGING: Final[Mapping[str, Reader]] = {"page": page, "limit": whole(1, MOST)}
_OF_PROJECTS: Final = {name: parameters.READERS[name] for name in ("bbox", "sort")}


def listed(name: str) -> Collection:
    """Raises NotFound."""
    found = LISTS.get(name)
    if found is None:
        raise NotFound(_("There is no such data set; %(hint)s") % {"hint": available(LISTS)})
    return found


def readers(collection: Collection) -> dict[str, Reader]:
    """Every parameter of a list."""
    return {**collection.limits, **(_OF_PROJECTS if collection is PROJECTS else {}), **_PAGING}


@dataclass(frozen=True, slots=True)
class Page:
    items: list[dict[str, Any]]
    count: int
    page: int
    limit: int

    @property
    def has_next(self) -> bool:
        return bool(self.items) and self.page * self.limit < self.count


def page_of(collection: Collection, query: Mapping[str, Any], snapshot: Snapshot) -> Page:
    """Two questions; one where the number of rows is known. Raises BadParameter."""
    asked = read(query, readers(collection))
    number, limit, sort = asked.pop("page", 1), asked.pop("limit", SIZE), asked.pop("sort", "")
    rows = collection.rows(asked)
    rows = ProjectFilter(sort=sort).ordered(rows) if sort else rows.order_by(*collection.order)
    count = collection.total(snapshot) if collection.total and not asked else rows.count()
    part = rows[(number - 1) * limit : number * limit]
    return Page([values(collection, row) for row in part.values_list(*collection.columns)], count, number, limit)


def values(collection: Collection, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(collection.columns, row, strict=True))


def one_project(code: str, snapshot: Snapshot) -> dict[str, Any]:
    """A project with its shape, money, milestones and completeness of disclosure. Raises NotFound, Withdrawn."""
    whole_one = selectors.whole_project(selectors.NEWEST, code)
    contracts = list(selectors.contracts(selectors.NEWEST, code))
    row = whole_one.row
    reached = {node.node: node.actual_on for node in whole_one.milestones if node.actual_on}
    items = judged(Facts(row, reached, contracts, whole_one.changes), snapshot.as_of)
    return {
        **{name: getattr(row, name) for name in PROJECTS.columns},
        "geometry": orjson.Fragment(row.geom.geojson.encode()) if row.geom else None,
        "funding": [_of(one, "source", "source_name", "amount") for one in whole_one.funding],
        "years": [_of(one, "year", "planned", "adjusted", "allocated") for one in whole_one.years],
        "contracts": [_of(one, *CONTRACTS.columns) for one in contracts],
        "contract_changes": [
            _of(one, "contract_key", "number", "level", "amount", "approved_on", "reason", "content")
            for one in whole_one.changes
        ],
        "milestones": [
            _of(one, "node", "name", "planned_on", "planned_precision", "forecast_on", "actual_on")
            for one in whole_one.milestones
        ],
        "disclosure": [
            {"group": one.group.key, "state": one.state.value, "due_on": one.due_on, "elements": dict(one.elements)}
            for one in items
        ],
    }


def _of(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def one(collection: Collection, identifier: str) -> dict[str, Any]:
    """One row of another list. Raises NotFound."""
    number = collection.identifier == "number"
    rows = collection.rows({}).order_by()
    found = None
    if not number or (identifier.isascii() and identifier.isdigit() and len(identifier) < 19):
        found = rows.filter(**{collection.identifier: identifier}).values_list(*collection.columns).first()
    if found is None:
        raise NotFound(_("The record “%(name)s” does not exist or is not public") % {"name": shown(identifier)})
    return values(collection, found)
