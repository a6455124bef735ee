"""A clerk with a bad ledger ends with the good rows in, the bad ones in a workbook, and knows what to do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app

from geodata.funding.services import ensure_sources
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit, BaseFeature
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.browser.conftest import sign_in
from tests.conftest import PASSWORD
from tests.geodata.exchange.sheets import save

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
ROWS = [
    ["岳阳楼区2026年重点项目台账"],
    ["单位:万元"],
    ["序号", "项目名称", "属地管理单位", "计划年度", "项目类别", "总投资"],
    ["合计", None, None, None, None, 6300],
    [1, "示例金鹗路改造", "岳阳楼区", 2026, "农村公路", 1200],
    [2, "示例洞庭路改造", "岳阳楼区", 2026, "农村公路", "约三千"],
    [3, "示例平江公路", "平江县", 2026, "农村公路", 2100],
]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def work() -> None:
    """What the worker does, in a thread of its own: it starts an event loop, and the browser has one here."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_work).result()


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(queues=["imports"], wait=False, listen_notify=False, install_signal_handlers=False)


def test_a_clerk_with_a_bad_ledger_knows_what_to_do(
    open_page: Callable[..., Page], steward: User, tmp_path: Path
) -> None:
    page = open_page()
    sign_in(page, "steward")
    page.goto("/workbench/")
    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_label("项目台账").check()
    page.locator("input[type=file]").set_input_files(save(tmp_path / "三月台账.xlsx", {"台账": ROWS}))
    expect(page.locator("[data-chosen]")).to_contain_text("三月台账.xlsx")
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="正在读取文件")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="是否入库")).to_be_visible()  # the page follows by itself
    findings = page.locator(".import-findings")
    expect(findings.get_by_role("row").filter(has_text="总投资").first).to_contain_text("台账")
    expect(findings).to_contain_text("不在您的管辖范围内")
    expect(page.get_by_role("cell", name="✕ 不一致")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载错误工作簿").click()
    with Path(downloading.value.path()).open("rb") as written:
        book = load_workbook(written)
    assert downloading.value.suggested_filename == "三月台账-错误.xlsx"
    assert book["台账"]["F6"].comment.text.startswith("错误")
    page.get_by_label("合格的行入库").check()
    page.get_by_role("button", name="入库 1 行").click()
    expect(page.get_by_role("heading", name="正在入库")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="入库结果")).to_be_visible()
    assert list(Project.objects.values_list("name", flat=True)) == ["示例金鹗路改造"]
    page.get_by_role("link", name="示例金鹗路改造").click()
    expect(page.get_by_role("heading", name="示例金鹗路改造")).to_be_visible()


def test_a_click_on_the_map_finishes_a_project_without_a_place(
    open_page: Callable[..., Page], steward: User, make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    waiting = make_project(name="没有位置的小区")
    page = open_page()
    sign_in(page, "steward")
    page.goto("/workbench/unplaced/")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.get_by_label("没有位置的小区").check()
    page.locator("[data-canvas]").click(position={"x": 300, "y": 300})
    expect(page.locator("[data-place]")).not_to_have_value("")
    page.get_by_role("button", name="定在这里").click()
    expect(page.locator(".messages")).to_be_visible()
    assert GeometryVersion.objects.filter(project=waiting).exists() or "级" in page.locator(".messages").inner_text()


def test_an_address_that_the_map_knows_finishes_a_project_without_a_place(
    open_page: Callable[..., Page], steward: User, make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    make_project(name="另一个项目", location_text="别处")
    waiting = make_project(name="没有位置的道路", location_text="示例路")
    BaseFeature.objects.create(kind="road", name="示例路", geom=LineString((113.1, 29.3), (113.11, 29.3), srid=4490))
    page = open_page()
    sign_in(page, "steward")
    page.goto("/workbench/unplaced/")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.get_by_label("没有位置的道路").check()
    expect(page.get_by_label("建设地点")).to_have_value("示例路")
    page.get_by_role("button", name="查找", exact=True).last.click()
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    expect(page.locator("[data-found]")).to_contain_text("没有位置的道路")
    page.get_by_label("示例路").last.check()
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(1)
    page.locator("[data-found]").get_by_role("button", name="定在这里").click()
    expect(page.locator(".messages")).to_be_visible()
    version = GeometryVersion.objects.get(project=waiting)
    assert version.accuracy_m == 500


def upload_ledger(page: Page, path: Path, kind: str) -> None:
    page.goto("/workbench/imports/")
    page.get_by_label(kind).check()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="正在读取文件")).to_be_visible()
    work()


def payments(path: Path, number: str, day: str) -> Path:
    rows = ["Ref,Paid on,Supplier Name,Sum paid,State", f'{number},{day},Example Ltd,"£1,234.50",Paid']
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_clerk_maps_a_foreign_layout_once_and_the_next_file_is_read_by_itself(
    open_page: Callable[..., Page], city: dict[str, AreaUnit], tmp_path: Path
) -> None:
    ensure_sources()
    ensure_account(username="finance", display_name="财政", password=PASSWORD, role=Role.FINANCE)
    page = open_page()
    sign_in(page, "finance")
    upload_ledger(page, payments(tmp_path / "payments_202512.csv", "R-1", "31/12/2025"), "支付明细")
    expect(page.locator(".import-decide .notice").first).to_contain_text("请说明一次各列的意思")
    page.get_by_role("link", name="对应各列").click()
    expect(page.get_by_role("heading", name="对应各列")).to_be_visible()
    expect(page.get_by_label("来源名称")).to_have_value("payments")
    expect(page.get_by_role("row").filter(has_text="Ref")).to_contain_text("R-1")
    columns = {
        "Ref": "支付凭证号 *",
        "Paid on": "支付日期 *",
        "Supplier Name": "收款人全称 *",
        "Sum paid": "支付金额 *",
    }
    for title, ours in columns.items():
        page.get_by_role("combobox", name=title, exact=True).select_option(label=ours)
    page.get_by_role("combobox", name="State", exact=True).select_option(label="状态")
    page.get_by_label("金额单位").select_option("元")
    page.get_by_role("button", name="试读前几行").click()
    first = page.locator(".mapping-first")
    expect(first).to_contain_text("1,234.50")
    expect(first).to_contain_text("2025-12-31")  # the order of days was found out from the values
    page.get_by_label("状态 · Paid").select_option(label="已清算")
    page.get_by_role("button", name="记住并按此读取").click()
    expect(page.get_by_role("heading", name="正在读取文件")).to_be_visible()
    work()
    expect(page.get_by_role("button", name="入库 1 行")).to_be_visible()
    page.get_by_role("button", name="入库 1 行").click()
    expect(page.get_by_role("heading", name="正在入库")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="入库结果")).to_be_visible()

    upload_ledger(page, payments(tmp_path / "payments_202601.csv", "R-2", "15/01/2026"), "支付明细")
    expect(page.locator(".import-findings")).to_contain_text("按记住的列对应“payments”读取")
    expect(page.get_by_role("button", name="入库 1 行")).to_be_visible()
    page.goto("/workbench/imports/mappings/")
    page.get_by_role("link", name="payments", exact=True).click()
    expect(page.get_by_role("combobox", name="Ref", exact=True)).to_have_value("voucher_no")


def test_a_clerk_is_asked_whether_a_renamed_project_is_the_same(
    open_page: Callable[..., Page], steward: User, make_project: Callable[..., Project], tmp_path: Path
) -> None:
    known = "示例大道东段提质改造工程"
    road = make_project(name=known, name_key=known, plan_year=2026)
    rows = [*ROWS[:3], [1, f"{known}项目", "岳阳楼区", 2026, "农村公路", 1200]]
    page = open_page()
    sign_in(page, "steward")
    upload_ledger(page, save(tmp_path / "四月台账.xlsx", {"台账": rows}), "项目台账")
    asked = page.get_by_role("group", name=f"{known}项目")
    expect(asked.get_by_role("link", name=road.serial_no)).to_be_visible()
    asked.get_by_label(f"同一个项目： {known}").check()
    page.get_by_role("button", name="按这些回答重新读取").click()
    expect(page.get_by_role("heading", name="正在读取文件")).to_be_visible()
    work()
    expect(page.locator(".change-rows")).to_contain_text(f"{known}项目")
    expect(page.get_by_role("heading", name="是同一个项目吗")).to_have_count(0)
    assert Project.objects.get().name == known  # nothing is written yet
