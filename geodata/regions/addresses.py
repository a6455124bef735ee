"""Places that an address names: crossings, roads and names of the base layer, and townships. Nobody outside is asked.

A street number is in no layer of the city, so an address gives a place with an honest radius, not a point of a survey.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, pi, radians, sqrt
from typing import Final

import shapely
from django.db.models import Value
from django.db.models.functions import Length, StrIndex
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geodata.regions.models import AreaUnit, BaseFeature

MOST: Final = 6
NARROW_M: Final = 1500  # wider than that a place shows where to look, and is none itself
_MOST_ROADS: Final = 6
_DEGREE_M: Final = 111_320.0  # a degree of latitude; of longitude by its cosine: good to a percent for a radius
_CROSSING_M: Final = 100
_PLACE_M: Final = 1000  # a place name stands for a village or a town
_APART_M: Final = 60  # roads of a schematic layer meet no nearer
_TAIL: Final = re.compile(r"(街道办事处|街道|镇|乡)$")


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """A place in EPSG:4490 that the address may mean, within so many metres. `key` finds it again for the same text."""

    key: str
    name: str
    kind: str  # crossing, road, place, township
    lon: float
    lat: float
    accuracy_m: int

    @property
    def is_narrow(self) -> bool:
        """Whether a project may be placed there."""
        return self.accuracy_m <= NARROW_M


def places_of_address(text: str, *, unit_id: int | None = None) -> list[AddressPlace]:
    """The places that the text names, the narrowest first. `unit_id` bounds them where the text names no area."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return []
    townships, bounds = _areas(plain, unit_id)
    within = _around(townships, bounds)
    roads = _features(plain, BaseFeature.Kind.ROAD, within)
    units = {name for unit in bounds for name in _names(unit)}  # the name on the map of a whole county
    places = _features(plain, BaseFeature.Kind.PLACE, within)
    found = [
        *_crossings(roads),
        *(_road(name, shape) for name, shape in roads.items()),
        *(_spot(name, shape) for name, shape in places.items() if name not in units),
        *(_township(area) for area in townships),
    ]
    return sorted(found, key=lambda place: (place.accuracy_m, place.key))[:MOST]


def _areas(plain: str, unit_id: int | None) -> tuple[list[AreaUnit], list[AreaUnit]]:
    """(townships that the text names, counties and zones that it names; else the unit)."""
    rows = AreaUnit.objects.filter(valid_to__isnull=True, geom__isnull=False).exclude(kind=AreaUnit.Kind.CITY)
    areas = list(rows.only("kind", "name", "short_name", "aliases", "geom"))
    named = [area for area in areas if any(name in plain for name in _names(area))]
    units = [area for area in named if area.kind != AreaUnit.Kind.TOWNSHIP]
    bounds = units or [area for area in areas if area.pk == unit_id]
    rest = plain
    for name in sorted((name for unit in units for name in _names(unit)), key=len, reverse=True):
        rest = rest.replace(name, "", 1)  # 云溪区 names the district; its 云溪街道 has to be named once more
    shapes = [_shape(area) for area in bounds]
    townships = [
        area
        for area in named
        if area.kind == AreaUnit.Kind.TOWNSHIP
        and any(name in rest for name in _names(area))
        and (not shapes or any(shape.intersects(_shape(area)) for shape in shapes))
    ]
    exact = [area for area in townships if area.name in rest]
    return exact or townships, bounds


def _names(area: AreaUnit) -> set[str]:
    names = {area.name, area.short_name, *area.aliases}
    if area.kind == AreaUnit.Kind.TOWNSHIP:
        names |= {_TAIL.sub("", name) for name in names}
    return {name for name in names if len(name) >= 2}


def _shape(area: AreaUnit) -> BaseGeometry:
    return shapely.from_wkb(bytes(area.geom.wkb)) if area.geom else shapely.Point()


def _around(townships: Sequence[AreaUnit], bounds: Sequence[AreaUnit]) -> BaseGeometry | None:
    areas = townships or bounds
    return shapely.union_all([_shape(area) for area in areas]) if areas else None


def _features(plain: str, kind: str, within: BaseGeometry | None) -> dict[str, BaseGeometry]:
    """What the base layer has of that kind under names that stand in the text, cut to the area, the longest first."""
    rows = (
        BaseFeature.objects.filter(kind=kind)
        .annotate(at=StrIndex(Value(plain), "name"), size=Length("name"))
        .filter(at__gt=0, size__gte=2)
        .order_by("-size", "name")
    )
    parts: dict[str, list[BaseGeometry]] = {}
    for row in rows:
        shape = shapely.from_wkb(bytes(row.geom.wkb))
        cut = shape if within is None else shapely.intersection(shape, within)
        if not cut.is_empty:
            parts.setdefault(row.name, []).append(cut)
    found: dict[str, BaseGeometry] = {}
    for name, shapes in parts.items():
        if len(found) < _MOST_ROADS and not any(name in longer for longer in found):
            found[name] = shapely.union_all(shapes)
    return found


def _crossings(roads: Mapping[str, BaseGeometry]) -> Iterable[AddressPlace]:
    for (one, first), (other, second) in combinations(roads.items(), 2):
        here, there = nearest_points(first, second)
        if _metres(here, there) <= _APART_M:
            yield _place("crossing", f"{one}×{other}", shapely.centroid(shapely.union(here, there)), _CROSSING_M)


def _road(name: str, shape: BaseGeometry) -> AddressPlace:
    middle = shapely.centroid(nearest_points(shape, shape.centroid)[0])
    west, south, east, north = shape.bounds
    return _place("road", name, middle, _metres(shapely.Point(west, south), shapely.Point(east, north)) / 2)


def _spot(name: str, shape: BaseGeometry) -> AddressPlace:
    return _place("place", name, shape.representative_point(), _PLACE_M)


def _township(area: AreaUnit) -> AddressPlace:
    shape = _shape(area)
    middle = shape.representative_point()
    square_m = shape.area * _DEGREE_M**2 * cos(radians(middle.y))
    return _place("township", area.name, middle, sqrt(square_m / pi))


def _place(kind: str, name: str, point: BaseGeometry, metres: float) -> AddressPlace:
    accuracy = max(_CROSSING_M, round(metres / 50) * 50)
    centre = shapely.centroid(point)
    return AddressPlace(f"{kind}:{name}", name, kind, round(centre.x, 6), round(centre.y, 6), accuracy)


def _metres(one: BaseGeometry, other: BaseGeometry) -> float:
    a, b = shapely.centroid(one), shapely.centroid(other)
    return hypot((a.x - b.x) * cos(radians(a.y)), a.y - b.y) * _DEGREE_M
