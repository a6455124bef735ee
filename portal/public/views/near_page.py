"""What is built near a place. The place stands in the address alone: it is not kept, not cached, not written down."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from geodata import distances
from geodata.errors import BadParameter
from geodata.summary.filters import ProjectFilter
from portal import maps, wording
from portal.errors import wants_page
from portal.public import near as nearby
from portal.public import selectors, whole_city
from portal.public.lists import Names, row_texts
from portal.public.models import Snapshot
from portal.public.selectors import Edition
from portal.public.views.answers import page, snapshot_of

SHOWN = 100
MOST_PLACES = 8


@page
def near(request: HttpRequest) -> HttpResponse:
    """The projects within 0.5 to 5 km of coordinates, or of the place that a name means, nearest first."""
    snapshot = snapshot_of(request)
    status, error = 200, ""
    asked, spot = nearby.Asked(), None
    try:
        asked = nearby.Asked.from_query(request.GET)
        spot = asked.spot
    except BadParameter as refused:
        if not wants_page(request):
            raise
        status, error = 400, refused.message
    context = _context(snapshot, asked, spot, error)
    response = render(request, "public/near.html", context, status=status)
    if request.GET:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _context(snapshot: Snapshot, asked: nearby.Asked, spot: tuple[float, float] | None, error: str) -> dict[str, Any]:
    found: list[Any] = []
    if not (spot or error) and asked.q:
        named = whole_city.largest(ProjectFilter(q=asked.q, located="yes"), snapshot, MOST_PLACES)
        found = selectors.places_called(snapshot.edition, asked.q, named, MOST_PLACES)
        spot = (found[0].spot.x, found[0].spot.y) if found else None
    names = Names.read(snapshot.edition)
    return {
        "snapshot": snapshot,
        "error": error,
        "q": asked.q or (f"{spot[0]:.4f},{spot[1]:.4f}" if spot else ""),
        "radius": nearby.radius_text(asked.radius),
        "radii": nearby.radius_choices(asked.radius),
        "place": wording.label(found[0].name) if found else "",
        "others": nearby.candidates(found[1:], asked.radius),
        "asked": bool(asked.q or spot) and not error,
        "statuses": wording.status_legend(),
        **_around(spot, asked.radius, names, snapshot.edition),
        "map": maps.map_context(
            tiles=f"/tiles/{snapshot.number}",
            bounds=nearby.bounds(*spot, asked.radius) if spot else "",
            labels=wording.map_labels(units=names.units, categories=names.categories),
            project_url=reverse("public:project", args=["CODE"]).replace("CODE", "{code}"),
        )
        | {"near_url": f"{reverse('public:near')}?radius={asked.radius / 1000:g}"},
    }


def _around(spot: tuple[float, float] | None, radius: int, names: Names, edition: Edition) -> dict[str, Any]:
    if spot is None:
        return {"spot": None, "rows": [], "count": 0}
    found = list(selectors.near(edition, distances.point(*spot), radius)[: SHOWN + 1])
    rows = sorted(found[:SHOWN], key=lambda row: (row.away_m, row.code))
    west, south, east, north = settings.CITY_EXTENT
    return {
        "spot": spot,
        "circle": nearby.drawn(*spot, radius),
        "rows": [{**row_texts(row, names), "away_text": nearby.away_text(row.away_m)} for row in rows],
        "count": len(rows),
        "more": len(found) > SHOWN,
        "outside": not (west <= spot[0] <= east and south <= spot[1] <= north),
        "wider": f"?{nearby.spot_query(*spot, nearby.RADII[-1])}" if radius < nearby.RADII[-1] else "",
    }
