"""The program in which most people look at maps, QGIS, reads every collection whole and draws our tiles.

QGIS is too large to be installed for the tests; where it is (`apt-get install python3-qgis`), it is asked. It brings a
Python of its own, so that it runs in a process of its own.
"""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest
from django.db.models import Sum
from pytest_django.live_server_helper import LiveServer

from portal.public.models import PublishedArea, PublishedPayment, PublishedProject
from tests.seeded import seed_and_publish

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"]),
]
BOX = (113.0, 29.2, 113.4, 29.6)
READ = """
import json, sys
from collections import Counter
from qgis.core import (
    QgsApplication, QgsCoordinateReferenceSystem as System, QgsCoordinateTransform, QgsFeatureRequest,
    QgsMapRendererSequentialJob, QgsMapSettings, QgsProject, QgsRectangle, QgsVectorLayer, QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

server, tiles, box = sys.argv[1], sys.argv[2], QgsRectangle(*json.loads(sys.argv[3]))
application = QgsApplication([], False)
application.initQgis()
told = {}

def plain_text(value):  # QGIS takes the days for days
    return value.toString("yyyy-MM-dd") if hasattr(value, "toPyDate") else str(value)

for name in ("projects", "regions", "payments"):
    layer = QgsVectorLayer(f"url='{server}/ogc/' typename='{name}'", name, "OAPIF")
    features = list(layer.getFeatures())
    told[name] = {
        "valid": layer.isValid(),
        "counted": layer.featureCount(),
        "read": len({feature.attribute(0) for feature in features}),
        "system": layer.crs().authid(),
        "fields": [field.name() for field in layer.fields()],
        "shapes": Counter(
            QgsWkbTypes.displayString(each.geometry().wkbType()) for each in features if each.hasGeometry()
        ),
        "money": sum(round(each[column] * 100) for each in features if each[column])
        if (column := {"projects": "disbursed", "payments": "amount"}.get(name)) else 0,
        "within": len(list(layer.getFeatures(QgsFeatureRequest(box)))),
        "rows": {str(each[key]): [plain_text(each[column]) for column in columns] for each in features}
        if (key := {"projects": "code", "payments": "number", "regions": "code"}[name])
        and (columns := {"projects": ("name", "status"), "payments": ("payee", "paid_on"), "regions": ("name",)}[name])
        else {},
        "middles": {
            str(each[key]): [round(middle.x(), 6), round(middle.y(), 6)]
            for each in features if each.hasGeometry() and (middle := each.geometry().boundingBox().center())
        },
    }
layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=7&zmax=14", "tiles")
plain, web = System("EPSG:4326"), System("EPSG:3857")
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setOutputSize(QSize(400, 400))
settings.setBackgroundColor(QColor("white"))
settings.setDestinationCrs(web)
settings.setExtent(QgsCoordinateTransform(plain, web, QgsProject.instance()).transformBoundingBox(box))
job = QgsMapRendererSequentialJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
told["ink"] = sum(image.pixel(x, y) != 0xFFFFFFFF for x in range(0, 400, 2) for y in range(0, 400, 2))
print(json.dumps(told))
"""


def with_qgis() -> str:
    """The interpreter that QGIS was installed for."""
    for interpreter in ("/usr/bin/python3", shutil.which("python3") or ""):
        found = interpreter and subprocess.run(
            [interpreter, "-c", "import qgis.core"], capture_output=True, check=False
        )
        if found and found.returncode == 0:
            return interpreter
    pytest.skip("QGIS is not installed (apt-get install python3-qgis)")


def test_qgis_reads_every_feature_and_draws_the_tiles(live_server: LiveServer, settings: Any, tmp_path: Any) -> None:
    interpreter = with_qgis()
    settings.ALLOWED_HOSTS = ["*"]
    seed_and_publish(60)
    public = PublishedProject.objects.filter(to_snapshot__isnull=True)
    tiles = (
        live_server.url + f"/tiles/{public.values_list('from_snapshot', flat=True)[0]}/projects/{{z}}/{{x}}/{{y}}.mvt"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [interpreter, "-c", READ, live_server.url, tiles, json.dumps(BOX)],
        capture_output=True, text=True, timeout=180, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    tables: dict[str, Any] = {"projects": PublishedProject, "regions": PublishedArea, "payments": PublishedPayment}
    for name, table in tables.items():
        rows = table.objects.filter(to_snapshot__isnull=True)
        assert told[name]["valid"], name
        assert told[name]["counted"] == told[name]["read"] == rows.count(), name
    assert told["payments"]["read"] > 100  # more than a page
    assert told["projects"]["money"] == public.aggregate(sum=Sum("disbursed"))["sum"] * 100
    payments = PublishedPayment.objects.filter(to_snapshot__isnull=True)
    assert told["payments"]["money"] == payments.aggregate(sum=Sum("amount"))["sum"] * 100
    shapes: dict[str, int] = {}
    for row in public.filter(geom__isnull=False):
        name = row.geom.geom_type
        if name.startswith("Multi") and len(row.geom) == 1:
            name = name.removeprefix("Multi")
        shapes[name] = shapes.get(name, 0) + 1
    assert told["projects"]["shapes"] == shapes
    assert told["projects"]["rows"] == {row.code: [row.name, row.status] for row in public}
    assert told["payments"]["rows"] == {str(row.number): [row.payee, row.paid_on.isoformat()] for row in payments}
    for row in public.filter(geom__isnull=False):  # longitude first, where the project lies
        west, south, east, north = row.geom.extent
        middle = ((west + east) / 2, (south + north) / 2)
        assert told["projects"]["middles"][row.code] == pytest.approx(middle, abs=2e-6), row.code
    assert (told["projects"]["system"], told["payments"]["shapes"]) == ("EPSG:4326", {})
    assert 0 < told["projects"]["within"] < told["projects"]["read"]
    assert {"code", "name", "status", "disbursed"} <= set(told["projects"]["fields"])
    assert told["ink"] > 50
