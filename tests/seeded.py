"""A demo city of any size straight in the test tables: real regions, every kind of fact, published when asked.

`fixtures/` invents the city as for a demonstration; the files, importers and sandbox are left out, because the tests
that use this are about what is shown. 60 projects with all that hangs on them take about a second.
"""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from shapely import from_wkb, to_wkb, unary_union
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from fixtures import mapfiles
from fixtures.seeding import seed
from geodata.audit import acting
from geodata.funding.services import ensure_sources
from geodata.projects.reference import ensure_categories
from geodata.regions.models import AreaPopulation, AreaUnit, BaseFeature
from geodata.summary.services import refresh_statistics
from geodata.tiles.services import assign_tile_zooms
from portal.public.models import Snapshot
from portal.publication.services import publish

TODAY = date(2026, 3, 30)
NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
# The box of zoom 9 tiles over the city, columns and lines both included.
COLUMNS, LINES = (415, 418), (211, 215)
BASE_RANK = 2  # the lesser half of the base layer adds weight and no kind of row


def seed_city(projects: int, *, today: date = TODAY) -> None:
    """Writes regions, base layer, categories, sources and so many projects into empty tables."""
    ensure_categories()
    ensure_sources()
    lay_out(today)
    with acting(user_id=None, reason="test"):
        seed(today=today, count=projects, told=lambda _done: None)
        assign_tile_zooms()
    refresh_statistics()


def seed_and_publish(projects: int) -> Snapshot:
    seed_city(projects)
    return publish(as_of=TODAY, now=NOW)


@cache
def _features(today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with TemporaryDirectory() as folder:
        found = [
            mapfiles.regions(Path(folder) / "regions.geojson", today),
            mapfiles.base_layer(Path(folder) / "base.geojson"),
        ]
        regions, base = (json.loads(path.read_text(encoding="utf-8"))["features"] for path in found)
    return regions, base


def _geos(found: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(to_wkb(found)), srid=4490)


def _multi(found: BaseGeometry) -> MultiPolygon:
    made = _geos(found)
    return made if isinstance(made, MultiPolygon) else MultiPolygon(made, srid=4490)


def lay_out(today: date) -> None:
    regions, base = _features(today)
    hosts: dict[str, list[str]] = {}
    known: dict[str, AreaUnit] = {}
    for level in ("city", "county", "zone", "township"):
        made = [_area(f, known, hosts) for f in regions if f["properties"]["kind"] == level]
        known |= {area.code: area for area in AreaUnit.objects.bulk_create(made)}
    for zone, counties in hosts.items():
        known[zone].hosts.add(*(known[code] for code in counties))
    _cut_zones(known, hosts)
    AreaPopulation.objects.create(area=known["430600"], year=2022, residents=5_017_500, source="示例")
    BaseFeature.objects.bulk_create(
        BaseFeature(
            kind=f["properties"]["kind"],
            name=f["properties"]["name"],
            rank=f["properties"]["rank"],
            geom=_geos(shape(f["geometry"])),
            is_schematic=True,
        )
        for f in base
        if f["properties"]["rank"] <= BASE_RANK
    )


def _area(feature: dict[str, Any], known: dict[str, AreaUnit], hosts: dict[str, list[str]]) -> AreaUnit:
    values = feature["properties"]
    if values["hosts"]:
        hosts[values["code"]] = values["hosts"].split(";")
    outline = _multi(shape(feature["geometry"]))
    return AreaUnit(
        code=values["code"],
        kind=values["kind"],
        code_system=values["code_system"],
        nbs_code=values["nbs_code"],
        name=values["name"],
        short_name=values["short_name"],
        aliases=[alias for alias in values["aliases"].split(";") if alias],
        parent=known.get(values["parent"]),
        official_order=values["official_order"],
        is_schematic=True,
        geom=outline,
        management_geom=outline if values["kind"] in {"county", "zone"} else None,
    )


def _cut_zones(known: dict[str, AreaUnit], hosts: dict[str, list[str]]) -> None:
    """A county answers for itself without the zones cut out of it (属地管理)."""
    shapes = {code: from_wkb(bytes(area.geom.wkb)) for code, area in known.items() if area.geom}
    for county in {code for counties in hosts.values() for code in counties}:
        zones = unary_union([shapes[zone] for zone, counties in hosts.items() if county in counties])
        known[county].management_geom = _multi(shapes[county].difference(zones))
        known[county].save(update_fields=["management_geom"])
