"""Feeds to follow a project, a unit, a category or the city: where they stand, and how a fact reads in one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from geodata.funding.choices import Purpose
from geodata.projects.choices import Status
from portal import wording
from portal.public import selectors
from portal.public.selectors import NEWEST
from portal.public.selectors.news import MILESTONE, PAYMENT, News

FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "atom": ("Atom", "application/atom+xml"),
    "rss": ("RSS", "application/rss+xml"),
}
CITY, UNIT, CATEGORY, PROJECT = "city", "unit", "category", "project"
# what XML cannot hold: a name out of a careless file may carry it
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Followed:
    """What a feed is about: `limits` are columns of the published project, `page` is where people read of it."""

    kind: str
    code: str
    title: str
    page: str
    limits: dict[str, Any]


def plain(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def followed(kind: str, code: str) -> Followed:
    """Raises NotFound for what has no feed, Withdrawn for a project that was taken back."""
    if kind == CITY and not code:
        return Followed(CITY, "", wording.label(settings.SITE_TITLE), reverse("public:home"), {})
    if kind == PROJECT:
        name = selectors.project(NEWEST, code).name
        return Followed(PROJECT, code, name, reverse("public:project", args=[code]), {"code": code})
    if kind == UNIT and code in (names := selectors.area_names(NEWEST, ("county", "zone"))):
        title = wording.label(names[code])
        return Followed(UNIT, code, title, reverse("public:region", args=[code]), {"unit": code})
    if kind == CATEGORY and code in (names := selectors.label_names(NEWEST)[0]):
        page = f"{reverse('public:projects')}?category={code}"
        return Followed(CATEGORY, code, wording.label(names[code]), page, {"category__startswith": code})
    raise NotFound(_("There is no such feed; all feeds stand at /feeds/"))


def address(kind: str, code: str, form: str) -> str:
    if kind == CITY:
        return reverse("public:city_feed", args=[form])
    return reverse("public:feed", args=[kind, code, form])


def links(*about: tuple[str, str, str]) -> list[dict[str, str]]:
    """(kind, code, title) → the feeds that a page names to programs and people."""
    return [
        {"title": f"{title} · {name}", "form": name, "type": media, "href": address(kind, code, form)}
        for kind, code, title in about
        for form, (name, media) in FORMS.items()
    ]


def of_city() -> tuple[str, str, str]:
    return CITY, "", _("The whole city")


def of_list(chosen: Mapping[str, str], names: Any) -> list[dict[str, str]]:
    """The feeds of a filtered list: of the city, and of the unit and the category that it is limited to."""
    about = [of_city()]
    for kind, known in ((UNIT, names.units), (CATEGORY, names.categories)):
        code = chosen.get(kind, "")
        if code in known:
            about.append((kind, code, known[code]))
    return links(*about)


def lines(kind: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A line of the page of feeds: name, and the address of each form."""
    return [{"name": wording.label(name), "feeds": links((kind, code, ""))} for code, name in names.items()]


def headline(news: News, name: str, *, alone: bool) -> str:
    """One fact in one sentence; the project's name stands before it where the feed is of several."""
    if news.kind == PAYMENT:
        said = _("%(amount)s paid to %(payee)s") if news.amount >= 0 else _("%(amount)s taken back from %(payee)s")
        text = said % {"amount": wording.exact_money(abs(news.amount)), "payee": wording.label(news.payee)}
    elif news.kind == MILESTONE:
        text = _("Reached: %(milestone)s") % {"milestone": wording.label(news.what)}
    else:
        text = _("Status: %(status)s") % {"status": wording.label(Status(news.what).label)}
    return plain(text if alone else _("%(project)s: %(news)s") % {"project": name, "news": text})


def described(news: News, name: str) -> str:
    """The day, and for a payment what it was for."""
    parts = [name, wording.day(news.day)]
    if news.kind == PAYMENT:
        parts.append(wording.label(Purpose(news.what).label))
    return plain(" · ".join(parts))
