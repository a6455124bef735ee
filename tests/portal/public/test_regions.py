"""The pages of districts and townships: each figure is that of the list behind it, and the lines add up to the city."""

import re
from decimal import Decimal
from functools import reduce
from operator import add

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.summary.sums import totals_of
from portal.public import areas, selectors
from portal.public.selectors import NEWEST, regions
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
HTML = {"accept": "text/html"}


def units(reading: str) -> dict[str, str]:
    rows = selectors.areas(NEWEST).filter(kind__in=regions.READINGS[reading][1])
    return dict(rows.order_by("official_order").values_list("code", "kind"))


@pytest.fixture
def mixed(public_city: dict[str, Project], city: dict[str, AreaUnit], make_project) -> dict[str, Project]:  # type: ignore[no-untyped-def]
    """A project of the zone on the land of the first county, one without a place, one of a township."""
    town = AreaUnit.objects.create(code="430602001", kind="township", name="示例街道", parent=city["430602"])
    made = {
        "zone": make_project(name="开发区道路", management_unit=city["ZONE_YYJKQ"], total_investment=Decimal("7.25")),
        "nowhere": make_project(name="未定位项目", admin_area=None, total_investment=Decimal("3.50")),
        "town": make_project(name="街道小项目", township=town, total_investment=Decimal("1.01")),
    }
    publish(as_of=TODAY, now=NOW)
    return {**public_city, **made}


def test_in_both_readings_the_units_and_the_rest_are_the_city(mixed: dict[str, Project]) -> None:
    city = totals_of(selectors.all_projects(NEWEST))
    for reading in regions.READINGS:
        found, rest = regions.city_by_area(NEWEST, reading, units(reading))
        assert reduce(add, (unit.totals for unit in found), rest.totals) == city
        assert sum(sum(unit.statuses.values()) for unit in (*found, rest)) == city.projects


def test_a_zone_counts_for_itself_by_unit_and_for_its_county_by_place(mixed: dict[str, Project]) -> None:
    by_unit = {
        unit.code: unit.totals.projects for unit in regions.city_by_area(NEWEST, "management", units("management"))[0]
    }
    by_place, rest = regions.city_by_area(NEWEST, "admin", units("admin"))
    assert by_unit == {"430602": 4, "430626": 0, "ZONE_YYJKQ": 1}
    assert {unit.code: unit.totals.projects for unit in by_place} == {"430602": 4, "430626": 0}
    assert (rest.totals.projects, rest.totals.budget) == (1, Decimal("3.50"))


def test_the_page_of_a_county_says_which_reading_it_counts(mixed: dict[str, Project]) -> None:
    client = Client(headers=HTML)
    own, placed = (client.get(f"/regions/430602/{query}").content.decode() for query in ("", "?dimension=admin"))
    assert "由岳阳楼区负责的项目" in own
    assert "位于岳阳楼区境内" in placed
    assert "未定位项目" in own
    assert "未定位项目" not in placed
    assert "开发区道路" in placed
    assert "开发区道路" not in own


def test_every_figure_of_a_district_is_that_of_its_list() -> None:
    snapshot = seed_and_publish(60)
    shown = [area for area in selectors.areas(NEWEST) if area.kind != "city"]
    for area in shown[:40]:
        for reading in regions.READINGS if area.kind == "county" else ("management",):
            chosen = regions.filter_of(area, reading)
            listed = totals_of(selectors.projects(NEWEST, chosen))
            found = regions.breakdown(regions.rows_of(NEWEST, area, reading))
            if not listed.projects:
                assert (found.totals.projects, found.statuses, found.categories) == (0, {}, {})
                continue
            assert found.totals == listed, (area.code, reading)
            assert sum(found.statuses.values()) == listed.projects
            assert reduce(add, found.categories.values()) == listed
            assert Client(headers=HTML).get(f"/regions/{area.code}/?dimension={reading}").status_code == 200
    assert snapshot.projects == totals_of(selectors.all_projects(NEWEST)).projects


def test_a_township_stands_under_its_county_with_its_projects(mixed: dict[str, Project]) -> None:
    client = Client(headers=HTML)
    county = client.get("/regions/430602/").content.decode()
    assert re.search(r'<a href="/regions/430602001/">示例街道</a><b>1</b>', county)
    town = client.get("/regions/430602001/").content.decode()
    assert '<a href="/regions/430602/">岳阳楼区</a>' in town
    assert "街道小项目" in town
    assert "示例路提质工程" not in town


def test_the_citys_own_address_is_the_list_of_its_units(mixed: dict[str, Project]) -> None:
    assert Client(headers=HTML).get("/regions/430600/").headers["Location"] == "/regions/"


def test_the_small_map_draws_every_unit_as_a_link(mixed: dict[str, Project]) -> None:
    text = Client(headers=HTML).get("/regions/").content.decode()
    drawn = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><path d="M', text)
    assert sorted(drawn) == [
        ("/regions/430602/", "岳阳楼区: 4 个项目"),
        ("/regions/430626/", "平江县: 0 个项目"),
        ("/regions/ZONE_YYJKQ/", "岳阳经济技术开发区: 1 个项目"),
    ]


def test_names_of_the_small_map_do_not_lie_on_one_another() -> None:
    spot = GEOSGeometry("POINT(12590000 3400000)", srid=3857)
    crowd = [
        type("Area", (), {"code": str(n), "short_name": "新港区", "name": "", "spot": spot, "path": "M0 0"})()
        for n in range(6)
    ]
    from portal.public import drawing

    places = list(drawing._labels(crowd).values())
    assert len({(round(x), round(y)) for x, y in places}) == 6
    for one in places:
        for other in places:
            if one is not other:
                apart = (
                    abs(one[0] - other[0]) >= 3 * drawing.LETTER - 1 or abs(one[1] - other[1]) >= 2 * drawing.LINE - 1
                )
                assert apart


def test_the_reading_of_an_address_is_one_of_two() -> None:
    assert areas.reading_of({}) == "management"
    assert areas.reading_of({"dimension": "admin"}) == "admin"
