"""Everything a citizen does with the map, by the keyboard alone: not one click of a mouse in this file."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.browser.test_map import wait_until_drawn
from tests.portal.publication.conftest import NOW, TODAY, public_city  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
FARTHEST = 90  # stops of the keyboard


@pytest.fixture
def published(public_city: dict[str, Project]) -> dict[str, Project]:  # noqa: F811
    publish(as_of=TODAY, now=NOW)
    return public_city


def go_to(page: Page, wanted: Locator) -> None:
    """Tab by Tab until it has the keyboard: what cannot be reached so is not there for many people."""
    for _stop in range(FARTHEST):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"not reached by Tab: {wanted}")


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-map][data-ready]")).to_be_attached()
    wait_until_drawn(page)
    return page


def test_a_project_is_shown_on_the_map_opened_and_left_again(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = opened(open_page(), "/")
    shown = page.locator("[data-rows] .locate").first
    go_to(page, shown)
    page.keyboard.press("Enter")
    card = page.locator(".card")
    expect(card).to_be_focused()
    expect(card.locator(".card-name")).to_have_text("示例路提质工程")
    expect(page.locator(".row.is-selected .row-name")).to_have_text("示例路提质工程")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(shown).to_be_focused()  # and goes on down the list from there
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    go_to(page, card.get_by_role("link", name="查看项目"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("示例路提质工程")


def test_the_map_is_moved_and_zoomed_and_what_lies_in_its_middle_is_taken(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = opened(open_page(), "/#15/29.305/113.105")
    canvas = page.locator("[data-canvas]")
    go_to(page, canvas)
    page.keyboard.press("Enter")
    expect(page.locator(".card .card-name")).to_have_text("示例路提质工程")
    expect(page.locator(".card")).to_be_focused()
    page.keyboard.press("Escape")
    expect(canvas).to_be_focused()
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile("#14/"))
    legend = page.locator(".legend summary")
    go_to(page, legend)
    expect(page.locator(".legend")).to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(page.locator(".legend")).not_to_have_attribute("open", "")


def test_what_is_near_a_name_within_a_radius_and_near_a_point_of_the_map(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = opened(open_page(), "/near/")
    go_to(page, page.get_by_role("searchbox", name="地点或坐标"))
    page.keyboard.type("113.105,29.305")
    go_to(page, page.get_by_role("combobox", name="范围"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("radius=2"))
    expect(page.locator("[data-rows] .row-name")).to_have_text(["示例路提质工程"])
    expect(page.locator("[data-map][data-ready]")).to_be_attached()
    go_to(page, page.get_by_role("button", name="在地图上点选"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-canvas]")).to_be_focused()
    expect(page.locator("[data-near-note]")).to_contain_text("按回车")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"lon=113\.\d{4}&lat=29\.\d{4}"))
    expect(page.locator("[data-rows] .row-name").or_(page.locator(".desk-panel .empty b")).first).to_be_visible()


def test_a_district_is_gone_to_and_the_list_is_limited_and_its_page_is_set_large(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = opened(open_page(), "/")
    go_to(page, page.get_by_role("navigation", name="我的区县").get_by_role("link", name="岳阳楼区"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("岳阳楼区")
    page.goto("/projects/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()  # past the header by the skip link
    go_to(page, page.locator("select[name=unit]"))
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("unit=4306"))
    page.goto("/regions/")
    go_to(page, page.locator(".drawing a[href='/regions/430602/']"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("岳阳楼区")
    page.goto("/projects/")
    go_to(page, page.get_by_role("button", name="长辈版"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.type") == "large"
