"""The editor's page: for whom, with which addresses and words; its figures against those of the database."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test import Client
from django.utils.translation import override

from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.workbench.geometry_editor.words import words
from tests.portal.test_assets import _node

pytestmark = pytest.mark.django_db
PAGE = {"accept": "text/html"}
SCRIPTS = Path(settings.BASE_DIR) / "portal/static/portal/js/editor"


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例小区改造")


def address(project: Project) -> str:
    return f"/workbench/projects/{project.serial_no}/geometry/"


def test_the_page_names_the_addresses_of_this_project(
    project: Project, steward: User, client_of: Callable[[User], Client]
) -> None:
    html = client_of(steward).get(address(project), headers=PAGE).content.decode()
    for name in ("state", "check", "neighbours", "coordinates", "file"):
        found = re.search(rf'data-{name}="([^"]+)"', html)
        assert found, name
        assert found[1].startswith(f"/workbench/projects/{project.serial_no}/geometry")
    assert "示例小区改造" in html
    assert 'data-bounds="113.00000,29.20000,113.20000,29.40000"' in html  # the county's, while nothing is drawn


def test_nobody_opens_the_editor_of_another_district_or_without_the_right(
    project: Project, leader: User, steward: User, city: dict, client_of: Callable[[User], Client]
) -> None:
    assert client_of(leader).get(address(project), headers=PAGE).status_code == 403
    Project.objects.filter(pk=project.pk).update(management_unit=city["430626"])
    assert client_of(steward).get(address(project), headers=PAGE).status_code == 404


def test_the_project_s_page_leads_to_the_editor_only_with_the_right_and_only_today(
    project: Project, leader: User, steward: User, hq_admin: User, client_of: Callable[[User], Client]
) -> None:
    place, link = f"/workbench/projects/{project.serial_no}/", f'href="{address(project)}"'
    for user, expected in ((steward, True), (hq_admin, True), (leader, False)):
        html = client_of(user).get(place, headers=PAGE).content.decode()
        assert (link in html) == expected, user
    assert link not in client_of(steward).get(f"{place}?as_of=2026-01-05", headers=PAGE).content.decode()


def test_every_word_that_the_scripts_ask_for_is_there() -> None:
    known = words()
    for path in SCRIPTS.glob("*.js"):
        for name in re.findall(r"\bwords\.([a-z_0-9]+)", path.read_text(encoding="utf-8")):
            assert name in known, f"{path.name}: {name}"


def test_no_word_of_the_editor_is_left_in_english() -> None:
    def texts(value: Any) -> list[str]:
        return [text for inner in value.values() for text in texts(inner)] if isinstance(value, dict) else [value]

    with override("zh-hans"):
        for text in texts(words()):
            assert re.search(r"[\u4e00-\u9fff]", text), text


SHAPES = [
    "POLYGON((113.1 29.3,113.102 29.3,113.102 29.302,113.1 29.302,113.1 29.3))",
    "POLYGON((113.1 29.3,113.2 29.31,113.22 29.45,113.05 29.42,113.1 29.3),(113.12 29.34,113.13 29.38,113.16 29.36,113.12 29.34))",  # noqa: E501
    "MULTIPOLYGON(((112.4 28.5,113.9 28.6,113.8 29.7,112.4 28.5)),((114 28.5,114.00001 28.5,114 28.50001,114 28.5)))",
    "LINESTRING(113.1 29.3,113.10001 29.3,113.2 29.5,112.8 28.6)",
]


@pytest.mark.parametrize("wkt", SHAPES)
def test_lengths_and_areas_in_the_browser_are_those_of_the_database(wkt: str) -> None:
    geometry = json.loads(GEOSGeometry(wkt).geojson)
    script = """
      import { fromGeoJSON } from "./portal/static/portal/js/editor/shape.js";
      import { measures } from "./portal/static/portal/js/editor/measure.js";
      console.log(JSON.stringify(measures(fromGeoJSON(JSON.parse(process.argv[1])))));
    """
    command = [_node(), "--input-type=module", "--eval", script, json.dumps(geometry)]
    ran = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60)
    drawn = json.loads(ran.stdout)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(g), ST_Length(g) + ST_Perimeter(g) FROM (SELECT ST_GeomFromText(%s, 4490)::geography g) t",
            [wkt],
        )
        area, length = cursor.fetchone()
    assert drawn["length"] == pytest.approx(length, rel=1e-8, abs=1e-6)
    assert drawn["area"] == pytest.approx(area, rel=2e-5, abs=1e-3)
