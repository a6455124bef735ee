"""What changed, in the order of time: whoever reads a list of changes to its end and goes on from there has a mirror.

Rows of a published table are never changed in place: a snapshot closes those that are over and adds new ones, whose
keys grow. So a page of changes is found by the key, however many rows there are. Of a snapshot, what is gone stands
before what is new. What was taken back (a project, a name) is taken out of all snapshots and leaves no row to tell of
it: the list of withdrawals says so, and a mirror reads it every time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from geodata.parameters import Reader, bad, one, one_of, read, whole
from portal.opendata.api.lists import LISTS, MOST, listed
from portal.opendata.ogc.collections import Collection
from portal.opendata.ogc.items import geojson
from portal.opendata.ogc.systems import CRS84, SYSTEMS
from portal.public.models import PublishedWithdrawal, Snapshot

_CURSOR: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,18})-([0-9]{1,18})")
SIZE: Final = 100
REMOVE, PUT = "remove", "put"
_ALL_GONE: Final = 10**18 - 1  # behind whatever is gone of a snapshot


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where a reader has come: in `snapshot`, the last row told to be gone, and the last row told to be new."""

    snapshot: int
    gone: int
    new: int

    @classmethod
    def read(cls, name: str, texts: list[str]) -> Self:
        text = one(name, texts)
        found = _CURSOR.fullmatch(text)
        if not found:
            raise bad(name, text, _("take it as it stands in the next link of the page before"))
        return cls(*(int(part) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.snapshot}-{self.gone}-{self.new}"


READERS: Final[Mapping[str, Reader]] = {
    "collection": one_of(*LISTS),
    "since": whole(0, 999_999_999),
    "after": Cursor.read,
    "limit": whole(1, MOST),
}


@dataclass(frozen=True, slots=True)
class Change:
    snapshot: int
    action: str
    row: int
    key: Any
    values: dict[str, Any] | None = None

    @property
    def place(self) -> tuple[int, bool, int]:
        return self.snapshot, self.action == PUT, self.row

    def told(self, days: Mapping[int, Any]) -> dict[str, Any]:
        found = {"snapshot": self.snapshot, "published_at": days.get(self.snapshot), "action": self.action}
        return {**found, "key": self.key, **({"values": self.values} if self.values is not None else {})}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Changes in order; `after` continues behind the last of them, `is_last` when there are no more."""

    collection: str
    changes: list[dict[str, Any]]
    after: str
    is_last: bool


def stretch(query: Mapping[str, Any], newest: Snapshot) -> Stretch:
    """Four questions at most. Raises BadParameter."""
    asked = read(query, READERS)
    collection = listed(asked.get("collection", "projects"))
    limit = asked.get("limit", SIZE)
    start = asked.get("after") or _start(collection, asked.get("since", 0))
    new = list(_new(collection, start.new, limit + 1))
    until = new[limit - 1].snapshot if len(new) > limit else newest.number
    found = sorted([*_gone(collection, start, until, limit + 1), *new], key=lambda one: one.place)
    taken = found[:limit]
    days = dict(
        Snapshot.objects.filter(number__in={one.snapshot for one in taken}).values_list("number", "published_at")
    )
    after = _behind(start, taken)
    return Stretch(collection.id, [one.told(days) for one in taken], str(after), len(found) <= limit)


def _start(collection: Collection, since: int) -> Cursor:
    """Behind the rows of a snapshot that the reader has already: looked for from the newest backwards."""
    if not since:
        return Cursor(0, 0, 0)
    rows = _all(collection).filter(from_snapshot__lte=since).order_by("-row")
    return Cursor(since + 1, 0, rows.values_list("row", flat=True).first() or 0)


def _behind(start: Cursor, taken: list[Change]) -> Cursor:
    new = max([start.new, *(one.row for one in taken if one.action == PUT)])
    if not taken:
        return start
    last = taken[-1]
    if last.action == PUT:
        return Cursor(last.snapshot, _ALL_GONE, new)
    return Cursor(last.snapshot, last.row, new)


def _all(collection: Collection) -> QuerySet[Any]:
    return collection.rows({}).model._default_manager.order_by()


def _new(collection: Collection, behind: int, most: int) -> Iterator[Change]:
    rows, names = _all(collection).filter(row__gt=behind).order_by("row"), tuple(collection.columns)
    drawn: tuple[str, ...] = ()
    if collection.is_spatial:
        rows, drawn = rows.annotate(drawn=geojson(SYSTEMS[CRS84])), ("drawn",)
    for row, snapshot, *cells in rows.values_list("row", "from_snapshot", *names, *drawn)[:most]:
        values = dict(zip(names, cells, strict=False))
        if drawn:
            values["geometry"] = orjson.Fragment(cells[-1].encode()) if cells[-1] else None
        yield Change(snapshot, PUT, row, values[collection.identifier], values)


def _gone(collection: Collection, start: Cursor, until: int, most: int) -> Iterator[Change]:
    """Rows that were closed and have no successor in the snapshot that closed them."""
    if until < start.snapshot or (until == start.snapshot and start.gone == _ALL_GONE):
        return
    rows = _all(collection)
    same = {collection.identifier: OuterRef(collection.identifier), "from_snapshot": OuterRef("to_snapshot")}
    closed = rows.filter(to_snapshot__gte=start.snapshot, to_snapshot__lte=until).filter(~Exists(rows.filter(**same)))
    if start.gone:
        closed = closed.exclude(to_snapshot=start.snapshot, row__lte=start.gone)
    found = closed.order_by("to_snapshot", "row").values_list("to_snapshot", "row", collection.identifier)
    for snapshot, row, key in found[:most]:
        yield Change(snapshot, REMOVE, row, key)


def withdrawals() -> list[dict[str, Any]]:
    """All that was taken back and from which project, the newest first; never what it said."""
    names = ("number", "kind", "code", "key", "reason", "withdrawn_on")
    rows = PublishedWithdrawal.objects.order_by("-number", "code").values_list(*names)
    return [dict(zip(names, row, strict=True)) for row in rows]
