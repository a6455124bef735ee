"""A clerk reports a month by its nodes, is warned while typing, submits; another person returns and approves it; then a
correction, and a stop of the works on a phone.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geodata.progress.models import PeriodReport, StatusRequest
from geodata.progress.reference import ensure_node_templates
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.browser.conftest import PHONE
from tests.conftest import PASSWORD
from tests.geodata.sandbox.test_papers import pdf
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
SLOW = 30_000  # ms: the sandbox's child and the check on a machine that does other things, too
PAPER = {"name": "监理确认单.pdf", "mimeType": "application/pdf", "buffer": pdf()}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project(transactional_db: None, make_project: Callable[..., Project]) -> Project:
    ensure_node_templates()
    made = make_project(name="示例小区改造", status="under_construction", actual_start_on=date(2025, 11, 1))
    facts.status(made, date(2025, 11, 1), "under_construction")
    facts.report(
        made,
        date(2026, 1, 31),
        physical_pct=Decimal(20),
        invested_period=Decimal(1_000_000),
        invested_year=Decimal(1_000_000),
        invested_cumulative=Decimal(2_000_000),
    )
    return made


@pytest.fixture
def checker(steward: User) -> User:
    return ensure_account(
        username="checker", display_name="某审核", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )


def enter(page: Page, username: str, address: str) -> None:
    page.goto(address)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_month_from_the_first_figure_to_its_correction(
    open_page: Callable[..., Page], project: Project, steward: User, checker: User
) -> None:
    form = f"/workbench/projects/{project.serial_no}/report/?period=2026-02"
    page = open_page()
    enter(page, "steward", form)
    expect(page.get_by_role("heading", name="示例小区改造")).to_be_visible()
    page.get_by_label("进场", exact=True).fill("100")
    page.get_by_label("雨污管网", exact=True).fill("80")  # 5 + 30 × 80 % = 29
    expect(page.locator("[data-progress]")).to_have_text("29")
    page.get_by_label("本期完成投资").fill("100")
    taken = page.locator("[data-take=invested_cumulative]")
    expect(taken).to_have_text("采用 300", timeout=SLOW)
    taken.click()
    page.locator("[data-take=invested_year]").click()
    expect(page.locator("#invested_cumulative")).to_have_value("300")
    expect(page.locator("[data-findings]")).to_contain_text("没有发现矛盾", timeout=SLOW)
    page.locator("#invested_cumulative").fill("600")
    finding = page.locator("[data-findings] .finding-red")
    expect(finding).to_contain_text("相差 31 个百分点", timeout=SLOW)
    page.locator("#invested_cumulative").fill("300")
    expect(finding).to_have_count(0, timeout=SLOW)
    page.get_by_label("形象进度描述").fill("管网完成八成")
    page.get_by_label("本期工作").fill("敷设 300 米")
    page.get_by_label("添加附件").set_input_files([PAPER])  # type: ignore[list-item]
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").first).to_contain_text("月报已提交", timeout=SLOW)
    expect(page.get_by_text("监理确认单")).to_be_visible()
    address = page.url
    report = PeriodReport.objects.get(state="submitted")
    assert (report.physical_pct, report.invested_cumulative) == (29, 3_000_000)

    reader = open_page()
    enter(reader, "checker", address)
    expect(reader.get_by_role("row", name="形象进度")).to_contain_text("29")
    reader.get_by_role("button", name="退回").click()
    expect(reader.get_by_text("退回前请写明需要修改的地方")).to_be_visible()
    reader.get_by_label("审核意见").fill("管网请按监理数填报")
    reader.get_by_role("button", name="退回").click()
    expect(reader.get_by_role("status").first).to_contain_text("月报已退回")

    page.goto(form)
    expect(page.get_by_text("管网请按监理数填报").first).to_be_visible()
    page.get_by_label("雨污管网", exact=True).fill("70")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").first).to_contain_text("月报已提交", timeout=SLOW)
    reader.goto(address)
    reader.get_by_role("button", name="批准").click()
    expect(reader.get_by_role("status").first).to_contain_text("冻结")
    report.refresh_from_db()
    assert (report.state, report.physical_pct, report.reviewed_by_id) == ("approved", 26, checker.pk)

    page.goto(form)
    page.get_by_label("更正理由").fill("监理复核")
    page.get_by_label("雨污管网", exact=True).fill("75")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("status").first).to_contain_text("草稿已保存", timeout=SLOW)
    assert list(PeriodReport.objects.filter(period_end=date(2026, 2, 28)).values_list("version", "state")) == [
        (1, "approved"),
        (2, "draft"),
    ]


def test_a_stop_is_asked_for_on_a_phone(open_page: Callable[..., Page], project: Project, steward: User) -> None:
    page = open_page(PHONE)
    enter(page, "steward", f"/workbench/projects/{project.serial_no}/status/")
    page.get_by_role("link", name="停工").click()
    page.get_by_label("停工类型").select_option("reported")
    page.get_by_label("预计复工").fill("2026-12-31")
    page.get_by_label("原因").fill("汛期停工")
    page.get_by_label("停工报告或责令停工通知").set_input_files([PAPER])  # type: ignore[list-item]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").first).to_contain_text("申请已提交", timeout=SLOW)
    request = StatusRequest.objects.get()
    assert (request.status, request.reason, request.attachments.count()) == ("suspended", "汛期停工", 1)
