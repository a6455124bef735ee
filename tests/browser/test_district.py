"""A district clerk opens a project, confirms one suggested complaint and rejects another; the counts move."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_map import road
from tests.geodata.summary import facts

__all__ = ["road"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def dossier(road: Project) -> Project:
    """The road with two months of works and money, one confirmed and two suggested orders."""
    for month, done in ((1, "1000000"), (2, "2500000")):
        facts.report(road, date(2026, month, 28), invested_cumulative=Decimal(done), physical_pct=Decimal(20 * month))
        facts.payment(road, "400000.00", date(2026, month, 15))
    facts.plan(road, planned_amount=Decimal("6000000"))
    facts.order(road, datetime(2026, 3, 1))
    for day in (10, 11):
        order = facts.order(road, datetime(2026, 3, day), match="suggested")
        WorkOrder.objects.filter(pk=order.pk).update(area=road.management_unit, title=f"示例路噪音{day}")
    return road


def test_a_clerk_decides_two_suggestions_and_the_counts_move(
    open_page: Callable[..., Page], steward: User, dossier: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{dossier.serial_no}/")
    confirmed, suggested = page.locator("[data-confirmed]"), page.locator("[data-suggested]")
    expect(confirmed).to_have_text("1")
    expect(suggested).to_have_text("2")
    first = page.locator(".order", has_text="示例路噪音10")
    first.get_by_role("button", name="是本项目").click()
    expect(page.get_by_role("status").filter(has_text="已确认为本项目")).to_be_in_viewport()
    expect(confirmed).to_have_text("2")
    expect(suggested).to_have_text("1")
    second = page.locator(".order", has_text="示例路噪音11")
    second.get_by_text("不是本项目").click()
    second.get_by_label("理由").fill("同名的另一条路")
    second.get_by_role("button", name="否定").click()
    expect(page.get_by_role("status").filter(has_text="已否定")).to_be_in_viewport()
    expect(suggested).to_have_text("0")
    expect(page.locator(".order")).to_have_count(2)
    assert OrderMatch.objects.get(state="rejected").reason == "同名的另一条路"


def test_the_curve_is_drawn_under_the_policy_and_follows_the_theme(
    open_page: Callable[..., Page], steward: User, dossier: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{dossier.serial_no}/?as_of=2026-02-28")
    curve = page.locator("[data-curve][data-ready]")
    expect(curve.locator("svg path").first).to_be_attached()
    curve.hover()
    page.get_by_role("button", name="暗", exact=True).click()
    page.get_by_text("以表格查看同样的数字").click()
    expect(page.locator("#course table tbody tr").first).to_contain_text("250.00")
    expect(page.locator("#course table tbody tr").first).to_contain_text("80.00")


def test_the_page_fits_a_phone_and_its_anchors_work(
    open_page: Callable[..., Page], steward: User, dossier: Project
) -> None:
    page = open_page(PHONE)
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{dossier.serial_no}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="变更历史").click()
    expect(page.locator("#history")).to_be_in_viewport()
    expect(page.locator("[data-section-nav] a[aria-current]")).to_have_text("变更历史")
