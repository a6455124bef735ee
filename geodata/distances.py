"""Distances on the ellipsoid as expressions of the ORM, in metres, and the position of a phone as a point."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import BooleanField, DecimalField, F, FloatField, Func, Value
from django.db.models.functions import Cast, Coalesce

from geodata.srid import METRIC_SRID, STORAGE_SRID

_SHAPE: Final = GeometryField(srid=STORAGE_SRID)
_NUMBER: Final = FloatField()
_TENTHS: Final = DecimalField(max_digits=9, decimal_places=1)


def point(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=STORAGE_SRID)


def _geography(expression: Any) -> Func:
    return Func(expression, template="(%(expressions)s)::geography", output_field=_SHAPE)


def away(one: str, other: Point | str) -> Func:
    """Metres between a geometry column and a point or another column, 0 inside; NULL where one of them is empty."""
    return Func(_geography(F(one)), _geography(_place(other)), function="ST_Distance", output_field=_NUMBER)


def away_or_kept(one: str, other: str, kept: str) -> Coalesce:
    """`away` to the tenth of a metre, or the distance kept from before the place was forgotten.

    Decimals on purpose: as JSON (geodata/gathering.py) a float of whole metres would come back as an int.
    """
    return Coalesce(Cast(away(one, other), _TENTHS), F(kept), output_field=_TENTHS)


def nearness(column: str, place: GEOSGeometry) -> Func:
    """Metres in the plane (EPSG:4547); orders rows by the index over the metric copy of the projects' shapes."""
    sides = [_metric(side) for side in (F(column), _place(place))]
    return Func(*sides, template="(%(expressions)s)", arg_joiner=" <-> ", output_field=_NUMBER)


def within(column: str, place: GEOSGeometry, metres: float) -> Func:
    """Whether the true shape comes that near, in the plane of `nearness` and by the same index."""
    sides = [_metric(side) for side in (F(column), _place(place))]
    return Func(*sides, Value(metres), function="ST_DWithin", output_field=BooleanField())


def _metric(side: Any) -> Func:
    return Func(side, template=f"ST_Transform(%(expressions)s, {METRIC_SRID})", output_field=_SHAPE)


def coordinate(column: str, axis: str) -> Func:
    """Longitude (X) or latitude (Y) of a column of points."""
    return Func(F(column), function=f"ST_{axis}", output_field=_NUMBER)


def _place(place: GEOSGeometry | str) -> F | Value:
    return F(place) if isinstance(place, str) else Value(place, output_field=_SHAPE)
