"""待定位: one's projects without a place. A click, coordinates or an address give one; it waits for another person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
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
from geodata.projects.models import Project
from geodata.projects.selectors import heads, reached
from geodata.projects.selectors.unplaced import unplaced
from geodata.projects.services import save_proposal
from geodata.regions.addresses import places_of_address
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import maps
from portal.workbench.imports import placing
from portal.workbench.people import staff, today
from portal.workbench.project_page.page import GROUND

A_PAGE: Final = 30
ADDRESS: Final = 120  # characters
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
    listed = placing.unplaced(list(rows))
    chosen = next((one for one in listed if one["code"] == request.GET.get("code")), listed[0] if listed else None)
    asked = _address(request.GET)
    places = places_of_address(asked, unit_id=_unit_of(rows, chosen)) if asked else []
    context: dict[str, Any] = {
        "rows": listed,
        "page_obj": rows,
        "querystring": f"q={words}" if words else "",
        "words": words,
        "sources": SOURCES,
        "count": rows.paginator.count,
        "chosen": chosen,
        "asked": asked,
        "places": placing.address_places(places),
        "has_narrow": any(one.is_narrow for one in places),
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(None), labels={}, projects=False),
    }
    return render(request, "workbench/imports/unplaced.html", context)


def _address(form: QueryDict) -> str:
    return " ".join(form.get("address", "").split())[:ADDRESS]


def _unit_of(rows: Iterable[Project], chosen: dict[str, str] | None) -> int | None:
    return next((one.management_unit_id for one in rows if chosen and one.serial_no == chosen["code"]), None)


def _placed(request: HttpRequest, scope: Scope) -> HttpResponse:
    code = request.POST.get("code", "")
    back = reverse("workbench:unplaced")
    try:
        project = reached(scope, code, Action.EDIT_PROJECTS)
        if heads(project.pk).number:
            raise Refused("这个项目已经有图形或草稿，请在图形编辑里修改", code="has-shape")
        why = _save(scope, code, _found(scope, project, request.POST))
        told = {"name": project.name, "why": why.rstrip("。")}
        if why:
            text = _("%(name)s has a draft of its place: %(why)s. Finish it in the geometry editor.") % told
            messages.warning(request, text)
        else:
            messages.success(request, _("%(name)s has its place; another person approves it.") % told)
    except NotFound:
        raise
    except DomainError as refused:
        messages.error(request, refused.message)
        back = f"{back}?code={code}"
    return redirect(back)


@dataclass(frozen=True, slots=True)
class _Found:
    """A place in EPSG:4490 with what is to be said of it."""

    lon: float
    lat: float
    source: GeometrySource
    reason: str
    accuracy_m: Decimal | None = None


def _found(scope: Scope, project: Project, form: QueryDict) -> _Found:
    """Where the click, the coordinates or the chosen place of an address lie."""
    if form.get("how") == "address":
        return _of_address(project, form)
    lon, lat = _point(scope, project.serial_no, form)
    source = GeometrySource.DRAWN if form.get("how") == "click" else GeometrySource.DECLARED
    return _Found(lon, lat, source, _("Placed from the list of projects without a place"))


def _of_address(project: Project, form: QueryDict) -> _Found:
    """The address is looked up again: neither place nor radius are believed from the form."""
    address = _address(form)
    places = places_of_address(address, unit_id=project.management_unit_id)
    place = next((one for one in places if one.key == form.get("pick") and one.is_narrow), None)
    if place is None:
        raise Refused("请先按地址查找，再从查到的位置中选一个；查不到的，在地图上点一下", code="no-place")
    told = {"address": address, "place": place.name, "n": place.accuracy_m}
    reason = _("Placed by the address %(address)s at %(place)s, within about %(n)s m") % told
    return _Found(place.lon, place.lat, GeometrySource.DECLARED, reason, Decimal(place.accuracy_m))


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


def _save(scope: Scope, code: str, place: _Found) -> str:
    """Submitted where the checks let it pass; else a draft. Returns why it is but a draft, "" where it waits for
    approval."""
    why = ""
    for submit in (True, False):
        try:
            save_proposal(
                scope,
                code=code,
                shape={"type": "Point", "coordinates": [round(place.lon, 8), round(place.lat, 8)]},
                source=place.source,
                accuracy_m=place.accuracy_m,
                reason=place.reason,
                expected=0,
                answers={},
                submit=submit,
                today=today(),
                now=timezone.now(),
            )
        except Refused as refused:
            if not submit:
                raise
            why = refused.message
        else:
            break
    return why
