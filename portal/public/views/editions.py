"""The site as it was published: /snapshots/ lists the editions, /snapshots/<number>/… is the whole site in one of them.

A past edition is the same site standing below a folder of its own, as a site may stand below a folder of its server:
the middleware takes the folder off the address, all addresses made while it answers begin with it, and the views read
the rows of that snapshot. What has no past (open data, feeds, tiles, boards) leads back to where it stands.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geodata import parameters
from geodata.errors import BadParameter
from portal.public import selectors
from portal.public.views.answers import page
from portal.wording import exact_money

_BELOW: Final = re.compile(r"(/snapshots/([1-9][0-9]{0,8}))(/.*)?")
# the pages and files that are shown of a past snapshot
KEPT: Final = frozenset(
    f"public:{name}"
    for name in (
        "home",
        "projects",
        "projects_csv",
        "project",
        "payments_csv",
        "company",
        "company_csv",
        "near",
        "regions",
        "region",
        "disclosure",
        "unit_disclosure",
        "search",
    )
)
PER_PAGE: Final = 100
MONTHS: Final = 36
_LONGEST: Final = 300


class EditionMiddleware:
    """Gives `request.edition`, the number of the snapshot that an address names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        below = _BELOW.fullmatch(request.path_info)
        if below is None:
            return self.get_response(request)
        folder, number, inner = below.groups()
        if inner is None:
            return HttpResponseRedirect(f"{folder}/")
        request.edition, request.edition_folder = int(number), folder  # type: ignore[attr-defined]
        request.path_info = inner
        root = get_script_prefix()
        set_script_prefix(root.rstrip("/") + folder + "/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(root)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """What has no past leads to the present; to what has one, `request.in_past` is its address in every edition."""
        query = request.META.get("QUERY_STRING", "")
        asked = request.path_info + (f"?{query}" if query else "")
        if request.resolver_match is not None and request.resolver_match.view_name in KEPT:
            request.in_past = asked.removeprefix(_language())  # type: ignore[attr-defined]
            return None
        return HttpResponseRedirect(asked) if hasattr(request, "edition") else None


def _language() -> str:
    """What addresses of the language of this answer begin with: nothing, or /en."""
    return "" if get_language() == settings.LANGUAGE_CODE else f"/{get_language()}"


def _page_asked(name: str, texts: list[str]) -> str:
    """The address of a page that has a past, as the links of the list go on to it."""
    text = parameters.one(name, texts)
    try:
        known = (
            len(text) <= _LONGEST
            and text.startswith("/")
            and resolve(_language() + text.partition("?")[0]).view_name in KEPT
        )
    except Resolver404:
        known = False
    if not known:
        raise BadParameter(_("The parameter “of” is the address of a page of this site, such as /projects/"))
    return text


@page
def snapshots(request: HttpRequest) -> HttpResponse:
    """Every edition of the last MONTHS months, the newest first; `of` names the page that the links lead to."""
    readers = {"page": parameters.page, "of": _page_asked}
    asked = parameters.read(request.GET, readers)
    newest = selectors.current_snapshot()
    shown = Paginator(selectors.snapshots_since(newest, MONTHS), PER_PAGE).get_page(asked.get("page", 1))
    inner = asked.get("of", "/")
    context = {
        "snapshot": newest,
        "months": MONTHS,
        "of": asked.get("of", ""),
        "page_obj": shown,
        "editions": [
            {
                "number": one.number,
                "as_of": one.as_of,
                "published_at": one.published_at,
                "projects": one.projects,
                "payments": one.payments,
                "disbursed": exact_money(one.disbursed),
                "url": f"/snapshots/{one.number}{_language()}{inner}",
            }
            for one in shown
        ],
    }
    return render(request, "public/snapshots.html", context)
