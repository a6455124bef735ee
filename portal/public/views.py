"""The citizens' read-only site: the public database only, no session, no cookie."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from geodata.projects.codes import BadCode, normalise
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import totals_of
from geodata.tiles.render import undrawn_by_zoom
from portal import maps, wording
from portal.public import pages, selectors
from portal.public.models import PublishedProject, Snapshot
from portal.public.payments_csv import payments_csv

PAGE_SIZE = 50
FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"


def _public(response: HttpResponse, cache: str = FRESH) -> HttpResponse:
    response.headers["Cache-Control"] = cache
    return response


def _list_context(request: HttpRequest, snapshot: Snapshot) -> dict[str, Any]:
    """Filter, rows, totals and names: the same for the map page and the list."""
    chosen = ProjectFilter.from_query(request.GET)
    rows = selectors.projects(snapshot.number, chosen)
    units = wording.labels(selectors.area_names(snapshot.number, ("county", "zone")))
    categories = wording.labels(selectors.category_names(snapshot.number))
    page = Paginator(rows, PAGE_SIZE).get_page(chosen.page)
    return {
        "snapshot": snapshot,
        "filters": chosen.to_query(),
        "choices": {
            "units": list(units.items()),
            "categories": list(categories.items()),
            "statuses": wording.status_choices(),
        },
        "totals": wording.totals_texts(totals_of(rows)),
        "statuses": wording.status_legend(),
        "rows": [_row(row, units, categories) for row in page],
        "page_obj": page,
        "count": page.paginator.count,
        "querystring": chosen.querystring(without=("page",)),
        "names": (units, categories),
        "found": rows,
    }


def _row(row: PublishedProject, units: dict[str, str], categories: dict[str, str]) -> dict[str, Any]:
    url = reverse("public:project", args=[row.code])
    return wording.row_texts(row, units=units, categories=categories, url=url, anchor=maps.lonlat(row.anchor_3857))


def _map(snapshot: Snapshot, context: dict[str, Any]) -> dict[str, Any]:
    units, categories = context["names"]
    return maps.map_context(
        tiles=f"/tiles/{snapshot.number}",
        querystring=context["querystring"],
        labels=wording.map_labels(units=units, categories=categories),
        project_url=reverse("public:project", args=["CODE"]).replace("CODE", "{code}"),
        unlocated=context["totals"]["unlocated"],
        undrawn=undrawn_by_zoom(context["found"]),
    )


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    snapshot = selectors.current_snapshot()
    context = _list_context(request, snapshot)
    return _public(render(request, "public/home.html", {**context, "map": _map(snapshot, context)}))


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    return _public(render(request, "public/projects.html", _list_context(request, selectors.current_snapshot())))


def _platform_code(snapshot: Snapshot, code: str) -> str | None:
    """The platform's number of a 统一项目代码; None when the address holds something else."""
    try:
        project_code = normalise(code)
    except BadCode:
        return None
    return selectors.code_of_project_code(snapshot.number, project_code) if project_code else None


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """The project page; a 统一项目代码 redirects to the platform's own permanent code."""
    snapshot = selectors.current_snapshot()
    known = _platform_code(snapshot, code)
    if known:
        return _public(HttpResponseRedirect(reverse("public:project", args=[known])))
    row = selectors.project(snapshot.number, code)
    names = wording.labels(selectors.area_names(snapshot.number, ("county", "zone", "township")))
    context = {
        "snapshot": snapshot,
        "project": pages.project_texts(row, unit=names.get(row.unit, ""), township=names.get(row.township or "", "")),
        "funding": [pages.funding_texts(line) for line in selectors.funding(snapshot.number, code)],
        "contracts": [pages.contract_texts(line) for line in selectors.contracts(snapshot.number, code)],
        **pages.payments_context(snapshot.number, code),
        "csv_url": reverse("public:payments_csv", args=[code]),
        "geojson": json.loads(row.geom.geojson) if row.geom else None,
        "map": maps.map_context(
            tiles=f"/tiles/{snapshot.number}", bounds=maps.bounds_of(row.geom), labels={}, projects=False
        ),
    }
    return _public(render(request, "public/project.html", context))


@require_safe
def payments_file(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = selectors.current_snapshot()
    row = selectors.project(snapshot.number, code)
    body = payments_csv(selectors.payments(snapshot.number, code), snapshot, name=row.name)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{code}-payments.csv") or "attachment"
    return _public(response)


@require_safe
def tilejson(request: HttpRequest, layer: str) -> HttpResponse:
    """TileJSON 3.0 of a layer; names the newest snapshot, whose tiles never change."""
    snapshot = selectors.current_snapshot()
    address = request.build_absolute_uri(f"/tiles/{snapshot.number}/{layer}/")
    return _public(JsonResponse(maps.tilejson(layer, address + "{z}/{x}/{y}.mvt", snapshot=snapshot.number)))


@require_safe
def tile(request: HttpRequest, number: int, layer: str, z: int, x: int, y: int) -> HttpResponse:
    selectors.snapshot(number)
    rows = {
        "projects": lambda: selectors.projects(number, ProjectFilter.from_query(request.GET)),
        "regions": lambda: selectors.areas(number),
        "base": lambda: selectors.base_features(number),
    }
    return _public(maps.tile_response(request, layer, z, x, y, rows, site="public"), FOR_EVER)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 with the newest snapshot's number while the public database answers; 503 otherwise."""
    snapshot = selectors.current_snapshot()
    return _public(
        JsonResponse({"status": "ok", "snapshot": snapshot.number, "as_of": snapshot.as_of.isoformat()}), "no-store"
    )


@require_safe
def mark(request: HttpRequest) -> HttpResponse:
    """/favicon.ico, which some browsers ask for whatever the page says."""
    return _public(HttpResponseRedirect(f"{settings.STATIC_URL}portal/img/mark.svg"))
