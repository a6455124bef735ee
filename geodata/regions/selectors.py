"""Reading areas: by what people call them, and by where something lies. Areas are public; no scope applies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.db.models import Extent as Box
from shapely.geometry.base import BaseGeometry

from geodata.crs.detection import Extent
from geodata.regions.models import AreaUnit

# Features may reach over the boundary by 500 m (in degrees of latitude): boundaries are drawn, not surveyed.
MARGIN: Final = 0.0045
_OFFICE: Final = re.compile(r"(人民政府|政府|管理委员会|管委会|办事处|党工委|区委|县委|市委)$")
_MANAGED: Final = (AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE)


@lru_cache(maxsize=4096)  # a file says the same few units in every row
def _key(text: str) -> str:
    plain = re.sub(r"[\s()、,,。]+", "", unicodedata.normalize("NFKC", text))
    return _OFFICE.sub("", plain) or plain


class UnitNames:
    """属地管理单位 and townships by code, name, short name, alias and the usual shortened forms. One query."""

    def __init__(self) -> None:
        self.labels: dict[int, str] = {}
        self.codes: dict[int, str] = {}
        self.city: set[str] = {"市本级", "市直", "市级", "全市"}
        self._units: dict[str, int] = {}
        self._townships: dict[str, set[int]] = {}
        self._parents: dict[int, int | None] = {}
        shortened: dict[str, set[int]] = {}
        for area in AreaUnit.objects.filter(valid_to__isnull=True).defer("geom", "management_geom"):
            self._add(area, shortened)
        for text, ids in shortened.items():
            if len(ids) == 1 and text not in self.city:
                self._units.setdefault(text, next(iter(ids)))

    def _add(self, area: AreaUnit, shortened: dict[str, set[int]]) -> None:
        self.labels[area.pk], self.codes[area.pk] = area.name, area.code
        self._parents[area.pk] = area.parent_id
        names = [area.name, area.short_name, *area.aliases]
        keys = {_key(name) for name in names if name} | {code for code in (area.code, area.nbs_code) if code}
        if area.kind == AreaUnit.Kind.CITY:
            self.city |= keys | {area.name.removesuffix("市")}
        elif area.kind == AreaUnit.Kind.TOWNSHIP:
            for key in keys:
                self._townships.setdefault(key, set()).add(area.pk)
        else:
            self._units.update(dict.fromkeys(keys, area.pk))
            for stem in (area.name[:-1], area.name[:-2]):
                if len(stem) >= 2:
                    shortened.setdefault(stem, set()).add(area.pk)

    def unit(self, text: str) -> int | None:
        """The county or zone that a text names."""
        return self._units.get(_key(text)) if text else None

    def unit_in(self, text: str) -> int | None:
        """The county or zone with whose name a longer text begins (平江县教育局); the longest name wins."""
        key = _key(text)
        return next((self._units[key[:end]] for end in range(len(key), 1, -1) if key[:end] in self._units), None)

    def is_city(self, text: str) -> bool:
        """市本级, 市直 and the city's own name: no 属地管理单位."""
        return _key(text) in self.city

    def township(self, text: str, unit_id: int | None) -> int | None:
        """A township by name; where several bear it, the one under the unit."""
        found = self._townships.get(_key(text), set()) if text else set()
        if len(found) > 1:
            found = {pk for pk in found if self._parents.get(pk) == unit_id}
        return next(iter(found)) if len(found) == 1 else None


class AreaLocator:
    """Which county and which township points lie in, by a tree in memory (200,000 points in under a second)."""

    def __init__(self) -> None:
        rows = AreaUnit.objects.filter(
            geom__isnull=False, valid_to__isnull=True, kind__in=[AreaUnit.Kind.COUNTY, AreaUnit.Kind.TOWNSHIP]
        ).order_by("official_order", "code")
        held = [(area.pk, area.kind, shapely.from_wkb(bytes(area.geom.wkb))) for area in rows if area.geom]
        self._counties = _Layer([(pk, shape) for pk, kind, shape in held if kind == AreaUnit.Kind.COUNTY])
        self._townships = _Layer([(pk, shape) for pk, kind, shape in held if kind == AreaUnit.Kind.TOWNSHIP])

    def counties(self, points: Sequence[BaseGeometry | None]) -> list[int | None]:
        """The county of each point; None outside all of them."""
        return self._counties.at(points)

    def townships(self, points: Sequence[BaseGeometry | None]) -> list[int | None]:
        """The township of each point."""
        return self._townships.at(points)


class _Layer:
    def __init__(self, areas: Sequence[tuple[int, BaseGeometry]]) -> None:
        self._ids = [pk for pk, _shape in areas]
        self._tree = shapely.STRtree([shape for _pk, shape in areas])

    def at(self, points: Sequence[BaseGeometry | None]) -> list[int | None]:
        found: list[int | None] = [None] * len(points)
        if not self._ids or not points:
            return found
        places, areas = self._tree.query(np.asarray(points, dtype=object), predicate="intersects")
        # On a common border the first area in official order wins, always the same one.
        order = np.lexsort((areas, places))[::-1]
        for place, area in zip(places[order], areas[order], strict=True):
            found[int(place)] = self._ids[int(area)]
        return found


def representative_points(shapes: Sequence[BaseGeometry | None]) -> list[BaseGeometry | None]:
    """A point on each shape, by which it belongs to one county and one township."""
    return list(shapely.point_on_surface(np.asarray(shapes, dtype=object))) if shapes else []


def areas_of(shapes: Sequence[BaseGeometry | None]) -> list[tuple[int | None, int | None]]:
    """County and township of each shape, by its representative point. One query."""
    locator, points = AreaLocator(), representative_points(shapes)
    return list(zip(locator.counties(points), locator.townships(points), strict=True))


def management_boundaries() -> dict[int, BaseGeometry]:
    """The management boundary of each unit, by id, for checks in memory."""
    rows = AreaUnit.objects.filter(kind__in=_MANAGED, management_geom__isnull=False, valid_to__isnull=True)
    return {
        pk: shapely.from_wkb(bytes(shape.wkb))
        for pk, shape in rows.values_list("pk", "management_geom").order_by("pk")
        if shape is not None
    }


def city_boundary() -> BaseGeometry | None:
    """The counties together, widened by the margin; None while no boundary is recorded."""
    rows = AreaUnit.objects.filter(kind=AreaUnit.Kind.COUNTY, geom__isnull=False, valid_to__isnull=True)
    shapes = [shapely.from_wkb(bytes(shape.wkb)) for shape in rows.values_list("geom", flat=True) if shape]
    return shapely.union_all([shape.buffer(MARGIN) for shape in shapes]) if shapes else None


def city_extent() -> Extent:
    """The box in which coordinates are believed without a question, from the settings of this city."""
    return Extent(*settings.CITY_EXTENT)


def area_at(lon: float, lat: float) -> tuple[int | None, int | None]:
    """County and township of one place."""
    return areas_of([shapely.Point(lon, lat)])[0]


def unit_extent(unit_id: int) -> tuple[float, float, float, float] | None:
    """west, south, east, north in degrees of the area that a unit is in charge of; None without a boundary."""
    boxes = AreaUnit.objects.filter(pk=unit_id).aggregate(managed=Box("management_geom"), outline=Box("geom"))
    found: tuple[float, float, float, float] | None = boxes["managed"] or boxes["outline"]
    return found
