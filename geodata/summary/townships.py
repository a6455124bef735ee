"""Sums by township, of the whole city or of one county. A township is a place: of the administrative dimension."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import REST_NAME, Area, Dimension, RegionSummary, RegionTotals, nothing
from geodata.summary.sums import FIGURES, Totals, aggregates, columns_of


def township_summary(
    scope: Scope,
    *,
    today: date,
    chosen: ProjectFilter | None = None,
    within: str = "",
    areas: Iterable[Area] | None = None,
    figures: Collection[str] = FIGURES,
) -> RegionSummary:
    """Sums of the projects that lie in each township; `within` is the code of a county, empty for the whole city.

    A project counts where it lies, once: shares are stated for counties, never for townships. Two queries, one where
    the townships of the day are given. Raises NotPermitted.
    """
    chosen = chosen or ProjectFilter()
    as_of = chosen.as_of or today
    rows = city_rows(scope, chosen, today=today)
    if within:
        rows = rows.filter(region=within)
    found: Iterable[Any] = rows.values("township").annotate(
        **aggregates(columns_of(rows), as_of=as_of, figures=figures)
    )
    groups: dict[str | None, Totals] = {group["township"]: Totals.from_aggregate(group) for group in found}
    listed = townships_on(as_of, within=within) if areas is None else list(areas)
    known = {area.code for area in listed}
    return RegionSummary(
        dimension=Dimension.ADMIN,
        as_of=as_of,
        regions=tuple(RegionTotals(area.code, area.name, groups.get(area.code, nothing(figures))) for area in listed),
        rest=RegionTotals(
            "",
            REST_NAME[Dimension.ADMIN],
            sum((totals for code, totals in groups.items() if code not in known), nothing(figures)),
        ),
        city=sum(groups.values(), nothing(figures)),
    )


def townships_on(day: date, *, within: str = "") -> list[Area]:
    """The townships of a day, those of a county together, the counties in their official order. One query."""
    found = AreaUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        kind=AreaUnit.Kind.TOWNSHIP,
    )
    if within:
        found = found.filter(parent__code=within)
    ordered = found.order_by("parent__official_order", "parent__code", "official_order", "code")
    return [Area(*row) for row in ordered.values_list("code", "name", "kind")]
