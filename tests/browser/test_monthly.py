"""A clerk reports 30 projects in one table: a block from Excel, two rows with errors corrected, a reload in between."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from geodata.notices.models import Notice
from geodata.progress.models import PeriodReport
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.browser.conftest import PHONE, sign_in
from tests.conftest import PASSWORD
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
PAGE = "/workbench/monthly/?period=2026-02"
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)
SLOW = 60_000  # ms for thirty rows on a machine that does other things, too
HEADS = "项目名称\t形象进度(%)\t本月完成投资\t累计完成投资\t存在问题\t形象进度描述\t本月工作"


@pytest.fixture
def thirty(make_project: Callable[..., Project]) -> list[Project]:
    """Thirty roads under way, each 20 % and 200 万元 done by the end of January; one of another district."""
    projects = [
        make_project(name=f"示例{number:02d}号路改造", status="under_construction", actual_start_on=date(2025, 11, 1))
        for number in range(1, 31)
    ]
    for project in projects:
        facts.status(project, date(2025, 11, 1), "under_construction")
        facts.report(
            project,
            JANUARY,
            physical_pct=Decimal(20),
            invested_period=Decimal(2_000_000),
            invested_year=Decimal(2_000_000),
            invested_cumulative=Decimal(2_000_000),
        )
    return projects


def open_month(page: Page, username: str) -> None:
    sign_in(page, username)
    page.goto(PAGE)
    expect(page.locator("[data-month][data-ready]")).to_be_attached()


def paste(page: Page, text: str) -> None:
    """By the keyboard, from the machine's own clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def line(number: int, percent: str, month: str, total: str, problems: str = "") -> str:
    return f"示例{number:02d}号路改造\t{percent}\t{month}\t{total}\t{problems}\t路基完成\t铺筑路面"


def cell(page: Page, number: int, field: str) -> object:
    return page.locator("tr[data-code]", has_text=f"示例{number:02d}号路改造").locator(f"[data-field={field}]")


def test_thirty_projects_are_reported_in_the_table_and_two_rows_corrected(
    open_page: Callable[..., Page], steward: User, thirty: list[Project]
) -> None:
    second = ensure_account(
        username="second", display_name="某审核", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )
    page = open_page()
    open_month(page, "steward")
    expect(page.locator("tr[data-code]")).to_have_count(30)
    # the file has another order than the table, thousands separators and two slips
    lines = [line(number, "30", "100", "300.00") for number in range(30, 0, -1)]
    lines[30 - 7] = line(7, "130", "100", "300")
    lines[30 - 19] = line(19, "30", "约100", "300.00", "资金")
    page.locator("tr[data-code] [data-field=physical_pct]").first.click()
    paste(page, "\n".join([HEADS, *lines]))
    expect(page.locator("[data-said]")).to_contain_text("已粘贴 30 行")
    expect(cell(page, 3, "invested_year")).to_have_value("300")  # January's 200 and this month's 100
    expect(cell(page, 30, "physical_pct")).to_have_value("30")

    page.get_by_role("button", name="提交 30 行").click()
    result = "已提交 28 行。 2 行没有保存：请看红色的格子。"
    expect(page.locator("[data-said]")).to_have_text(result, timeout=SLOW)
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    expect(cell(page, 7, "physical_pct")).to_be_focused()
    expect(cell(page, 7, "physical_pct").locator("..")).to_contain_text("形象进度应在 0 到 100 之间")
    expect(cell(page, 19, "invested_period").locator("..")).to_contain_text("请填确定的数")
    assert PeriodReport.objects.filter(period_end=FEBRUARY, state="submitted").count() == 28

    page.reload()  # what failed is still typed, what is submitted is not sent again
    expect(page.locator("[data-said]")).to_have_text("上次没有保存的 2 行内容已恢复。")
    expect(cell(page, 7, "physical_pct")).to_have_value("130")
    cell(page, 7, "physical_pct").fill("31")
    page.keyboard.press("Enter")
    expect(cell(page, 8, "physical_pct")).to_be_focused()
    cell(page, 19, "invested_period").fill("100")
    page.get_by_role("button", name="提交 2 行").click()
    expect(page.locator("[data-said]")).to_have_text("已提交 2 行。")
    expect(page.locator("tr[data-code][data-state=submitted]")).to_have_count(30)
    reports = PeriodReport.objects.filter(period_end=FEBRUARY)
    assert set(reports.values_list("revision", flat=True)) == {1}
    assert reports.get(project=thirty[6]).physical_pct == 31
    assert reports.get(project=thirty[18]).invested_period == 1_000_000
    assert Notice.objects.filter(person=second, kind="submitted").count() == 30
    assert [trouble for trouble in page.troubles if "422" not in trouble] == []  # type: ignore[attr-defined]
    page.troubles.clear()  # type: ignore[attr-defined]


def test_contradictions_are_said_while_typing_and_explained_before_submission(
    open_page: Callable[..., Page], steward: User, thirty: list[Project]
) -> None:
    page = open_page()
    open_month(page, "steward")
    for field, text in (
        ("physical_pct", "15"),
        ("invested_period", "10"),
        ("physical_desc", "路基"),
        ("work_done", "养护"),
    ):
        cell(page, 1, field).fill(text)
    expect(cell(page, 1, "invested_cumulative")).to_have_value("210")
    expect(cell(page, 1, "explanation").locator("..")).to_contain_text("低于2026年1月已审核的 20%")
    expect(cell(page, 1, "physical_pct")).to_have_class("is-typed is-doubtful")
    page.get_by_role("button", name="提交 1 行").click()
    expect(cell(page, 1, "explanation").locator("..")).to_contain_text("请在这里写明原因")
    cell(page, 1, "explanation").fill("监理核减了路基的工程量")
    page.get_by_role("button", name="提交 1 行").click()
    expect(page.locator("[data-said]")).to_have_text("已提交 1 行。")
    page.troubles.clear()  # type: ignore[attr-defined]


def test_a_pasted_block_can_be_taken_back_and_the_keys_move_between_cells(
    open_page: Callable[..., Page], steward: User, thirty: list[Project]
) -> None:
    page = open_page()
    open_month(page, "steward")
    cell(page, 2, "physical_pct").click()
    paste(page, "40\t1,000\n50\t２０００")
    expect(cell(page, 2, "invested_period")).to_have_value("1000")
    expect(cell(page, 3, "invested_period")).to_have_value("2000")
    page.keyboard.press("Control+Z")
    expect(cell(page, 2, "invested_period")).to_have_value("")
    expect(page.get_by_role("button", name="存为草稿")).to_be_disabled()
    cell(page, 2, "physical_pct").click()
    for key, number, field in (
        ("ArrowDown", 3, "physical_pct"),
        ("ArrowRight", 3, "invested_period"),
        ("ArrowUp", 2, "invested_period"),
        ("Enter", 3, "invested_period"),
    ):
        page.keyboard.press(key)
        expect(cell(page, number, field)).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    expect(cell(page, 3, "invested_period")).to_have_value("")


def test_two_clerks_in_one_row_lose_nothing(
    open_page: Callable[..., Page], steward: User, thirty: list[Project]
) -> None:
    page, other = open_page(), open_page()
    open_month(page, "steward")
    open_month(other, "steward")
    cell(page, 1, "physical_pct").fill("33")
    page.get_by_role("button", name="存 1 行草稿").click()
    expect(page.locator("[data-said]")).to_have_text("已存草稿 1 行。")
    cell(other, 1, "physical_pct").fill("44")
    other.get_by_role("button", name="存 1 行草稿").click()
    expect(cell(other, 1, "physical_pct").locator("..")).to_contain_text("他人填的是：33")
    other.get_by_role("button", name="保留我的").click()
    other.get_by_role("button", name="存 1 行草稿").click()
    expect(other.locator("[data-said]")).to_have_text("已存草稿 1 行。")
    assert PeriodReport.objects.get(period_end=FEBRUARY).physical_pct == 44
    page.troubles.clear()  # type: ignore[attr-defined]


def test_the_table_is_a_list_of_forms_on_a_phone(
    open_page: Callable[..., Page], steward: User, thirty: list[Project]
) -> None:
    page = open_page(PHONE)
    open_month(page, "steward")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    cell(page, 1, "physical_pct").fill("33")
    page.get_by_role("button", name="存 1 行草稿").click()
    expect(page.locator("[data-said]")).to_have_text("已存草稿 1 行。")
