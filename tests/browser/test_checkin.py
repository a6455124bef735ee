"""A clerk with a phone: outside the fence he is refused with his distance, inside he is on the project's page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from geodata.projects.models import GeometryVersion, Project
from geodata.stewards.models import User
from geodata.visits.models import CheckIn
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_map import log_in, middle_of_map, road, wait_until_drawn, well
from tests.geodata.sandbox.test_pictures import picture_file

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

ON_THE_ROAD = {"latitude": 29.305, "longitude": 113.105, "accuracy": 14}
TWO_KM_OFF = {"latitude": 29.305, "longitude": 113.13, "accuracy": 14}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def phone(open_page: Callable[..., Page], place: dict[str, float] | None, **options: Any) -> Page:
    allowed = {"geolocation": place, "permissions": ["geolocation"]} if place else {}
    page = open_page(PHONE, has_touch=True, **allowed, **options)
    sign_in(page, "steward")
    return page


def send(page: Page) -> Any:
    return page.get_by_role("button", name="签到", exact=True)


def answer_lost(route: Route) -> None:
    """The server has the request; its answer never arrives."""
    route.fetch()
    route.abort()


def test_outside_the_fence_is_refused_and_inside_stands_on_the_project_s_page(
    open_page: Callable[..., Page], steward: User, road: Project, well: Project
) -> None:
    page = phone(open_page, TWO_KM_OFF)
    page.goto("/workbench/checkin/")
    expect(page.get_by_text("已定位")).to_be_visible()
    expect(page.locator(".fix em:visible")).to_have_text("±14 米")
    choice = page.get_by_label("示例路提质工程")
    expect(choice).to_be_visible()
    expect(page.get_by_text("样例供水工程")).to_have_count(0)  # another district's
    choice.check()
    expect(page.locator("[data-hint]")).to_contain_text("离项目还有 2.0 公里，最多 114 米")
    expect(send(page)).to_be_disabled()
    # the page only advises: the server refuses by itself, and says how far
    page.evaluate("document.querySelector('[data-send]').disabled = false")
    send(page).click()
    refusal = page.locator("[data-refused]")
    expect(refusal).to_contain_text("您离项目范围还有 2.0 公里，超过允许的 114 米")
    expect(refusal).to_contain_text("请走到项目现场再签到")
    expect(refusal).to_be_in_viewport()
    troubles: list[str] = page.troubles  # type: ignore[attr-defined]
    assert len(troubles) == 2
    assert all("422" in trouble for trouble in troubles)
    troubles.clear()
    assert not CheckIn.objects.exists()

    page.context.set_geolocation(ON_THE_ROAD)
    page.get_by_role("button", name="重新定位").click()
    expect(page.locator(".near-row", has_text="示例路提质工程").locator("[data-away]")).to_have_text("在范围内")
    expect(refusal).to_be_hidden()
    page.get_by_label("现场情况").fill("路基已验收")
    page.locator("[data-photo]").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture_file(size=(1200, 900))}
    )
    expect(page.get_by_role("img", name="将要发送的照片")).to_be_visible()
    expect(send(page)).to_be_enabled()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    send(page).click()
    expect(page.get_by_role("heading", name="签到成功")).to_be_visible()
    made = CheckIn.objects.get()
    assert (made.project, made.person, made.note) == (road, steward, "路基已验收")
    assert made.photo is not None
    page.get_by_role("link", name="到项目页查看").click()
    section = page.locator("#visits")
    expect(section.locator(".visit-list li")).to_have_count(1)
    expect(section).to_contain_text("路基已验收")
    expect(section.locator(".trust-verified").first).to_contain_text("现场核验")
    expect(section.locator("[data-map][data-ready]")).to_be_visible()
    expect(section.locator(".spot-visit")).to_have_text("1")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_leave_the_page_says_what_to_do(open_page: Callable[..., Page], steward: User, road: Project) -> None:
    page = phone(open_page, None)
    page.goto("/workbench/checkin/")
    expect(page.get_by_text("没有定位权限")).to_be_visible()
    expect(page.get_by_text("允许本站使用位置")).to_be_visible()
    expect(send(page)).to_be_hidden()
    expect(page.get_by_role("link", name="去我的项目")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_geolocation_at_all_the_page_says_so(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = phone(open_page, None)
    page.add_init_script("delete Navigator.prototype.geolocation")
    page.goto("/workbench/checkin/")
    expect(page.get_by_text("这个浏览器不能定位")).to_be_visible()
    expect(send(page)).to_be_hidden()


def test_an_inexact_position_waits_for_a_better_one(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = phone(open_page, {**ON_THE_ROAD, "accuracy": 180})
    page.goto("/workbench/checkin/")
    expect(page.get_by_text("定位误差太大")).to_be_visible()
    expect(page.locator(".fix em:visible")).to_have_text("±180 米")
    expect(page.locator("[data-hint]")).to_have_text("等待准确的定位。")
    expect(send(page)).to_be_disabled()
    page.context.set_geolocation(ON_THE_ROAD)
    expect(page.get_by_text("已定位")).to_be_visible()
    expect(send(page)).to_be_enabled()


def test_a_lost_connection_loses_nothing_and_the_second_sending_is_one_check_in(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = phone(open_page, ON_THE_ROAD)
    page.goto("/workbench/checkin/")
    page.get_by_label("现场情况").fill("桥面已浇筑")
    expect(send(page)).to_be_enabled()
    # the first answer gets lost on its way back: the server has kept the check-in
    page.route("**/workbench/checkin/", answer_lost, times=1)
    send(page).click()
    expect(page.locator("[data-refused]")).to_contain_text("网络不通")
    expect(page.get_by_label("现场情况")).to_have_value("桥面已浇筑")
    page.troubles.clear()  # type: ignore[attr-defined]
    send(page).click()
    expect(page.get_by_role("heading", name="签到成功")).to_be_visible()
    assert CheckIn.objects.count() == 1


def test_a_project_without_a_place_gets_a_draft_of_it(
    open_page: Callable[..., Page], steward: User, make_project: Callable[..., Project]
) -> None:
    nowhere = make_project(name="待定位工程")
    page = phone(open_page, ON_THE_ROAD)
    page.goto(f"/workbench/checkin/?project={nowhere.serial_no}")
    expect(page.get_by_label("待定位工程")).to_be_checked()
    expect(page.get_by_text("签到后可以用签到位置作草稿")).to_be_visible()
    send(page).click()
    page.get_by_role("button", name="用我的位置作草稿").click()
    expect(page.get_by_role("status").filter(has_text="图形草稿")).to_be_visible()
    assert GeometryVersion.objects.get(project=nowhere).state == "draft"


def test_the_card_on_the_map_tells_how_far_the_place_is_to_be_trusted(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = open_page()
    log_in(page, "steward")
    page.get_by_role("button", name="在图上定位").click()
    wait_until_drawn(page)
    page.mouse.click(*middle_of_map(page))
    line = page.locator(".card [data-trust]")
    expect(line).to_contain_text("填报")
    expect(line).to_contain_text("没有人现场签到")
    page.goto(f"/workbench/projects/{road.serial_no}/#visits")
    page.get_by_text("位置可信度说明").click()
    legend = page.locator(".trust-legend")
    for level in ("填报", "手绘", "测绘", "现场核验"):
        expect(legend.locator(".trust", has_text=level)).to_be_visible()
    expect(legend).to_contain_text("距图形 100 米")
