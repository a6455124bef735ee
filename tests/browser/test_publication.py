"""Headquarters sees what changed, publishes with progress, withdraws a payee; the public page shows it."""

import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from playwright.sync_api import Page, expect

from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.public.models import Snapshot
from portal.publication import services
from portal.publication.services import publish
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_map import log_in
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
PAGE = "/workbench/publication/"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Thread]]:
    """Carries out what the page asks for in a thread with sessions of its own, as the worker process does."""
    threads: list[Thread] = []

    def work(run_id: int) -> None:
        try:
            services.carry_out(run_id=run_id, now=NOW)
        finally:
            connections.close_all()

    def defer(run_id: int) -> None:
        threads.append(Thread(target=work, args=(run_id,)))
        transaction.on_commit(threads[-1].start)

    monkeypatch.setattr("portal.publication.views.carry_out_run.defer", defer)
    monkeypatch.setattr("portal.publication.views.today", lambda: TODAY)
    yield threads
    for thread in threads:
        thread.join(timeout=30)


def test_headquarters_publishes_what_changed_and_takes_a_name_back(
    open_page: Callable[..., Page],
    public_city: dict[str, Project],  # noqa: F811
    hq_admin: User,
    worker: list[Thread],
) -> None:
    publish(as_of=TODAY, now=NOW)
    road = public_city["road"]
    payment = entry("ZF9", "1000.50", road, payee_name="湖南样例市政工程有限公司")
    record_disbursements(entries=[payment], user=None, now=NOW)
    page = open_page()
    log_in(page, "hq")
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="计算变更").click()
    expect(page.locator(".change-totals")).to_contain_text("+1,000.50", timeout=20_000)
    expect(page.locator(".change-fields").first).to_contain_text("已拨付")
    page.get_by_text("发布第 2 期").click()
    page.get_by_label("我已核对变更和检查结果").check()
    page.get_by_role("button", name="确认发布").click()
    expect(page.get_by_text("现在公开的是第 2 期快照")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-run]")).to_have_count(0)

    page.get_by_role("searchbox").fill("示例路")
    page.get_by_role("button", name="查找").click()
    page.locator("#withdraw").get_by_role("link", name="示例路提质工程").click()
    page.get_by_label("湖南样例市政工程有限公司").first.check()
    page.locator(".withdraw-bar input[name=reason]").fill("经核实为个体经营者")
    page.locator(".withdraw-bar").get_by_role("button", name="撤下").click()
    expect(page.locator(".message")).to_contain_text("名称已全部撤下")

    page.goto(f"/projects/{road.serial_no}/")
    expect(page.locator("main")).not_to_contain_text("湖南样例市政工程有限公司")
    expect(page.locator(".table-payments")).to_contain_text("已撤下")
    expect(page.locator(".withdrawn")).to_contain_text("经核实为个体经营者")


def test_the_bar_moves_survives_a_reload_and_names_what_blocks(
    open_page: Callable[..., Page],
    public_city: dict[str, Project],  # noqa: F811
    hq_admin: User,
    worker: list[Thread],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate: list[bool] = []
    carry_out = services.carry_out

    def patiently(**asked: Any) -> None:
        while not gate:
            time.sleep(0.05)
        carry_out(**asked)

    monkeypatch.setattr(services, "carry_out", patiently)
    Project.objects.filter(pk=public_city["road"].pk).update(location_text="家住 0730-8812345")
    page = open_page(PHONE)
    sign_in(page, "hq")
    page.goto(PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="计算变更").click()
    bar = page.get_by_role("progressbar", name="计算变更")
    expect(bar).to_have_attribute("value", "0")
    page.reload()
    expect(bar).to_be_visible()
    gate.append(True)
    expect(page.locator(".check-block")).to_contain_text("固定电话", timeout=20_000)
    expect(page.locator(".check-block")).to_contain_text(public_city["road"].serial_no)
    expect(page.get_by_text("确认发布")).to_have_count(0)
    assert Snapshot.objects.count() == 0
