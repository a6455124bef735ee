"""The markup of every page in both languages: no parse error, no rule of ours broken, nothing from elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.test import Client

from tests import pages
from tests.pages import Answer
from tests.seeded import seed_and_publish

ROOT = Path(settings.BASE_DIR)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SVG = {
    "svg",
    "path",
    "circle",
    "rect",
    "line",
    "polyline",
    "polygon",
    "g",
    "use",
    "defs",
    "text",
    "tspan",
    "title",
    "ellipse",
}
# what may stand directly in these elements; the standard's parser forgives much of it
CHILDREN = {
    "table": "caption colgroup thead tbody tfoot",
    "thead": "tr",
    "tbody": "tr",
    "tfoot": "tr",
    "tr": "th td",
    "ul": "li",
    "ol": "li",
    "dl": "div dt dd",
    "select": "option optgroup",
    "datalist": "option",
}
PHRASES = ("p", "h1", "h2", "h3", "h4", "span", "button", "label", "dt", "summary")
BLOCKS = {
    "div",
    "p",
    "ul",
    "ol",
    "dl",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "main",
    "aside",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "fieldset",
}
TEMPLATE = re.compile(r"<template[^>]*>(.*?)</template>", re.DOTALL)
OUTSIDE = re.compile(r"""(?:https?:)?//(?!127\.0\.0\.1|localhost|testserver)[\w-]+(?:\.[\w-]+)+""")
# namespaces are names, not addresses that anybody fetches
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


class Markup(HTMLParser):
    """Notes what the specification or the house forbids in one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.wanted: list[tuple[str, str]] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._take(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._take(tag, attrs)
        if tag not in VOID | SVG:
            self.faults.append(f"<{tag}/> closes nothing")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another tag, line {self.getpos()[0]}")

    def _count(self, tag: str) -> None:
        if tag != "title" or "svg" not in self.open:  # a drawing's parts have titles of their own
            self.tags[tag] += 1

    def _take(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count(tag)
        parent = self.open[-1] if self.open else ""
        allowed = CHILDREN.get(parent, "").split()
        if (allowed and tag not in {*allowed, "template", "script"}) or (
            parent in PHRASES and tag in BLOCKS and (parent, tag[0]) != ("summary", "h")
        ):
            self.faults.append(f"<{tag}> in <{parent}>, line {self.getpos()[0]}")
        values = dict(attrs)
        twice = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        self.faults += [f"<{tag}> has {name} twice" for name in twice]
        self.faults += [f"<{tag} {name}> is a script in the page" for name in values if name.startswith("on")]
        if "style" in values or tag == "style":
            self.faults.append(f"<{tag}> brings a style of its own: {values.get('style')}")
        if tag == "script" and "src" not in values and values.get("type") not in {"application/json", "importmap"}:
            self.faults.append("a script stands in the page")
        if tag == "img" and "alt" not in values:
            self.faults.append(f"an image without words: {values.get('src')}")
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
            self.wanted += [(name, word) for word in (values.get(name) or "").split()]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def house_faults(text: str) -> list[str]:
    """Faults of a page's source that the house's rules name."""
    page = Markup()
    page.feed(text)
    page.close()
    found = page.faults + [f"<{tag}> is never closed" for tag in page.open]
    found += [f"id {name} stands {count} times" for name, count in page.ids.items() if count > 1]
    found += [f"{kind}={name} names nothing" for kind, name in page.wanted if name not in page.ids]
    found += [f"{page.tags[tag]} <{tag}>" for tag in ("h1", "title", "main") if page.tags[tag] != 1]
    found += [f"h{a} is followed by h{b}" for a, b in zip(page.headings, page.headings[1:], strict=False) if b > a + 1]
    if not re.search(r'<html[^>]* lang="(zh-CN|zh-Hans|zh-hans|en)"', text):
        found.append("no language")
    if not re.search(r'<a[^>]* href="#main"', text) or 'id="main"' not in text:
        found.append("no skip link")
    return found + [f"outside address {place}" for place in outside(text)]


def outside(text: str) -> Iterator[str]:
    for name in NAMESPACES:
        text = text.replace(name, "")
    for match in OUTSIDE.finditer(text):
        yield match[0]


def parse_errors(text: str) -> list[str]:
    """What a parser that follows the HTML standard to the letter has to repair."""
    pieces = TEMPLATE.findall(text)
    found = _repairs(TEMPLATE.sub("", text))
    for piece in pieces:  # the parser is older than the element
        found += _repairs(piece, container="tbody" if piece.lstrip().startswith("<tr") else "div")
    return found


def _repairs(text: str, container: str = "") -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parseFragment(text, container=container) if container else parser.parse(text)
    return [f"{code} {values or ''} at {place}" for place, code, values in parser.errors]


def faults(client: Client, addresses: list[str]) -> dict[str, list[str]]:
    found = {}
    for place in addresses:
        for prefix in ("", "/en"):
            response = client.get(prefix + place, headers=pages.HTML)
            text = response.content.decode()
            wrong = [] if response.status_code == 200 else [f"status {response.status_code}"]
            wrong += house_faults(text) + parse_errors(text)
            if wrong:
                found[prefix + place] = wrong
    return found


def test_every_route_has_a_row() -> None:
    missing = set(pages.routes()) - set(pages.TABLE)
    assert missing == set(), "say in tests/pages.py what these routes answer"


def test_a_page_with_faults_is_found_out() -> None:
    good = (
        '<!doctype html><html lang="en"><head><title>t</title></head><body><a href="#main">skip</a>'
        '<main id="main"><h1>h</h1>{}</main></body></html>'
    )
    assert house_faults(good.format("")) == parse_errors(good.format("")) == []
    for bad in (
        "<p>", "</b>", '<p style="x">y</p>', "<script>1</script>", '<a onclick="x">y</a>', "<img>", "<h1>twice</h1>",
        "<h3>low</h3>", '<i id="a"></i><i id="a"></i>', '<label for="none">x</label>', "<style>a{}</style>", "<div/>",
        '<a href="https://example.org/">x</a>', '<img alt="" src="//cdn.example.org/x.png">', "<b><i>x</b></i>",
        "<table><tr><td>x</td></tr></table>", "<ul><p>x</p></ul>", "<span><div>x</div></span>",
    ):  # fmt: skip
        assert house_faults(good.format(bad)), bad
    for bad in (
        "<p><div>x</div></p>",
        "<table><p>x</p></table>",
        "<a><a>x</a></a>",
        "</b>",
        "&nosuch;",
        "<i id=1 id=2></i>",
    ):
        assert parse_errors(good.format(bad)), bad


@pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
def test_every_page_is_valid_whole_and_from_here() -> None:
    seed_and_publish(60)
    known = pages.places()
    citizen, clerk = Client(), Client()
    found: dict[str, list[str]] = {}
    clerk.force_login(pages.staff_member())
    for client, open_to_all in ((citizen, True), (clerk, False)):
        found |= faults(client, pages.addresses(known, [Answer.PAGE], open_to_all=open_to_all))
    missing = citizen.get("/nothing/", headers=pages.HTML)
    assert missing.status_code == 404
    found["/nothing/"] = house_faults(missing.content.decode()) + parse_errors(missing.content.decode())
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_no_static_file_of_ours_names_another_host() -> None:
    found = {}
    for path in sorted((ROOT / "portal" / "static").rglob("*")):
        if path.suffix in {".css", ".js", ".svg", ".html", ".json"}:
            places = list(outside(re.sub(r"(?m)^\s*(//|\*|/\*).*$", "", path.read_text(encoding="utf-8"))))
            if places:
                found[path.name] = places
    assert found == {}


def test_no_template_names_another_host() -> None:
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        places = list(outside(path.read_text(encoding="utf-8")))
        if places:
            found[str(path)] = places
    assert found == {}
