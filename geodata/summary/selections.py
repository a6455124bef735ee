"""The projects inside a line drawn on the map, within a person's scope: their sums and a page of them."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count

from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.rings import Ring, polygon
from geodata.summary.selectors import in_order, project_rows
from geodata.summary.sums import FIGURES, Totals, totals_of


def selected(scope: Scope, chosen: ProjectFilter, corners: Ring, *, today: date) -> ProjectRows:
    """The rows of the list that touch the area inside the ring; without a ring the list itself."""
    rows = project_rows(scope, chosen, today=today)
    return rows.filter(geom__intersects=polygon(corners)) if corners else rows


def selection_totals(
    scope: Scope, chosen: ProjectFilter, corners: Ring, *, today: date, figures: Collection[str] = FIGURES
) -> Totals:
    """Sums over exactly the rows of `selected`. One query."""
    rows = selected(scope, chosen, corners, today=today)
    return totals_of(rows, as_of=chosen.as_of or today, figures=figures)


def selection_statuses(scope: Scope, chosen: ProjectFilter, corners: Ring, *, today: date) -> dict[str, int]:
    """How many of the selected projects are in each status. One query."""
    rows = selected(scope, chosen, corners, today=today).order_by()
    return dict(rows.values_list("status").annotate(Count("pk")))


def selection_page(
    scope: Scope, chosen: ProjectFilter, corners: Ring, *, today: date, start: int, stop: int
) -> list[ProjectRow]:
    """Rows `start` to `stop` in the order asked for. Two queries."""
    keys = chosen.ordered(selected(scope, chosen, corners, today=today)).values_list("pk", flat=True)[start:stop]
    return in_order(list(keys), chosen.as_of or today, today=today)
