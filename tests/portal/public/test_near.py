"""Near a place: true geometry, nearest first, clear refusals, and a position that stands nowhere but in the address."""

import logging
import re
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from geodata.errors import BadParameter
from geodata.projects.models import Project
from portal.public import near
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
ROAD = "LINESTRING(113.10 29.30, 113.30 29.30)"  # 19 km eastwards


@pytest.fixture
def site(public_city: dict[str, Project], make_project: Callable[..., Project]) -> Client:
    """A long road whose middle is far away, a school 0.5 km north of (113.12, 29.30), a pump 3 km north, and one
    whose place is not public."""
    for name, shape in (
        ("示例大道", ROAD),
        ("样例小学", "POINT(113.12 29.3045)"),
        ("样例泵站", "POINT(113.12 29.327)"),
    ):
        make_project(name=name, geom=GEOSGeometry(f"SRID=4490;{shape}"), public_geometry="exact")
    make_project(name="样例暗管", geom=GEOSGeometry(f"SRID=4490;{ROAD}"), public_geometry="hidden")
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "text/html"})


def names(text: str) -> list[str]:
    return re.findall(r'class="row-name"[^>]*>([^<]+)<', text)


def test_a_road_that_passes_by_counts_and_the_nearest_stands_first(site: Client) -> None:
    text = site.get("/near/", {"lon": "113.12", "lat": "29.3002", "radius": "1"}).content.decode()
    assert names(text) == ["示例大道", "样例小学"]
    assert re.findall(r'class="away">([^<]+)<', text) == ["距离约 20 米", "距离约 480 米"]
    assert "1 公里以内有 2 个工程" in text


def test_the_radius_is_in_kilometres_or_in_metres(site: Client) -> None:
    for radius in ("5", "5000"):
        text = site.get("/near/", {"lon": "113.12", "lat": "29.3002", "radius": radius}).content.decode()
        assert names(text) == ["示例大道", "样例小学", "示例路提质工程", "样例泵站"], radius
    assert "距离约 3.0 公里" in text
    assert "样例暗管" not in text


@pytest.mark.parametrize(
    "written", ["113.12,29.3002", "29.3002 113.12", "东经113.12°,北纬29.3002°", "１１３.１２，２９.３００２"]
)
def test_typed_coordinates_are_understood_in_either_order(written: str, site: Client) -> None:
    assert names(site.get("/near/", {"q": written}).content.decode()) == ["示例大道", "样例小学"]


def test_a_name_leads_to_the_surroundings_of_the_place_and_offers_others_of_the_name(site: Client) -> None:
    text = site.get("/near/", {"q": "样例小学"}).content.decode()
    assert names(text) == ["样例小学", "示例大道"]
    assert "就在此处" in text
    several = site.get("/near/", {"q": "示例"}).content.decode()
    assert "也可能是" in several
    assert re.search(r'href="\?lon=113\.\d{4}&amp;lat=29\.\d{4}&amp;radius=1"', several)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"lon": "29.37", "lat": "113.12"}, "是否写反"),
        ({"lon": "abc", "lat": "29.3"}, "十进制度数"),
        ({"lon": "113.12"}, "缺少查询参数 lat"),
        ({"lon": "113.12", "lat": "29.3", "radius": "50"}, "0.5 到 5"),
        ({"lon": "113.12", "lat": "29.3", "radius": "0.1"}, "0.5 到 5"),
        ({"lon": "nan", "lat": "29.3"}, "十进制度数"),
        ({"q": "10.5, 20.5"}, "经度，纬度"),
        ({"place": "x"}, "不认识的查询参数"),
    ],
)
def test_a_wrong_parameter_is_refused_in_chinese_on_the_page_that_asks(
    query: dict[str, str], words: str, site: Client
) -> None:
    response = site.get("/near/", query)
    assert response.status_code == 400
    text = response.content.decode()
    assert words in text
    assert 'name="q"' in text
    program = Client().get("/near/", query)
    assert (program.status_code, program["Content-Type"]) == (400, "application/problem+json")


def test_each_empty_answer_says_why_and_what_next(site: Client) -> None:
    for query, words in (
        ({}, "想看哪里"),
        ({"q": "没有这个地方"}, "没有找到这个地名"),
        ({"lon": "113.9", "lat": "28.6"}, "看 5 公里以内"),
        ({"lon": "110.0", "lat": "25.0"}, "不在本市"),
    ):
        response = site.get("/near/", query)
        assert response.status_code == 200
        assert words in response.content.decode()


def test_a_position_is_neither_cached_nor_logged_nor_passed_on(site: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        response = site.get("/near/", {"lon": "113.123456", "lat": "29.301234"})
        site.get("/near/", {"lon": "113.123456", "lat": "290.301234"})
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    told = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert [line for line in told if "113.12345" in line or "29.30123" in line] == []
    assert site.get("/near/")["Cache-Control"] == "public, max-age=60"


def test_typed_text_that_is_no_pair_of_numbers_is_a_name() -> None:
    assert near.typed("107国道") is None
    assert near.typed("岳阳楼区 113.1 29.3") is None
    assert near.typed("113.1/29.3") == (113.1, 29.3)
    with pytest.raises(BadParameter, match="经纬度"):
        near.typed("12.5 13.5")
