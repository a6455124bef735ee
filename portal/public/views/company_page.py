"""A company's page: what it was contracted for and what it was paid; its payments as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from portal.public import companies, pages
from portal.public.payments_csv import company_csv
from portal.public.selectors.companies import company as found_company
from portal.public.selectors.companies import payments_to
from portal.public.views.answers import page, snapshot_of, without_parameters


@page
def company(request: HttpRequest, name: str) -> HttpResponse:
    """Bodies alone: a natural person's name is in no published row, so that no address can lead to one."""
    snapshot = snapshot_of(request)
    found = found_company(snapshot.edition, name)
    context = companies.company_context(found, snapshot.edition, page=pages.page_number(request.GET))
    context["csv_url"] = reverse("public:company_csv", args=[name]) if found.paid_count else ""
    return render(request, "public/company.html", {"snapshot": snapshot, **context})


@page
@without_parameters
def company_file(request: HttpRequest, name: str) -> HttpResponse:
    """Every payment to the body, the newest first."""
    snapshot = snapshot_of(request)
    found = found_company(snapshot.edition, name)
    body = company_csv(payments_to(snapshot.edition, name), snapshot, name=name, projects=found.projects)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    named = content_disposition_header(True, f"{name}-payments.csv")
    response.headers["Content-Disposition"] = named or "attachment"
    return response
