"""待定位: one's projects without a place. A click on the map or coordinates give one; it waits for another person."""

from __future__ import annotations

import math
from typing import Any

import shapely
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import DomainError, NotFound, Refused
from geodata.exchange.shape_intake.coordinates import read_coordinates
from geodata.projects.choices import GeometrySource
from geodata.projects.selectors import heads, reached
from geodata.projects.selectors.unplaced import unplaced
from geodata.projects.services import save_proposal
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import maps
from portal.workbench.imports import texts
from portal.workbench.people import staff, today
from portal.workbench.project_page.page import GROUND

A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.EDIT_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The list beside the map; POST gives one of them its place."""
    if request.method == "POST":
        return _placed(request, scope)
    words = " ".join(request.GET.get("q", "").split())[:60]
    rows = Paginator(unplaced(scope, words), A_PAGE).get_page(request.GET.get("page"))
    chosen = request.GET.get("code", "")
    listed = texts.unplaced(list(rows))
    context: dict[str, Any] = {
        "rows": listed,
        "page_obj": rows,
        "querystring": f"q={words}" if words else "",
        "words": words,
        "count": rows.paginator.count,
        "chosen": chosen if any(one["code"] == chosen for one in listed) else (listed[0]["code"] if listed else ""),
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(None), labels={}, projects=False),
    }
    return render(request, "workbench/imports/unplaced.html", context)


def _placed(request: HttpRequest, scope: Scope) -> HttpResponse:
    code, text = request.POST.get("code", ""), request.POST.get("place", "")
    back = reverse("workbench:unplaced")
    try:
        project = reached(scope, code, Action.EDIT_PROJECTS)
        if heads(project.pk).number:
            raise Refused("这个项目已经有图形或草稿,请在图形编辑里修改", code="has-shape")
        lon, lat = _point(scope, code, text)
        waits = _save(scope, code, lon, lat, clicked=request.POST.get("how") == "click")
        name = {"name": project.name}
        if waits:
            messages.success(request, _("%(name)s has its place; another person approves it.") % name)
        else:
            messages.success(request, _("%(name)s has a draft of its place: finish it in the geometry editor.") % name)
    except NotFound:
        raise
    except DomainError as refused:
        messages.error(request, refused.message)
        back = f"{back}?code={code}"
    return redirect(back)


def _point(scope: Scope, code: str, text: str) -> tuple[float, float]:
    """Longitude and latitude as clicked, or coordinates in any spelling and system that the editor understands."""
    parts = text.replace("，", ",").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return _read(scope, code, text)
    if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > 180 or abs(lat) > 90:
        return _read(scope, code, text)
    return lon, lat


def _read(scope: Scope, code: str, text: str) -> tuple[float, float]:
    found = read_coordinates(scope, code=code, text=text, crs="auto", kind="point")
    geometry = found.geometry
    if geometry is None:
        raise Refused("坐标认不出来,请写成“113.089, 29.385”,或在地图上点一下", code="no-place")
    point = shapely.geometry.shape(geometry).centroid
    return float(point.x), float(point.y)


def _save(scope: Scope, code: str, lon: float, lat: float, *, clicked: bool) -> bool:
    """Submitted where the checks let it pass; else a draft. Returns whether it waits for approval."""
    for submit in (True, False):
        try:
            save_proposal(
                scope,
                code=code,
                shape={"type": "Point", "coordinates": [round(lon, 8), round(lat, 8)]},
                source=GeometrySource.DRAWN if clicked else GeometrySource.DECLARED,
                accuracy_m=None,
                reason=_("Placed from the list of projects without a place"),
                expected=0,
                answers={},
                submit=submit,
                today=today(),
                now=timezone.now(),
            )
        except Refused:
            if not submit:
                raise
        else:
            return submit
    return False
