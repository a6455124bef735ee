"""Every page before axe-core, on a desktop and a phone, light and dark: no serious or critical finding.

Besides: nothing scrolls sideways at 360 px, and the skip link is the first thing the keyboard reaches.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, TimeoutError

from geodata.stewards.models import User
from tests import pages
from tests.browser.conftest import DESKTOP, PHONE, sign_in
from tests.pages import Answer
from tests.seeded import seed_and_publish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
NARROW = 360
# the rules that a page in other colours can break
COLOURS = ("color-contrast", "link-in-text-block")
# the dark colours of a phone are those of the desktop: looked at once
VIEWS: list[tuple[str, Any, tuple[str, ...]]] = [("desktop", DESKTOP, ("light", "dark")), ("phone", PHONE, ("light",))]
# the map's picture is a canvas; what is said of it stands in the list beside it; no rule here asks for the sheets again
RUN = """rules => axe.run(document, {
    resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
}).then(found => found.violations)"""
# Named are boxes that make the page wide: not those that a closed or a scrolling box holds.
WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const boxes = e => e.parentElement === document.body ? [] : [e.parentElement, ...boxes(e.parentElement)];
    const kept = e => boxes(e).some(box => getComputedStyle(box).overflowX !== "visible");
    const outside = [...document.querySelectorAll("body *")].filter(e =>
        e.getBoundingClientRect().right > root.clientWidth + 1 && e.checkVisibility() && !kept(e));
    const named = e => e.tagName.toLowerCase() + [...e.classList].map(name => `.${name}`).join("");
    return ["the page", ...outside.slice(0, 3).map(e => [e, e.parentElement].map(named).join(" in "))];
}"""
FIRST_STOP = "() => document.querySelector('a[href], button, input, select, [tabindex]').getAttribute('href')"


def findings(page: Page, rules: Sequence[str] = ()) -> Iterator[str]:
    """What breaks these rules, or any."""
    for violation in page.evaluate(RUN, list(rules)):
        if violation["impact"] in GRAVE:
            places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            yield f"{violation['id']} ({violation['impact']}): {len(places)} × {'; '.join(places[:3])}"


def sticking_out(page: Page, settling: int = 5_000) -> list[str]:
    """What makes the page wide when all of it has been drawn for the new width: charts follow a little later."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({WIDE})().length === 0", timeout=settling)
    found: list[str] = page.evaluate(WIDE)
    return found


def looked_at(page: Page, place: str, view: str, schemes: tuple[str, ...] = ("light", "dark")) -> Iterator[str]:
    """What axe finds on one address in the first scheme, and of its colours in the second; on a phone also what sticks
    out when it is small.
    """
    page.goto(place)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme, rules in zip(schemes, ((), COLOURS), strict=False):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield from (f"{place} [{view}, {scheme}] {found}" for found in findings(page, rules))
    if page.evaluate(FIRST_STOP) != "#main":
        yield f"{place} the first stop of the keyboard is not the skip link"
    if view.startswith("phone"):
        page.set_viewport_size({"width": NARROW, "height": 740})
        yield from (f"{place} [{view}, {NARROW} px] scrolls sideways: {found}" for found in sticking_out(page))
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def faults(open_page: Callable[..., Page], places: list[str], person: User | None = None) -> list[str]:
    found: list[str] = []
    for view, viewport, schemes in VIEWS:
        page = open_page(viewport, bypass_csp=True)
        if person:
            sign_in(page, person.username)
        known = set[str]()
        for place in places:
            path, whole = place.partition("?")[0], len(known)
            known.add(path)
            if len(known) > whole:  # a page, by the first of its addresses
                found += looked_at(page, place, view, schemes)
            elif view == "phone":  # the same page with other rows
                found += looked_at(page, place, view, ("light",))
        page.close()
    return found


def in_english_and_large(open_page: Callable[..., Page], places: list[str]) -> list[str]:
    """The pages on a phone, in English and as elderly people set them: longer words, larger letters."""
    page = open_page(PHONE, bypass_csp=True)
    found = [fault for place in places for fault in looked_at(page, f"/en{place}", "phone", ("light",))]
    page.add_init_script("localStorage.setItem('onemap-type', 'large')")
    for place in places:
        found += looked_at(page, place, "phone, large type", ("dark",))
        assert page.locator("html[data-type=large]").count() == 1
    return found


def test_a_page_with_faults_is_found_out(open_page: Callable[..., Page], transactional_db: None) -> None:
    page = open_page(PHONE, bypass_csp=True)
    page.goto("/accounts/login/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/portal/img/mark.svg\">"
        '<p id="pale">pale</p><div id="wide">wide</div>\');'
        "pale.style.color = '#eee'; pale.style.background = '#fff'; wide.style.width = '900px'"
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = " ".join(findings(page))
    assert "image-alt (critical)" in found
    assert "color-contrast (serious): 1 × #pale" in found
    assert sticking_out(page, settling=100) != []
    page.evaluate("pale.style = ''")
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { #pale { background: #000; color: #111; } }")
    for scheme, said in (("light", []), ("dark", ["color-contrast (serious): 1 × #pale"])):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert list(findings(page, COLOURS)) == said


def test_axe_finds_nothing_grave_on_public_pages(open_page: Callable[..., Page], transactional_db: None) -> None:
    seed_and_publish(60)
    places = pages.addresses(pages.places(), [Answer.PAGE], open_to_all=True)
    found = faults(open_page, places)
    found += in_english_and_large(open_page, [place for place in places if "?" not in place])
    assert not found, "\n".join(found)


def test_axe_finds_nothing_grave_on_a_page_that_is_missing(
    open_page: Callable[..., Page], transactional_db: None
) -> None:
    seed_and_publish(10)
    page = open_page(PHONE, bypass_csp=True)
    found = [*looked_at(page, "/nothing/", "phone"), *looked_at(page, "/en/projects/NOPE/", "phone", ("light",))]
    page.troubles.clear()  # type: ignore[attr-defined]  # the 404s
    assert not found, "\n".join(found)


def test_axe_finds_nothing_grave_on_staff_pages(open_page: Callable[..., Page], transactional_db: None) -> None:
    seed_and_publish(60)
    places = pages.addresses(pages.places(), [Answer.PAGE], open_to_all=False)
    found = faults(open_page, places, pages.staff_member())
    assert not found, "\n".join(found)
