"""Sums by region in the two territorial dimensions: what they do not cover is a line of its own."""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db.models import OuterRef, Q

from geodata.gathering import gathered
from geodata.projects.models import ProjectAreaShare
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.sums import COUNTS, FIGURES, MONEY, RATE_NAMES, RATES, Rate, Totals, aggregates, columns_of


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


class Area(NamedTuple):
    """A county or zone; its `kind` says in which dimensions it is a region."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PlaceSums:
    """The city's sums of `figures` by county and unit, from which both dimensions and their parts are added up."""

    as_of: date
    areas: tuple[Area, ...]
    groups: dict[tuple[str | None, str | None], Totals]
    rows: ProjectRows
    figures: Collection[str] = FIGURES

    def by(self, dimension: Dimension) -> RegionSummary:
        """The sums of one dimension. One query for the stated shares in the administrative one.

        A project that lies in several counties by its stated shares gives each its share of the money, in the
        administrative dimension; it is counted once, where its own county is.
        """
        groups: Groups = {}
        for (region, unit), totals in self.groups.items():
            code = region if dimension == Dimension.ADMIN else unit
            groups[code] = groups.get(code, nothing(self.figures)) + totals
        if dimension == Dimension.ADMIN:
            _move_shares(groups, self.rows, self.figures)
        areas = [area for area in self.areas if area.kind in KINDS[dimension]]
        known = {area.code for area in areas}
        return RegionSummary(
            dimension=dimension,
            as_of=self.as_of,
            regions=tuple(
                RegionTotals(area.code, area.name, groups.get(area.code, nothing(self.figures))) for area in areas
            ),
            rest=RegionTotals(
                "", REST_NAME[dimension], self._sum(t for code, t in groups.items() if code not in known)
            ),
            city=self.within(),
        )

    def within(self, *, units: Container[str | None] | None = None, region: str = "") -> Totals:
        """The sums of the projects of some units, or of one county, or of both; without limits those of the city."""
        return self._sum(
            totals
            for (county, unit), totals in self.groups.items()
            if (units is None or unit in units) and (not region or county == region)
        )

    def _sum(self, parts: Iterable[Totals]) -> Totals:
        return sum(parts, nothing(self.figures))


def region_summary(
    scope: Scope,
    *,
    today: date,
    dimension: Dimension = Dimension.ADMIN,
    chosen: ProjectFilter | None = None,
) -> RegionSummary:
    """City-wide sums by region in one dimension. Three queries. Raises NotPermitted."""
    return place_sums(scope, today=today, chosen=chosen).by(dimension)


def place_sums(
    scope: Scope,
    *,
    today: date,
    chosen: ProjectFilter | None = None,
    areas: Iterable[Area] | None = None,
    figures: Collection[str] = FIGURES,
) -> PlaceSums:
    """City-wide sums for everyone who may see the city's figures; the projects are read once. Raises NotPermitted.

    `figures` names the sums and rates that are wanted. Two queries, one where the areas of the day are given.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    chosen = chosen or ProjectFilter()
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    known = tuple(areas_on(as_of) if areas is None else areas)
    found: Iterable[Any] = rows.values("region", "unit").annotate(
        **aggregates(columns_of(rows), as_of=as_of, figures=figures)
    )
    groups = {(group["region"], group["unit"]): Totals.from_aggregate(group) for group in found}
    return PlaceSums(as_of=as_of, areas=known, groups=groups, rows=rows, figures=figures)


def areas_on(day: date) -> list[Area]:
    """The counties and zones of a day in the official order. One query."""
    found = AreaUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        kind__in=KINDS[Dimension.MANAGEMENT],
    )
    return [Area(*row) for row in found.order_by("official_order", "code").values_list("code", "name", "kind")]


def nothing(figures: Collection[str] = FIGURES) -> Totals:
    """The sums of no project; none of what is not among `figures`, so that it is never taken for a zero."""
    zero: dict[str, Decimal | int] = {**dict.fromkeys(MONEY, Decimal(0)), **dict.fromkeys(COUNTS, 0)}
    return Totals(
        sums={name: amount for name, amount in zero.items() if name in figures},
        rates={name: Rate() for name in RATE_NAMES if name in figures},
    )


def _move_shares(groups: Groups, rows: ProjectRows, figures: Collection[str]) -> None:
    """Takes the money of projects with stated shares from their own county and gives it out by the shares.

    What the shares leave over (they should add to 100 %) goes to the rest.
    """
    names = {*MONEY, *(name for pair in RATES.values() for name in pair)}
    stated = ProjectAreaShare.objects.filter(project=OuterRef("pk")).order_by("id")
    shares = gathered(stated, "share_pct", code="area__code")
    shared = rows.filter(pk__in=ProjectAreaShare.objects.values("project"))
    for row in shared.annotate(shares=shares).values("region", "shares", *names):
        left = Decimal(1)
        for share in row["shares"]:
            part = Decimal(share["share_pct"]) / 100
            _add(groups, share["code"], row, part, figures)
            left -= part
        _add(groups, None, row, left, figures)
        _add(groups, row["region"], row, Decimal(-1), figures)


def _add(groups: Groups, code: str | None, row: dict[str, Any], share: Decimal, figures: Collection[str]) -> None:
    """Adds a share of a row's money to a group; counts stay where they are."""
    if not share:
        return
    sums: dict[str, Decimal | int] = {name: (row[name] or Decimal(0)) * share for name in MONEY if name in figures}
    rates = {
        name: Rate((row[above] or Decimal(0)) * share, row[below] * share) if row[below] else Rate()
        for name, (above, below) in RATES.items()
        if name in figures
    }
    groups[code] = groups.get(code, nothing(figures)) + Totals(sums=sums, rates=rates)
