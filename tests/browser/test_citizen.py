"""A citizen on a phone: from the home page to one payment in three taps, no cookie, no name of a person."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.browser.conftest import PHONE
from tests.portal.publication.conftest import NOW, TODAY, public_city  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def published(public_city: dict[str, Project]) -> dict[str, Project]:  # noqa: F811
    publish(as_of=TODAY, now=NOW)
    return public_city


def test_a_citizen_follows_one_payment_in_three_taps(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page(PHONE)
    page.goto("/")
    page.get_by_role("link", name="示例路提质工程").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示例路提质工程")
    payments = page.locator(".table-payments")
    expect(payments.locator("tbody tr")).to_have_count(4)
    expect(payments.locator("tbody tr").first).to_contain_text("湖南示例建设集团有限公司")
    expect(payments.locator("tfoot")).to_contain_text("3,266,736.48")
    expect(payments).not_to_contain_text("示某某")
    assert page.context.cookies() == []


def test_the_project_page_draws_the_published_geometry(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page()
    page.goto(f"/projects/{published['road'].serial_no}/")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    expect(page.locator(".project-map path.leaflet-interactive, .project-map svg path").first).to_be_attached()
    page.goto(f"/projects/{published['works'].serial_no}/")
    expect(page.locator(".empty-map")).to_contain_text("未公开位置")


def test_the_home_page_fits_a_small_phone_and_reads_in_english(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page({"width": 360, "height": 740})
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Every project, every payment")
