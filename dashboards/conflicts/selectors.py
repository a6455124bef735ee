"""The pairs of a person's scope; what is not theirs is named only where the public may know of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet

from dashboards.conflicts.models import PairsRun, WorksPair
from geodata import parameters
from geodata.parameters import Chosen
from geodata.projects.choices import Disclosure
from geodata.projects.models import Project
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

_SIDE = ("pk", "serial_no", "name", "status", "disclosure", "category__name", "management_unit__name")


@dataclass(frozen=True)
class PairsFilter(Chosen):
    """Pairs of which one project is of the unit, or of the category (and those below it)."""

    unit: str = ""
    category: str = ""
    page: int = 1
    limit: int = 50

    READERS: ClassVar = {
        "unit": parameters.code,
        "category": parameters.code,
        "page": parameters.page,
        "limit": parameters.limit,
    }


@dataclass(frozen=True, slots=True)
class Side:
    """One project of a pair. `code` and `name` are empty for one that the person may not know of; `own`: in scope."""

    code: str
    name: str
    status: str
    category: str
    unit: str
    own: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two works near each other at the same time."""

    row: WorksPair
    first: Side
    second: Side


def pairs(scope: Scope, chosen: PairsFilter) -> QuerySet[WorksPair]:
    """The open pairs with at least one project of the scope, those that begin first before the others."""
    rows = WorksPair.objects.filter(until__isnull=True)
    if not scope.everything:
        rows = _of(rows, visible(scope))
    if chosen.unit:
        rows = _of(rows, Project.objects.filter(management_unit__code=chosen.unit))
    if chosen.category:
        rows = _of(rows, Project.objects.filter(category__code__startswith=chosen.category))
    return rows.order_by("overlap_from", "distance_m", "pk")


def _of(rows: QuerySet[WorksPair], projects: QuerySet[Project]) -> QuerySet[WorksPair]:
    """Pairs with at least one of the projects: two sets to look an id up in, where joins would read every project."""
    ids = projects.values("pk")
    return rows.filter(Q(first__in=ids) | Q(second__in=ids))


def pair_page(scope: Scope, chosen: PairsFilter, *, start: int, stop: int) -> list[Pair]:
    """Some pairs with what the person may know of their projects. Three queries, two for the whole city.

    Which ones comes first: the columns of their projects are read of these alone.
    """
    keys = list(pairs(scope, chosen).values_list("pk", flat=True)[start:stop])
    columns = {f"{side}_{name}": F(f"{side}__{name}") for side in ("first", "second") for name in _SIDE[1:]}
    place = {pk: number for number, pk in enumerate(keys)}
    found: Any = WorksPair.objects.filter(pk__in=keys).order_by().annotate(**columns) if keys else []
    rows: list[Any] = sorted(found, key=lambda row: place[row.pk])
    ids = {pk for row in rows for pk in (row.first_id, row.second_id)}
    own = ids if scope.everything else _own(scope, ids)
    return [Pair(row, _side(row, "first", own), _side(row, "second", own)) for row in rows]


def _own(scope: Scope, ids: Iterable[int]) -> set[int]:
    return set(visible(scope).filter(pk__in=list(ids)).values_list("pk", flat=True))


def _side(row: Any, side: str, own: set[int]) -> Side:
    mine = getattr(row, f"{side}_id") in own
    known = mine or getattr(row, f"{side}_disclosure") == Disclosure.PUBLIC
    return Side(
        code=getattr(row, f"{side}_serial_no") if known else "",
        name=getattr(row, f"{side}_name") if known else "",
        status=getattr(row, f"{side}_status") if known else "",
        category=getattr(row, f"{side}_category__name") if known else "",
        unit=getattr(row, f"{side}_management_unit__name"),
        own=mine,
    )


def last_run() -> PairsRun | None:
    """The newest comparison. One query."""
    return PairsRun.objects.order_by("-pk").first()
