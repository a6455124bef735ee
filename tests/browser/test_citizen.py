"""A citizen on a phone: from the home page to one payment in three taps, no cookie, no name of a person."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.browser.conftest import DESKTOP, PHONE
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


def test_from_home_by_way_of_ones_district_to_a_payment_in_three_taps(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page(PHONE)
    page.goto("/")
    page.get_by_role("navigation", name="我的区县").get_by_role("link", name="岳阳楼区").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("岳阳楼区")
    page.get_by_role("link", name="示例路提质工程").click()
    page.get_by_role("navigation", name="本页内容").get_by_role("link", name="钱给了谁").click()
    first = page.locator(".table-payments tbody tr").first
    expect(first).to_be_in_viewport()
    expect(first).to_contain_text("3,265,920.00")
    expect(page.locator(".sum")).to_contain_text("与已拨付合计一致")


def test_a_search_while_typing_leads_to_the_project(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page(PHONE)
    page.goto("/projects/")
    page.get_by_role("combobox", name="项目、小区、道路或编号").press_sequentially("示例路")
    page.get_by_role("option", name=re.compile("示例路提质工程")).click()
    expect(page).to_have_url(re.compile(f"/projects/{published['road'].serial_no}/"))


def test_districts_and_lists_work_without_javascript(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/regions/")
    page.locator(".drawing a[href='/regions/430602/']").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("岳阳楼区")
    page.goto("/projects/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="项目、小区、道路或编号")).first.fill("水厂")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".table tbody tr")).to_have_count(1)
    page.goto("/")  # the place of the map that nothing draws is left to the list
    box = page.locator(".desk-map").bounding_box()
    assert box is not None
    assert box["height"] < 120
    page.goto(f"/projects/{published['road'].serial_no}/")
    expect(page.locator(".project-map")).to_be_hidden()
    expect(page.locator(".table-payments")).to_contain_text("3,266,736.48")


def test_no_public_page_is_wider_than_a_small_phone_in_large_type(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    page = open_page({"width": 360, "height": 740})
    page.goto("/glossary/")
    page.evaluate("localStorage.setItem('onemap-type', 'large')")
    road = f"/projects/{published['road'].serial_no}/"
    for address in ("/", "/projects/", "/regions/", "/regions/430602/", "/glossary/", road):
        for prefix in ("", "/en"):
            page.goto(prefix + address)
            assert page.evaluate("document.documentElement.dataset.type") == "large"
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, prefix + address


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


# when the largest thing on the page was painted, in milliseconds
_PAINTED = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""


def test_the_home_and_a_project_are_painted_in_a_second_and_a_half(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    for address in ("/", f"/projects/{published['road'].serial_no}/"):
        painted = []
        for _visit in range(5):  # a first visit each; the machine may be busy with other things in one of them
            page = open_page(PHONE)
            page.goto(address, wait_until="networkidle")
            painted.append(page.evaluate(_PAINTED))
            page.context.close()
        assert min(painted) < 1_500, (address, painted)


def test_the_code_of_a_site_board_is_read_by_a_scanner_and_leads_to_the_project(
    open_page: Callable[..., Page], published: dict[str, Project]
) -> None:
    """As a phone sees it: a picture of the page, read by a program that knows nothing of the one that drew it."""
    address = f"/projects/{published['road'].serial_no}/"
    for viewport in (DESKTOP, PHONE):
        for scheme in ("light", "dark"):
            page = open_page(viewport, color_scheme=scheme)
            page.goto(f"{address}board/")
            (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot(full_page=True))))
            assert (code.format, code.text) == (zxingcpp.BarcodeFormat.QRCode, page.site + address)  # type: ignore[attr-defined]
    page.goto(code.text)
    expect(page.get_by_role("heading", level=1)).to_have_text("示例路提质工程")


def test_a_site_board_is_one_sheet_of_a4(open_page: Callable[..., Page], published: dict[str, Project]) -> None:
    page = open_page()
    page.goto(f"/projects/{published['road'].serial_no}/board/")
    printed = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/MediaBox ?\[0 0 (\d+)[.\d]* (\d+)[.\d]*\]", printed) == [(b"594", b"841")]
