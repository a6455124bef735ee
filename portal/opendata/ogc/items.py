"""Features of a collection out of one statement: PostGIS writes the geometry, money stays exact to the fen."""

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.contrib.gis.geos import Polygon
from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from geodata.parameters import shown
from geodata.srid import STORAGE_SRID
from geodata.summary.filters import ProjectFilter
from portal.opendata.ogc.asked import Asked
from portal.opendata.ogc.collections import PROJECTS, Collection
from portal.opendata.ogc.systems import Box, System
from portal.public import selectors, whole_city
from portal.public.models import Snapshot

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
ANTICLOCKWISE: Final = (
    "CASE WHEN ST_Dimension(%(expressions)s) = 2 THEN ST_ForcePolygonCCW(%(expressions)s) ELSE %(expressions)s END"
)
_BY_CODE: Final = "code"
_NULL: Final = orjson.Fragment(b"null")


@dataclass(frozen=True, slots=True)
class Page:
    """Features as GeoJSON objects, and how many there are in all."""

    features: list[dict[str, Any]]
    matched: int


def page(collection: Collection, asked: Asked, snapshot: Snapshot) -> Page:
    """The features of an address. One query, and one for their number where that is not known; projects under a filter
    are found in the sets that are kept with the snapshot."""
    listed = _listed(collection, asked, snapshot)
    if listed is not None:
        keys = listed.keys(asked.offset, asked.offset + asked.limit, order=_BY_CODE)
        these = RawSQL("SELECT unnest(%s::bigint[])", [keys])
        rows = collection.rows({}).filter(pk__in=these).order_by(*collection.order)
        return Page(_features(collection, rows, asked.crs), len(listed))
    rows = _limited(collection, asked)
    known = asked.is_whole and collection.total is not None
    matched = collection.total(snapshot) if known and collection.total else rows.count()
    return Page(_features(collection, _part(collection, rows, asked), asked.crs), matched)


def _listed(collection: Collection, asked: Asked, snapshot: Snapshot) -> whole_city.Listed | None:
    """None where there is nothing to be found in sets."""
    if collection is not PROJECTS or asked.period or asked.is_whole:
        return None
    chosen = ProjectFilter(**asked.limits)
    found = whole_city.listed(selectors.all_projects(selectors.NEWEST), chosen, snapshot, boxes=asked.within)
    return found if found and selectors.has_order(snapshot, found.masks, _BY_CODE) else None


def _part(collection: Collection, rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """The rows of the page. Of a late one the names alone are counted off, which an index holds, and not the rows."""
    ordered = rows.order_by(*collection.order)
    if not asked.offset:
        return ordered[: asked.limit]
    name = collection.identifier
    names = ordered.values(name)[asked.offset : asked.offset + asked.limit]
    return collection.rows({}).filter(**{f"{name}__in": names}).order_by(*collection.order)


def one(collection: Collection, identifier: str, crs: System) -> dict[str, Any]:
    """One feature. Raises NotFound."""
    if collection.identifier == "number" and not (
        identifier.isascii() and identifier.isdigit() and len(identifier) < 19
    ):
        raise _missing(identifier)
    rows = collection.rows({}).filter(**{collection.identifier: identifier}).order_by()[:1]
    found = _features(collection, rows, crs)
    if not found:
        raise _missing(identifier)
    return found[0]


def _missing(identifier: str) -> NotFound:
    return NotFound(_("The feature “%(name)s” does not exist or is not public") % {"name": shown(identifier)})


def _limited(collection: Collection, asked: Asked) -> QuerySet[Any]:
    rows = collection.rows(asked.limits)
    if asked.period and collection.moment:
        if asked.period.first:
            rows = rows.filter(**{f"{collection.moment}__gte": asked.period.first})
        if asked.period.last:
            rows = rows.filter(**{f"{collection.moment}__lte": asked.period.last})
    if not asked.within:
        return rows
    if not collection.is_spatial:
        return rows.none()  # what has no place lies in no box
    inside = Q()
    for box in asked.within:
        inside |= Q(geom__intersects=_polygon(box))
    return rows.filter(inside)


def _polygon(box: Box) -> Polygon:
    found = Polygon.from_bbox(box)
    found.srid = STORAGE_SRID
    return found


def _features(collection: Collection, rows: QuerySet[Any], crs: System) -> list[dict[str, Any]]:
    names = tuple(collection.columns)
    if not collection.is_spatial:
        return [_feature(collection, dict(zip(names, row, strict=True)), _NULL) for row in rows.values_list(*names)]
    drawn = rows.annotate(drawn=geojson(crs)).values_list("drawn", *names)
    return [
        _feature(collection, dict(zip(names, row, strict=True)), orjson.Fragment(shape.encode()) if shape else _NULL)
        for shape, *row in drawn
    ]


def geojson(crs: System) -> Any:
    """The shape as GeoJSON text: rings anticlockwise outside (RFC 7946; PostGIS would turn lines round, too), axes in
    the order of the system."""
    shape: Any = Func(F(crs.column), template=ANTICLOCKWISE)
    if crs.flipped:
        shape = Func(shape, function="ST_FlipCoordinates")
    return Func(shape, crs.decimals, 0, function="ST_AsGeoJSON", output_field=TextField())


def _feature(collection: Collection, values: dict[str, Any], geometry: orjson.Fragment) -> dict[str, Any]:
    return {"type": "Feature", "id": values[collection.identifier], "geometry": geometry, "properties": values}
