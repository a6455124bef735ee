"""Alerts before a real browser: a rule is tested on the past before it is switched on, a district handles what
headquarters closes, and what is silenced keeps still until its day."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from playwright.sync_api import Page, expect

from dashboards.alerts.models import Alert, RuleSetting
from dashboards.alerts.scanning import scan
from dashboards.alerts.trying import carry_out
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.workbench import people
from tests.browser.conftest import PHONE
from tests.browser.test_map import road
from tests.conftest import PASSWORD
from tests.geodata.summary import facts

__all__ = ["road"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
ZONE = ZoneInfo("Asia/Shanghai")


class City:
    """The city's calendar, which a test turns on."""

    def __init__(self, day: date) -> None:
        self.day = day

    def localdate(self) -> date:
        return self.day

    def scanned(self) -> None:
        """The nightly scan of this day."""
        scan(day=self.day, today=self.day, now=datetime.combine(self.day, time(2), ZONE))


@pytest.fixture
def city_day(monkeypatch: pytest.MonkeyPatch) -> City:
    calendar = City(date(2026, 3, 30))
    monkeypatch.setattr(people, "timezone", calendar)
    return calendar


def enter(page: Page, username: str, place: str) -> None:
    """Logs in on the way to a page."""
    page.goto(place)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{place}")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, city_day: City) -> Iterator[list[Thread]]:
    """Carries out back-tests in a thread with sessions of its own, as the worker process does."""
    threads: list[Thread] = []

    def work(run_id: int) -> None:
        try:
            carry_out(run_id=run_id, today=city_day.day, now=datetime.combine(city_day.day, time(9), ZONE))
        finally:
            connections.close_all()

    def defer(*, run_id: int) -> None:
        threads.append(Thread(target=work, args=(run_id,)))
        transaction.on_commit(threads[-1].start)

    monkeypatch.setattr("dashboards.alerts.jobs.run_backtest.defer", defer)
    yield threads
    for thread in threads:
        thread.join(timeout=60)


@pytest.fixture
def stopped(road: Project, city_day: City) -> Project:
    """Works that have stood still for 40 days without a report: W14 is red."""
    facts.status(road, city_day.day - timedelta(days=200), "under_construction")
    facts.status(road, city_day.day - timedelta(days=40), "suspended")
    return road


def test_headquarters_tests_a_rule_on_the_past_before_switching_it_on(
    open_page: Callable[..., Page], hq_admin: User, stopped: Project, worker: list[Thread]
) -> None:
    RuleSetting.objects.create(rule="W14", enabled=False)
    page = open_page()
    enter(page, "hq", "/workbench/")
    page.get_by_role("link", name="预警", exact=True).click()
    page.get_by_role("link", name="预警规则", exact=True).click()
    rule = page.locator("#W14")
    expect(rule).to_contain_text("已停用")
    rule.get_by_role("link", name="回测与启停").click()
    expect(page.get_by_text("这条规则还没有回测过")).to_be_visible()
    page.get_by_label("未报告黄灯").fill("4")
    page.get_by_role("button", name="回测过去 12 个月").click()
    expect(page.locator(".run-figures")).to_contain_text("命中", timeout=60_000)  # the page follows the run by itself
    expect(page.locator("[data-run]")).to_have_count(0)
    expect(page.locator(".run-values .is-changed")).to_contain_text("非现行值")
    expect(page.locator("[data-backtest][data-ready] svg")).to_be_visible()
    found = page.locator(".backtest-table tbody tr").filter(has_text="2026-02")
    expect(found.locator("td").nth(0)).to_have_text("1")  # one alert begun
    expect(found.locator("td").nth(1)).to_have_text("1")  # a hit: it became red
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_role("heading", name="规则已启用")).to_be_visible()
    assert RuleSetting.objects.get(rule="W14").enabled


def test_a_district_handles_an_alert_and_headquarters_closes_it(
    open_page: Callable[..., Page], steward: User, hq_admin: User, stopped: Project, city_day: City
) -> None:
    city_day.scanned()
    page = open_page(PHONE)
    enter(page, "steward", "/workbench/")
    task = page.locator("#alerts .task").filter(has_text="停工超期")
    expect(task).to_contain_text("已 40 天，没有停工报告")
    task.get_by_role("link", name="去处置").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已 40 天，没有停工报告")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.get_by_role("button", name="确认知悉").click()
    page.get_by_label("处置情况").fill("已补交停工报告,预计四月复工")
    page.get_by_role("button", name="报告已处置").click()
    expect(page.locator(".alert-head")).to_contain_text("已处置")
    expect(page.get_by_role("button", name="关闭", exact=True)).to_have_count(0)

    city = open_page()
    enter(city, "hq", "/workbench/")
    city.locator("#alerts .task").filter(has_text="待核实关闭").get_by_role("link", name="去处置").click()
    expect(city.locator(".alert-steps")).to_contain_text("已补交停工报告,预计四月复工")
    city.get_by_label("关闭理由").fill("报告已核实")
    city.get_by_role("button", name="关闭", exact=True).click()
    expect(city.get_by_text("这条预警已关闭。")).to_be_visible()
    city.goto("/dashboard/alerts/?rule=W14")
    expect(city.locator(".list-count")).to_contain_text("0")
    assert Alert.objects.get(rule="W14").state == "closed"


def test_a_silenced_alert_does_not_come_back_before_its_day(
    open_page: Callable[..., Page], steward: User, hq_admin: User, stopped: Project, city_day: City
) -> None:
    city_day.scanned()
    city = open_page()
    enter(city, "hq", "/dashboard/alerts/?rule=W14")
    city.locator(".alert-list tbody th a").click()
    city.get_by_text("暂时静默").click()
    until = city_day.day + timedelta(days=10)
    city.get_by_label("静默至").fill(until.isoformat())
    city.get_by_label("原因", exact=True).fill("汛期按指令停工")
    city.get_by_role("button", name="静默", exact=True).click()
    expect(city.locator(".alert-head")).to_contain_text("静默至2026年4月9日")

    district = open_page()
    enter(district, "steward", "/workbench/")
    waiting = district.locator("#alerts .task").filter(has_text="停工超期")
    for later, seen in ((0, 0), (5, 0), (10, 0), (11, 1)):
        city_day.day = date(2026, 3, 30) + timedelta(days=later)
        city_day.scanned()
        district.goto("/workbench/")
        expect(waiting).to_have_count(seen)
    assert Alert.objects.filter(rule="W14").count() == 1  # the same one, no copy of it
