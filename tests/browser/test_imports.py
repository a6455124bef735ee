"""A clerk with a bad ledger ends with the good rows in, the bad ones in a workbook, and knows what to do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app

from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from tests.browser.conftest import sign_in
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
