"""Tiles and what a program asks for: TileJSON, health, the mark of the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_safe

from portal import maps
from portal.public import lists, selectors
from portal.public.views.answers import FOR_EVER, for_other_sites, open_to_scripts, public, without_parameters
from portal.validators import validated


@open_to_scripts
@require_safe
@without_parameters
def tilejson(request: HttpRequest, layer: str) -> HttpResponse:
    """TileJSON 3.0 of a layer, for this site and every other; names the newest snapshot, whose tiles never change."""
    snapshot = selectors.current_snapshot()
    address = request.build_absolute_uri(f"/tiles/{snapshot.number}/{layer}/")
    response = JsonResponse(maps.tilejson(layer, address + "{z}/{x}/{y}.mvt", snapshot=snapshot.number))
    # of its few bytes, for they name the host and the wording of the map as well as the snapshot
    return for_other_sites(public(validated(request, response)))


@open_to_scripts
@require_safe
def tile(request: HttpRequest, number: int, layer: str, z: int, x: int, y: int) -> HttpResponse:
    selectors.snapshot(number)
    rows = {
        "projects": lambda: selectors.projects(number, lists.asked(request.GET), few=True),
        "regions": lambda: selectors.areas(number),
        "base": lambda: selectors.base_features(number),
    }
    return for_other_sites(public(maps.tile_response(request, layer, z, x, y, rows, site="public"), FOR_EVER))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 with the newest snapshot's number while the public database answers; 503 otherwise."""
    snapshot = selectors.current_snapshot()
    return public(
        JsonResponse({"status": "ok", "snapshot": snapshot.number, "as_of": snapshot.as_of.isoformat()}), "no-store"
    )


@require_safe
def mark(request: HttpRequest) -> HttpResponse:
    """/favicon.ico, which some browsers ask for whatever the page says."""
    return public(HttpResponseRedirect(f"{settings.STATIC_URL}portal/img/mark.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt: every page may be found; the countless lists under filters need not be."""
    return public(HttpResponse("User-agent: *\nDisallow: /*?\n", content_type="text/plain; charset=utf-8"))
