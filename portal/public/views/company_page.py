"""A company's page: what it was contracted for and what it was paid."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.public import companies, pages, selectors
from portal.public.selectors import NEWEST
from portal.public.selectors.companies import company as found_company
from portal.public.views.answers import page


@page
def company(request: HttpRequest, name: str) -> HttpResponse:
    """Bodies alone: a natural person's name is in no published row, so that no address can lead to one."""
    snapshot = selectors.current_snapshot()
    found = found_company(NEWEST, name)
    context = companies.company_context(found, page=pages.page_number(request.GET))
    return render(request, "public/company.html", {"snapshot": snapshot, **context})
