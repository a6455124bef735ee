"""The staff's map. All figures and shapes go through the person's scope."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.tiles.render import undrawn_by_zoom
from portal import maps, wording
from portal.workbench import selectors
from portal.workbench.people import staff, today

PAGE_SIZE = 50


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Full-screen map of one's projects with the same list beside it."""
    chosen, day = ProjectFilter.from_query(request.GET), today()
    rows = chosen.ordered(summary.project_rows(scope, chosen, today=day))
    units, categories = wording.labels(selectors.unit_names()), wording.labels(selectors.category_names())
    page = Paginator(rows, PAGE_SIZE).get_page(chosen.page)
    totals = summary.totals(scope, chosen, today=day)
    context: dict[str, Any] = {
        "as_of": chosen.as_of or day,
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "filters": chosen.to_query(),
        "choices": {
            "units": list(units.items()),
            "categories": list(categories.items()),
            "statuses": wording.status_choices(),
        },
        "totals": wording.totals_texts(totals),
        "statuses": wording.status_legend(),
        "rows": [_row(row, units, categories) for row in page],
        "page_obj": page,
        "querystring": chosen.querystring(without=("page",)),
        "map": maps.map_context(
            tiles=f"/staff-tiles/{selectors.record_version()}",
            querystring=chosen.querystring(without=("page",)),
            labels=wording.map_labels(units=units, categories=categories),
            project_url=reverse("workbench:project", args=["CODE"]).replace("CODE", "{code}"),
            unlocated=totals.unlocated,
            undrawn=undrawn_by_zoom(rows),
        ),
    }
    return render(request, "workbench/map.html", context)


def _row(row: Any, units: dict[str, str], categories: dict[str, str]) -> dict[str, Any]:
    url = reverse("workbench:project", args=[row.code])
    return wording.row_texts(row, units=units, categories=categories, url=url, anchor=maps.lonlat(row.anchor_3857))


@require_safe
@staff(Action.VIEW_PROJECTS)
def tile(request: HttpRequest, scope: Scope, version: str, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of one's own rows; the version in the address only makes it new, the scope decides what is in it."""
    rows = {
        "projects": lambda: summary.project_rows(scope, ProjectFilter.from_query(request.GET), today=today()),
        "regions": selectors.areas,
        "base": selectors.base_features,
    }
    response = maps.tile_response(request, layer, z, x, y, rows, site="staff")
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Vary"] = "Cookie"
    return response
