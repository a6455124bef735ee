"""How figures are made: meaning, formula, denominator, source of each, and what is not public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.public import glossary as entries
from portal.public import selectors
from portal.public.views.answers import page, without_parameters


@page
@without_parameters
def glossary(request: HttpRequest) -> HttpResponse:
    context = {"snapshot": selectors.current_snapshot(), "groups": entries.groups()}
    return render(request, "public/glossary.html", context)
