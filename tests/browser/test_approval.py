"""A shape from the first draft to the public map: drawn, submitted, returned, corrected, approved, published, seen."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from playwright.sync_api import Page, expect

from geodata.projects.choices import VersionState
from geodata.projects.models import Category, GeometryVersion, Project
from geodata.projects.services import save_proposal
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import scope_of
from geodata.stewards.services import ensure_account
from portal.publication.services import publish
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_map import log_in, middle_of_map, wait_until_drawn
from tests.conftest import PASSWORD, TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def area(west: float, size: float, *, hole: bool = True) -> dict[str, Any]:
    """A square with a hole, and a smaller one beside it, as a browser sends it."""

    def ring(x: float, y: float, width: float) -> list[list[float]]:
        return [[x, y], [x + width, y], [x + width, y + width], [x, y + width], [x, y]]

    first = [ring(west, 29.3, size)] + ([ring(west + size / 4, 29.3 + size / 4, size / 4)] if hole else [])
    return {"type": "MultiPolygon", "coordinates": [first, [ring(west + size * 2, 29.3, size / 2)]]}


@pytest.fixture
def reviewer(city: dict[str, Any]) -> User:
    """A second person of 岳阳楼区."""
    return ensure_account(
        username="reviewer", display_name="示例审核", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )


@pytest.fixture
def block(transactional_db: None, make_project: Callable[..., Project], categories: dict[str, Category]) -> Project:
    """A public project of 岳阳楼区 with an approved area."""
    geom = GEOSGeometry("MULTIPOLYGON(((113.1 29.3,113.103 29.3,113.103 29.303,113.1 29.303,113.1 29.3)))", srid=4490)
    project = make_project(name="示例片区改造工程", geom=geom, geom_source="declared", public_geometry="exact")
    GeometryVersion.objects.create(
        project=project,
        number=1,
        geom=geom,
        state=VersionState.APPROVED,
        source="declared",
        area_m2=96_700,
        valid_from=date(2026, 1, 1),
    )
    return project


def propose(author: User, project: Project, shape: dict[str, Any], *, expected: int, submit: bool = True) -> int:
    saved = save_proposal(
        scope_of(author, today=TODAY),
        code=project.serial_no,
        shape=shape,
        source="drawn",
        accuracy_m="2",
        reason="按规划红线绘制",
        expected=expected,
        answers={},
        submit=submit,
        today=TODAY,
        now=NOW,
    )
    return saved.version.number


def version_page(project: Project, number: int) -> str:
    return f"/workbench/projects/{project.serial_no}/geometry/versions/{number}/"


def test_a_shape_is_returned_corrected_approved_and_seen_by_the_public(
    open_page: Callable[..., Page], steward: User, reviewer: User, block: Project
) -> None:
    propose(steward, block, area(113.1, 0.004), expected=1)
    page = open_page()
    log_in(page, "reviewer")
    page.get_by_role("link", name="审核").first.click()
    row = page.locator(".waiting-list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("示例片区改造工程")
    expect(row).to_contain_text("第 2 稿")
    row.get_by_role("link", name="查看并审核").click()
    # before and after: dashed and solid, figures, what the checks said
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    expect(page.locator("path[stroke-dasharray]")).to_have_count(1)
    expect(page.get_by_role("row", name="部分数")).to_contain_text("+1")
    expect(page.get_by_role("row", name="洞")).to_contain_text("+1")
    expect(page.locator(".shifts")).to_contain_text("中心移动")
    page.get_by_label("现用图形：第 1 稿").uncheck()
    expect(page.locator("path[stroke-dasharray]")).to_have_count(0)
    page.get_by_role("button", name="旧稿").click()
    # without a comment nothing is returned
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("alert").filter(has_text="退回前请写明需要修改的地方")).to_be_visible()
    expect(page.get_by_label("审核意见")).to_be_focused()
    page.get_by_label("审核意见").fill("东边第二块不在红线内")
    page.get_by_role("button", name="退回").click()
    expect(page.locator(".project-tags")).to_contain_text("已退回")
    expect(page.locator(".steps")).to_contain_text("东边第二块不在红线内")
    # the author reads it and corrects
    author = open_page()
    sign_in(author, "steward")
    author.goto(version_page(block, 2))
    expect(author.locator(".steps")).to_contain_text("东边第二块不在红线内")
    corrected = area(113.1, 0.004)
    corrected["coordinates"] = corrected["coordinates"][:1]
    assert propose(steward, block, corrected, expected=2) == 3
    # nobody approves his own
    author.goto(version_page(block, 3))
    expect(author.get_by_text("由您本人绘制或提交")).to_be_visible()
    expect(author.get_by_role("button", name="批准")).to_have_count(0)
    # the other one approves
    page.goto(version_page(block, 3))
    page.get_by_role("button", name="批准").click()
    expect(page.locator(".project-tags")).to_contain_text("已批准")
    block.refresh_from_db()
    assert block.geom is not None
    assert block.geom.equals_exact(GeometryVersion.objects.get(project=block, number=3).geom)
    publish(as_of=timezone.localdate(), now=timezone.now())  # the page approved it by the clock
    citizen = open_page()
    citizen.goto(f"/projects/{block.serial_no}/")
    expect(citizen.locator("[data-map][data-ready]")).to_be_visible()
    drawn = citizen.evaluate("JSON.parse(document.getElementById('project-geometry').textContent)")
    rings = drawn["coordinates"] if drawn["type"] == "Polygon" else drawn["coordinates"][0]
    assert len(rings) == 2  # the hole came along
    assert [113.104, 29.3] in rings[0]
    # a place that only the new shape covers: the tile of the public map holds it
    citizen.goto("/#17/29.3035/113.1035")
    wait_until_drawn(citizen)
    citizen.mouse.click(*middle_of_map(citizen))
    expect(citizen.locator(".card .card-name")).to_have_text("示例片区改造工程")


def test_a_person_of_another_district_meets_nothing(
    open_page: Callable[..., Page], steward: User, other_steward: User, block: Project
) -> None:
    number = propose(steward, block, area(113.1, 0.004), expected=1)
    page = open_page()
    sign_in(page, "other_steward")
    page.goto("/workbench/approvals/")
    expect(page.get_by_text("全部审核完毕")).to_be_visible()
    history = f"/workbench/projects/{block.serial_no}/geometry/history/"
    for address in (version_page(block, number), history):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_text("示例片区改造工程")).to_have_count(0)
    page.troubles.clear()  # type: ignore[attr-defined]  # the 404s that were asked for


def test_two_versions_are_set_side_by_side_and_an_old_one_is_proposed_again(
    open_page: Callable[..., Page], steward: User, reviewer: User, block: Project, client_of: Callable
) -> None:
    number = propose(steward, block, area(113.1, 0.004), expected=1)
    client_of(reviewer).post(f"{version_page(block, number)}approve", {"comment": ""})
    page = open_page()
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{block.serial_no}/geometry/history/")
    expect(page.get_by_role("heading", name="第 1 稿与第 2 稿")).to_be_visible()
    page.locator(".version").nth(1).get_by_label("新").check()
    page.locator(".version").nth(0).get_by_label("旧").check()
    page.get_by_role("button", name="对比所选两稿").click()
    expect(page.get_by_role("heading", name="第 2 稿与第 1 稿")).to_be_visible()
    expect(page.get_by_role("row", name="洞")).to_contain_text("−1")
    page.locator(".version").nth(1).get_by_text("恢复").click()
    page.get_by_label("原因").fill("按原批复范围")
    page.get_by_role("button", name="按此稿重新提交").click()
    expect(page.locator(".version")).to_have_count(3)
    expect(page.locator(".version").first).to_contain_text("由第 1 稿恢复")
    first, third = (GeometryVersion.objects.get(project=block, number=n) for n in (1, 3))
    assert first.geom.equals_exact(third.geom)
    assert first.geom.wkb == third.geom.wkb


def test_the_decision_fits_a_phone(
    open_page: Callable[..., Page], steward: User, reviewer: User, block: Project
) -> None:
    number = propose(steward, block, area(113.1, 0.004), expected=1)
    page = open_page(PHONE)
    sign_in(page, "reviewer")
    for address in ("/workbench/approvals/", version_page(block, number), "/workbench/quality/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
    page.goto(version_page(block, number))
    button = page.get_by_role("button", name="批准").bounding_box()
    assert button is not None
    assert button["height"] >= 40
