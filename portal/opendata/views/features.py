"""OGC API Features: /ogc/ and what lies below. Every answer is JSON for a program and a page for a person."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.opendata.ogc import documents, items, openapi, showing
from portal.opendata.ogc.asked import Asked
from portal.opendata.ogc.collections import COLLECTIONS, Collection, collection
from portal.opendata.ogc.documents import GEOJSON, HTML, JSON, link
from portal.opendata.ogc.items import Page
from portal.opendata.ogc.systems import AUTHORITY, CRS84, SYSTEMS, System, system
from portal.opendata.views.answers import SHOWN, address_of, as_page, of_a_snapshot, only, written
from portal.public.models import Snapshot
from portal.wording import label


@of_a_snapshot
def landing(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    document = documents.landing(address_of(request), snapshot, SHOWN[as_page(request)])
    return _ways_in(request, snapshot, document)


@of_a_snapshot
def collections(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    return _ways_in(request, snapshot, documents.collections(address_of(request), SHOWN[as_page(request)]))


def _ways_in(request: HttpRequest, snapshot: Snapshot, document: dict[str, Any]) -> HttpResponse:
    """People read the landing page and the collections as one page."""
    if not as_page(request):
        return written(document)
    found = [
        {"title": one["title"], "description": one["description"], "id": one["id"]}
        for one in (documents.described(each, address_of(request)) for each in COLLECTIONS.values())
    ]
    context = {"snapshot": snapshot, "collections": found, "address": address_of(request)("")}
    return render(request, "opendata/ogc.html", context)


@of_a_snapshot
def conformance(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    if not as_page(request):
        return written(documents.conformance())
    classes = [one.removeprefix(AUTHORITY) for one in documents.CONFORMS_TO]
    return render(request, "opendata/ogc_conformance.html", {"snapshot": snapshot, "classes": classes})


@of_a_snapshot
def api(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    only(request)
    document = openapi.document(address_of(request)("").rstrip("/"), snapshot)
    if not as_page(request):
        return written(document, documents.OPENAPI)
    return render(request, "opendata/ogc_api.html", {"snapshot": snapshot, "operations": openapi.operations(document)})


@of_a_snapshot
def one_collection(request: HttpRequest, snapshot: Snapshot, name: str) -> HttpResponse:
    only(request)
    found = collection(name)
    document = documents.described(found, address_of(request), SHOWN[as_page(request)])
    if not as_page(request):
        return written(document)
    context = {
        "snapshot": snapshot,
        "document": document,
        "columns": [(each, label(meaning)) for each, meaning in found.columns.items()],
        "limits": openapi.limits_of(found),
        "systems": [uri.removeprefix(AUTHORITY) for uri in SYSTEMS] if found.is_spatial else [],
    }
    return render(request, "opendata/ogc_collection.html", context)


@of_a_snapshot
def features(request: HttpRequest, snapshot: Snapshot, name: str) -> HttpResponse:
    found = collection(name)
    asked = Asked.of(found, request.GET)
    page = items.page(found, asked, snapshot)
    links = _links(request, found, asked, page)
    if as_page(request):
        return _shown(request, snapshot, found, asked, page, links)
    document = {
        "type": "FeatureCollection",
        "snapshot": snapshot.number,
        "as_of": snapshot.as_of,
        "timeStamp": timezone.now().isoformat(timespec="seconds"),
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": links,
        "features": page.features,
    }
    return _in(asked.crs, written(document, GEOJSON), found)


@of_a_snapshot
def feature(request: HttpRequest, snapshot: Snapshot, name: str, identifier: str) -> HttpResponse:
    found = collection(name)
    only(request, "crs")
    crs = system("crs", request.GET.get("crs") or CRS84)
    one = items.one(found, identifier, crs)
    place = f"collections/{found.id}"
    here = f"{place}/items/{quote(identifier, safe='')}"
    address = address_of(request)
    if as_page(request):
        context = {
            "snapshot": snapshot,
            "document": documents.described(found, address),
            "id": identifier,
            "values": showing.values(found, one),
        }
        return render(request, "opendata/ogc_item.html", context)
    links = [*documents.both(address, here, media=GEOJSON, shown=GEOJSON), link(address(place), "collection", JSON)]
    return _in(crs, written(one | {"snapshot": snapshot.number, "links": links}, GEOJSON), found)


def _in(crs: System, response: HttpResponse, found: Collection) -> HttpResponse:
    """OGC 18-058r1 §7.6: the system of the coordinates stands in a header."""
    if found.is_spatial:
        response.headers["Content-Crs"] = f"<{crs.uri}>"
    return response


def _links(request: HttpRequest, found: Collection, asked: Asked, page: Page) -> list[dict[str, str]]:
    address, place = address_of(request), f"collections/{found.id}"
    here = {name: str(value) for name, value in request.GET.items() if value}

    def at(offset: int, limit: int) -> str:
        return address(f"{place}/items", **_kept(here), limit=str(limit), offset=str(offset))

    found_links = [
        link(request.build_absolute_uri(), "self", SHOWN[as_page(request)].replace(JSON, GEOJSON)),
        link(
            address(f"{place}/items", **_kept(here, "f"), f="json" if as_page(request) else "html"),
            "alternate",
            GEOJSON if as_page(request) else HTML,
        ),
        link(address(place), "collection", JSON),
    ]
    reached = asked.offset + len(page.features)
    if page.features and reached < page.matched:
        found_links.append(link(at(reached, asked.next_limit), "next", GEOJSON))
    if asked.offset:
        found_links.append(link(at(max(0, asked.offset - asked.limit), asked.limit), "prev", GEOJSON))
    return found_links


def _kept(query: Mapping[str, str], *without: str) -> dict[str, str]:
    dropped = {"limit", "offset", *without}
    return {name: value for name, value in query.items() if name not in dropped}


def _shown(
    request: HttpRequest,
    snapshot: Snapshot,
    found: Collection,
    asked: Asked,
    page: Page,
    links: list[dict[str, str]],
) -> HttpResponse:
    context = {
        "snapshot": snapshot,
        "document": documents.described(found, address_of(request)),
        "headings": showing.headings(found),
        "lines": [showing.line(found, one) for one in page.features],
        "matched": page.matched,
        "first": asked.offset + 1,
        "last": asked.offset + len(page.features),
        "ways": {one["rel"]: one["href"] for one in links if one["rel"] in ("next", "prev", "alternate")},
    }
    return render(request, "opendata/ogc_items.html", context)
