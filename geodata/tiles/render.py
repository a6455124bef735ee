"""Vector tiles (Mapbox Vector Tile 2.1) over any queryset with the right column names: one SQL statement a tile, two
for a past day of the record.

Works on the record's rows and on the published table alike, and imports no model, because the public site has none of
the record's. Tiles are in EPSG:3857, 4096 units wide, with a buffer of 128 so that no mark is cut at an edge.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.gis.geos import Polygon
from django.db import connections
from django.db.models import Case, F, FloatField, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Round
from django.db.models.lookups import LessThan
from django.utils.translation import gettext as _

from geodata.errors import BadParameter, NotFound
from geodata.srid import STORAGE_SRID, WEB_SRID
from geodata.tiles.thinning import THINNED_BELOW, WORLD

DEEPEST: Final = 18
EXTENT: Final = 4096
BUFFER: Final = 128
SHAPES_FROM: Final = 11  # a map of 512-pixel tiles shows this one at its zoom 12
READABLE: Final = 3 / 512  # of a tile's width: a smaller shape is drawn as its anchor point
TOWNSHIPS_FROM: Final = 10
PREFIX: Final = "p_"
# lowest zoom of a feature of the base layer, by rank 1..5
_BASE_FROM: Final = {
    "road": (6, 8, 9, 11, 12),
    "place": (5, 7, 8, 9, 11),
    "lake": (0, 4, 6, 8, 10),
    "river": (0, 4, 6, 8, 10),
    "mountain": (0, 4, 6, 8, 10),
}

_PROJECT: Final = {
    "id": "Number",
    "code": "String",
    "name": "String",
    "category": "String",
    "unit": "String",
    "status": "String",
    "stage": "String",
    "progress": "Number",
    "budget": "Number",
    "disbursed": "Number",
    "disbursement_rate": "Number",
    "updated": "String",
}
# properties of each layer for TileJSON; projects also carry `complaints_band` (public), or `complaints`, `light` and
# `source` (staff)
FIELDS: Final[dict[str, dict[str, str]]] = {
    "projects": _PROJECT,
    "regions": {"id": "Number", "kind": "String", "code": "String", "name": "String", "dimension": "String"},
    "base": {"id": "Number", "kind": "String", "name": "String", "rank": "Number"},
}


def require_in_range(z: int, x: int, y: int) -> None:
    """Raises BadParameter for a tile that does not exist, before anything reaches the database."""
    if not 0 <= z <= DEEPEST:
        raise BadParameter(_("Tiles have zooms from 0 to %(deepest)s") % {"deepest": DEEPEST})
    if not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise BadParameter(
            _("Zoom %(z)s has rows and columns from 0 to %(last)s only") % {"z": z, "last": (1 << z) - 1}
        )


def tile(layer: str, z: int, x: int, y: int, rows: QuerySet[Any], *, site: str = "staff") -> bytes:
    """The tile of a layer over the rows given; empty where nothing lies.

    Raises BadParameter out of range and NotFound for an unknown layer.
    """
    require_in_range(z, x, y)
    if layer not in _LAYERS:
        raise NotFound(_("There is no such layer"))
    parts = _LAYERS[layer](rows, z, _box(z, x, y), site)
    using = rows.db
    texts: list[str] = []
    values: list[Any] = []
    for part in parts:
        sql, parameters = part.query.get_compiler(using=using, elide_empty=False).as_sql()
        texts.append(f"({sql})")
        values += parameters
    names = [name for name in parts[0].query.annotations if name.startswith(PREFIX)]
    properties = ", ".join(f'"{name}" AS "{name.removeprefix(PREFIX)}"' for name in names)
    # Whatever the ORM wrote is SQL with its own parameters; no text of a request is in it.
    statement = (
        "SELECT ST_AsMVT(feature, %s, %s, 'clipped', 'feature_id') FROM ("  # noqa: S608
        f"SELECT feature_id, {properties}, ST_AsMVTGeom(shape, ST_TileEnvelope(%s, %s, %s), %s, %s, true) AS clipped "
        f"FROM ({' UNION ALL '.join(texts)}) drawn) feature WHERE clipped IS NOT NULL"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, [layer, EXTENT, z, x, y, EXTENT, BUFFER, *values])
        return bytes(cursor.fetchone()[0] or b"")


def left_out(located: Mapping[int, int]) -> dict[int, int]:
    """For every zoom with thinning, how many located rows its tiles leave out, given their number by tile zoom."""
    return {z: sum(n for zoom, n in located.items() if zoom > z) for z in range(THINNED_BELOW)}


# --- the layers: querysets of properties, `feature_id` and `shape` ----------------------------------------------


def _projects(rows: QuerySet[Any], z: int, box: Polygon, site: str) -> list[QuerySet[Any]]:
    if z < THINNED_BELOW:
        rows = rows.filter(tile_zoom__lte=z)
    shape: Any = F("anchor_3857") if z < SHAPES_FROM else _readable(z)
    near = rows.filter(anchor_3857__bboverlaps=_in_web(box)) if z < SHAPES_FROM else rows.filter(geom__bboverlaps=box)
    if hasattr(near, "narrowed"):
        near = near.narrowed()
    complaints = F("complaints_band") if site == "public" else F("complaints_merged")
    properties = {
        "id": F("pk"),
        "code": F("code"),
        "name": F("name"),
        "category": F("category"),
        "unit": F("unit"),
        "status": F("status"),
        "stage": F("stage"),
        "progress": _number(F("physical_pct")),
        "budget": _number(F("budget")),
        "disbursed": _number(F("disbursed")),
        "disbursement_rate": _number(Round(F("disbursement_rate") * 100, precision=1)),
        "updated": Func(F("updated"), Value("YYYY-MM-DD"), function="to_char", output_field=TextField()),
        "complaints_band" if site == "public" else "complaints": complaints,
        **({} if site == "public" else {"light": F("light"), "source": F("geom_source")}),
    }
    largest_first = (F("budget").desc(nulls_last=True), "pk")
    return [_drawn(near, properties, shape).order_by(*largest_first)]


def _regions(rows: QuerySet[Any], z: int, box: Polygon, site: str) -> list[QuerySet[Any]]:
    """Each area by its outline; counties and zones again by what they answer for (属地管理)."""
    townships = ["township"] if z >= TOWNSHIPS_FROM else []
    kinds = {"admin": ["city", "county", *townships], "management": ["county", "zone"]}
    outlines = {"admin": F("geom_3857"), "management": Coalesce("management_3857", "geom_3857")}
    near = rows.filter(geom__bboverlaps=box)
    return [
        _drawn(
            near.filter(kind__in=kinds[dimension]),
            {
                "id": F("pk"),
                "kind": F("kind"),
                "code": F("code"),
                "name": F("name"),
                "dimension": Value(dimension, TextField()),
            },
            _simplified(outline, z),
        ).order_by("pk")
        for dimension, outline in outlines.items()
    ]


def _townships(rows: QuerySet[Any], z: int, box: Polygon, site: str) -> list[QuerySet[Any]]:
    """Townships at every zoom, for a map that paints them."""
    properties = {"id": F("pk"), "kind": F("kind"), "code": F("code"), "name": F("name")}
    near = rows.filter(kind="township", geom__bboverlaps=box)
    return [_drawn(near, properties, _simplified(F("geom_3857"), z)).order_by("pk")]


def _base(rows: QuerySet[Any], z: int, box: Polygon, site: str) -> list[QuerySet[Any]]:
    shown = Q()
    for kind, zooms in _BASE_FROM.items():
        shown |= Q(kind=kind, rank__lte=sum(1 for lowest in zooms if lowest <= z))
    properties = {"id": F("pk"), "kind": F("kind"), "name": F("name"), "rank": F("rank")}
    near = rows.filter(shown, geom__bboverlaps=box)
    return [_drawn(near, properties, _simplified(F("geom_3857"), z)).order_by("pk")]


_LAYERS: Final[dict[str, Callable[[QuerySet[Any], int, Polygon, str], list[QuerySet[Any]]]]] = {
    "base": _base,
    "regions": _regions,
    "townships": _townships,
    "projects": _projects,
}


def _drawn(rows: QuerySet[Any], properties: dict[str, Any], shape: Any) -> QuerySet[Any]:
    """Rows of nothing but the properties (under a prefix, for many bear a column's name), the number and the shape."""
    named = {f"{PREFIX}{name}": value for name, value in properties.items()}
    # declared as text, else the ORM turns the geometry into bytes for Python
    drawn = Func(shape, template="%(expressions)s", output_field=TextField())
    return rows.values(**named, feature_id=F("pk"), shape=drawn)


def _box(z: int, x: int, y: int) -> Polygon:
    """The tile with its buffer in EPSG:4490: what lies near it by the index of the stored shape."""
    width = 2.0 / (1 << z)
    pad = width * BUFFER / EXTENT
    west, north = x * width - 1 - pad, 1 - y * width + pad
    corners = (west, north - width - 2 * pad, west + width + 2 * pad, north)
    lon = [180 * value for value in corners[0::2]]
    lat = [math.degrees(math.atan(math.sinh(math.pi * value))) for value in corners[1::2]]
    box = Polygon.from_bbox((lon[0], lat[0], lon[1], lat[1]))
    box.srid = STORAGE_SRID
    return box


def _in_web(box: Polygon) -> Polygon:
    """The same box in EPSG:3857."""
    west, south, east, north = box.extent
    radius = WORLD / 2 / math.pi
    y = [radius * math.asinh(math.tan(math.radians(lat))) for lat in (south, north)]
    web = Polygon.from_bbox((math.radians(west) * radius, y[0], math.radians(east) * radius, y[1]))
    web.srid = WEB_SRID
    return web


def _number(value: Any) -> Cast:
    """ST_AsMVT writes only doubles and integers as numbers, numeric as text."""
    return Cast(value, FloatField())


def _simplified(shape: Any, z: int) -> Func:
    """Without the detail below half a pixel of a 512-pixel tile."""
    tolerance = Value(WORLD / (1 << z) / 1024)
    return Func(shape, tolerance, Value(True), function="ST_Simplify", output_field=TextField())


def _readable(z: int) -> Case:
    """The shape where it is large enough to be seen, else its anchor."""
    width = _number(Func(F("geom_3857"), function="ST_XMax")) - _number(Func(F("geom_3857"), function="ST_XMin"))
    height = _number(Func(F("geom_3857"), function="ST_YMax")) - _number(Func(F("geom_3857"), function="ST_YMin"))
    size = Greatest(width, height, output_field=FloatField())
    small = LessThan(size, Value(WORLD / (1 << z) * READABLE))
    return Case(When(small, then=_plain("anchor_3857")), default=_plain("geom_3857"), output_field=TextField())


def _plain(column: str) -> Func:
    return Func(F(column), template="%(expressions)s", output_field=TextField())
