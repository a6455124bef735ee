"""The texts of a company's page: its projects, contracts and payments, each with sums that are exact to the fen."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from portal import wording
from portal.public import ledger
from portal.public.selectors import Edition
from portal.public.selectors.companies import Company, is_company, payments_to, whole_price

PER_PAGE = 300
NOTHING = Decimal(0)


def address(name: str) -> str:
    """The page of a published supplier or payee; empty for a person, a withdrawn name, and what no address can hold."""
    return reverse("public:company", args=[name]) if is_company(name) and "/" not in name else ""


def company_context(found: Company, edition: Edition, *, page: int) -> dict[str, Any]:
    paginator = Paginator(payments_to(edition, found.name), PER_PAGE)
    paginator.count = found.paid_count
    shown = paginator.get_page(page)
    contracted = sum((whole_price(row) for row in found.contracts), NOTHING)
    return {
        "name": wording.label(found.name),
        "projects": _projects(found),
        "contracts": [_contract(row, found) for row in found.contracts],
        "contracts_total_text": wording.exact_money(contracted),
        "payments": [{**ledger.payment_texts(row), **_project(row.code, found)} for row in shown],
        "payments_count": found.paid_count,
        "payments_total_text": wording.exact_money(found.paid_total),
        "accounts": [
            {"name": name, "address": address(name), "paid_text": wording.exact_money(amount), "count": count}
            for name, amount, count in found.accounts
        ],
        "page_obj": shown,
    }


def _project(code: str, found: Company) -> dict[str, str]:
    return {"project": found.projects.get(code, code), "project_url": reverse("public:project", args=[code])}


def _projects(found: Company) -> list[dict[str, Any]]:
    """A line a project, what brought most money first; the columns add up to the sums of the page."""
    contracted: dict[str, Decimal] = {}
    for row in found.contracts:
        contracted[row.code] = contracted.get(row.code, NOTHING) + whole_price(row)
    lines = [
        (*found.paid.get(code, (NOTHING, 0)), contracted.get(code), code) for code in contracted.keys() | found.paid
    ]
    lines.sort(key=lambda line: (-line[0], -(line[2] or NOTHING), line[3]))
    return [
        {
            **_project(code, found),
            "contract_text": "—" if contract is None else wording.exact_money(contract),
            "paid_text": wording.exact_money(paid) if count else "—",
            "count": count,
        }
        for paid, count, contract, code in lines
    ]


def _contract(row: Any, found: Company) -> dict[str, Any]:
    texts = ledger.contract_texts(row, found.by_contract.get(row.key), [])
    return {**texts, **_project(row.code, found), "whole_text": wording.exact_money(whole_price(row))}
