"""The shapes of a plan for the map of its preview: as they would be stored, and what the record has instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import shapely

from geodata.crs.systems import BD09, GCJ02, name_of
from geodata.exchange.plans import Plan, Planned
from geodata.projects.entries import GeometryEntry
from geodata.projects.models import Project

MOST: Final = 2000
# 0.1 m is nothing on a map of a preview; the stored shape is not touched
PRECISION: Final = 1e-6
_SHIFTED: Final = frozenset((name_of(GCJ02), name_of(BD09)))
_POLE: Final = 90


def shapes_of(plan: Plan) -> dict[str, Any] | None:
    """{before, unshifted, after, shown, total}: GeoJSON collections in EPSG:4490, drawn as longitude and latitude.

    `unshifted` are places of GCJ-02 and BD-09 as their numbers stand: the map shows by how far they were moved.
    """
    held = [(one, body) for one in plan.writable() if (body := _wkb(one)) is not None]
    if not held:
        return None
    drawn = held[:MOST]
    after = [_feature(shapely.from_wkb(body), one.key) for one, body in drawn]
    before = _recorded(one for one, _body in drawn)
    unshifted = [feature for one, _body in drawn if (feature := _unshifted(one)) is not None]
    return {
        "before": _collection(before) if before else None,
        "unshifted": _collection(unshifted) if unshifted else None,
        "after": _collection(after),
        "shown": len(drawn),
        "total": len(held),
    }


def _wkb(planned: Planned) -> bytes | None:
    """The shape that a row would store, whatever the dataset."""
    entry = planned.entry[1] if isinstance(planned.entry, tuple) else planned.entry
    geometry = getattr(entry, "geometry", None)
    body = getattr(geometry, "wkb", None) or getattr(entry, "geom", None)
    return body if isinstance(body, bytes) else None


def _unshifted(planned: Planned) -> dict[str, Any] | None:
    geometry = getattr(planned.entry, "geometry", None)
    if not isinstance(geometry, GeometryEntry) or geometry.detected_crs not in _SHIFTED or not geometry.original_wkt:
        return None
    original: Any = shapely.from_wkt(geometry.original_wkt)
    if original.bounds[3] > _POLE:  # latitude first
        original = shapely.transform(original, lambda points: points[:, ::-1])
    return _feature(original, planned.key)


def _recorded(planned: Iterable[Planned]) -> list[dict[str, Any]]:
    ids = [project.project_id for one in planned if (project := getattr(one.entry, "project", None)) is not None]
    rows = Project.objects.filter(pk__in=[pk for pk in ids if pk], geom__isnull=False).values_list("serial_no", "geom")
    return [_feature(shapely.from_wkb(bytes(geom.wkb)), serial) for serial, geom in rows if geom is not None]


def _feature(shape: Any, key: str) -> dict[str, Any]:
    # "pointwise" keeps whatever shape it is; nothing here is stored
    rounded = shapely.set_precision(shape, PRECISION, mode="pointwise")
    return {"type": "Feature", "properties": {"key": key}, "geometry": shapely.geometry.mapping(rounded)}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
