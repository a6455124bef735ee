"""What a page without a filter shows of all projects: sums, counts beside the filters, marks that a map leaves out.

Counted once, when a snapshot is published, by the same functions that count for a filter.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from geodata.summary.facets import FACETS, facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import Totals, aggregates, columns_of, totals_of
from geodata.tiles.render import left_out, undrawn_by_zoom
from portal.public.models import PublishedProject


@dataclass(frozen=True)
class Counted:
    """`facets`: facet → value → number; `undrawn`: tile zoom → number."""

    totals: Totals
    facets: dict[str, dict[str, int]]
    undrawn: dict[int, int]


def count(
    rows: QuerySet[PublishedProject],
    everything: QuerySet[PublishedProject],
    chosen: ProjectFilter,
    kept: dict[str, Any],
) -> Counted:
    """Of the rows that pass `chosen`; `everything` is the same without the filter. Sums and marks in one statement.

    `kept` is what the snapshot holds of all projects: where one facet alone is chosen, the choices beside it are those
    of the whole city, and only the rows found need to be counted for the others.
    """
    totals, located = Totals(), dict[int, int]()
    for group in rows.order_by().values("tile_zoom").annotate(**aggregates(columns_of(rows))):
        part = Totals.from_aggregate(dict(group))
        totals += part
        located[group["tile_zoom"]] = part.projects - part.unlocated
    if not totals.projects:
        totals = totals_of(rows)  # sums of nothing, not no sums
    alone = _only_facet(chosen) if kept else ""
    if alone:
        facets = facet_counts(rows, ProjectFilter()) | {alone: kept["facets"][alone]}
    else:
        facets = facet_counts(everything, chosen)
    return Counted(totals, facets, left_out(located))


def _only_facet(chosen: ProjectFilter) -> str:
    """The facet that is the filter's only limit; empty if there are more, or another."""
    limits = [name for name in chosen.to_query() if name not in ("sort", "page", "limit")]
    return limits[0] if len(limits) == 1 and limits[0] in FACETS else ""


def packed(rows: QuerySet[PublishedProject]) -> dict[str, Any]:
    """The counts over all rows as JSON to keep with the snapshot; amounts as texts, for they have fen."""
    sums = rows.order_by().aggregate(**aggregates(columns_of(rows)))
    return {
        "sums": {name: str(value) if isinstance(value, Decimal) else value for name, value in sums.items()},
        "facets": facet_counts(rows, ProjectFilter()),
        "undrawn": {str(zoom): n for zoom, n in undrawn_by_zoom(rows).items()},
    }


def unpacked(whole: dict[str, Any]) -> Counted:
    sums = {name: Decimal(value) if isinstance(value, str) else value for name, value in whole["sums"].items()}
    undrawn = {int(zoom): n for zoom, n in whole["undrawn"].items()}
    return Counted(Totals.from_aggregate(sums), whole["facets"], undrawn)
