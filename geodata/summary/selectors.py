"""Reads of project rows and their sums, within a person's scope. The day comes from the filter, else it is today."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from geodata.errors import NotFound
from geodata.projects.models import Project
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.regions import nothing
from geodata.summary.silence import is_stale
from geodata.summary.sums import FIGURES, Totals, aggregates, columns_of, totals_of

NOT_FOUND = "没有这个项目，或者它不在您的工作范围内"


def project_rows(scope: Scope, chosen: ProjectFilter, *, today: date, few: bool = False) -> ProjectRows:
    """The rows that the person may see and that pass the filter, in the order of their codes; `few` as in `apply`."""
    rows = ProjectRow.objects.at(chosen.as_of or today, today=today)
    return chosen.apply(within(rows, scope), few=few).order_by("code")


def listed(scope: Scope, chosen: ProjectFilter, *, today: date, start: int, stop: int) -> list[ProjectRow]:
    """Rows `start` to `stop` of the list in the order asked for, with every column and `is_stale` (silence.py).

    Two queries: the order needs a column or two of all rows, and only then the others are read, of a few rows.
    """
    keys = chosen.ordered(project_rows(scope, chosen, today=today)).values_list("pk", flat=True)[start:stop]
    return in_order(list(keys), chosen.as_of or today, today=today)


def in_order(project_ids: Sequence[int], day: date, *, today: date) -> list[ProjectRow]:
    """The rows of these projects, in their order, with every column and `is_stale`. One query, none for nothing."""
    place = {pk: number for number, pk in enumerate(project_ids)}
    rows = ProjectRow.objects.of(list(place), day, today=today).annotate(is_stale=is_stale()) if place else []
    return sorted(rows, key=lambda row: place[row.pk])


def project_row(scope: Scope, code: str, *, today: date, as_of: date | None = None) -> ProjectRow:
    """One project by its code (the platform's serial number). Raises NotFound outside the scope, too. Two queries."""
    found: Project | None = visible(scope).filter(serial_no=code).only("pk").first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return row_of(scope, found.pk, today=today, as_of=as_of)


def row_of(scope: Scope, project_id: int, *, today: date, as_of: date | None = None) -> ProjectRow:
    """The same by the project's id, with `is_stale`. One query."""
    rows = ProjectRow.objects.of([project_id], as_of or today, today=today).annotate(is_stale=is_stale())
    row = within(rows, scope).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


def rows_of(scope: Scope, project_ids: Collection[int], *, today: date) -> list[ProjectRow]:
    """The same of many projects; those outside the scope are not there. One query, none for nothing."""
    if not project_ids:
        return []
    return list(within(ProjectRow.objects.of(list(project_ids), today, today=today), scope))


def totals(scope: Scope, chosen: ProjectFilter, *, today: date, figures: Collection[str] = FIGURES) -> Totals:
    """Sums over exactly the rows of `project_rows`, of all figures or those wanted. One query."""
    return totals_of(project_rows(scope, chosen, today=today), as_of=chosen.as_of or today, figures=figures)


def totals_with_zooms(
    scope: Scope, chosen: ProjectFilter, *, today: date, figures: Collection[str] = FIGURES
) -> tuple[Totals, Counter[int]]:
    """The same, and how many of the located rows a tile shows from which zoom on. One query."""
    rows = project_rows(scope, chosen, today=today).order_by()
    wanted = aggregates(columns_of(rows), as_of=chosen.as_of or today, figures=figures)
    groups: Iterable[Any] = rows.values("tile_zoom").annotate(**wanted)
    parts = {group["tile_zoom"]: Totals.from_aggregate(group) for group in groups}
    zooms = Counter({zoom: part.projects - part.unlocated for zoom, part in parts.items()})
    return sum(parts.values(), nothing(figures)), zooms
