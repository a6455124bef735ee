"""A city leader looks at the city: which unit is slowest, which of its projects is worst; the address keeps it all."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from dashboards.choropleths.selectors import choropleth
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_map import log_in, road, wait_until_drawn, well
from tests.conftest import PASSWORD
from tests.seeded import seed_city

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def today() -> date:
    """The pages ask the clock for the day, so the city is that of today."""
    return timezone.localdate()


@pytest.fixture
def seeded(transactional_db: None, today: date) -> None:
    """A demo city of 90 projects and its leader."""
    seed_city(90, today=today)
    ensure_account(username="boss", display_name="示例领导", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")


def slowest_unit(today: date) -> tuple[str, str]:
    """Code and name of the unit with the lowest 年度投资完成率, from the figures and not from the page."""
    found = choropleth(CITY, rate="I04", dimension=Dimension.MANAGEMENT, chosen=ProjectFilter(), today=today)
    unit = min((area for area in found.areas if area.value is not None), key=lambda area: area.value or 0)
    return unit.code, unit.name


def worst_project(unit: str, today: date) -> str:
    rows = ProjectRow.objects.at(today, today=today).filter(unit=unit, annual_rate__isnull=False)
    return rows.order_by("annual_rate", "code")[0].name


def fill_colour(swatch: Locator) -> str:
    colour: str = swatch.evaluate("element => getComputedStyle(element).backgroundColor")
    return colour


def test_a_leader_finds_the_slowest_unit_and_its_worst_project(
    open_page: Callable[..., Page], seeded: None, today: date
) -> None:
    code, name = slowest_unit(today)
    page = open_page()
    log_in(page, "boss")
    page.locator("[data-tab=units]").click()
    units = page.locator("tbody.area")
    expect(units).to_have_count(13)
    page.get_by_role("button", name="数值").click()
    expect(page.locator("[data-sort-by=value]")).to_have_attribute("aria-sort", "ascending")
    shown = units.evaluate_all("rows => rows.map(row => [row.dataset.area, row.dataset.value])")
    assert shown[0][0] == code, shown
    units.first.locator("a[data-keep-view]").click()
    expect(page).to_have_url(re.compile(f"unit={code}"))
    expect(page.locator(".unit-card h2")).to_have_text(name)
    expect(page.locator("[data-tab=projects]")).to_have_attribute("aria-current", "true")
    page.locator("select[name=sort]").select_option(value="annual_rate")
    rows = page.locator("[data-rows] .row-name")
    expect(rows.first).to_have_text(worst_project(code, today))
    expect(page).to_have_url(re.compile("sort=annual_rate"))

    again = page.context.new_page()  # somebody else opens the address
    again.goto(page.url)
    expect(again.locator("[data-rows] .row-name").first).to_have_text(rows.first.inner_text())
    expect(again.locator(".unit-card h2")).to_have_text(name)
    expect(again.locator("tbody.area.is-selected")).to_have_attribute("data-area", code)
    again.get_by_role("link", name=f"取消筛选： {name}").click()
    expect(again.locator(".unit-card")).to_have_count(0)
    expect(again).to_have_url(re.compile("sort=annual_rate"))


def test_the_units_are_reached_by_keyboard_and_stay_sorted_in_the_address(
    open_page: Callable[..., Page], seeded: None
) -> None:
    page = open_page()
    log_in(page, "boss")
    page.locator("[data-tab=units]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="数值").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"tab=units.*by=-value"))
    first = page.locator("tbody.area").first.get_attribute("data-area")
    page.reload()
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    expect(page.locator("[data-sort-by=value]")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody.area").first).to_have_attribute("data-area", first or "")


def test_a_click_on_a_unit_of_the_map_narrows_the_page_and_keeps_the_view(
    open_page: Callable[..., Page], seeded: None
) -> None:
    page = open_page()
    sign_in(page, "boss")
    page.goto("/map/?rate=I12&dimension=admin&symbols=count#10/28.7500/113.7500")  # 平江县; circles, no marks
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    wait_until_drawn(page)
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    at = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    page.mouse.move(*at)
    expect(page.locator(".map-tip")).to_contain_text(re.compile(r"平江县.*%"))
    page.mouse.click(*at)
    expect(page).to_have_url(re.compile(r"rate=I12.*region=430626.*#10/28\.7[45]\d*/113\.7[45]"))
    expect(page.locator(".unit-card h2")).to_have_text("平江县")


def test_two_characters_find_places_and_projects_by_keyboard(
    open_page: Callable[..., Page], seeded: None, today: date
) -> None:
    project = Project.objects.filter(geom__isnull=False).order_by("pk")[0]
    page = open_page()
    log_in(page, "boss")
    field = page.get_by_role("combobox", name="项目、小区、道路或编号")
    field.fill("平")
    page.wait_for_timeout(300)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("平江")
    expect(page.locator("[role=option]").first).to_contain_text("平江县")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Escape")
    expect(page.locator("[role=option]").first).to_be_hidden()
    field.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"#\d+/28\.\d+/113\.\d+"))
    field.fill(project.serial_no)
    expect(page.locator("[role=option]")).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(".card-name")).to_have_text(project.name)
    expect(page.locator(".card .more")).to_have_attribute("href", re.compile(rf"{project.serial_no}/$"))
    field.fill("没有这样的名字")
    expect(page.locator("[data-search-note]")).to_contain_text("没有找到")


def test_a_search_that_fails_says_so_and_the_form_still_works(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    log_in(page, "boss")
    page.route("**/map/search/**", lambda route: route.fulfill(status=503, body="no"))
    field = page.locator("[data-search] input")
    field.fill("平江")
    expect(page.locator("[data-search-note]")).to_contain_text("没有应答")
    field.press("Enter")
    expect(page).to_have_url(re.compile("q=%E5%B9%B3%E6%B1%9F"))
    expect(page.get_by_role("link", name="取消筛选： 平江")).to_be_visible()
    page.troubles.clear()  # type: ignore[attr-defined]


def test_the_dark_theme_turns_the_steps_of_the_fill_around(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    log_in(page, "boss")

    def steps() -> list[int]:
        colours = [fill_colour(page.locator(f".legend .swatch-{step}").first) for step in (0, 4)]
        return [sum(int(part) for part in re.findall(r"\d+", colour)[:3]) for colour in colours]

    low, high = steps()
    assert low > high, "light to dark in the light theme"
    page.get_by_role("button", name="暗", exact=True).click()
    low, high = steps()
    assert low < high, "dark to light in the dark theme"


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}, PHONE, {"width": 1920, "height": 1080}])
def test_the_staff_map_never_scrolls_sideways(
    open_page: Callable[..., Page], seeded: None, viewport: dict[str, int]
) -> None:
    page = open_page(viewport)
    sign_in(page, "boss")
    for address in ("/map/", "/map/?tab=units&by=value&symbols=budget&unit=430626", "/map/?q=没有这样的名字"):
        page.goto(address)
        expect(page.locator("[data-map][data-ready]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address


def test_a_leader_sees_every_unit_and_narrows_to_one(
    open_page: Callable[..., Page], leader: User, road: Project, well: Project
) -> None:
    page = open_page()
    log_in(page, "leader")
    names = page.locator("[data-rows] .row-name")
    expect(names).to_have_count(2)
    figures = page.locator(".strip-figures")
    expect(figures.locator("dd").first).to_contain_text("2")
    page.locator("select[name=unit]").select_option(value="430626")
    expect(names).to_have_text(["样例供水工程"])
    expect(figures.locator("dd").first).to_contain_text("1")
    expect(page).to_have_url(re.compile("unit=430626"))
    page.go_back()
    expect(names).to_have_count(2)
