"""Answers while somebody types in the search field."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from geodata.parameters import unknown
from geodata.projects.choices import Status
from geodata.summary.filters import ProjectFilter
from portal import maps, wording
from portal.public import selectors, whole_city
from portal.public.lists import UNSEEN
from portal.public.views.answers import page, snapshot_of

FEWEST_CHARACTERS = 2
MOST_PROJECTS, MOST_PLACES = 8, 5
# the zoom at which a place fills a good part of the map
ZOOM = {"county": 10, "zone": 12, "township": 12, "lake": 11, "mountain": 12}
PLACE_ZOOM = 14


@page
def search(request: HttpRequest) -> HttpResponse:
    """{"projects": […], "places": […]}: empty lists for less than two characters."""
    for name in set(request.GET) - {"q"}:
        raise unknown(name, ("q",))
    chosen = ProjectFilter.from_query(request.GET)
    snapshot = snapshot_of(request)
    edition = snapshot.edition
    if len(chosen.q.strip()) < FEWEST_CHARACTERS:
        return JsonResponse({"projects": [], "places": []})
    keys = whole_city.largest(chosen, snapshot, MOST_PROJECTS)
    found = selectors.all_projects(edition).defer(*UNSEEN).in_bulk(keys)
    rows = [found[key] for key in keys]
    names = selectors.names_of_areas(edition, {code for row in rows for code in (row.unit, row.township)})
    places = selectors.found_places(edition, chosen.q.strip(), MOST_PLACES)
    return JsonResponse(
        {"projects": [_project(row, wording.labels(names)) for row in rows], "places": [_place(p) for p in places]}
    )


def _project(row: Any, names: dict[str, str]) -> dict[str, Any]:
    spot = maps.lonlat(row.anchor_3857)
    return {
        "code": row.code,
        "name": row.name,
        "place": " · ".join(names[code] for code in (row.unit, row.township) if code in names),
        "status_label": wording.label(Status(row.status).label),
        "shape": wording.SHAPE[row.status],
        "url": reverse("public:project", args=[row.code]),
        "lon": spot[0] if spot else None,
        "lat": spot[1] if spot else None,
    }


def _place(place: Any) -> dict[str, Any]:
    return {
        "name": wording.label(place.name),
        "kind_label": wording.area_kind(place.kind),
        "lon": round(place.spot.x, 6),
        "lat": round(place.spot.y, 6),
        "zoom": ZOOM.get(place.kind, PLACE_ZOOM),
    }
