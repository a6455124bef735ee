"""Reads of the staff map: names of codes, label points of units, the record's version, sums of rows and of units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.apps import apps as django_apps
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from dashboards.choropleths.selectors import without_places
from geodata.exchange.models import Batch
from geodata.funding.models import DisbursementAssignment, FundingSource
from geodata.projects.models import Category, StatusChange
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import KINDS, Area, Dimension, PlaceSums, place_sums
from geodata.summary.sums import Totals
from geodata.thresholds.selectors import stored, with_defaults
from geodata.tiles.render import left_out
from portal import maps


@dataclass(frozen=True)
class Names:
    """Code → name in their order, the units of the day with their ids, and their label points in degrees.

    `version` changes with every import, payment, and change of a project or a report: it is part of the address of the
    staff's tiles.
    """

    units: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    unit_codes: dict[int, str] = field(default_factory=dict)
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)  # of units, for circles
    version: str = ""
    townships: tuple[tuple[Area, str], ...] = ()  # with the codes of their counties, in official order
    limits: Mapping[str, Decimal] = field(default_factory=dict)  # the thresholds in force


def names(day: date, *, points: Dimension | None = None, townships: bool = False) -> Names:
    """The names that the map writes for units, categories and sources. One query.

    `points`: the dimension in whose shapes the units' label points are to lie; without it there are none. `townships`:
    those of the day, too, with points of their own.
    """
    in_force = (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    areas = AreaUnit.objects.filter(kind__in=KINDS[Dimension.MANAGEMENT])
    shape = _SHAPE[points] if points else None
    units = _named(areas, F("kind"), F("official_order"), in_force, shape, short=F("short_name"))
    towns = AreaUnit.objects.filter(kind=AreaUnit.Kind.TOWNSHIP) if townships else AreaUnit.objects.none()
    own = F("geom_3857") if points else None
    places = _named(towns, F("kind"), F("official_order"), in_force, own, short=Coalesce("parent__code", Value("")))
    categories = _named(Category.objects.all(), Value("category"), Value(0))
    sources = _named(FundingSource.objects.all(), Value("source"), F("order"))
    newest = [_newest(rows, place) for place, rows in enumerate(_changes())]
    limits = _of_kind(stored().order_by(), "threshold", code="key", name=Cast("value", TextField()))
    found = [_Named(*row) for row in units.union(places, categories, sources, limits, *newest, all=True)]
    found.sort(key=lambda row: (row.order, row.code))
    counties_and_zones = [row for row in found if row.kind in KINDS[Dimension.MANAGEMENT]]
    rank = {row.code: place for place, row in enumerate(counties_and_zones)}
    towns_found = [row for row in found if row.kind == AreaUnit.Kind.TOWNSHIP and row.in_force]
    towns_found.sort(key=lambda row: rank.get(row.short, len(rank)))
    versions = {row.order: row.pk for row in found if row.kind == "version"}
    return Names(
        units={row.code: row.name for row in counties_and_zones},
        categories={row.code: row.name for row in found if row.kind == "category"},
        sources={row.code: row.name for row in found if row.kind == "source"},
        areas=tuple(Area(row.code, row.name, row.kind) for row in counties_and_zones if row.in_force),
        unit_codes={row.pk: row.code for row in counties_and_zones},
        points={row.code: point for row in (*counties_and_zones, *towns_found) if (point := row.point)},
        townships=tuple((Area(row.code, row.name, row.kind), row.short) for row in towns_found),
        short={row.code: row.short or row.name for row in counties_and_zones},
        version="-".join(str(versions.get(place, 0)) for place in range(len(newest))),
        limits=with_defaults({row.code: Decimal(row.name) for row in found if row.kind == "threshold"}),
    )


_SHAPE: Final = {Dimension.ADMIN: F("geom_3857"), Dimension.MANAGEMENT: Coalesce("management_3857", "geom_3857")}


class _Named(NamedTuple):
    kind: str
    pk: int
    code: str
    name: str
    order: int
    in_force: bool
    x: float | None
    y: float | None
    short: str

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.x is None or self.y is None else maps.lonlat(Point(self.x, self.y))


def _changes() -> tuple[QuerySet[Any], ...]:
    """The tables whose newest row tells that tiles may have changed."""
    return (
        Batch.objects.filter(state=Batch.State.COMMITTED),
        DisbursementAssignment.objects.all(),
        StatusChange.objects.all(),
        django_apps.get_model("projects", "ProjectEvent").objects.all(),
        django_apps.get_model("progress", "PeriodReportEvent").objects.all(),
    )


def _newest(rows: QuerySet[Any], place: int) -> QuerySet[Any]:
    """The number of the newest row of a table in the columns of _Named, by its index."""
    return _of_kind(rows.order_by("-pk"), "version", order=place)[:1]


def _of_kind(rows: QuerySet[Any], kind: str, *, code: Any = "", name: Any = "", order: int = 0) -> QuerySet[Any]:
    """Rows without a place in the columns of _Named; `code` and `name` are columns or expressions."""
    nowhere, nothing = Value(None, FloatField()), Value("", TextField())
    return rows.values_list(
        Value(kind, TextField()),
        "pk",
        code or nothing,
        name or nothing,
        Value(order, IntegerField()),
        Value(False, BooleanField()),
        nowhere,
        nowhere,
        nothing,
    )


def _named(
    rows: QuerySet[Any], kind: Any, order: Any, in_force: Q | None = None, shape: Any = None, *, short: Any = None
) -> QuerySet[Any]:
    """The columns of _Named; x and y in EPSG:3857."""
    point: list[Any] = [Value(None, FloatField()), Value(None, FloatField())]
    if shape is not None:
        point = [Func(PointOnSurface(shape), function=f, output_field=FloatField()) for f in ("ST_X", "ST_Y")]
    return rows.order_by().values_list(
        ExpressionWrapper(kind, TextField()),
        "pk",
        "code",
        "name",
        ExpressionWrapper(order, IntegerField()),
        ExpressionWrapper(in_force or Q(pk__isnull=False), BooleanField()),
        *point,
        ExpressionWrapper(short or Value(""), TextField()),
    )


# what the map shows: its strip, its units and their card, its circles
FIGURES: Final = frozenset(
    (
        *("budget", "arrived", "disbursed", "complaints_raw", "complaints_merged"),
        *("annual", "disbursement", "on_time_start", "behind", "complaint", "investment"),
    )
)


@dataclass(frozen=True)
class Sums:
    """The sums of the rows that the person's list holds, and those of the city by unit for whoever may see them.

    `undrawn`: for every zoom with thinning, how many located rows of the list its tiles leave out.
    """

    own: Totals
    places: PlaceSums | None
    undrawn: Mapping[int, int]


def sums(scope: Scope, chosen: ProjectFilter, known: Names, *, today: date) -> Sums:
    """One query, or two where a person's rows are not a part of the city that its units add up to."""
    if not scope.allows(Action.VIEW_CITY_FIGURES):
        return _own_sums(scope, chosen, None, today)
    everywhere = without_places(chosen)
    places = place_sums(scope, today=today, chosen=everywhere, areas=known.areas, figures=FIGURES, zooms=True)
    units = _units_of(scope, chosen, known)
    if units is None:
        return _own_sums(scope, chosen, places, today)
    within: dict[str, Any] = {
        "units": None if scope.everything and not chosen.unit else units,
        "region": chosen.region,
    }
    return Sums(places.within(**within), places, left_out(places.zooms_within(**within)))


def _own_sums(scope: Scope, chosen: ProjectFilter, places: PlaceSums | None, today: date) -> Sums:
    own, zooms = summary.totals_with_zooms(scope, chosen, today=today, figures=FIGURES)
    return Sums(own, places, left_out(zooms))


def _units_of(scope: Scope, chosen: ProjectFilter, known: Names) -> frozenset[str] | None:
    """The units whose projects the list holds; None where it is not made of whole units and counties."""
    counties = {area.code for area in known.areas if area.kind == AreaUnit.Kind.COUNTY}
    if chosen.bbox or (chosen.region and chosen.region not in counties):
        return None
    if not scope.everything and (scope.organisation_ids or scope.assigned_to is not None):
        return None
    seen = known.units if scope.everything else {known.unit_codes.get(pk, "") for pk in scope.unit_ids}
    return frozenset(seen) & {chosen.unit} if chosen.unit else frozenset(seen)
