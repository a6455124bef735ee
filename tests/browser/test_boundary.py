"""A boundary of many parts and holes through its page: opening and saving moves no corner, as django-leaflet's own
widget would (it keeps the first ring of each part alone)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.gis.geos import GEOSGeometry
from playwright.sync_api import Page, expect

from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "MULTIPOLYGON(((113 29.2,113.2 29.2,113.2 29.4,113.00000012 29.4,113 29.2),"
    "(113.05 29.25,113.06 29.25,113.06 29.26,113.05 29.25),(113.1 29.3,113.11 29.3,113.11 29.31000012,113.1 29.3)),"
    "((113.3 29.2,113.4 29.2,113.4 29.3,113.3 29.2),(113.35 29.22,113.36 29.22,113.36 29.23,113.35 29.22)))"
)


@pytest.fixture
def county(transactional_db: None, city: dict[str, AreaUnit], hq_admin: User) -> AreaUnit:
    county = city["430602"]
    county.geom = GEOSGeometry(PARTS, srid=4490)
    county.save(update_fields=["geom"])
    return county


def test_saving_a_boundary_unchanged_keeps_every_part_hole_and_digit(
    open_page: Callable[..., Page], county: AreaUnit
) -> None:
    page = open_page()
    sign_in(page, "hq")
    page.goto(f"/administration/boundaries/{county.code}/")
    expect(page.locator("[data-boundary-state]")).to_contain_text("3")  # holes
    page.get_by_label("边界依据").fill("湘民函〔2026〕3 号")
    page.get_by_role("button", name="保存边界").click()
    expect(page.locator("[name=source]")).to_have_value("")
    county.refresh_from_db()
    assert county.boundary_source == "湘民函〔2026〕3 号"
    assert county.geom is not None
    assert county.geom.equals_exact(GEOSGeometry(PARTS, srid=4490), 0)
    assert [len(part) for part in county.geom] == [3, 2]


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Point","coordinates":[113,29]}',
        '{"type":"MultiPoint","coordinates":[[113,29],[113.1,29]]}',
        '{"type":"LineString","coordinates":[[113,29],[113.1,29]]}',
        '{"type":"MultiLineString","coordinates":[[[113,29],[113.1,29]]]}',
    ],
)
def test_only_areas_are_boundaries(client: object, county: AreaUnit, hq_admin: User, text: str) -> None:
    client.force_login(hq_admin)
    address = f"/administration/boundaries/{county.code}/"
    county.refresh_from_db()
    sent = {"geometry": text, "source": "某文", "expected": county.updated_at.isoformat()}
    assert client.post(address, sent).status_code == 422
    county.refresh_from_db()
    assert county.geom is not None
    assert county.geom.equals_exact(GEOSGeometry(PARTS, srid=4490), 0)


def test_nothing_of_ours_uses_the_widget_that_loses_holes() -> None:
    trap = ("LeafletWidget", "LeafletGeoAdmin", "leaflet_map ")
    ours = [path for folder in ("portal", "geodata", "dashboards", "templates") for path in (ROOT / folder).rglob("*")]
    read = {path: path.read_text(encoding="utf-8") for path in ours if path.suffix in {".py", ".html"}}
    assert [str(path) for path, text in read.items() if any(word in text for word in trap)] == []
