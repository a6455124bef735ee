"""The staff's list of bodies, as a page and as files, and the page of one body."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.exchange.writers import Sheet
from geodata.funding import bodies
from geodata.funding import payments as ledger
from geodata.funding.bodies import OrganisationFilter
from geodata.funding.choices import ContractKind
from geodata.funding.payments import PaymentFilter
from geodata.organisations.models import Organisation
from geodata.projects.choices import PartyRole, Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench import selectors
from portal.workbench.lists import frame, organisations, payments
from portal.workbench.people import staff, today

MOST_PROJECTS = 200
MOST_ROWS = 50


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Bodies that have to do with projects of the scope; ?format=csv or xlsx gives the same rows as a file."""
    file_format = frame.asked_format(request)
    chosen = OrganisationFilter.from_query(request.GET, allow=(frame.FORMAT,))
    found = chosen.ordered(bodies.bodies(scope, chosen))
    if file_format:
        words = frame.filter_words(chosen, organisations.PARAMETERS, frame.coded(organisations.CODED))
        return frame.file_answer(
            scope,
            key="organisations",
            sheet=Sheet("单位", organisations.FILE_COLUMNS, (f"数据截至 {today()}", words)),
            file_format=file_format,
            chosen=chosen,
            count=len(found),
            rows=organisations.cells(scope, found),
            now=timezone.now(),
        )
    page = frame.page_of(chosen, len(found))
    context: dict[str, Any] = {
        "as_of": today(),
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "filters": chosen.to_query(),
        "choices": {"kinds": wording.options(Organisation.Kind), "roles": wording.options(PartyRole)},
        "heads": frame.heads(organisations.heads(), chosen.sort, default=organisations.DEFAULT_SORT),
        "rows": [organisations.texts(scope, body) for body in found[frame.span(page)]],
        "page_obj": page,
        "count": len(found),
        "querystring": chosen.querystring(without=("page", "sort", "limit")),
    }
    return render(request, "workbench/organisations.html", context)


@require_safe
@staff(Action.VIEW_PROJECTS)
def body(request: HttpRequest, scope: Scope, number: int) -> HttpResponseBase:
    """One body: its projects by role, its contracts, the payments to it. 404 where the scope has nothing of it."""
    found = bodies.body(scope, number)
    chosen = PaymentFilter(payee=number)
    numbers = list(chosen.ordered(ledger.payments(scope, chosen)).values_list("pk", flat=True)[:MOST_ROWS])
    contracts = list(bodies.contracts_of(scope, number)[:MOST_ROWS])
    context: dict[str, Any] = {
        "as_of": today(),
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "body": organisations.texts(scope, found),
        "roles": _by_role(list(bodies.project_roles(scope, number)[:MOST_PROJECTS])),
        "shown_projects": MOST_PROJECTS,
        "contracts": [_contract(row) for row in contracts],
        "payments": [payments.texts(scope, row) for row in ledger.shown(numbers)],
        "shown_rows": MOST_ROWS,
    }
    return render(request, "workbench/organisation.html", context)


def _by_role(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = list(PartyRole.values)
    rows.sort(key=lambda row: order.index(row["role"]))
    return [
        {"label": wording.label(str(PartyRole(role).label)), "projects": [_project(row) for row in group]}
        for role, group in groupby(rows, key=lambda row: row["role"])
    ]


def _project(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["project_name"],
        "code": row["code"],
        "url": reverse("workbench:project", args=[row["code"]]),
        "status_label": wording.label(str(Status(row["status"]).label)),
        "shape": wording.SHAPE[row["status"]],
        "unit_name": wording.label(row["unit_name"]),
        "budget_text": wording.money(row["budget"]),
    }


def _contract(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "name": row["name"],
        "kind_label": wording.label(str(ContractKind(row["kind"]).label)),
        "price_text": wording.money(row["price"]),
        "signed_text": wording.day(row["signed_on"]) if row["signed_on"] else "—",
        "project_name": row["project_name"],
        "project_url": reverse("workbench:project", args=[row["code"]]),
    }
