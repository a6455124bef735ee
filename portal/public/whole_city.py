"""What a list shows above its rows: sums, counts beside the filters, marks that a map leaves out.

Of the newest snapshot it is counted in the sets that are kept with it (portal/public/masks.py); of a past edition by
the database.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any, Final

from django.db import connections
from django.db.models import QuerySet

from geodata.searching import among, holding, keys_holding, search_terms
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import Totals, aggregates, columns_of, totals_of
from geodata.tiles.render import left_out
from portal.public import selectors, words
from portal.public.masks import WORD, Frame, Masks, Set
from portal.public.models import PublishedProject, Snapshot
from portal.public.remembered import Remembered


@dataclass(frozen=True)
class Listed:
    """The rows found as a set of a snapshot's projects."""

    masks: Masks
    those: Set

    def keys(self, start: int = 0, stop: int | None = None) -> list[int]:
        """In the order of the list, the largest first."""
        return self.masks.keys_of(self.those, start, stop)


@dataclass(frozen=True)
class Counted:
    """`facets`: facet → value → number; `undrawn`: tile zoom → number. `listed`: which rows, where sets are kept."""

    totals: Totals
    facets: dict[str, dict[str, int]]
    undrawn: dict[int, int]
    listed: Listed | None = field(default=None, compare=False)


_REMEMBERED: Final = Remembered[Set]()


def count(
    rows: QuerySet[PublishedProject],
    everything: QuerySet[PublishedProject],
    chosen: ProjectFilter,
    snapshot: Snapshot,
) -> Counted:
    """Of the rows that pass `chosen`; `everything` is the same without the filter.

    Without a limit it is what the snapshot tells. Words and boxes are looked for once and remembered; all else is
    counted without a question to the database.
    """
    if _is_whole(chosen) and snapshot.whole:
        return unpacked(snapshot.whole)
    masks = selectors.masks_of(snapshot)
    if masks is None:
        return _afresh(rows, everything, chosen)
    inside = _inside(masks, everything, chosen, snapshot)
    those = masks.limited(chosen, inside=inside)
    listed = Listed(masks, those)
    return Counted(masks.totals(those), masks.facets(chosen, inside), masks.undrawn(those), listed)


def _is_whole(chosen: ProjectFilter) -> bool:
    return not chosen.to_query().keys() - {"sort", "page", "limit"}


def _inside(
    masks: Masks, everything: QuerySet[PublishedProject], chosen: ProjectFilter, snapshot: Snapshot
) -> Set | None:
    """The projects that have the words and lie in the box; None where neither is asked for."""
    if not (chosen.q or chosen.bbox):
        return None
    found = _with_words(masks, everything, chosen.q, snapshot) if chosen.q else masks.all
    if box := chosen.bbox:
        found &= _REMEMBERED.of(snapshot, f"bbox={box}", lambda: _in_box(masks, everything, box))
    return found


def _with_words(masks: Masks, everything: QuerySet[PublishedProject], q: str, snapshot: Snapshot) -> Set:
    """By what is kept of frequent words and of single characters; the others are looked up."""
    terms = set(search_terms(q))
    kept = {term: masks.sets[WORD, term] for term in terms if (WORD, term) in masks.sets}
    single = {term for term in terms - kept.keys() if len(term) == 1}
    kept |= selectors.characters(snapshot, single) if single else {}
    rare = " ".join(sorted(terms - kept.keys()))
    found = masks.all
    if rare:
        found = _REMEMBERED.of(snapshot, f"q={rare}", lambda: masks.of_keys(_keys(holding(everything, rare))))
    return reduce(and_, kept.values(), found)


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
    keys = keys_holding(everything, chosen.q, most=words.FREQUENT_FROM) if chosen.q else None
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
