"""What is kept of the counts of one value of one filter, or of two together."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q

from geodata.summary.facets import FACETS
from portal.public.models import FacetCounts, Snapshot

PAIR: Final = "pair"


def joined(limits: Mapping[str, str]) -> tuple[str, str]:
    """Names and values of limits as they are kept together."""
    names = [name for name in FACETS if name in limits]
    return "+".join(names), "+".join(limits[name] for name in names)


def facet_counts(snapshot: Snapshot, limits: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Facet → counts of its value, for those of the limits of which they are kept, and under PAIR those of all limits
    together. One question."""
    together, values = joined(limits)
    asked = reduce(or_, (Q(facet=name, value=value) for name, value in limits.items()), Q(facet=together, value=values))
    rows = FacetCounts.objects.filter(asked, snapshot=snapshot.number)
    return {PAIR if "+" in row.facet else row.facet: row.counted for row in rows}


def counts_of(snapshot: Snapshot, facet: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """What is kept of each of the values that a project has. One question."""
    rows = FacetCounts.objects.filter(snapshot=snapshot.number, facet=facet, value__in=values)
    return list(rows.values_list("counted", flat=True))
