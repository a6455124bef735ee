"""Tianditu below the map: two choices where the city has a key, and our own base layer when it does not answer."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from geodata.projects.models import Project
from geodata.stewards.models import User
from portal import middleware
from tests.browser.test_map import log_in, road

__all__ = ["road"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
DOT = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
HOST = "https://t0.tianditu.gov.cn/**"


@pytest.fixture
def with_key(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIANDITU_KEY = "example-key"
    monkeypatch.setattr(middleware, "POLICY", middleware.policy(tianditu_key="example-key"))


def test_the_policy_allows_the_one_host_of_tianditu_and_only_with_a_key() -> None:
    assert "tianditu" not in middleware.policy(tianditu_key="")
    images = middleware.policy(tianditu_key="x").split("img-src ")[1].split(";")[0]
    assert images == "'self' data: https://t0.tianditu.gov.cn"


def named(page: Page, asked: list[str]) -> set[str]:
    """The names in the requests half a second after picture and names have both been asked for."""
    for _tenth in range(300):
        page.wait_for_timeout(100)
        if len({url.split("T=")[1].split("&")[0] for url in asked}) > 1:
            break
    page.wait_for_timeout(500)
    return {url.split("T=")[1].split("&")[0] for url in asked}


def test_map_and_imagery_are_asked_with_their_names(
    open_page: Callable[..., Page], with_key: None, steward: User, road: Project
) -> None:
    page = open_page()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=DOT, content_type="image/png")

    page.route(HOST, answer)
    log_in(page, "steward")
    expect(page.get_by_role("radio", name="天地图矢量")).to_be_checked()
    assert named(page, asked) == {"vec_w", "cva_w"}
    asked.clear()
    page.get_by_role("radio", name="天地图影像").check(force=True)
    assert named(page, asked) == {"img_w", "cia_w"}
    page.reload()
    expect(page.get_by_role("radio", name="天地图影像")).to_be_checked()


@pytest.mark.parametrize("failure", ["forbidden", "aborted"])
def test_when_tianditu_fails_the_plain_map_remains_and_no_error_stands_before_it(
    open_page: Callable[..., Page], with_key: None, steward: User, road: Project, failure: str
) -> None:
    page = open_page()
    page.route(HOST, lambda route: route.fulfill(status=403) if failure == "forbidden" else route.abort())
    log_in(page, "steward")
    expect(page.get_by_text("天地图暂时没有应答")).to_be_visible()
    expect(page.get_by_role("radio", name="本地底图")).to_be_checked()
    expect(page.locator(".map-failed")).to_be_hidden()
    expect(page.locator("[data-rows] .row-name")).to_have_text(["示例路提质工程"])
    page.troubles.clear()  # type: ignore[attr-defined]


def test_without_a_key_there_is_no_choice_and_no_request(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = open_page()
    log_in(page, "steward")
    expect(page.locator("[data-ground]")).to_have_count(0)
