"""The client that most GIS use, GDAL's OGC API driver, reads every collection whole."""

import math
import subprocess
import sys
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from portal.public.models import PublishedArea, PublishedPayment, PublishedProject
from tests.seeded import seed_and_publish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
# in a process of its own: GDAL's reader holds the interpreter, in which our server's thread would wait
READ = """
import sys, pyogrio
server, layer, geometry = sys.argv[1:]
found = pyogrio.read_dataframe(f"OAPIF:{server}/ogc", layer=layer, read_geometry=geometry == "yes")
print(len(found), len(set(found.iloc[:, 0])), round(float(found["amount"].sum()), 2) if layer == "payments" else "")
"""


def read(server: str, layer: str, geometry: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", READ, server, layer, geometry], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def test_gdal_reads_as_many_features_as_the_database_has(live_server: LiveServer, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    seed_and_publish(120)
    tables = {"projects": PublishedProject, "regions": PublishedArea, "payments": PublishedPayment}
    for layer, table in tables.items():
        rows = table.objects.filter(to_snapshot__isnull=True)  # type: ignore[attr-defined]
        found = read(live_server.url, layer, "no" if layer == "payments" else "yes")
        assert int(found[0]) == int(found[1]) == rows.count()
    assert rows.count() > 1000  # more than a page
    assert float(found[2]) == float(sum(rows.values_list("amount", flat=True)))


# every tile of a zoom over the city, by GDAL's driver of vector tiles
READ_TILES = """
import sys, pyogrio
server, number, *tiles = sys.argv[1:]
codes = set()
for tile in tiles:
    try:
        found = pyogrio.read_dataframe(f"MVT:{server}/tiles/{number}/projects/{tile}.mvt", layer="projects")
    except Exception as error:
        if "not recognized" not in str(error) and "not found" not in str(error).lower():  # a tile without a project
            raise
        continue
    assert found.crs.to_epsg() == 3857 and not found.geometry.is_empty.any()
    codes |= set(found["code"])
print(*sorted(codes))
"""
ZOOM = 8


def test_gdal_reads_every_located_project_in_the_tiles(live_server: LiveServer, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    snapshot = seed_and_publish(60)
    rows = PublishedProject.objects.filter(to_snapshot__isnull=True, is_located=True)
    side = 2 * math.pi * 6378137 / 2**ZOOM
    middle = 2 ** (ZOOM - 1)
    spots = [row.anchor_3857 for row in rows if row.anchor_3857]
    tiles = {(int(middle + spot.x // side), int(middle - 1 - spot.y // side)) for spot in spots}
    asked = [f"{ZOOM}/{x}/{y}" for x, y in sorted(tiles)]
    done = subprocess.run(
        [sys.executable, "-c", READ_TILES, live_server.url, str(snapshot.number), *asked],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert set(done.stdout.split()) == set(rows.values_list("code", flat=True))
