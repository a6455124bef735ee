"""Every byte that the public gets: pages, answers for programs, feeds, tiles, files, refusals, what is kept, a dump."""

import gzip
import math
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import mapbox_vector_tile
import psycopg
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import connections
from django.test import Client

from ops import postgres
from portal.opendata.api.lists import LISTS
from portal.opendata.ogc.collections import COLLECTIONS
from portal.opendata.ogc.systems import SYSTEMS
from portal.public.feeds import FORMS
from portal.public.kept import Answer as Kept
from portal.public.models import PublishedLabel, PublishedProject
from portal.publication.openfiles import make_files
from tests import pages
from tests.pages import Answer
from tests.portal.publication.test_publish import everything_public

PAGE: Final = {"accept": "text/html"}
PROGRAM: Final = {"accept": "application/json"}
# asked for by people and by programs: unknown, unreadable, not allowed
FAULTS: Final = (
    "/nothing/",
    "/projects/NOPE/",
    "/projects/?q=%00",
    "/projects/?nothing=1",
    "/companies/NOPE/",
    "/regions/NOPE/",
    "/disclosure/NOPE/",
    "/near/?lon=1&lat=1",
    "/feeds/unit/NOPE.atom",
    "/feeds/city.pdf",
    "/opendata/nothing.csv",
    "/opendata/oc4ids/NOPE.json",
    "/api/v1/nothing",
    "/api/v1/projects/NOPE",
    "/api/v1/projects?nothing=1",
    "/ogc/collections/nothing/items",
    "/ogc/collections/projects/items/NOPE",
    "/ogc/collections/projects/items?bbox=1",
    "/robots.txt",
    "/sitemap.xml",
    "/tiles/1/x/1/1/1.mvt",
)


def columns_of(shape: GEOSGeometry, zoom: int) -> Iterator[tuple[int, int]]:
    """The tiles of a zoom that the box of a shape touches."""
    west, south, east, north = shape.extent

    def x(lon: float) -> int:
        return int((lon + 180) / 360 * (1 << zoom))

    def y(lat: float) -> int:
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << zoom))

    yield from ((i, j) for i in range(x(west), x(east) + 1) for j in range(y(north), y(south) + 1))


def tiles(client: Client, snapshot: int) -> Iterator[tuple[str, str]]:
    """Every layer: all tiles over the city up to zoom 9, from there on those in which projects lie."""
    shapes = [row.geom for row in PublishedProject.objects.using("publisher").filter(to_snapshot=None) if row.geom]
    city = GEOSGeometry("POLYGON((112.2 28.3,114.3 28.3,114.3 30,112.2 30,112.2 28.3))", srid=4490)
    for zoom in range(7, 15):
        wanted = {tile for shape in ([city] if zoom < 10 else shapes) for tile in columns_of(shape, zoom)}
        for x, y in sorted(wanted)[:: 1 if zoom < 12 else 3]:
            for layer in ("projects", "regions", "base"):
                address = f"/tiles/{snapshot}/{layer}/{zoom}/{x}/{y}.mvt"
                response = client.get(address)
                body = response.content
                body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
                decoded = str(mapbox_vector_tile.decode(body)) if layer == "projects" or zoom < 8 else ""
                yield address, f"{response.headers} {body.decode('utf-8', 'ignore')} {decoded}"


def public_addresses() -> Iterator[str]:
    """What people read: every row of the table of pages in both languages, every project and unit."""
    known = pages.places()
    open_ones = pages.addresses(known, [Answer.PAGE, Answer.PART, Answer.FILE], open_to_all=True)
    yield from open_ones
    yield from (f"/en{place}" for place in open_ones)
    for code in codes():
        yield from (f"/projects/{code}/", f"/projects/{code}/payments.csv")
    for code in pages.unit_codes():
        yield from (f"/regions/{code}/", f"/disclosure/{code}/")


def codes() -> list[str]:
    return list(PublishedProject.objects.using("publisher").filter(to_snapshot=None).values_list("code", flat=True))


def programs_addresses(each: int) -> Iterator[str]:
    """What programs read: every interface with all of its rows, and of each so many-th project and list its own."""
    open_ones = pages.addresses(pages.places(), [Answer.PAGE, Answer.PART], open_to_all=True)
    yield from (place for place in open_ones if place.startswith(("/ogc/", "/api/", "/opendata/", "/tiles/")))
    yield from (f"/api/v1/{name}?limit=1000" for name in LISTS)
    yield from (f"/api/v1/changes?collection={name}&since=0&limit=1000" for name in ("projects", "payments"))
    yield from (f"/api/v1/aggregates?by={by}" for by in ("unit", "category", "year"))
    yield from (f"/ogc/collections/{name}/items?limit=1000" for name in COLLECTIONS)
    yield from (f"/ogc/collections/projects/items?limit=1000&crs={system}" for system in SYSTEMS)
    for code in codes()[::each]:
        yield from (f"/opendata/oc4ids/{code}.json", f"/api/v1/projects/{code}", f"/feeds/project/{code}.atom")
    majors = PublishedLabel.objects.using("publisher").filter(kind="category").values_list("code", flat=True)
    followed = [*(f"category/{code}" for code in sorted(set(majors))), *(f"unit/{code}" for code in pages.unit_codes())]
    for form in FORMS:
        yield f"/feeds/city.{form}"
        yield from (f"/feeds/{place}.{form}" for place in followed[::each])


def files_of_open_data(client: Client) -> Iterator[tuple[str, str]]:
    """Every file as it is handed out; workbooks unpacked. Texts of a GeoPackage stand in it as they are."""
    for one in make_files().files:
        response: Any = client.get(f"/opendata/{one.name}")
        assert response.status_code == 200, one.name
        body = b"".join(response)
        if one.name.endswith(".xlsx"):
            with ZipFile(BytesIO(body)) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        yield one.name, f"{response.headers} {body.decode('utf-8', 'ignore')}"


def faults() -> Iterator[tuple[str, str]]:
    """Refusals as a page and as a problem, and of what is no reading."""
    for headers in (PAGE, PROGRAM):
        client = Client(headers=headers)
        for place in FAULTS:
            response = client.get(place)
            assert response.status_code in {200, 400, 404}, (place, response.status_code)
            yield f"{place} {headers}", f"{response.headers} {response.content.decode()}"
        for method in (client.post, client.delete):
            response = method("/projects/")
            assert response.status_code == 405
            yield "/projects/ 405", f"{response.headers} {response.content.decode()}"


def what_is_kept() -> Iterator[tuple[str, str]]:
    """The answers that would be given again if the database were away."""
    for path in Path(settings.KEPT_DIR).rglob("*"):
        if path.is_file():
            kept = Kept.read(path.read_bytes())
            yield f"kept {path.name}", f"{kept.headers} {kept.body.decode('utf-8', 'ignore')}"


def dump() -> str:
    """The public database as its owner would back it up."""
    found = connections["publisher"].settings_dict
    address = psycopg.conninfo.make_conninfo(
        host=str(found["HOST"]), port=str(found["PORT"] or 5432), dbname=str(found["NAME"]), user=str(found["USER"]),
        password=str(found["PASSWORD"]) or None,
    )  # fmt: skip
    command = [postgres.require_server().program("pg_dump"), "--table=public_*", f"--dbname={address}"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


def everything(snapshot: int, each: int) -> Iterator[tuple[str, str]]:
    """Where from and what: every public table, page, file, tile and static file, with the headers; of one project
    in `each` what programs read, too."""
    client = Client(headers=PAGE)
    yield "the public database", everything_public()
    yield "the dump", dump()
    for headers, places in ((PAGE, public_addresses()), (PROGRAM, programs_addresses(each))):
        asking = Client(headers=headers)
        for place in places:
            response = asking.get(place)
            body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
            yield f"{place} {response.status_code}", f"{response.headers} {body.decode()}"
    yield from files_of_open_data(client)
    yield from faults()
    yield from tiles(client, snapshot)
    yield from what_is_kept()
    for path in Path(settings.BASE_DIR, "portal", "static").rglob("*"):
        if path.is_file():
            yield path.name, f"{path.name} {path.read_bytes().decode('utf-8', 'ignore')}"
