"""The client that most GIS use, GDAL's OGC API driver, reads every collection whole."""

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
