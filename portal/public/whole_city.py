"""What a list shows above its rows: sums, counts beside the filters, marks that a map leaves out.

Of the newest snapshot it is counted in the sets that are kept with it (portal/public/masks.py); of a past edition by
the database.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial, reduce
from operator import or_
from typing import Any, Final

from django.db import connections
from django.db.models import QuerySet

from geodata.searching import among, keys_holding, search_terms
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import Totals, aggregates, columns_of, totals_of
from geodata.tiles.render import left_out
from portal.public import selectors
from portal.public.masks import Frame, Masks, Set
from portal.public.models import PublishedProject, Snapshot
from portal.public.remembered import Remembered


@dataclass(frozen=True)
class Listed:
    """The rows found as a set of a snapshot's projects; `inside`: those that have the words and lie in the box."""

    masks: Masks
    those: Set
    inside: Set | None = None

    def keys(self, start: int = 0, stop: int | None = None, *, order: str = "") -> list[int]:
        """In the order of the list, the largest first, or in another (`selectors.has_order`)."""
        return self.masks.keys_of(self.those, start, stop, order=order)

    def __len__(self) -> int:
        return self.those.bit_count()

    def __bool__(self) -> bool:
        return True  # found, if only that there is none


@dataclass(frozen=True)
class Counted:
    """`facets`: facet → value → number; `undrawn`: tile zoom → number. `listed`: which rows, where sets are kept."""

    totals: Totals
    facets: dict[str, dict[str, int]]
    undrawn: dict[int, int]
    listed: Listed | None = field(default=None, compare=False)


MOST_KEYS: Final = 10_000  # of rows with a word, where the database counts them
_REMEMBERED: Final = Remembered[Set]()


def count(
    rows: QuerySet[PublishedProject],
    everything: QuerySet[PublishedProject],
    chosen: ProjectFilter,
    snapshot: Snapshot,
) -> Counted:
    """Of the rows that pass `chosen`; `everything` is the same without the filter.

    Without a limit it is what the snapshot tells. Boxes are looked for once and remembered; all else is counted
    without a question to the database.
    """
    if _is_whole(chosen) and snapshot.whole:
        return unpacked(snapshot.whole)
    found = listed(everything, chosen, snapshot)
    if found is None:
        return _afresh(rows, everything, chosen)
    masks, those = found.masks, found.those
    return Counted(masks.totals(those), masks.facets(chosen, found.inside), masks.undrawn(those), found)


def listed(
    everything: QuerySet[PublishedProject],
    chosen: ProjectFilter,
    snapshot: Snapshot,
    *,
    boxes: Sequence[Frame] | None = None,
) -> Listed | None:
    """The rows that pass, in one of the boxes if there are any; None where the snapshot keeps no sets."""
    masks = selectors.masks_of(snapshot)
    if masks is None:
        return None
    within = boxes or ([chosen.bbox] if chosen.bbox else [])
    inside = _inside(masks, everything, chosen.q, within, snapshot)
    return Listed(masks, masks.limited(chosen, inside=inside), inside)


def largest(chosen: ProjectFilter, snapshot: Snapshot, most: int) -> list[int]:
    """Keys of the first rows of a list. By the sets where they are kept: with words the database may take every row for
    the next one of the list and look for it among all that have the words."""
    found = listed(selectors.all_projects(snapshot.edition), chosen, snapshot)
    if found is not None:
        return found.keys(0, most)
    return list(selectors.projects(snapshot.edition, chosen).values_list("pk", flat=True)[:most])


def _is_whole(chosen: ProjectFilter) -> bool:
    return not chosen.to_query().keys() - {"sort", "page", "limit"}


def _inside(
    masks: Masks, everything: QuerySet[PublishedProject], q: str, boxes: Sequence[Frame], snapshot: Snapshot
) -> Set | None:
    """The projects that have the words and lie in one of the boxes; None where neither is asked for."""
    if not (q or boxes):
        return None
    found = masks.all
    for term in search_terms(q):
        found &= _REMEMBERED.of(snapshot, f"q={term}", partial(selectors.holding, snapshot, masks, term))
    if boxes:
        parts = [_REMEMBERED.of(snapshot, f"bbox={box}", partial(_in_box, masks, everything, box)) for box in boxes]
        found &= reduce(or_, parts)
    return found


def _in_box(masks: Masks, everything: QuerySet[PublishedProject], box: Frame) -> Set:
    """Shapes are looked at where the frame around them is neither in the box nor beside it."""
    inside, partly = masks.framed(box)
    if not partly:
        return inside
    return inside | masks.of_keys(_keys(ProjectFilter(bbox=box).apply(among(everything, partly))))


def _keys(rows: QuerySet[PublishedProject]) -> "array[int]":
    """All keys as one value: a row each would take as long as finding them."""
    statement, parameters = rows.order_by().values("pk").query.get_compiler(using=rows.db).as_sql()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"SELECT array_agg(found.pk) FROM ({statement}) found (pk)", parameters)  # noqa: S608
        [found] = cursor.fetchone() or [None]
    return array("q", found or ())


def _afresh(rows: QuerySet[PublishedProject], everything: QuerySet[PublishedProject], chosen: ProjectFilter) -> Counted:
    """By the database. Words are looked up once where they leave few rows, and these are counted by key."""
    keys = keys_holding(everything, chosen.q, most=MOST_KEYS) if chosen.q else None
    if keys is None:
        return _counted(rows, facet_counts(everything, chosen))
    having, rest = among(everything, keys), replace(chosen, q="")
    return _counted(rest.apply(having), facet_counts(having, rest))


def _counted(rows: QuerySet[PublishedProject], facets: dict[str, dict[str, int]]) -> Counted:
    """Sums and marks in one statement."""
    totals, located = Totals(), dict[int, int]()
    for group in rows.order_by().values("tile_zoom").annotate(**aggregates(columns_of(rows))):
        part = Totals.from_aggregate(dict(group))
        totals += part
        located[group["tile_zoom"]] = part.projects - part.unlocated
    if not totals.projects:
        totals = totals_of(rows)  # sums of nothing, not no sums
    return Counted(totals, facets, left_out(located))


def packed(rows: QuerySet[PublishedProject]) -> dict[str, Any]:
    """The counts over all rows as JSON to keep with the snapshot; amounts as texts, for they have fen."""
    figures = aggregates(columns_of(rows))
    groups: list[Any] = list(rows.order_by().values("tile_zoom").annotate(**figures))
    sums = {name: sum(group[name] for group in groups) for name in figures}
    located = {group["tile_zoom"]: group["projects"] - group["unlocated"] for group in groups}
    return _as_json(sums, facet_counts(rows, ProjectFilter()), left_out(located))


def _as_json(
    sums: Mapping[str, Any], facets: Mapping[str, dict[str, int]], undrawn: Mapping[int, int]
) -> dict[str, Any]:
    return {
        "sums": {name: str(value) if isinstance(value, Decimal) else value for name, value in sums.items()},
        "facets": facets,
        "undrawn": {str(zoom): n for zoom, n in undrawn.items()},
    }


def unpacked(whole: dict[str, Any]) -> Counted:
    sums = {name: Decimal(value) if isinstance(value, str) else value for name, value in whole["sums"].items()}
    undrawn = {int(zoom): n for zoom, n in whole["undrawn"].items()}
    return Counted(Totals.from_aggregate(sums), whole["facets"], undrawn)
