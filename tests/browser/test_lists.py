"""District staff find which of their projects owe a report, and take the list home; another district's stay unseen."""

import csv
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.test_map import log_in, road, well
from tests.geodata.summary import facts

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def test_district_staff_find_their_stale_projects_and_cannot_see_anothers(
    open_page: Callable[..., Page], steward: User, road: Project, well: Project, make_project: Callable[..., Project]
) -> None:
    for project in (road, well, fresh := make_project(name="示例学校项目")):
        facts.status(project, date(2026, 1, 5), "under_construction")
    facts.report(fresh, timezone.localdate())
    page = open_page()
    log_in(page, "steward")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="项目", exact=True).click()
    names = page.locator("tbody th a")
    expect(names).to_have_count(2)
    page.get_by_role("link", name="应报未报 1").click()
    expect(names).to_have_text(["示例路提质工程"])
    expect(page.locator("tbody .stale")).to_contain_text("应报未报")
    expect(page).to_have_url(re.compile("stale=1"))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[2] for row in rows[1:-1]] == ["示例路提质工程"]
    assert "样例供水工程" not in page.content()
    page.get_by_role("link", name="最近报告").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("最近报告")
    expect(names).to_have_text(["示例路提质工程"])
