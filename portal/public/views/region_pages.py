"""The 13 units and the townships: figures of each, in both territorial readings."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from portal.public import areas, selectors
from portal.public.selectors import regions as figures
from portal.public.views.answers import page, snapshot_of


@page
def regions(request: HttpRequest) -> HttpResponse:
    """All units in one reading (`dimension`), painted by one rate (`rate`) on a map that works without JavaScript."""
    snapshot = snapshot_of(request)
    view = areas.shown_of(request.GET)
    return render(request, "public/regions.html", {"snapshot": snapshot, **areas.city_context(view, snapshot.edition)})


@page
def region(request: HttpRequest, code: str) -> HttpResponse:
    """One unit or township; the city's own page is the list of its units."""
    snapshot = snapshot_of(request)
    area = selectors.area(snapshot.edition, code)
    view = areas.shown_of(request.GET)
    if area.kind == "city":
        return HttpResponseRedirect(reverse("public:regions"))
    if area.kind != "county":
        view = replace(view, reading=figures.ADMIN if area.kind == "township" else figures.MANAGEMENT)
    context: dict[str, Any] = areas.area_context(area, view, snapshot)
    return render(request, "public/region.html", {"snapshot": snapshot, **context})
