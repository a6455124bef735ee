"""The search of the staff map: a few projects of one's scope and a few places, as one types."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from geodata.regions.models import AreaUnit, BaseFeature
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow

MOST_PROJECTS: Final = 8
MOST_PLACES: Final = 5
SHORTEST: Final = 2  # characters; one matches half of the city
_AREA_ZOOM: Final = {AreaUnit.Kind.COUNTY: 9, AreaUnit.Kind.ZONE: 11, AreaUnit.Kind.TOWNSHIP: 12}
_PLACE_ZOOM: Final = (10, 11, 12, 13, 14)  # by rank 1..5


@dataclass(frozen=True)
class Place:
    """A county, zone, township or place of the base layer; `anchor` in EPSG:3857."""

    name: str
    kind_label: str
    anchor: Point
    zoom: int


def projects(scope: Scope, q: str, *, today: date) -> list[ProjectRow]:
    """The projects of the scope whose name, alias, number or place holds all words; names that begin so come first.

    Two queries, so that the figures of a row are read for the few that are shown.
    """
    rows = summary.project_rows(scope, ProjectFilter(q=q), today=today)
    candidates = rows.order_by(_nearest(q), "code").values_list("pk", flat=True)[:MOST_PROJECTS]
    order = {pk: place for place, pk in enumerate(candidates)}
    shown = ProjectRow.objects.of(list(order), today, today=today).only(
        "code", "name", "status", "unit_name", "township_name", "anchor_3857"
    )
    return sorted(shown, key=lambda row: order[row.pk])


def places(q: str) -> list[Place]:
    """Areas and places of the base layer by name, short name or alias; areas first. Two queries."""
    named = Q(name__icontains=q) | Q(short_name__icontains=q) | Q(aliases__icontains=q)
    areas = _anchored(AreaUnit.objects.filter(named, kind__in=_AREA_ZOOM, valid_to__isnull=True), q)
    found = [Place(a.name, AreaUnit.Kind(a.kind).label, a.anchor, _AREA_ZOOM[AreaUnit.Kind(a.kind)]) for a in areas]
    others = _anchored(BaseFeature.objects.filter(kind=BaseFeature.Kind.PLACE, name__icontains=q), q, "rank")
    label = BaseFeature.Kind.PLACE.label
    found += [Place(p.name, label, p.anchor, _PLACE_ZOOM[min(max(p.rank, 1), 5) - 1]) for p in others]
    return found[:MOST_PLACES]


def _anchored(rows: QuerySet[Any], q: str, *order: str) -> QuerySet[Any]:
    shaped = rows.filter(geom__isnull=False).annotate(anchor=PointOnSurface(F("geom_3857")))
    return shaped.only("name", "kind", *order).order_by(_nearest(q), *order, "pk")[:MOST_PLACES]


def _nearest(q: str) -> Case:
    return Case(When(name__istartswith=q, then=0), default=1, output_field=IntegerField())
