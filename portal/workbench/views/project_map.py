"""The staff's map. All figures and shapes go through the person's scope; figures of the city by unit need leave to see
them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.projects.choices import Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal import maps, wording
from portal.workbench import selectors
from portal.workbench.city_map import addresses, choices, density, layers, marks, painting, search, texts
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.addresses import TILES_IGNORE
from portal.workbench.city_map.view import PROJECTS, Asked
from portal.workbench.days import require_past
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Full-screen map of one's projects, painted by a rate of every unit, with the list and the units beside it."""
    asked, day = Asked.from_query(request.GET), today()
    require_known(asked.filter)
    chosen = asked.filter
    as_of = chosen.as_of or day
    require_past(as_of, day)
    known = city.names(
        as_of,
        points=None if asked.view.symbols == PROJECTS else asked.view.painted,
        townships=asked.view.townships,
    )
    sums = city.sums(scope, chosen, known, today=day)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    mark_legend = marks.mark_legend(asked.view, categories)
    page = Paginator(range(sums.own.projects), chosen.limit).get_page(chosen.page)
    start = (page.number - 1) * chosen.limit
    rows = summary.listed(scope, chosen, today=day, start=start, stop=start + chosen.limit)
    unlocated_url, stale_url = asked.url(located="no"), asked.url(stale=True)
    scoped = summary.project_rows(scope, ProjectFilter(as_of=chosen.as_of), today=day)
    context: dict[str, Any] = {
        "as_of": as_of,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "filters": chosen.to_query(),
        "choices": choices.filter_choices(known, facet_counts(scoped, chosen), chosen),
        "totals": wording.totals_texts(sums.own),
        "strip": texts.strip(sums.own, as_of),
        "statuses": wording.status_legend(),
        "rows": [_row(row, units, categories) for row in rows],
        "page_obj": page,
        "querystring": chosen.querystring(without=("page",)),
        "unlocated_url": unlocated_url,
        "stale": {"count": sums.own.stale, "url": stale_url},
        "map": maps.map_context(
            tiles=f"/staff-tiles/{known.version}",
            querystring=chosen.querystring(without=TILES_IGNORE),
            labels=marks.labels(asked.view, mark_legend, units=units, categories=categories),
            unlocated=sums.own.unlocated,
            undrawn=sums.undrawn,
            more=asked.view.tiles,
        )
        | addresses.map_addresses(chosen)
        | {"unlocated_url": unlocated_url},
        "mark_legend": mark_legend,
        "offline_url": addresses.offline_url(asked),
        **layers.context(asked),
        **painting.context(scope, asked, sums, known, today=day),
    }
    return render(request, "workbench/map.html", context)


def _row(row: Any, units: dict[str, str], categories: dict[str, str]) -> dict[str, Any]:
    url = reverse("workbench:project", args=[row.code])
    return wording.row_texts(row, units=units, categories=categories, url=url, anchor=maps.lonlat(row.anchor_3857))


@require_safe
@staff(Action.VIEW_PROJECTS)
def signs(request: HttpRequest, scope: Scope) -> JsonResponse:
    """The signs of the layers that are on, and how many there are of each; the map asks for them once it is drawn."""
    asked, day = Asked.from_query(request.GET), today()
    require_known(asked.filter)
    require_past(asked.filter.as_of or day, day)
    response = JsonResponse(layers.signs(scope, asked, today=day), json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@staff(Action.VIEW_PROJECTS)
def found(request: HttpRequest, scope: Scope) -> JsonResponse:
    """Answers of the search box: up to eight of one's projects and five places; none for less than two characters."""
    q = parameters.read(request.GET, {"q": parameters.phrase}).get("q", "")
    long_enough = len("".join(q.split())) >= search.SHORTEST
    projects = search.projects(scope, q, today=today()) if long_enough else []
    places = search.places(q) if long_enough else []
    response = JsonResponse(
        {"projects": [_found_project(row) for row in projects], "places": [_found_place(place) for place in places]},
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found_project(row: Any) -> dict[str, Any]:
    lon, lat = maps.lonlat(row.anchor_3857) or (None, None)
    return {
        "code": row.code,
        "name": row.name,
        "place": " ".join(wording.label(name) for name in (row.unit_name, row.township_name) if name),
        "status_label": wording.label(Status(row.status).label),
        "shape": wording.SHAPE[row.status],
        "url": reverse("workbench:project", args=[row.code]),
        "lon": lon,
        "lat": lat,
    }


def _found_place(place: search.Place) -> dict[str, Any]:
    lon, lat = maps.lonlat(place.anchor) or (None, None)
    kind = wording.label(place.kind_label)
    return {"name": wording.label(place.name), "kind_label": kind, "lon": lon, "lat": lat, "zoom": place.zoom}


@require_safe
@staff(Action.VIEW_PROJECTS)
def tile(request: HttpRequest, scope: Scope, version: str, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of one's own rows; the version in the address only makes it new, the scope decides what is in it."""
    if layer == "complaint_density":
        return _private(density.tile(request, scope, z, x, y, today=today()))
    rows = {
        "projects": lambda: summary.project_rows(scope, ProjectFilter.from_query(request.GET), today=today(), few=True),
        "regions": selectors.areas,
        "townships": selectors.areas,
        "base": selectors.base_features,
    }
    return _private(maps.tile_response(request, layer, z, x, y, rows, site="staff"))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Vary"] = "Cookie"
    return response
