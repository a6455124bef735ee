"""What a list shows above its rows: sums, counts beside the filters, marks that a map leaves out.

Of all projects and of each value of each filter it is counted once, when a snapshot is published.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, Final

from django.db.models import QuerySet

from geodata.searching import among, keys_holding, search_terms
from geodata.summary.facets import BESIDES, FACETS, by_value, facet_counts, facet_table
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import Totals, aggregates, columns_of, totals_of
from geodata.tiles.render import left_out
from portal.public import selectors, words
from portal.public.models import PublishedProject, Snapshot
from portal.public.remembered import Remembered
from portal.public.selectors.counts import PAIR, joined

PAIRS_FROM: Final = 10_000  # projects; fewer are counted in some 40 ms
MOST_KEYS: Final = 2_000  # remembered with the counts of a search, so that its pages need not look for the words again


@dataclass(frozen=True)
class Counted:
    """`facets`: facet → value → number; `undrawn`: tile zoom → number. `keys`: those of the rows with the words, for
    the page that comes next, where they were looked up and are few."""

    totals: Totals
    facets: dict[str, dict[str, int]]
    undrawn: dict[int, int]
    keys: tuple[int, ...] | None = field(default=None, compare=False)


_REMEMBERED: Final = Remembered[Counted]()


def count(
    rows: QuerySet[PublishedProject],
    everything: QuerySet[PublishedProject],
    chosen: ProjectFilter,
    snapshot: Snapshot,
) -> Counted:
    """Of the rows that pass `chosen`; `everything` is the same without the filter.

    What the snapshot keeps is not counted again: all of it without a limit, with one value of one facet, with several
    of one that a project has once; with two limits the choices beside either are those of the other alone, and only
    the rows found are counted for the rest.
    """
    limits = _limits(chosen)
    if not limits and snapshot.whole:
        return unpacked(snapshot.whole)
    several = _several(limits, snapshot)
    if several:
        return several
    kept = selectors.facet_counts(snapshot, limits) if limits and len(limits) < 3 and snapshot.whole else {}
    both = kept.pop(PAIR, None)
    asked = " ".join(f"{name}={text}" for name, text in limits.items())
    if not kept or len(kept) < len(limits):
        return _REMEMBERED.of(snapshot, asked, lambda: _afresh(rows, everything, chosen))
    if len(limits) == 1:
        [(facet, counted)] = kept.items()
        return _beside(unpacked(counted), _offered(facet, snapshot.whole))
    first, second = kept
    found = unpacked(both) if both else _REMEMBERED.of(snapshot, asked, lambda: _found(rows, everything, chosen))
    return _beside(found, _offered(first, kept[second]) | _offered(second, kept[first]))


def _afresh(rows: QuerySet[PublishedProject], everything: QuerySet[PublishedProject], chosen: ProjectFilter) -> Counted:
    """Words are looked up once, or a box, where they leave few rows, and these are counted by key."""
    if chosen.q:
        keys, rest = keys_holding(everything, chosen.q, most=words.FREQUENT_FROM), replace(chosen, q="")
    else:
        keys, rest = _in_box(everything, chosen), replace(chosen, bbox=None)
    if keys is None:
        return _counted(rows, facet_counts(everything, chosen))
    having = among(everything, keys)
    found = _counted(rest.apply(having), facet_counts(having, rest))
    return replace(found, keys=tuple(keys)) if chosen.q and len(keys) <= MOST_KEYS else found


def _found(rows: QuerySet[PublishedProject], everything: QuerySet[PublishedProject], chosen: ProjectFilter) -> Counted:
    """Of the rows found alone, what stands beside the choices being known. Words are looked up once here, too."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: words.FREQUENT_FROM + 1]) if chosen.q else []
    if 0 < len(keys) <= words.FREQUENT_FROM:
        rows = among(everything, keys)
    return _counted(rows, facet_counts(rows, ProjectFilter()))


def _in_box(everything: QuerySet[PublishedProject], chosen: ProjectFilter) -> list[int] | None:
    """Keys of the rows in the box; None without one, or where they are many."""
    if not chosen.bbox:
        return None
    inside = ProjectFilter(bbox=chosen.bbox).apply(everything).values_list("pk", flat=True)
    keys = list(inside[: words.FREQUENT_FROM + 1])
    return keys if len(keys) <= words.FREQUENT_FROM else None


def _offered(facet: str, counted: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """The choices of a facet as they are counted there; none for a limit that is no choice of the lists."""
    return {facet: counted["facets"][facet]} if facet in FACETS else {}


def _several(limits: Mapping[str, str], snapshot: Snapshot) -> Counted | None:
    """Of several statuses or stages and no other limit: no project has two, so what is kept of each adds up."""
    [(name, text)] = limits.items() if len(limits) == 1 else [("", "")]
    if "," not in text or name not in ("status", "stage") or not snapshot.whole:
        return None
    parts = [unpacked(one) for one in selectors.counts_of(snapshot, name, text.split(","))]
    if not parts:
        return None
    facets: dict[str, Counter[str]] = {each: Counter() for each in FACETS}
    undrawn: Counter[int] = Counter()
    for part in parts:
        undrawn.update(part.undrawn)
        for each in FACETS:
            facets[each].update(part.facets[each])
    found = Counted(
        reduce(add, (part.totals for part in parts)),
        {each: {value: facets[each][value] for value in sorted(facets[each])} for each in FACETS},
        dict(undrawn),
    )
    return _beside(found, _offered(name, snapshot.whole))


def _beside(found: Counted, facets: dict[str, dict[str, int]]) -> Counted:
    """With these choices in place of its own: what choosing another value instead would show."""
    return Counted(found.totals, found.facets | facets, found.undrawn)


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


def _limits(chosen: ProjectFilter) -> dict[str, str]:
    """The limits of a filter, where a snapshot may keep counts of them: facets with one value each, as texts, and
    words in the form in which they are looked for."""
    limits = {name: text for name, text in chosen.to_query().items() if name not in ("sort", "page", "limit")}
    return limits | {"q": " ".join(search_terms(chosen.q))} if "q" in limits else limits


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


def by_facet(rows: QuerySet[PublishedProject]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(facet, value, counts as `packed` gives them) for every value that a row has, and for every two of different
    facets that many rows have. Nine statements, and three for each such two."""
    facets, figures = facet_table(rows), aggregates(columns_of(rows))
    for name in (*FACETS, *BESIDES):
        sums: dict[str, dict[str, Any]] = {}
        located: dict[str, dict[int, int]] = {}
        for value, group in by_value(rows, name, "tile_zoom", **figures):
            added = sums.setdefault(value, dict.fromkeys(figures, 0))
            sums[value] = {each: added[each] + group[each] for each in figures}
            zooms = located.setdefault(value, {})
            zooms[group["tile_zoom"]] = zooms.get(group["tile_zoom"], 0) + group["projects"] - group["unlocated"]
        for value, found in sums.items():
            yield name, value, _as_json(found, facets[name, value], left_out(located[value]))
    yield from _pairs(rows, facets)
    yield from _words(rows)


def _pairs(
    rows: QuerySet[PublishedProject], facets: Mapping[tuple[str, str], dict[str, dict[str, int]]]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for (name, value), others in facets.items():
        if name in BESIDES:
            continue
        for other in FACETS[FACETS.index(name) + 1 :]:
            for beside, n in others[other].items():
                if n >= PAIRS_FROM:
                    limits = {name: value, other: beside}
                    yield *joined(limits), packed(ProjectFilter.from_query(limits).apply(rows))


def _words(rows: QuerySet[PublishedProject]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The words that many projects have; of those that the same projects have, one is counted for all."""
    for same in words.frequent(rows):
        counted = packed(ProjectFilter(q=same[0]).apply(rows))
        yield from (("q", word, counted) for word in same)


def unpacked(whole: dict[str, Any]) -> Counted:
    sums = {name: Decimal(value) if isinstance(value, str) else value for name, value in whole["sums"].items()}
    undrawn = {int(zoom): n for zoom, n in whole["undrawn"].items()}
    return Counted(Totals.from_aggregate(sums), whole["facets"], undrawn)
