"""The leaders' screen: every figure with its denominator, its day and the way to its rows; the address is its state."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboards.cockpit import selectors as cockpit
from dashboards.cockpit import tasks
from dashboards.cockpit.groups import Sum
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.tiles.render import left_out
from portal import maps, wording
from portal.dashboard import painting, panels, timeline
from portal.dashboard.people import require_city
from portal.dashboard.strip import strip
from portal.dashboard.view import Depth, ScreenAsked
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.view import PROJECTS
from portal.workbench.people import staff, today

# what the page fetches once it is drawn (views/parts.py)
PARTS = {"dashboard:works": "curve tasks", "dashboard:month": "month"}
TILES_IGNORE = ("sort", "page", "limit")


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The screen as of a day; in leader's mode three figures and the red list."""
    require_city(scope)
    asked, day = ScreenAsked.from_query(request.GET), today()
    as_of = asked.filter.as_of or day
    asked.require_earlier(as_of)
    view = asked.view
    known = city.names(as_of, points=None if view.symbols == PROJECTS else view.dimension)
    found = cockpit.screen(
        scope,
        chosen=asked.plain,
        dimension=view.dimension,
        areas=known.areas,
        against=view.against,
        today=day,
    )
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    painted, map_texts = painting.painted(asked, found.by_unit, known)
    context: dict[str, Any] = {
        "as_of": as_of,
        "is_today": as_of == day,
        "filters": asked.filter.to_query(),
        "view": view.to_query(),
        "depth": asked.depth.value,
        "crumbs": panels.crumbs(asked, units, found.towns),
        "strip": strip(found),
        "against": wording.day(view.against) if view.against else "",
        "comparisons": timeline.comparisons(asked, as_of=as_of),
        "clear_against": asked.url_of(against=None),
        "branches": panels.branches(found, asked, categories),
        "parts": [{"url": f"{reverse(name)}?{asked.querystring}", "slots": slots} for name, slots in PARTS.items()],
        "units": panels.units(found, asked, painted, {area.code: area.kind for area in known.areas}),
        "rest": panels.rest(found),
        "towns": panels.towns(found, asked) if asked.depth == Depth.UNIT else [],
        "reconciliation": panels.reconciliation(found.reconciliation),
        "timeline": timeline.timeline(asked, as_of=as_of, today=day),
        "statuses": wording.status_legend(),
        "map": _map(asked, known, units, categories, whole=found.whole),
        **map_texts,
    }
    return render(request, "dashboard/cockpit.html", context)


def _map(
    asked: ScreenAsked,
    known: city.Names,
    units: dict[str, str],
    categories: dict[str, str],
    *,
    whole: Sum,
) -> dict[str, Any]:
    chosen: ProjectFilter = asked.filter
    return maps.map_context(
        tiles=f"/staff-tiles/{known.version}",
        querystring=chosen.querystring(without=TILES_IGNORE),
        labels=wording.map_labels(units=units, categories=categories),
        project_url=reverse("workbench:project", args=["CODE"]).replace("CODE", "{code}"),
        unlocated=whole.totals.unlocated,
        undrawn=left_out(whole.by_zoom),
    )


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def task(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One 民生实事: target, done, and the projects that serve it."""
    require_city(scope)
    day = today()
    one = tasks.task(scope, number)
    rows = [panels.serving(*pair, one) for pair in tasks.serving(scope, number, today=day)]
    return render(request, "dashboard/task.html", {"as_of": day, "task": panels.task(one), "rows": rows})
