"""People in front of the map: a clerk finds a project, a citizen follows a payment, a map without tiles says so."""

import re
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import GEOSGeometry
from playwright.sync_api import Page, Route, expect

from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.conftest import PHONE
from tests.conftest import PASSWORD

IDLE = "done => requestIdleCallback(() => setTimeout(done, 50), {timeout: 10000})"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def road(transactional_db: None, make_project: Callable[..., Project]) -> Project:
    geom = GEOSGeometry("MULTILINESTRING((113.1 29.3,113.11 29.31))", srid=4490)
    return make_project(name="示例路提质工程", geom=geom)


@pytest.fixture
def well(transactional_db: None, make_project: Callable[..., Project], city: dict) -> Project:
    """A project of 平江县."""
    geom = GEOSGeometry("MULTIPOINT((113.3 29.3))", srid=4490)
    unit = city["430626"]
    return make_project(name="样例供水工程", geom=geom, management_unit=unit, admin_area=unit)


def log_in(page: Page, username: str) -> None:
    page.goto("/map/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("[data-map][data-ready]")).to_be_visible()


def middle_of_map(page: Page) -> tuple[float, float]:
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wait_until_drawn(page: Page) -> None:
    expect(page.locator("[data-map]")).not_to_have_class(re.compile("is-loading|is-empty"))
    page.wait_for_timeout(400)  # the library paints a tile a few milliseconds after it has come,
    page.evaluate(f"() => new Promise({IDLE})")  # on a busy machine when it comes to it


def test_a_clerk_finds_a_project_in_the_list_and_opens_its_card_on_the_map(
    open_page: Callable[..., Page], steward: User, road: Project, well: Project
) -> None:
    page = open_page()
    log_in(page, "steward")
    expect(page.locator("[data-rows] .row-name")).to_have_text(["示例路提质工程"])
    page.get_by_role("button", name="在图上定位").click()
    wait_until_drawn(page)
    page.mouse.click(*middle_of_map(page))
    card = page.locator(".card")
    expect(card.locator(".card-name")).to_have_text("示例路提质工程")
    expect(card).to_contain_text("前期")
    expect(card).to_contain_text(road.serial_no)
    expect(card).to_contain_text("1,000.00 万元")
    expect(page.locator(".row.is-selected .row-name")).to_have_text("示例路提质工程")
    page.locator("[data-canvas]").press("Escape")
    expect(card).to_have_count(0)


def test_a_map_without_tiles_says_so_and_keeps_the_list(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = open_page()

    def fail(route: Route) -> None:
        route.fulfill(status=503, body="no")

    page.route("**/staff-tiles/**", fail)
    log_in(page, "steward")
    expect(page.get_by_role("alert")).to_contain_text("部分地图未能载入")
    expect(page.locator("[data-rows] .row-name")).to_have_text(["示例路提质工程"])
    page.troubles.clear()  # type: ignore[attr-defined]


def test_theme_and_large_type_stay_in_the_browser_and_set_no_cookie(
    open_page: Callable[..., Page], transactional_db: None
) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="暗", exact=True).click()
    page.get_by_role("button", name="长辈版").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 18
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert not {name for name in names if "theme" in name or "type" in name}


def test_the_log_in_page_fits_a_phone(open_page: Callable[..., Page], transactional_db: None) -> None:
    page = open_page(PHONE)
    page.goto("/accounts/login/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="菜单").click()
    expect(page.get_by_role("navigation").first).to_be_visible()
