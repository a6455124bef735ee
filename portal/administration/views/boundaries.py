"""Boundaries of units and townships: a list, and a map on which one is drawn anew.

django-leaflet's widget is not used: saving a shape of several parts with it loses the holes of every part
(leaflet.forms.js takes the first ring of each), and its page needs inline script. leaflet-geoman does neither.
"""

import json

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from geodata.errors import Conflict, DomainError, Refused, TooLarge
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import maps
from portal.administration import selectors
from portal.administration.jobs import locate_after_boundary
from portal.administration.services import save_boundary, version_of
from portal.errors import status_of
from portal.workbench.people import staff

GROUND = "/staff-tiles/ground"
MOST_ROWS = 100
LONGEST = 4_000_000  # characters of GeoJSON


@require_safe
@staff(Action.MANAGE_CODES)
def boundaries(request: HttpRequest, scope: Scope) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:30]
    rows = list(selectors.units(scope, q=words)[: MOST_ROWS + 1])
    context = {"rows": rows[:MOST_ROWS], "more": len(rows) > MOST_ROWS, "words": words}
    return render(request, "administration/boundaries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def boundary(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    unit = selectors.unit(scope, code)
    if request.method != "POST":
        return _page(request, unit)
    try:
        save_boundary(
            scope,
            code=code,
            geometry=_geometry(request),
            source=request.POST.get("source", ""),
            expected=request.POST.get("expected", ""),
            now=timezone.now(),
            after=lambda: _locate(scope),
        )
    except (Refused, Conflict, TooLarge) as error:
        return _page(request, unit, error)
    messages.success(request, _("Boundary saved. Projects are being assigned to their areas anew; it takes a minute."))
    return HttpResponseRedirect(reverse("administration:boundary", args=[code]))


def _geometry(request: HttpRequest) -> object:
    text = request.POST.get("geometry", "")
    if len(text) > LONGEST:
        raise TooLarge("边界的顶点过多，请简化后再保存")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(
            "边界的内容读不懂，请在地图上重新绘制，或粘贴 GeoJSON 的 Polygon、MultiPolygon", code="bad-json"
        ) from error


def _locate(scope: Scope) -> None:
    """One such job at a time: a second edit is seen by the job that waits already."""
    try:
        locate_after_boundary.defer(user_id=scope.user_id)
    except AlreadyEnqueued:
        return


def _page(request: HttpRequest, unit: AreaUnit, error: DomainError | None = None) -> HttpResponse:
    stored = json.loads(unit.geom.json) if unit.geom is not None else {"type": "MultiPolygon", "coordinates": []}
    context = {
        "unit": unit,
        "shape": stored,
        "typed": request.POST if error else {},
        "version": version_of(unit),
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(unit.geom, margin=0.02), labels={}, projects=False),
        "error": error.message if error else "",
    }
    return render(request, "administration/boundary.html", context, status=status_of(error) if error else 200)
