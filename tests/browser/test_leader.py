"""A city leader looks at the whole city, narrows it to one unit, and the address keeps what was chosen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.test_map import log_in, road, well

__all__ = ["road", "well"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def test_a_leader_sees_every_unit_and_narrows_to_one(
    open_page: Callable[..., Page], leader: User, road: Project, well: Project
) -> None:
    page = open_page()
    log_in(page, "leader")
    names = page.locator("[data-rows] .row-name")
    expect(names).to_have_count(2)
    expect(page.locator(".headline")).to_contain_text("2,000.00")
    page.locator("select[name=unit]").select_option(label="平江县")
    expect(names).to_have_text(["样例供水工程"])
    expect(page.locator(".headline")).to_contain_text("1,000.00")
    assert "unit=430626" in page.url
    page.go_back()
    expect(names).to_have_count(2)
