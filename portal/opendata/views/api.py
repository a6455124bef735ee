"""/api/v1/: JSON for programs, its description, and the page of the description for people."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import TooFast
from geodata.parameters import LARGEST_PAGE
from portal.opendata import limits
from portal.opendata.api import aggregates, changes, lists, openapi
from portal.opendata.ogc.collections import PROJECTS
from portal.opendata.views.answers import P, of_a_snapshot, only, written
from portal.public import selectors
from portal.public.models import Snapshot


def rationed(view: Callable[Concatenate[HttpRequest, Snapshot, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Counts the answers of an address; a 304 costs nothing. Limits stand on refusals, too."""

    @of_a_snapshot
    def counted(request: HttpRequest, snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        told = limits.take(request.META["REMOTE_ADDR"], now=time.time())
        request.allowance = told  # type: ignore[attr-defined]
        if told.is_over:
            wait = _("Too many requests: try again a little later; for all of the data take the files of /opendata/")
            raise TooFast(wait, retry_after=told.seconds)
        return view(request, snapshot, *args, **kwargs)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = counted(request, *args, **kwargs)
        told = getattr(request, "allowance", None)
        for name, value in (told.headers if told else {}).items():
            response.headers[name] = value
        return response

    return answer


def _address(request: HttpRequest, name: str, *args: str, **query: Any) -> str:
    place = request.build_absolute_uri(reverse(f"opendata:{name}", args=args))
    return f"{place}?{urlencode(query)}" if query else place


def _stamped(snapshot: Snapshot, document: dict[str, Any]) -> HttpResponse:
    return written({"snapshot": snapshot.number, "as_of": snapshot.as_of, **document})


@rationed
def root(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    places = {name: _address(request, "api_list", name) for name in lists.LISTS}
    for name in ("aggregates", "changes", "withdrawals", "snapshots", "openapi", "docs"):
        places[name] = _address(request, f"api_{name}")
    return _stamped(snapshot, {"links": places})


@rationed
def some(request: HttpRequest, snapshot: Snapshot, name: str) -> HttpResponse:
    """A page of a list with the addresses of the next and the one before."""
    found = lists.page_of(lists.listed(name), request.GET, snapshot)
    kept = {each: value for each, value in request.GET.items() if value and each != "page"}

    def at(number: int) -> str:
        return _address(request, "api_list", name, **kept, page=number)

    has_next = found.has_next and found.page < LARGEST_PAGE
    document = {
        "count": found.count,
        "page": found.page,
        "limit": found.limit,
        "next": at(found.page + 1) if has_next else None,
        "previous": at(found.page - 1) if found.page > 1 else None,
        "items": found.items,
    }
    return _stamped(snapshot, document)


@rationed
def single(request: HttpRequest, snapshot: Snapshot, name: str, identifier: str) -> HttpResponse:
    only(request)
    collection = lists.listed(name)
    if collection is not PROJECTS:
        return _stamped(snapshot, {"item": lists.one(collection, identifier)})
    links = {
        "page": request.build_absolute_uri(reverse("public:project", args=[identifier])),
        "payments": _address(request, "api_list", "payments", project=identifier),
        "oc4ids": _address(request, "oc4ids", identifier),
    }
    return _stamped(snapshot, {"item": lists.one_project(identifier, snapshot), "links": links})


@rationed
def sums(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    by, year, chosen = aggregates.asked(request.GET)
    return _stamped(snapshot, {"by": by, "items": aggregates.sums(snapshot, by, year, chosen)})


@rationed
def change_feed(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    found = changes.stretch(request.GET, snapshot)
    limit = {"limit": request.GET["limit"]} if request.GET.get("limit") else {}
    following = _address(request, "api_changes", collection=found.collection, **limit, after=found.after)
    document = {
        "collection": found.collection,
        "next": following,
        "is_last": found.is_last,
        "withdrawals": _address(request, "api_withdrawals"),
        "items": found.changes,
    }
    return _stamped(snapshot, document)


@rationed
def withdrawals(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    return _stamped(snapshot, {"items": changes.withdrawals()})


@rationed
def snapshots(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    names = ("number", "as_of", "published_at", "projects", "payments", "disbursed", "chain_length", "chain_head")
    rows = selectors.snapshots().values_list(*names)
    return _stamped(snapshot, {"items": [dict(zip(names, row, strict=True)) for row in rows]})


@rationed
def description(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    return written(openapi.document(_address(request, "api_root").rstrip("/"), snapshot))


@of_a_snapshot
def docs(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    address = _address(request, "api_root").rstrip("/")
    document = openapi.document(address, snapshot)
    context = {"snapshot": snapshot, "address": address, "operations": openapi.operations(document)}
    return render(request, "opendata/api.html", context)
