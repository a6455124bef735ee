"""A company's page: what it was contracted for and what it was paid; its payments as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.public import companies, pages
from portal.public.models import Snapshot
from portal.public.payments_csv import company_csv
from portal.public.selectors.companies import company as found_company
from portal.public.selectors.companies import payments_to
from portal.public.views.answers import page, rows_file, snapshot_of, without_parameters


@page
def company(request: HttpRequest, name: str) -> HttpResponse:
    """Bodies alone: a natural person's name is in no published row, so that no address can lead to one."""
    snapshot = snapshot_of(request)
    found = found_company(snapshot.edition, name)
    context = companies.company_context(found, snapshot.edition, page=pages.page_number(request.GET))
    context["csv_url"] = reverse("public:company_csv", args=[name]) if found.paid_count else ""
    return render(request, "public/company.html", {"snapshot": snapshot, **context})


@rows_file
@without_parameters
def company_file(request: HttpRequest, snapshot: Snapshot, name: str) -> tuple[str, bytes]:
    """Every payment to the body, the newest first."""
    found = found_company(snapshot.edition, name)
    body = company_csv(payments_to(snapshot.edition, name), snapshot, name=name, projects=found.projects)
    return f"{name}-payments.csv", body
