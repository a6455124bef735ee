"""待定位: one's projects without a place. A click on the map or coordinates give one; it waits for another person."""

from __future__ import annotations

from typing import Any, Final

import shapely
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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

A_PAGE: Final = 30
# where typed coordinates come from: codes of shape_intake/systems.py
SOURCES: Final = (
    ("4490", gettext_lazy("survey, RTK, GPS, Tianditu: longitude and latitude")),
    ("GCJ02", gettext_lazy("Amap, Tencent (GCJ-02)")),
    ("BD09", gettext_lazy("Baidu (BD-09)")),
    ("auto", gettext_lazy("X and Y in metres of a survey")),
)


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
        "sources": SOURCES,
        "count": rows.paginator.count,
        "chosen": chosen if any(one["code"] == chosen for one in listed) else (listed[0]["code"] if listed else ""),
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(None), labels={}, projects=False),
    }
    return render(request, "workbench/imports/unplaced.html", context)


def _placed(request: HttpRequest, scope: Scope) -> HttpResponse:
    code = request.POST.get("code", "")
    back = reverse("workbench:unplaced")
    try:
        project = reached(scope, code, Action.EDIT_PROJECTS)
        if heads(project.pk).number:
            raise Refused("这个项目已经有图形或草稿，请在图形编辑里修改", code="has-shape")
        lon, lat = _point(scope, code, request.POST)
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


def _point(scope: Scope, code: str, form: QueryDict) -> tuple[float, float]:
    """As clicked, or coordinates in any spelling; where typed ones come from is asked, never guessed."""
    text, crs = form.get("place", ""), form.get("crs", "")
    if form.get("how") == "click":
        crs = "4490"
    if crs not in dict(SOURCES):
        raise Refused("请选择坐标取自哪里；在地图上点一下则不必选", code="no-source")
    found = read_coordinates(scope, code=code, text=text, crs=crs, kind="point")
    if found.geometry is None:
        asked = found.question.message if found.question else "坐标认不出来"
        raise Refused(f"{asked}；可以改在地图上点一下，或到图形编辑里输入坐标", code="no-place")
    point = shapely.geometry.shape(dict(found.geometry)).centroid
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
