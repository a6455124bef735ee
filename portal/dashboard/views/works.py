"""Bottlenecks, and works that could share a dig: a list with its reasons, and a map of the same."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.bottlenecks.selectors import Bottleneck, bottlenecks
from dashboards.conflicts.selectors import Pair, PairsFilter, Side, last_run, pair_page, pairs
from geodata.exchange.writers import Sheet
from geodata.projects.choices import Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from geodata.thresholds.selectors import threshold
from portal import maps, wording
from portal.dashboard.works import files
from portal.workbench.city_map import choices, layers
from portal.workbench.city_map import selectors as city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def held_up(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The bottlenecks of one's projects under the filter of the lists, the gravest first; ?format=csv or xlsx."""
    file_format = frame.asked_format(request)
    chosen, day = ProjectFilter.from_query(request.GET, allow=(frame.FORMAT,)), today()
    require_past(chosen.as_of or day, day)
    require_known(chosen)
    known = city.names(chosen.as_of or day)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    found = bottlenecks(scope, chosen, today=day)
    if file_format:
        return frame.file_answer(
            scope,
            key="bottlenecks",
            sheet=Sheet("堵点", files.HELD_UP, (f"数据截至 {chosen.as_of or day}",)),
            file_format=file_format,
            chosen=chosen,
            count=len(found),
            rows=files.held_up_cells(found, known.units),
            now=timezone.now(),
        )
    page = frame.page_of(chosen, len(found))
    signs = layers.signs_of_bottlenecks(found)
    context = _page(scope, known, chosen.querystring(without=("page", "limit")), signs) | {
        "as_of": chosen.as_of or day,
        "filters": chosen.to_query(),
        "units": list(units.items()),
        "categories": _branches(categories),
        "page_obj": page,
        "count": len(found),
        "rows": [_bottleneck(each, units) for each in found[frame.span(page)]],
        "layer_signs": signs,
        "map_link": f"{reverse('workbench:map')}?layers=bottlenecks",
    }
    return render(request, "dashboard/bottlenecks.html", context)


def _bottleneck(found: Bottleneck, units: dict[str, str]) -> dict[str, Any]:
    row = found.row
    return {
        "code": row.code,
        "name": row.name,
        "url": reverse("workbench:project", args=[row.code]),
        "status_label": wording.label(Status(row.status).label),
        "shape": wording.SHAPE[row.status],
        "unit_name": units.get(row.unit or "", row.unit),
        "budget_text": wording.money(row.budget),
        "reasons": [layers.reason_label(reason) for reason in found.reasons],
        "evidence": layers.evidence(found),
    }


@require_safe
@staff(Action.VIEW_PROJECTS)
def shared_digs(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Pairs of works near each other at the same time, the first to begin before the others; ?format=csv or xlsx."""
    file_format = frame.asked_format(request)
    chosen, day = PairsFilter.from_query(request.GET, allow=(frame.FORMAT,)), today()
    require_known(chosen)
    known = city.names(day)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    count = pairs(scope, chosen).count()
    if file_format:
        return frame.file_answer(
            scope,
            key="conflicts",
            sheet=Sheet("可同步开挖", files.PAIRS, (f"比对日期 {day}",)),
            file_format=file_format,
            chosen=chosen,
            count=count,
            rows=files.pair_cells(pair_page(scope, chosen, start=0, stop=count)),
            now=timezone.now(),
        )
    page = frame.page_of(chosen, count)
    part = frame.span(page)
    found = pair_page(scope, chosen, start=part.start, stop=part.stop)
    run = last_run()
    signs = layers.signs_of_pairs(found)
    context = _page(scope, known, "", signs) | {
        "filters": chosen.to_query(),
        "units": list(units.items()),
        "categories": _branches(categories),
        "page_obj": page,
        "count": count,
        "rows": [_pair(pair) for pair in found],
        "run_text": wording.day(run.day) if run else "",
        "limited": {"near": run.near, "nearest": run.nearest} if run and run.is_limited else None,
        "distance": run.distance_m if run else threshold("dig_once_m"),
        "layer_signs": signs,
        "map_link": f"{reverse('workbench:map')}?layers=conflicts",
    }
    return render(request, "dashboard/conflicts.html", context)


def _pair(pair: Pair) -> dict[str, Any]:
    lon, lat = pair.row.place.coords
    return {
        "first": _side(pair.first),
        "second": _side(pair.second),
        "metres": pair.row.distance_m,
        "from_text": wording.day(pair.row.overlap_from),
        "to_text": wording.day(pair.row.overlap_to),
        "days": (pair.row.overlap_to - pair.row.overlap_from).days + 1,
        "map_url": f"{reverse('workbench:map')}?layers=conflicts#16/{lat:.5f}/{lon:.5f}",
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "unit": wording.label(side.unit),
        "category": wording.label(side.category) if side.category else "",
        "status_label": wording.label(Status(side.status).label) if side.status else "",
        "shape": wording.SHAPE[side.status] if side.status else "",
        "url": reverse("workbench:project", args=[side.code]) if side.own else "",
    }


def _branches(categories: dict[str, str]) -> list[tuple[str, str]]:
    """Categories of the first level."""
    return [(code, name) for code, name in sorted(categories.items()) if len(code) == 2]


def _page(scope: Scope, known: city.Names, querystring: str, signs: list[dict[str, Any]]) -> dict[str, Any]:
    """What both pages have: whose projects, and a map of the signs without the marks of all projects."""
    tiles = f"/staff-tiles/{known.version}"
    return {
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "querystring": querystring,
        "map": maps.map_context(tiles=tiles, labels={}, projects=False, bounds=maps.bounds_around(signs, margin=0.02)),
    }
