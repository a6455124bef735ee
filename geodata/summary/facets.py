"""Facets: how many projects each value of a filter would show, the other limits staying as they are.

Works on any queryset with the column names of columns.py, the record's rows and the published table alike.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.db import connections
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from geodata.summary.filters import LIMITS, ProjectFilter

FACETS: Final = ("unit", "region", "category", "status", "year", "source")
# limits without a choice on the lists, whose counts can be kept as those of facets can
BESIDES: Final = ("stage", "located")
# where a facet's values stand, if not under its own name
_COLUMN: Final = {"year": "years", "source": "sources", "located": "is_located"}
_SEVERAL: Final = ("year", "source")  # arrays, for a project has several years and sources


def facet_counts(rows: QuerySet[Any], chosen: ProjectFilter) -> dict[str, dict[str, int]]:
    """For each facet, value → number of rows that pass all limits of `chosen` but the facet's own. One statement.

    `rows` are the rows of the scope and the day, without a filter. The count of a value is that of the list with this
    value chosen. Values without a row are left out. Codes are texts ("2026" for a year); categories are counted by
    their two and by their four digits.
    """
    own = {name: LIMITS[name](value) for name in FACETS if (value := getattr(chosen, name))}
    found: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for group in _groups(_near(rows, chosen, own), list(own)):
        name = FACETS[group["place"]]
        n = group[f"without_{name}"] if name in own else group["n"]
        for value in texts_of(name, group[name]):
            found[name][value] += n
    return {name: {value: counts[value] for value in sorted(counts) if counts[value]} for name, counts in found.items()}


def _near(rows: QuerySet[Any], chosen: ProjectFilter, own: Mapping[str, Q]) -> QuerySet[Any]:
    """The rows that count anywhere, for they miss the limit of one facet at most; `keeps_…` says which they keep. Equal
    ones are counted together: that leaves a few thousand groups to be added up six times."""
    defaults: dict[str, Any] = {field.name: field.default for field in dataclasses.fields(chosen) if field.name in own}
    near = dataclasses.replace(chosen, **defaults).apply(rows).order_by()
    if len(own) > 1:
        near = near.filter(reduce(or_, (reduce(and_, _but(own, name)) for name in own)))
    keeps = {f"keeps_{name}": ExpressionWrapper(limit, BooleanField()) for name, limit in own.items()}
    values = {f"value_{name}": F(_COLUMN.get(name, name)) for name in FACETS}
    return near.values(**values, **keeps).annotate(rows=Count("pk"))


def _but(own: Mapping[str, Q], name: str) -> Iterable[Q]:
    return (limit for other, limit in own.items() if other != name)


def _groups(near: QuerySet[Any], own: list[str]) -> list[dict[str, Any]]:
    """A group for each value of each facet: `place` in FACETS, the value under the facet's name, `n` rows that keep
    every limit, `without_…` rows that keep all but one."""
    sql, parameters = near.query.get_compiler(using=near.db, elide_empty=False).as_sql()
    counts = [f"coalesce(sum(rows){_filter(own)}, 0)::int"]
    counts += [f"coalesce(sum(rows){_filter([other for other in own if other != name])}, 0)::int" for name in own]
    # GROUPING sets the bits of the columns that a group is not by, the last column's bit being the lowest
    masks = {((1 << len(FACETS)) - 1) ^ (1 << len(FACETS) - 1 - place): place for place in range(len(FACETS))}
    values = ", ".join(f"value_{name}" for name in FACETS)
    # The names are this module's; what the ORM wrote is SQL with its own parameters.
    statement = (
        f"SELECT GROUPING ({values}), {values}, {', '.join(counts)} FROM ({sql}) near "  # noqa: S608
        f"GROUP BY GROUPING SETS ({values})"
    )
    names = ["place", *FACETS, "n", *(f"without_{name}" for name in own)]
    with connections[near.db].cursor() as cursor:
        cursor.execute(statement, parameters)
        return [dict(zip(names, (masks[mask], *cells), strict=True)) for mask, *cells in cursor.fetchall()]


def _filter(kept: list[str]) -> str:
    return f" FILTER (WHERE {' AND '.join(f'keeps_{name}' for name in kept)})" if kept else ""


def texts_of(name: str, value: Any) -> set[str]:
    """The values of a facet that a stored one stands for."""
    if value is None:
        return set()
    if name in _SEVERAL:
        return {str(each) for each in value}
    if name == "located":
        return {"yes" if value else "no"}
    return {value[:2], value} if name == "category" else {value}
