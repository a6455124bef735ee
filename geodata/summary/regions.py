"""Sums by region in one of the two territorial dimensions: what they do not cover is a line of its own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q

from geodata.projects.models import ProjectAreaShare
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.sums import COUNTS, MONEY, RATES, Rate, Totals, aggregates, columns_of


class Dimension(StrEnum):
    """行政区划 (counties tile the city) and 属地管理 (counties and functional zones): never added together."""

    ADMIN = "admin"
    MANAGEMENT = "management"


_COLUMN: Final = {Dimension.ADMIN: "region", Dimension.MANAGEMENT: "unit"}
_KINDS: Final = {
    Dimension.ADMIN: [AreaUnit.Kind.COUNTY],
    Dimension.MANAGEMENT: [AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE],
}
REST_NAME: Final = {Dimension.ADMIN: "未定位", Dimension.MANAGEMENT: "未归属"}


@dataclass(frozen=True, slots=True)
class RegionTotals:
    """The sums of one region; `code` is empty for the rest that lies in none."""

    code: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """Regions in official order and the rest. Their sum is the city; `city` is computed on its own."""

    dimension: Dimension
    as_of: date
    regions: tuple[RegionTotals, ...]
    rest: RegionTotals
    city: Totals


def region_summary(
    scope: Scope,
    *,
    today: date,
    dimension: Dimension = Dimension.ADMIN,
    chosen: ProjectFilter | None = None,
) -> RegionSummary:
    """City-wide sums by region, for everyone who may see the city's figures. Five queries.

    A project that lies in several counties by its stated shares gives each its share of the money, in the
    administrative dimension; it is counted once, where its own county is.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    chosen = chosen or ProjectFilter()
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    areas = list(_areas(dimension, as_of).values_list("code", "name"))
    groups = _by_column(rows, _COLUMN[dimension])
    if dimension == Dimension.ADMIN:
        _move_shares(groups, rows)
    known = {code for code, _name in areas}
    rest = sum((totals for code, totals in groups.items() if code not in known), _nothing())
    return RegionSummary(
        dimension=dimension,
        as_of=as_of,
        regions=tuple(RegionTotals(code, name, groups.get(code, _nothing())) for code, name in areas),
        rest=RegionTotals("", REST_NAME[dimension], rest),
        city=Totals.from_aggregate(rows.aggregate(**aggregates(columns_of(rows)))),
    )


def _nothing() -> Totals:
    zero: dict[str, Decimal | int] = {**dict.fromkeys(MONEY, Decimal(0)), **dict.fromkeys(COUNTS, 0)}
    return Totals(0, 0, zero, {name: Rate() for name in RATES})


def _areas(dimension: Dimension, as_of: date) -> Any:
    return AreaUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=as_of),
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_of),
        kind__in=_KINDS[dimension],
    ).order_by("official_order", "code")


def _by_column(rows: ProjectRows, column: str) -> dict[str | None, Totals]:
    groups = rows.values(column).annotate(**aggregates(columns_of(rows)))
    return {group[column]: Totals.from_aggregate(group) for group in groups}


def _move_shares(groups: dict[str | None, Totals], rows: ProjectRows) -> None:
    """Takes the money of projects with stated shares from their own county and gives it out by the shares.

    What the shares leave over (they should add to 100 %) goes to the rest.
    """
    shares: dict[int, list[tuple[str, Decimal]]] = {}
    stated = ProjectAreaShare.objects.filter(project__in=rows.values("pk")).order_by("id")
    for project, code, percent in stated.values_list("project_id", "area__code", "share_pct"):
        shares.setdefault(project, []).append((code, percent / 100))
    if not shares:
        return
    names = {*MONEY, *(name for pair in RATES.values() for name in pair)}
    for row in rows.filter(pk__in=shares).values("pk", "region", *names):
        home, left = row["region"], Decimal(1)
        for code, share in shares[row["pk"]]:
            _add(groups, code, row, share)
            left -= share
        _add(groups, None, row, left)
        _add(groups, home, row, Decimal(-1))


def _add(groups: dict[str | None, Totals], code: str | None, row: dict[str, Any], share: Decimal) -> None:
    """Adds a share of a row's money to a group; counts stay where they are."""
    if not share:
        return
    sums: dict[str, Decimal | int] = {name: (row[name] or Decimal(0)) * share for name in MONEY}
    rates = {
        name: Rate((row[above] or Decimal(0)) * share, row[below] * share) if row[below] else Rate()
        for name, (above, below) in RATES.items()
    }
    groups[code] = groups.get(code, _nothing()) + Totals(0, 0, sums, rates)
