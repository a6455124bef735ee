"""The staff's header stays low: one row where it holds everything, else two, in both languages and sizes of type."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geodata.stewards.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

# the middles of what stands in the header, a row each
ROWS = """() => new Set([...document.querySelectorAll('.brand, .nav > *, .prefs')]
  .filter((one) => one.getClientRects().length)
  .map((one) => one.getBoundingClientRect())
  .map((box) => Math.round((box.top + box.bottom) / 2 / 20))).size"""


def test_the_header_of_headquarters_takes_two_rows_at_most(open_page: Callable[..., Page], hq_admin: User) -> None:
    page = open_page()
    page.goto("/accounts/login/?next=/workbench/inbox/")
    page.get_by_label("用户名").fill("hq")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = {}
    for language in ("", "/en"):
        for size in ("normal", "large"):
            page.evaluate(f"localStorage.setItem('onemap-type', '{size}')")
            page.goto(f"{language}/workbench/inbox/")
            for width in (1920, 1440, 1024):
                page.set_viewport_size({"width": width, "height": 900})
                found[language, size, width] = (page.evaluate(ROWS), page.evaluate("document.body.scrollWidth") - width)
    assert {key: row for key, row in found.items() if row[0] > 2 or row[1] > 0} == {}
    assert found["", "normal", 1920][0] == 1
    assert found["/en", "large", 1440][0] == 2
    main = page.get_by_role("navigation", name="Main navigation")  # the landmark stays one without a box of its own
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(main.get_by_role("link", name="Projects")).to_be_visible()
