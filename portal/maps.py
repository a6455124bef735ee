"""What every map page and every tile address shares."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from geodata.tiles import render
from portal.validators import validated

TIANDITU_HOST = "https://t0.tianditu.gov.cn"
TIANDITU = TIANDITU_HOST + "/DataServer?T={layer}_w&x={{x}}&y={{y}}&l={{z}}&tk={key}"
MAX_DATA_ZOOM = 14
MERCATOR_RADIUS = 6378137.0
LAYERS = ("base", "regions", "projects")


def lonlat(anchor: Point | None) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, six decimals, of a point in EPSG:3857 (spherical Mercator, R = 6378137 m).

    The formula itself, because a request never calls GDAL.
    """
    if anchor is None:
        return None
    lon = math.degrees(anchor.x / MERCATOR_RADIUS)
    lat = math.degrees(2 * math.atan(math.exp(anchor.y / MERCATOR_RADIUS)) - math.pi / 2)
    return round(lon, 6), round(lat, 6)


def web_box(extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """west, south, east, north in metres of EPSG:3857 of a box in degrees: the formula behind `lonlat` turned round."""
    west, south, east, north = extent
    rows = [MERCATOR_RADIUS * math.asinh(math.tan(math.radians(lat))) for lat in (south, north)]
    return math.radians(west) * MERCATOR_RADIUS, rows[0], math.radians(east) * MERCATOR_RADIUS, rows[1]


def bounds_of(geom: GEOSGeometry | None, *, margin: float = 0.004) -> str:
    """minlon,minlat,maxlon,maxlat around a shape with a margin in degrees; the city where there is none."""
    west, south, east, north = geom.extent if geom else settings.CITY_VIEW
    pad = margin if geom else 0.0
    return f"{west - pad:.5f},{south - pad:.5f},{east + pad:.5f},{north + pad:.5f}"


def bounds_of_web(extent: tuple[float, float, float, float] | None, *, margin: float = 0.02) -> str:
    """minlon,minlat,maxlon,maxlat around a box in EPSG:3857 with a margin in degrees; empty where there is none."""
    if extent is None:
        return ""
    corners = [lonlat(Point(*corner)) for corner in (extent[:2], extent[2:])]
    (west, south), (east, north) = (corner or (0.0, 0.0) for corner in corners)
    return f"{west - margin:.5f},{south - margin:.5f},{east + margin:.5f},{north + margin:.5f}"


def bounds_around(spots: Sequence[Mapping[str, Any]], *, margin: float = 0.002) -> str:
    """The same around places that bear `lon` and `lat`; empty without any."""
    if not spots:
        return ""
    lons, lats = [spot["lon"] for spot in spots], [spot["lat"] for spot in spots]
    west, south, east, north = min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin
    return f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}"


def map_context(
    *,
    tiles: str,
    labels: Mapping[str, Any],
    querystring: str = "",
    bounds: str = "",
    project_url: str = "",
    unlocated: int = 0,
    undrawn: Mapping[int, int] | None = None,
    projects: bool = True,
    more: Sequence[str] = (),
) -> dict[str, Any]:
    """What templates/components/map.html reads. `tiles` starts the tile addresses, `undrawn` counts by tile zoom,
    `more` names further layers of tiles."""
    query = f"?{querystring}" if querystring else ""
    return {
        "tiles": {
            "base": f"{tiles}/base/{{z}}/{{x}}/{{y}}.mvt",
            "regions": f"{tiles}/regions/{{z}}/{{x}}/{{y}}.mvt",
            "projects": f"{tiles}/projects/{{z}}/{{x}}/{{y}}.mvt{query}" if projects else "",
            **{layer: f"{tiles}/{layer}/{{z}}/{{x}}/{{y}}.mvt{query}" for layer in more},
        },
        "bounds": bounds or bounds_of(None),
        "labels": labels,
        "project_url": project_url,
        "unlocated": unlocated,
        "undrawn": undrawn,
        "tianditu": _tianditu(),
        "max_data_zoom": MAX_DATA_ZOOM,
    }


def _tianditu() -> list[dict[str, Any]]:
    """The two base maps of Tianditu, each with its names over it; none without the city's key."""
    key = settings.TIANDITU_KEY
    if not key:
        return []
    kinds = (("vec", "cva", _("Tianditu map")), ("img", "cia", _("Tianditu imagery")))
    return [
        {"id": base, "label": label, "layers": [TIANDITU.format(layer=layer, key=key) for layer in (base, names)]}
        for base, names, label in kinds
    ]


def tilejson(layer: str, address: str, *, snapshot: int) -> dict[str, Any]:
    """TileJSON 3.0 of a published layer. Raises NotFound for an unknown one."""
    if layer not in LAYERS:
        raise NotFound(_("There is no such layer"))
    west, south, east, north = settings.CITY_EXTENT
    return {
        "tilejson": "3.0.0",
        "name": f"{settings.SITE_TITLE} · {layer}",
        "version": f"{snapshot}.0.0",
        "snapshot": snapshot,
        "tiles": [address],
        "minzoom": 0,
        "maxzoom": 18,
        "bounds": [west, south, east, north],
        "attribution": settings.MAP_APPROVAL_NO or "示意图",
        "vector_layers": [{"id": layer, "fields": render.FIELDS[layer]}],
    }


def tile_response(
    request: HttpRequest, layer: str, z: int, x: int, y: int, rows: Mapping[str, Callable[[], QuerySet]], *, site: str
) -> HttpResponse:
    """The tile as an answer with a validator. Raises NotFound for an unknown layer, BadParameter out of range."""
    if layer not in rows:
        raise NotFound(_("There is no such layer"))
    render.require_in_range(z, x, y)
    body = render.tile(layer, z, x, y, rows[layer](), site=site)
    return validated(request, HttpResponse(body, content_type="application/vnd.mapbox-vector-tile"))
