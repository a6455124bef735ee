"""Reads of the staff map: names of codes, sums of one's rows and of the city's units, label points."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import BooleanField, ExpressionWrapper, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from dashboards.choropleths.selectors import without_places
from geodata.funding.models import FundingSource
from geodata.projects.models import Category
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import KINDS, Area, Dimension, PlaceSums, place_sums
from geodata.summary.sums import Totals
from portal import maps


@dataclass(frozen=True)
class Names:
    """Code → name in their order, and the units of the day with their ids."""

    units: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    unit_codes: dict[int, str] = field(default_factory=dict)


def names(day: date) -> Names:
    """The names that the map writes for units, categories and sources. One query."""
    in_force = (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    units = _named(
        AreaUnit.objects.filter(kind__in=KINDS[Dimension.MANAGEMENT]), F("kind"), F("official_order"), in_force
    )
    categories = _named(Category.objects.all(), Value("category"), Value(0), Q(pk__isnull=False))
    sources = _named(FundingSource.objects.all(), Value("source"), F("order"), Q(pk__isnull=False))
    found = sorted(units.union(categories, sources, all=True), key=lambda row: (row[4], row[2]))
    of_kind: dict[str, dict[str, str]] = {"unit": {}, "category": {}, "source": {}}
    for kind, _pk, code, name, _order, _in_force in found:
        of_kind[kind if kind in of_kind else "unit"][code] = name
    areas = [row for row in found if row[2] in of_kind["unit"] and row[0] not in of_kind]
    return Names(
        units=of_kind["unit"],
        categories=of_kind["category"],
        sources=of_kind["source"],
        areas=tuple(Area(row[2], row[3], row[0]) for row in areas if row[5]),
        unit_codes={row[1]: row[2] for row in areas},
    )


def _named(rows: QuerySet[Any], kind: Any, order: Any, in_force: Q) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(
        ExpressionWrapper(kind, TextField()),
        "pk",
        "code",
        "name",
        ExpressionWrapper(order, IntegerField()),
        ExpressionWrapper(in_force, BooleanField()),
    )


@dataclass(frozen=True)
class Sums:
    """The sums of the rows that the person's list holds, and those of the city by unit for whoever may see them."""

    own: Totals
    places: PlaceSums | None


def sums(scope: Scope, chosen: ProjectFilter, known: Names, *, today: date) -> Sums:
    """One query, or two where a person's rows are not a part of the city that its units add up to."""
    if not scope.allows(Action.VIEW_CITY_FIGURES):
        return Sums(summary.totals(scope, chosen, today=today), None)
    places = place_sums(scope, today=today, chosen=without_places(chosen), areas=known.areas)
    units = _units_of(scope, chosen, known)
    if units is None:
        return Sums(summary.totals(scope, chosen, today=today), places)
    everything = scope.everything and not chosen.unit
    return Sums(places.within(units=None if everything else units, region=chosen.region), places)


def _units_of(scope: Scope, chosen: ProjectFilter, known: Names) -> frozenset[str] | None:
    """The units whose projects the list holds; None where it is not made of whole units and counties."""
    counties = {area.code for area in known.areas if area.kind == AreaUnit.Kind.COUNTY}
    if chosen.bbox or (chosen.region and chosen.region not in counties):
        return None
    if not scope.everything and (scope.organisation_ids or scope.assigned_to is not None):
        return None
    seen = known.units if scope.everything else {known.unit_codes.get(pk, "") for pk in scope.unit_ids}
    return frozenset(seen) & {chosen.unit} if chosen.unit else frozenset(seen)


def label_points(codes: Iterable[str], dimension: Dimension) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of a point inside each unit's shape of the dimension. One query."""
    shape = Coalesce("management_3857", "geom_3857") if dimension == Dimension.MANAGEMENT else F("geom_3857")
    found = AreaUnit.objects.filter(code__in=codes, geom__isnull=False).annotate(point=PointOnSurface(shape))
    points = {code: maps.lonlat(point) for code, point in found.values_list("code", "point")}
    return {code: point for code, point in points.items() if point}
