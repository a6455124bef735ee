"""Completeness of disclosure: what must be public by now, of the city's units and of one unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from portal import wording
from portal.public import completeness, selectors
from portal.public.selectors.disclosure import disclosure_counts, disclosure_of
from portal.public.views.answers import page, snapshot_of, without_parameters


@page
@without_parameters
def disclosure(request: HttpRequest) -> HttpResponse:
    snapshot = snapshot_of(request)
    counts = disclosure_counts(snapshot)
    context = completeness.law_context()
    if counts is not None:
        context |= completeness.city_context(counts, selectors.area_names(snapshot.edition, ("county", "zone")))
    return render(request, "public/disclosure.html", {"snapshot": snapshot, **context})


@page
@without_parameters
def unit_disclosure(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = snapshot_of(request)
    units = selectors.area_names(snapshot.edition, ("county", "zone"))
    if code not in units:
        raise NotFound(_("There is no such responsible unit"))
    kept = disclosure_of(snapshot, code)
    context = completeness.law_context()
    if kept is not None:
        context |= completeness.unit_context(*kept, snapshot.as_of)
    return render(
        request,
        "public/unit_disclosure.html",
        {"snapshot": snapshot, "name": wording.label(units[code]), "code": code, **context},
    )
