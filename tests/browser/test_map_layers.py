"""A lasso counts, townships are painted, paper shows the legend, and the file for the memory stick asks nobody."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from dashboards.conflicts.services import find_pairs
from geodata.projects.models import Project
from geodata.projects.services.geometry import locate_projects
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.browser.conftest import sign_in
from tests.browser.test_map import log_in, road, wait_until_drawn, well
from tests.conftest import PASSWORD
from tests.seeded import seed_city

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
HOSTILE = "</script><img src=https://evil.example/x onerror=document.title='taken'><b>"


@pytest.fixture
def seeded(transactional_db: None) -> None:
    today = timezone.localdate()
    seed_city(70, today=today)
    locate_projects()
    find_pairs(today=today, now=timezone.now())
    ensure_account(username="boss", display_name="示例领导", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")


def test_a_box_and_a_lasso_give_the_figures_and_open_the_list(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    sign_in(page, "boss")
    page.goto("/map/?rate=I07&layers=complaints,bottlenecks,conflicts&marks=light")
    wait_until_drawn(page)
    expect(page.locator(".legend")).to_contain_text("红灯")
    expect(page.locator(".legend")).to_contain_text("可同步开挖")
    box = page.locator("[data-canvas]").bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for tool in ("box", "lasso"):
        page.locator(f"[data-select-tool={tool}]").click()
        expect(page.locator(f"[data-select-tool={tool}]")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("[data-select-answer]")).to_be_hidden()  # a tool begins anew
        page.mouse.move(middle[0] - 150, middle[1] - 160)
        page.mouse.down()
        for dx, dy in ((180, -150), (200, 150), (-160, 170)):
            page.mouse.move(middle[0] + dx, middle[1] + dy, steps=5)
        if tool == "box":
            page.mouse.move(middle[0] + 200, middle[1] + 180, steps=3)
        page.mouse.up()
        expect(page.locator("[data-select-answer] h2")).to_contain_text("圈选了")
        expect(page.locator("[data-card-slot] > *")).to_have_count(0)  # the drag's click is nobody's
        shape, card = page.locator(".map-selection").bounding_box(), page.locator("[data-select-answer]").bounding_box()
        assert shape
        assert card
        assert shape["x"] >= card["x"] + card["width"]  # the figures do not lie on what they are of
    told = page.locator("[data-select-answer] h2").inner_text()
    page.locator("[data-select-answer] a").click()
    expect(page).to_have_url(re.compile("ring="))
    count = page.locator(".list-count b").inner_text()
    assert count in told
    page.go_back()


def test_the_same_selection_by_keyboard_alone(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    sign_in(page, "boss")
    page.goto("/dashboard/selection")
    page.get_by_label("矩形").focus()
    page.keyboard.type("112,28,115,30.5")
    page.keyboard.press("Enter")
    expect(page.locator(".list-count b")).to_have_text(str(Project.objects.filter(geom__isnull=False).count()))


def test_townships_are_painted_and_a_click_leads_to_one(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    log_in(page, "boss")
    with page.expect_response(lambda answer: "/townships/" in answer.url and answer.ok):
        page.goto("/map/?rate=I04&level=township&region=430626&symbols=count&tab=units")
    wait_until_drawn(page)
    expect(page.locator("tbody.area").first).to_be_visible()
    page.locator("tbody.area a").first.click()
    page.wait_for_url("**region=430626*")
    expect(page.locator(".map-more [aria-current]").first).to_contain_text("乡镇")


def test_paper_shows_map_legend_day_and_what_is_measured(open_page: Callable[..., Page], seeded: None) -> None:
    page = open_page()
    sign_in(page, "boss")
    page.goto("/map/?rate=I07")
    wait_until_drawn(page)
    page.locator(".legend summary").click()  # folded: paper opens it
    assert page.pdf(prefer_css_page_size=True, print_background=True)[:5] == b"%PDF-"
    page.emulate_media(media="print")
    legend = page.locator(".legend")
    for words in ("进度偏差", "-30.0 至 -10.0", "高于 +10.0"):
        expect(legend.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text("年度投资完成率 − 已过月数 ÷ 12").first).to_be_visible()
    expect(page.locator(".map-credit")).to_contain_text("截至")
    for gone in (".map-bar", ".map-select", ".filters", "[data-tab-body=projects]"):
        expect(page.locator(gone).first).to_be_hidden()


def test_the_offline_file_opens_without_a_network(browser: Browser, seeded: None, tmp_path: Path) -> None:
    named = Project.objects.filter(geom__isnull=False).order_by("pk")[0]
    Project.objects.filter(pk=named.pk).update(name=HOSTILE)
    out = tmp_path / "map.html"
    call_command("offline_map", str(out), "--rate", "I07")
    context = browser.new_context(offline=True, locale="zh-CN")
    page = context.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(out.as_uri())
    located = Project.objects.filter(is_deleted=False, geom__isnull=False).count()
    expect(page.locator("path.area")).to_have_count(13)
    expect(page.locator(".spot")).to_have_count(located)
    names = page.locator(".unit-name span")
    expect(names).to_have_count(13)
    shown = [name for name in names.all() if name.is_visible()]
    assert {"平江", "湘阴"} <= {name.inner_text() for name in shown}
    boxes = [box for name in shown if (box := name.bounding_box())]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = abs(one["x"] - other["x"]) >= min(one["width"], other["width"]) - 1
            assert apart or abs(one["y"] - other["y"]) >= min(one["height"], other["height"]) - 1
    page.get_by_title(HOSTILE, exact=True).evaluate("mark => mark.click()")
    expect(page.locator(".leaflet-popup-content b")).to_have_text(HOSTILE)
    page.locator("#find").fill("evil.example")
    expect(page.locator("#projects tbody tr:visible")).to_have_count(1)
    expect(page.locator("body")).to_contain_text("示意图")
    assert page.title() != "taken"
    assert asked == [out.as_uri()]
    assert troubles == []
    context.close()
