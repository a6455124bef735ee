"""A mayor's meeting: the reddest projects of the slowest unit, last month again, a number opened to its payments."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards.alerts.scanning import scan
from dashboards.alerts.selectors import Lights
from dashboards.choropleths.selectors import choropleth
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from portal import wording
from tests.browser.conftest import PHONE
from tests.browser.test_map import road, wait_until_drawn, well
from tests.conftest import PASSWORD
from tests.seeded import seed_city

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
HALL = {"width": 1920, "height": 1080}


@pytest.fixture
def today() -> date:
    """The pages ask the clock for the day, so the city is that of today."""
    return timezone.localdate()


@pytest.fixture
def seeded(transactional_db: None, today: date) -> None:
    """A demo city of 90 projects, scanned today, and its leader."""
    seed_city(90, today=today)
    scan(day=today, today=today, now=timezone.now())
    ensure_account(username="boss", display_name="示例领导", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")


def enter(page: Page, address: str = "/accounts/login/") -> None:
    """Logs the leader in; without another address he lands on his screen."""
    page.goto(address)
    page.get_by_label("用户名").fill("boss")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("html[data-cockpit=ready]")).to_be_attached()
    expect(page.locator(".is-waiting")).to_have_count(0)


def slowest_unit(today: date) -> tuple[str, str]:
    found = choropleth(CITY, rate="I04", dimension=Dimension.MANAGEMENT, chosen=ProjectFilter(), today=today)
    counties = [area for area in found.areas if area.value is not None and area.code.startswith("4306") and area.n >= 3]
    unit = min(counties, key=lambda area: area.value or 0)
    return unit.code, unit.name


def test_the_leader_lands_on_a_screen_without_scrolling_and_finds_the_reddest_of_the_slowest_unit(
    open_page: Callable[..., Page], seeded: None, today: date
) -> None:
    page = open_page(viewport=HALL)
    enter(page)
    expect(page).to_have_url(re.compile(r"/dashboard/"))
    root = "document.scrollingElement"
    assert page.evaluate(f"[{root}.scrollHeight - innerHeight, {root}.scrollWidth - innerWidth]") == [0, 0]
    # one: by place; two: the unit; three: the project
    page.get_by_role("link", name="按名次").click()
    ready(page)
    code, name = slowest_unit(today)
    ranked = "tr:has(.units-place:not(:has(abbr:not(.units-change))))"
    last = page.locator(".units-table tbody").first.locator(ranked).last
    expect(last.locator("th a")).to_contain_text(name)
    last.locator("th a").click()
    expect(page).to_have_url(re.compile(f"unit={code}"))
    ready(page)
    expect(page.locator(".cockpit-crumbs b")).to_have_text(name)
    expected = Lights(CITY, chosen=ProjectFilter(unit=code), day=today, today=today).red()
    shown = page.locator(".red-list li")
    expect(shown).to_have_count(len(expected))
    for place, project in enumerate(expected[:3]):
        expect(shown.nth(place).locator("b")).to_have_text(project.name)
        expect(shown.nth(place).locator("p")).to_have_text(project.light.sentence)
    page.keyboard.press("u")  # one level up by the keyboard
    expect(page.locator(".cockpit-crumbs b")).to_have_text("全市")
    page.go_back()
    expect(page.locator(".cockpit-crumbs b")).to_have_text(name)


def test_last_month_is_replayed_by_key_by_slider_and_by_address(
    open_page: Callable[..., Page], seeded: None, today: date
) -> None:
    page = open_page(viewport=HALL)
    enter(page)
    end = today.replace(day=1) - timedelta(days=1)
    then = summary.totals(CITY, ProjectFilter(as_of=end), today=today)
    now = page.locator(".cockpit-strip dl > div").nth(2).locator(".cockpit-figure")
    before = now.inner_text()
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(f"as_of={end.isoformat()}"))
    ready(page)
    expect(page.locator(".cockpit-day")).to_contain_text(wording.day(end))
    expect(now).to_have_text(wording.rate_text(then.disbursement_rate))
    expect(page.locator(".panel-red h2")).to_contain_text("按现行规则回算")
    address = page.url
    slider = page.locator("[data-slider]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile("as_of="))
    ready(page)
    expect(now).to_have_text(before)
    page.goto(address)
    ready(page)
    expect(now).to_have_text(wording.rate_text(then.disbursement_rate))
    page.get_by_text("对比", exact=False).first.click()
    page.get_by_role("link", name=re.compile("上月末")).click()
    ready(page)
    expect(page.locator(".panel-changes h2")).to_contain_text("个项目有变化")
    expect(page.locator(".panel-changes .feed li").first).to_be_visible()


def test_a_number_is_opened_to_its_payments(open_page: Callable[..., Page], seeded: None, today: date) -> None:
    page = open_page(viewport=HALL)
    enter(page)
    paid = summary.totals(CITY, ProjectFilter(), today=today).disbursed or Decimal(0)
    link = page.locator(".cockpit-strip").get_by_role("link", name=re.compile("已拨付"))
    expect(link).to_contain_text(wording.money(paid))
    link.click()
    expect(page).to_have_url(re.compile(r"/workbench/payments/\?.*level=to_payee"))
    expect(page.locator("main")).to_contain_text(wording.money(paid).split(" ")[0])


def test_a_part_that_fails_says_so_and_comes_when_it_is_asked_again(
    open_page: Callable[..., Page], seeded: None
) -> None:
    page = open_page(viewport=HALL)
    page.route("**/dashboard/parts/works/**", lambda route: route.fulfill(status=503, body="no"))
    enter(page)
    failed = page.locator("[data-slot=curve] [role=alert]")
    expect(failed).to_contain_text("这一栏没有加载出来")
    expect(page.locator(".red-list, [data-slot=red] .empty").first).to_be_visible()
    page.unroute("**/dashboard/parts/works/**")
    failed.get_by_role("button", name="重试").click()
    expect(page.locator("[data-curve][data-ready]")).to_be_visible()
    page.troubles.clear()  # type: ignore[attr-defined] # the answer that was made to fail


def test_the_screen_holds_on_a_phone_and_on_a_tablet_and_in_leaders_mode(
    open_page: Callable[..., Page], seeded: None
) -> None:
    for viewport in (PHONE, {"width": 1024, "height": 768}, HALL):
        page = open_page(viewport=viewport)
        enter(page)
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, viewport
        wait_until_drawn(page)
        page.goto("/dashboard/?mode=leader")
        ready(page)
        expect(page.locator("[data-map]")).to_have_count(0)
        expect(page.locator(".cockpit-strip dl > div")).to_have_count(3)
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, viewport
