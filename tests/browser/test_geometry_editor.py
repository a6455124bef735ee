"""The geometry editor in a real browser: holes and parts, two editors at once, undo, all six types unchanged."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from playwright.sync_api import Locator, Page, Route, expect

from geodata.projects.choices import VersionState
from geodata.projects.models import Category, GeometryVersion, Project
from geodata.stewards.models import User
from tests.browser.conftest import DESKTOP, sign_in
from tests.browser.test_underlay import DOT, HOST, with_key

__all__ = ["with_key"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
TABLET = {"width": 1024, "height": 768}
SQUARE = "MULTIPOLYGON(((113.1 29.3,113.102 29.3,113.102 29.302,113.1 29.302,113.1 29.3)))"


@pytest.fixture
def anything(categories: dict[str, Category]) -> Category:
    """A category that may be drawn as points, lines or areas."""
    category = categories["01"]
    category.geometry_kinds = ["point", "line", "polygon"]
    category.save(update_fields=["geometry_kinds"])
    return category


@pytest.fixture
def place(transactional_db: None, make_project: Callable[..., Project], anything: Category) -> Project:
    """A project of 岳阳楼区 without a shape."""
    return make_project(name="示例片区改造工程", category=anything)


def give_shape(project: Project, wkt: str) -> GeometryVersion:
    """An approved first version, as an import leaves it."""
    geom = GEOSGeometry(wkt, srid=4490)
    Project.objects.filter(pk=project.pk).update(geom=geom)
    return GeometryVersion.objects.create(
        project=project,
        number=1,
        geom=geom,
        state=VersionState.APPROVED,
        source="declared",
        valid_from="2026-01-01",
    )


def open_editor(page: Page, project: Project) -> Locator:
    page.goto(f"/workbench/projects/{project.serial_no}/geometry/")
    editor = page.locator("[data-editor][data-ready]")
    expect(editor).to_be_visible()
    return editor


def tool(page: Page, name: str) -> None:
    page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Clicks the corners, in parts of the map's width and height, and ends with Enter."""
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    for x, y in corners:
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(60)
    page.keyboard.press("Enter")


def figures(page: Page) -> Locator:
    return page.locator("[data-figures]")


def said(page: Page) -> Locator:
    return page.locator("[data-said]")


def newest(project: Project) -> GeometryVersion:
    return GeometryVersion.objects.filter(project=project).latest("number")


def square(west: float, north: float, size: float) -> list[tuple[float, float]]:
    return [(west, north), (west + size, north), (west + size, north + size), (west, north + size)]


@pytest.mark.parametrize("viewport", [DESKTOP, TABLET], ids=["desktop", "tablet"])
def test_a_clerk_draws_an_area_with_a_hole_and_a_second_part_and_submits_it(
    open_page: Callable[..., Page], steward: User, place: Project, viewport: dict[str, int]
) -> None:
    page = open_page(viewport)
    sign_in(page, "steward")
    open_editor(page, place)
    expect(page.locator("[data-head-line]")).to_have_text("还没有图形")
    tool(page, "面")
    draw(page, *square(0.2, 0.3, 0.3))
    expect(figures(page)).to_contain_text("部分1")
    tool(page, "挖洞")
    draw(page, *square(0.3, 0.4, 0.1))
    expect(figures(page)).to_contain_text("1 个，含 1 个洞")
    tool(page, "面")
    draw(page, *square(0.6, 0.5, 0.2))
    expect(figures(page)).to_contain_text("2 个，含 1 个洞")
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 1 稿")
    version = newest(place)
    assert (version.state, version.geom.geom_type, len(version.geom)) == ("draft", "MultiPolygon", 2)
    assert sorted(len(part) for part in version.geom) == [1, 2]
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("请简要填写修改理由")
    page.get_by_label("修改理由").fill("按规划红线绘制")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("第 2 稿已提交")
    version = newest(place)
    assert (version.state, version.source, version.reason) == ("submitted", "drawn", "按规划红线绘制")
    assert version.author == version.submitted_by == steward
    place.refresh_from_db()
    assert place.geom is None  # nothing is on the map before another person approves it
    expect(page.locator("[data-head-line]")).to_contain_text("第 2 稿 · 待审核")


SIX = {
    "point": "MULTIPOINT((113.1012345678 29.3012345678))",
    "points": "MULTIPOINT((113.1 29.3),(113.12345678 29.31))",
    "line": "MULTILINESTRING((113.1 29.3,113.11 29.31,113.12 29.3))",
    "lines": "MULTILINESTRING((113.1 29.3,113.11 29.31),(113.12 29.3,113.13 29.32,113.14 29.3))",
    "area": SQUARE,
    "areas": "MULTIPOLYGON(((113.1 29.3,113.11 29.3,113.11 29.31,113.1 29.31,113.1 29.3),"
    "(113.102 29.302,113.104 29.302,113.104 29.304,113.102 29.302),"
    "(113.106 29.306,113.108 29.306,113.108 29.308,113.106 29.306)),"
    "((113.12 29.3,113.13 29.3,113.13 29.31,113.12 29.3),"
    "(113.125 29.302,113.128 29.303,113.128 29.305,113.125 29.302)))",
}


@pytest.mark.parametrize("kind", SIX)
def test_every_type_goes_through_the_page_unchanged(
    open_page: Callable[..., Page], steward: User, place: Project, kind: str
) -> None:
    before = give_shape(place, SIX[kind])
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    for name in ("顶点", "移动"):  # with the library's own editing on and off
        tool(page, name)
        tool(page, name)
    page.get_by_role("radio", name="GPS实测").check()
    page.get_by_label("修改理由").fill("现场复测,位置未变")
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 2 稿")
    after = newest(place)
    assert after.source == "gps"
    assert after.geom.geom_type == before.geom.geom_type
    assert after.geom.equals_exact(before.geom, 1e-8)
    assert len(after.geom) == len(before.geom)


@pytest.mark.parametrize("kind", SIX)
def test_a_vertex_dragged_on_the_map_moves_alone(
    open_page: Callable[..., Page], steward: User, place: Project, kind: str
) -> None:
    before = json.loads(give_shape(place, SIX[kind]).geom.geojson)
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "顶点")
    handle = page.locator(".editor-point, .marker-icon:not(.marker-icon-middle)").first
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 25, box["y"] - 18, steps=4)
    page.mouse.up()
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 2 稿")
    after = json.loads(newest(place).geom.geojson)
    assert after["type"] == before["type"]
    changed = [(a, b) for a, b in zip(flat(before), flat(after), strict=True) if a != pytest.approx(b, abs=1e-8)]
    closing = 1 if "Polygon" in before["type"] else 0  # the first vertex of a ring is its last one, too
    assert 1 <= len(changed) <= 1 + closing


def flat(geometry: dict[str, Any]) -> list[list[float]]:
    """All positions of a geometry."""

    def walk(value: Any) -> list[list[float]]:
        if isinstance(value[0], float | int):
            return [value]
        return [position for inner in value for position in walk(inner)]

    return walk(geometry["coordinates"])


def test_what_was_done_is_undone_and_done_again_by_keys_and_buttons(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, *square(0.2, 0.3, 0.2))
    tool(page, "面")
    draw(page, *square(0.6, 0.3, 0.2))
    expect(figures(page)).to_contain_text("部分2")
    page.keyboard.press("Control+z")
    expect(figures(page)).to_contain_text("部分1")
    expect(said(page)).to_have_text("已撤销：已添加面")
    tool(page, "撤销")
    expect(figures(page)).to_contain_text("部分0")
    expect(page.get_by_role("button", name="撤销", exact=True)).to_be_disabled()
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    page.keyboard.press("Control+y")
    tool(page, "重做")
    expect(figures(page)).to_contain_text("部分2")


def test_two_editors_at_once_lose_nothing_and_the_second_redoes_his_work_on_top(
    open_page: Callable[..., Page], steward: User, hq_admin: User, place: Project
) -> None:
    give_shape(place, SQUARE)
    first, second = open_page(), open_page()
    sign_in(first, "steward")
    sign_in(second, hq_admin.username)
    for page in (first, second):
        open_editor(page, place)
    tool(first, "面")
    draw(first, *square(0.05, 0.1, 0.12))
    first.get_by_label("修改理由").fill("补画东侧")
    first.get_by_role("button", name="存为草稿").click()
    expect(said(first)).to_contain_text("已存为第 2 稿")
    theirs = newest(place)
    tool(second, "面")
    draw(second, *square(0.8, 0.7, 0.12))
    second.get_by_role("button", name="存为草稿").click()
    dialog = second.get_by_role("dialog", name="两个人同时改了这个图形")
    expect(dialog).to_contain_text(f"{steward} 已保存第 2 稿")
    expect(dialog).to_contain_text("补画东侧")
    expect(dialog.locator(".conflict-map")).to_have_count(2)
    expect(dialog.locator(".conflict-map path.leaflet-interactive, .conflict-map path")).not_to_have_count(0)
    dialog.get_by_label("叠加").check()
    expect(dialog.locator(".conflict-map")).to_have_count(1)
    assert newest(place) == theirs  # nothing was written over
    expect(dialog.get_by_role("button", name="合并双方修改")).to_be_visible()  # different parts: both can stand
    dialog.get_by_role("button", name="在对方的基础上重做").click()
    expect(figures(second)).to_contain_text("部分2")
    expect(said(second)).to_contain_text("以对方的一稿为底")
    tool(second, "面")
    draw(second, *square(0.8, 0.7, 0.12))
    second.get_by_role("button", name="存为草稿").click()
    expect(said(second)).to_contain_text("已存为第 3 稿")
    mine = newest(place)
    assert (mine.author, mine.parent, len(mine.geom)) == (hq_admin, theirs, 3)
    troubles: list[str] = second.troubles  # type: ignore[attr-defined]
    assert all("412" in trouble for trouble in troubles)
    troubles.clear()


def test_two_changes_to_different_parts_are_put_together(
    open_page: Callable[..., Page], steward: User, hq_admin: User, place: Project
) -> None:
    give_shape(place, SQUARE)
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, *square(0.8, 0.7, 0.12))
    theirs = GEOSGeometry(SQUARE[:-1] + ",((113.12 29.3,113.122 29.3,113.122 29.302,113.12 29.3)))", srid=4490)
    GeometryVersion.objects.create(
        project=place, number=2, geom=theirs, state="draft", source="drawn", valid_from="2026-02-01", author=hq_admin
    )
    page.get_by_role("button", name="存为草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="合并双方修改").click()
    expect(figures(page)).to_contain_text("部分3")
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 3 稿")
    assert len(newest(place).geom) == 3
    page.troubles.clear()  # type: ignore[attr-defined]


def test_the_table_of_vertices_alone_is_enough_to_mend_a_shape(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    give_shape(place, SQUARE)
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    page.get_by_text("顶点表", exact=True).click()
    page.get_by_label("经度 1", exact=True).fill("113.0995,29.2995")
    page.get_by_label("经度 1", exact=True).press("Tab")
    expect(page.get_by_label("纬度 1", exact=True)).to_have_value("29.2995")
    page.get_by_label("经度 2", exact=True).fill("一百一十三")
    page.get_by_label("经度 2", exact=True).press("Tab")
    expect(page.locator("[data-vertex-trouble]")).to_contain_text("十进制的度")
    page.get_by_label("经度 2", exact=True).fill("113.102")
    page.get_by_label("经度 2", exact=True).press("Tab")
    page.get_by_role("button", name="在后面加一个顶点").first.click()
    expect(figures(page)).to_contain_text("顶点5")
    page.keyboard.press("Control+s")
    expect(said(page)).to_contain_text("已存为第 2 稿")
    ring = newest(place).geom[0][0].coords
    assert ring[0] == (113.0995, 29.2995)
    assert len(ring) == 6


def test_a_shape_that_crosses_itself_is_pointed_at_and_not_taken(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, (0.2, 0.3), (0.5, 0.6), (0.5, 0.3), (0.2, 0.6))
    expect(page.locator("[data-findings]")).to_contain_text("自相交")
    page.get_by_label("修改理由").fill("试一试")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("您画的内容还在本页")
    assert not GeometryVersion.objects.exists()
    troubles: list[str] = page.troubles  # type: ignore[attr-defined]
    assert all("422" in trouble for trouble in troubles)
    troubles.clear()


def test_split_pieces_are_taken_apart_cut_and_merged(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, *square(0.3, 0.3, 0.3))
    tool(page, "拆分")
    draw(page, (0.45, 0.2), (0.45, 0.75))
    expect(figures(page)).to_contain_text("部分2")
    expect(page.locator("[data-findings]")).to_contain_text("公共边")
    tool(page, "合并")
    expect(figures(page)).to_contain_text("部分1")
    tool(page, "裁剪")
    draw(page, *square(0.5, 0.5, 0.2))
    expect(figures(page)).to_contain_text("部分1")
    expect(said(page)).to_have_text("已裁剪")


def test_coordinates_are_pasted_and_looked_at_before_they_are_taken(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "坐标")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("每行一个顶点").fill("113.1,29.3\n113.102,29.3\n113.102,29.302\n113.1,29.302")
    dialog.get_by_role("button", name="读取").click()
    expect(dialog).to_contain_text("从哪里取得")
    dialog.get_by_role("radio", name="2000国家大地坐标系 / GPS").check()
    expect(dialog.locator("[data-intake-size]")).to_contain_text("公顷")
    dialog.get_by_role("button", name="加入图形").click()
    expect(dialog).to_be_hidden()
    expect(figures(page)).to_contain_text("面积4.3")
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 1 稿")
    version = newest(place)
    assert version.geom.equals_exact(GEOSGeometry(SQUARE, srid=4490), 1e-8)
    assert version.declared_crs


def test_leaving_the_page_with_something_unsaved_is_asked_about(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.locator(".editor-head .crumb a").click()
    expect(page).to_have_url(address_of(place))
    assert asked == []
    open_editor(page, place)
    tool(page, "面")
    draw(page, *square(0.3, 0.3, 0.3))
    expect(figures(page)).to_contain_text("部分1")
    page.locator(".editor-head .crumb a").click()
    expect(page).to_have_url(address_of(place))
    assert asked == ["beforeunload"]


def address_of(project: Project) -> re.Pattern[str]:
    return re.compile(rf"/workbench/projects/{project.serial_no}/#place$")


def test_fingers_draw_and_go_one_step_back(open_page: Callable[..., Page], steward: User, place: Project) -> None:
    page = open_page(TABLET, has_touch=True, is_mobile=True)
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None

    def tap(x: float, y: float) -> None:
        page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(350)  # two taps in a row would be a double tap

    tap(0.3, 0.3)
    tap(0.6, 0.3)
    page.get_by_role("button", name="完成").tap()
    expect(said(page)).to_contain_text("面至少要三个")
    tap(0.6, 0.6)
    expect(page.locator("[data-sketch]")).to_contain_text("面积")
    page.get_by_role("button", name="退一点").tap()
    expect(page.locator("[data-sketch]")).not_to_contain_text("面积")
    tap(0.5, 0.7)
    page.get_by_role("button", name="完成").tap()
    expect(figures(page)).to_contain_text("顶点3")
    for button in page.get_by_role("toolbar").get_by_role("button").all():
        size = button.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 36


def test_a_triangle_that_loses_a_vertex_goes_and_comes_back(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, (0.2, 0.3), (0.4, 0.3), (0.3, 0.5))
    tool(page, "面")
    draw(page, *square(0.6, 0.3, 0.2))
    expect(figures(page)).to_contain_text("部分2")
    tool(page, "顶点")
    page.locator(".marker-icon:not(.marker-icon-middle)").first.click(button="right")
    expect(figures(page)).to_contain_text("部分1")
    expect(figures(page)).to_contain_text("顶点4")
    page.keyboard.press("Control+z")
    expect(figures(page)).to_contain_text("顶点7")


def test_a_part_is_chosen_by_a_click_and_deleted_by_a_key(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    expect(page.get_by_role("button", name="删除", exact=True)).to_be_disabled()
    for west in (0.2, 0.6):
        tool(page, "面")
        draw(page, *square(west, 0.3, 0.2))
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    expect(page.get_by_role("button", name="删除", exact=True)).to_be_enabled()
    page.keyboard.press("Delete")
    expect(figures(page)).to_contain_text("部分1")


def test_a_returned_shape_says_why_and_is_corrected(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    give_shape(place, SQUARE)
    returned = GeometryVersion.objects.create(
        project=place,
        number=2,
        geom=GEOSGeometry(SQUARE.replace("113.1 ", "113.098 "), srid=4490),
        state=VersionState.RETURNED,
        source="drawn",
        valid_from="2026-02-01",
        author=steward,
        review_comment="西侧超出红线",
    )
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    expect(page.locator("[data-head-line]")).to_contain_text("第 2 稿 · 已退回")
    expect(page.locator("[data-head]")).to_contain_text("西侧超出红线")
    expect(figures(page)).to_contain_text("与已批准的相比")
    page.get_by_text("顶点表", exact=True).click()
    for vertex in (1, 4):
        page.get_by_label(f"经度 {vertex}", exact=True).fill("113.0995")
        page.get_by_label(f"经度 {vertex}", exact=True).press("Tab")
    page.get_by_label("修改理由").fill("按红线收回西侧")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("第 3 稿已提交")
    assert (newest(place).state, newest(place).parent) == (VersionState.SUBMITTED, returned)


def test_a_survey_is_not_drawn_over_without_an_explanation(
    open_page: Callable[..., Page], steward: User, place: Project
) -> None:
    give_shape(place, SQUARE)
    GeometryVersion.objects.filter(project=place).update(source="surveyed")
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    expect(page.get_by_role("radio", name="测绘成果")).to_be_checked()
    tool(page, "面")
    draw(page, *square(0.05, 0.1, 0.12))
    expect(page.get_by_role("radio", name="手绘")).to_be_checked()  # a hand has changed it
    question = page.locator(".finding-ask input")
    expect(question).to_be_visible()
    page.get_by_label("修改理由").fill("新增地块")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("提交前请先回答")
    question.fill("新增地块尚未测绘")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("第 2 稿已提交")
    assert "新增地块尚未测绘" in str(newest(place).findings)
    page.troubles.clear()  # type: ignore[attr-defined]


def test_what_was_drawn_outlives_a_dead_network(open_page: Callable[..., Page], steward: User, place: Project) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    tool(page, "面")
    draw(page, *square(0.3, 0.3, 0.3))
    expect(page.locator("[data-findings]")).to_contain_text("检查通过")
    page.context.set_offline(True)
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("服务器没有应答")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="存为草稿").click()
    expect(said(page)).to_contain_text("已存为第 1 稿")
    page.troubles.clear()  # type: ignore[attr-defined]


def test_imagery_lies_under_the_drawing_where_the_city_has_a_key(
    open_page: Callable[..., Page], with_key: None, steward: User, place: Project
) -> None:
    page = open_page()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=DOT, content_type="image/png")

    page.route(HOST, answer)
    sign_in(page, "steward")
    open_editor(page, place)
    page.get_by_role("radio", name="天地图影像").check(force=True)
    tool(page, "面")
    draw(page, *square(0.3, 0.3, 0.3))
    expect(figures(page)).to_contain_text("部分1")
    assert any("T=img_w" in url for url in asked)
