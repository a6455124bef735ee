"""Sums by region in the two territorial dimensions: what they do not cover is a line of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, TextField
from django.db.models.functions import Cast, JSONObject

from geodata.projects.models import ProjectAreaShare
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.sums import COUNTS, MONEY, RATE_NAMES, RATES, Rate, Totals, aggregates, columns_of


class Dimension(StrEnum):
    """行政区划 (counties tile the city) and 属地管理 (counties and functional zones): never added together."""

    ADMIN = "admin"
    MANAGEMENT = "management"


KINDS: Final = {
    Dimension.ADMIN: (AreaUnit.Kind.COUNTY,),
    Dimension.MANAGEMENT: (AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE),
}
REST_NAME: Final = {Dimension.ADMIN: "未定位", Dimension.MANAGEMENT: "未归属"}
Groups = dict[str | None, Totals]


@dataclass(frozen=True, slots=True)
class RegionTotals:
    """The sums of one region; `code` is empty for the rest that lies in none."""

    code: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """Regions in official order and the rest, which together are the city."""

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
    """City-wide sums by region in one dimension. Three queries. Raises NotPermitted."""
    return region_summaries(scope, today=today, chosen=chosen)[dimension]


def region_summaries(
    scope: Scope, *, today: date, chosen: ProjectFilter | None = None
) -> dict[Dimension, RegionSummary]:
    """City-wide sums by region in both dimensions, for everyone who may see the city's figures. Three queries.

    The projects are read once, grouped by county and unit. A project that lies in several counties by its stated
    shares gives each its share of the money, in the administrative dimension; it is counted once, where its own county
    is. Raises NotPermitted.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    chosen = chosen or ProjectFilter()
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    areas = list(_areas(as_of).values_list("code", "name", "kind"))
    found = list(rows.values("region", "unit").annotate(**aggregates(columns_of(rows), as_of=as_of)))
    admin = _sums_by(found, "region")
    _move_shares(admin, rows)
    groups = {Dimension.ADMIN: admin, Dimension.MANAGEMENT: _sums_by(found, "unit")}
    city = _sum(groups[Dimension.MANAGEMENT].values())
    return {
        dimension: _summary(
            dimension, as_of, [(code, name) for code, name, kind in areas if kind in KINDS[dimension]], sums, city
        )
        for dimension, sums in groups.items()
    }


def _summary(
    dimension: Dimension, as_of: date, areas: list[tuple[str, str]], groups: Groups, city: Totals
) -> RegionSummary:
    known = {code for code, _name in areas}
    rest = _sum(totals for code, totals in groups.items() if code not in known)
    return RegionSummary(
        dimension=dimension,
        as_of=as_of,
        regions=tuple(RegionTotals(code, name, groups.get(code, _nothing())) for code, name in areas),
        rest=RegionTotals("", REST_NAME[dimension], rest),
        city=city,
    )


def _nothing() -> Totals:
    zero: dict[str, Decimal | int] = {**dict.fromkeys(MONEY, Decimal(0)), **dict.fromkeys(COUNTS, 0)}
    return Totals(sums=zero, rates={name: Rate() for name in RATE_NAMES})


def _sum(parts: Iterable[Totals]) -> Totals:
    return sum(parts, _nothing())


def _areas(as_of: date) -> Any:
    return AreaUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=as_of),
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_of),
        kind__in=KINDS[Dimension.MANAGEMENT],
    ).order_by("official_order", "code")


def _sums_by(found: Iterable[Any], column: str) -> Groups:
    groups: Groups = {}
    for group in found:
        code = group[column]
        groups[code] = groups.get(code, _nothing()) + Totals.from_aggregate(group)
    return groups


def _move_shares(groups: Groups, rows: ProjectRows) -> None:
    """Takes the money of projects with stated shares from their own county and gives it out by the shares.

    What the shares leave over (they should add to 100 %) goes to the rest.
    """
    names = {*MONEY, *(name for pair in RATES.values() for name in pair)}
    # the percentage as text: as a number of JSON it would come back as a float
    stated = ProjectAreaShare.objects.filter(project=OuterRef("pk")).order_by("id")
    shares = ArraySubquery(stated.values(share=JSONObject(code=F("area__code"), pct=Cast("share_pct", TextField()))))
    shared = rows.filter(pk__in=ProjectAreaShare.objects.values("project"))
    for row in shared.annotate(shares=shares).values("region", "shares", *names):
        left = Decimal(1)
        for share in row["shares"]:
            part = Decimal(share["pct"]) / 100
            _add(groups, share["code"], row, part)
            left -= part
        _add(groups, None, row, left)
        _add(groups, row["region"], row, Decimal(-1))


def _add(groups: Groups, code: str | None, row: dict[str, Any], share: Decimal) -> None:
    """Adds a share of a row's money to a group; counts stay where they are."""
    if not share:
        return
    sums: dict[str, Decimal | int] = {name: (row[name] or Decimal(0)) * share for name in MONEY}
    rates = {
        name: Rate((row[above] or Decimal(0)) * share, row[below] * share) if row[below] else Rate()
        for name, (above, below) in RATES.items()
    }
    groups[code] = groups.get(code, _nothing()) + Totals(sums=sums, rates=rates)
