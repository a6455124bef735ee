"""Sums by region in the two territorial dimensions: what they do not cover is a line of its own."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from geodata.projects.models import ProjectAreaShare
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
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


class Shared(NamedTuple):
    """The sums of projects that lie in `region` and have the same stated shares: ["430602:30.00", …]."""

    region: str | None
    shares: list[str]
    totals: Totals


@dataclass(frozen=True, slots=True)
class PlaceSums:
    """The city's sums of `figures` by county and unit, from which both dimensions and their parts are added up.

    `shared`: those of their projects that lie in several counties. `zooms`: by county and unit, where they were asked
    for, how many located projects a tile shows from which zoom on.
    """

    as_of: date
    areas: tuple[Area, ...]
    groups: dict[tuple[str | None, str | None], Totals]
    shared: tuple[Shared, ...] = ()
    figures: Collection[str] = FIGURES
    zooms: Mapping[tuple[str | None, str | None], Counter[int]] = field(default_factory=dict)

    def by(self, dimension: Dimension) -> RegionSummary:
        """The sums of one dimension. No query.

        A project that lies in several counties by its stated shares gives each its share of the money, in the
        administrative dimension; it is counted once, where its own county is.
        """
        groups: Groups = {}
        for (region, unit), totals in self.groups.items():
            code = region if dimension == Dimension.ADMIN else unit
            groups[code] = groups.get(code, nothing(self.figures)) + totals
        if dimension == Dimension.ADMIN:
            _move_shares(groups, self.shared, self.figures)
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
        return self._sum(totals for place, totals in self.groups.items() if _is_in(place, units, region))

    def zooms_within(self, *, units: Container[str | None] | None = None, region: str = "") -> Counter[int]:
        """The zooms of the same projects."""
        return sum((n for place, n in self.zooms.items() if _is_in(place, units, region)), Counter())

    def _sum(self, parts: Iterable[Totals]) -> Totals:
        return sum(parts, nothing(self.figures))


def _is_in(place: tuple[str | None, str | None], units: Container[str | None] | None, region: str) -> bool:
    county, unit = place
    return (units is None or unit in units) and (not region or county == region)


def region_summary(
    scope: Scope,
    *,
    today: date,
    dimension: Dimension = Dimension.ADMIN,
    chosen: ProjectFilter | None = None,
) -> RegionSummary:
    """City-wide sums by region in one dimension. Two queries. Raises NotPermitted."""
    return place_sums(scope, today=today, chosen=chosen).by(dimension)


def place_sums(
    scope: Scope,
    *,
    today: date,
    chosen: ProjectFilter | None = None,
    areas: Iterable[Area] | None = None,
    figures: Collection[str] = FIGURES,
    zooms: bool = False,
) -> PlaceSums:
    """City-wide sums for everyone who may see the city's figures; the projects are read once. Raises NotPermitted.

    `figures` names the sums and rates that are wanted, `zooms` those of the tiles, too. Two queries, one where the
    areas of the day are given.
    """
    chosen = chosen or ProjectFilter()
    as_of = chosen.as_of or today
    rows = city_rows(scope, chosen, today=today)
    known = tuple(areas_on(as_of) if areas is None else areas)
    by = ("region", "unit", "shares", *(("tile_zoom",) if zooms else ()))
    found: Iterable[Any] = (
        rows.annotate(shares=shares_of_shared())
        .values(*by)
        .annotate(**aggregates(columns_of(rows), as_of=as_of, figures=figures))
    )
    groups: dict[tuple[str | None, str | None], Totals] = {}
    drawn: dict[tuple[str | None, str | None], Counter[int]] = {}
    shared: list[Shared] = []
    for group in found:
        place, totals = (group["region"], group["unit"]), Totals.from_aggregate(group)
        groups[place] = groups[place] + totals if place in groups else totals
        if zooms:
            drawn.setdefault(place, Counter())[group["tile_zoom"]] += totals.projects - totals.unlocated
        if group["shares"]:
            shared.append(Shared(group["region"], group["shares"], totals))
    return PlaceSums(as_of=as_of, areas=known, groups=groups, shared=tuple(shared), figures=figures, zooms=drawn)


def shares_of_shared() -> Case:
    """The stated shares of a project that has any, as a column to group by; empty for all others."""
    stated: QuerySet[Any] = ProjectAreaShare.objects.filter(project=OuterRef("pk")).order_by("id")
    text = Concat("area__code", Value(":"), Cast("share_pct", TextField()), output_field=TextField())
    texts = ArraySubquery(stated.values(text=text).values("text"))
    known = ProjectAreaShare.objects.values("project")
    return Case(When(pk__in=known, then=texts), output_field=ArrayField(TextField()))


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


def _move_shares(groups: Groups, shared: Iterable[Shared], figures: Collection[str]) -> None:
    """Takes the money of projects with stated shares from their own county and gives it out by the shares.

    What the shares leave over (they should add to 100 %) goes to the rest.
    """
    for region, shares, totals in shared:
        left = Decimal(1)
        for share in shares:
            code, _colon, percent = share.partition(":")
            part = Decimal(percent) / 100
            _add(groups, code, totals, part, figures)
            left -= part
        _add(groups, None, totals, left, figures)
        _add(groups, region, totals, Decimal(-1), figures)


def _add(groups: Groups, code: str | None, totals: Totals, share: Decimal, figures: Collection[str]) -> None:
    """Adds a share of the money to a group; counts stay where they are."""
    if not share:
        return
    sums: dict[str, Decimal | int] = {name: totals.sums[name] * share for name in MONEY if name in totals.sums}
    rates = {
        name: Rate(rate.numerator * share, rate.denominator * share)
        for name, rate in totals.rates.items()
        if name in RATES
    }
    groups[code] = groups.get(code, nothing(figures)) + Totals(sums=sums, rates=rates)
