"""The money of the page: by source, by year, contracts, payments; every sum is made of the rows that stand below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dashboards.curves.selectors import plan_of
from geodata.complaints.masks import mask_name
from geodata.figures.wording import percent, wan, yuan
from geodata.funding.choices import COUNTED, ChangeLevel, ContractKind, Level, PaymentStatus, Purpose
from geodata.funding.models import ContractChange
from geodata.funding.monthly import Kind, MoneySum
from geodata.funding.papers import ContractFile, Papers
from geodata.progress.models import PlanYear
from geodata.projects.choices import InvestmentBasis
from geodata.projects.models import InvestmentApproval
from geodata.summary.rates import disbursement_rate, payment_ratio
from portal import wording

NOTHING = Decimal(0)


def _total(sums: Iterable[MoneySum]) -> Decimal:
    return sum((one.amount for one in sums), NOTHING)


def by_source(sums: Sequence[MoneySum]) -> dict[str, Any] | None:
    """A row a source: planned, allocated, arrived, disbursed and what share of the arrived that is."""
    groups: dict[str, list[MoneySum]] = defaultdict(list)
    for one in sums:
        if one.kind != Kind.PAID or one.counts_as_disbursed:
            groups[one.source_name].append(one)
    if not groups:
        return None
    rows = [_line(wording.label(name) or _("source not stated"), held) for name, held in groups.items()]
    return {"rows": rows, "total": _line(_("Together"), [one for held in groups.values() for one in held])}


def _line(name: str, held: Sequence[MoneySum]) -> dict[str, str]:
    amounts = {kind: _total(one for one in held if one.kind == kind) for kind in Kind}
    return {
        "name": name,
        "planned": wan(amounts[Kind.PLANNED]),
        "allocated": wan(amounts[Kind.ALLOCATED]),
        "arrived": wan(amounts[Kind.ARRIVED]),
        "paid": wan(amounts[Kind.PAID]),
        "rate": percent(disbursement_rate(amounts[Kind.PAID], amounts[Kind.ARRIVED]), 1),
    }


def by_year(sums: Sequence[MoneySum], years: Sequence[PlanYear], done: dict[int, Decimal]) -> list[dict[str, str]]:
    """A row a year of business dates: plan, reported as done, allocated, arrived, disbursed."""
    plans = {year.year: year for year in years}
    counted = [one for one in sums if one.month and (one.kind != Kind.PAID or one.counts_as_disbursed)]
    found = sorted({*plans, *done, *(one.month.year for one in counted if one.month)}, reverse=True)
    return [_year(year, plans.get(year), done.get(year), counted) for year in found]


def _year(year: int, plan: PlanYear | None, done: Decimal | None, sums: Sequence[MoneySum]) -> dict[str, str]:
    held = [one for one in sums if one.month and one.month.year == year]
    return {
        "year": str(year),
        "plan": wan(plan_of(plan)) if plan else "—",
        "note": _("adjusted by %(document)s") % {"document": plan.adjust_doc_no or "—"}
        if plan and plan.adjusted_amount is not None
        else "",
        "done": wan(done),
        "allocated": wan(_total(one for one in held if one.kind == Kind.ALLOCATED)),
        "arrived": wan(_total(one for one in held if one.kind == Kind.ARRIVED)),
        "paid": wan(_total(one for one in held if one.kind == Kind.PAID)),
    }


def approval_texts(row: InvestmentApproval) -> dict[str, str]:
    return {
        "basis": wording.label(InvestmentBasis(row.basis).label),
        "amount": wan(row.amount),
        "date": wording.day(row.approved_on),
        "by": " ".join(filter(None, (row.approving_unit, row.doc_no))) or "—",
    }


def paper_texts(papers: Papers) -> dict[str, list[dict[str, str]]]:
    """Budget lines and arrivals, newest first, to the fen: the rows of 下达 and 到位."""
    return {
        "lines": [
            {
                "doc_no": row.doc_no,
                "source": wording.label(row.source_name),  # type: ignore[attr-defined]
                "date": wording.day(row.issued_on),
                "amount": yuan(row.amount),
            }
            for row in papers.lines
        ],
        "arrivals": [
            {
                "doc_no": row.doc_no,  # type: ignore[attr-defined]
                "source": wording.label(row.source_name),  # type: ignore[attr-defined]
                "date": wording.day(row.arrived_on),
                "amount": yuan(row.amount),
            }
            for row in papers.arrivals
        ],
    }


def paper_totals(papers: Papers) -> dict[str, str]:
    return {
        "lines": yuan(sum((row.amount for row in papers.lines), NOTHING)),
        "arrivals": yuan(sum((row.amount for row in papers.arrivals), NOTHING)),
    }


def contract_texts(held: ContractFile, sums: Sequence[MoneySum]) -> dict[str, Any]:
    """A contract with what was changed, certified and paid. The lawful band of 支付比例 is the indicator's own text."""
    contract = held.contract
    paid = _total(one for one in sums if one.counts_as_disbursed and one.contract_id == contract.pk)
    certified = held.measured.cumulative_amount if held.measured else None
    return {
        "number": contract.number,
        "name": contract.name,
        "kind": wording.label(ContractKind(contract.kind).label),
        "contractor": contract.contractor_name,  # type: ignore[attr-defined]
        "signed": wording.day(contract.signed_on),
        "period": _period(contract.starts_on, contract.ends_on),
        "price": wan(contract.price),
        "changed": wan(held.changed_by) if held.changes else "—",
        "total": wan(held.total),
        "certified": wan(certified),
        "certified_to": wording.day(held.measured.measured_to) if held.measured else "",
        "paid": wan(paid),
        "ratio": percent(payment_ratio(paid, certified), 1),
        "changes": [_change(row) for row in held.changes],
    }


def _period(start: date | None, end: date | None) -> str:
    return f"{wording.day(start)} — {wording.day(end)}" if start or end else ""


def _change(row: ContractChange) -> dict[str, str]:
    return {
        "number": row.number,
        "level": wording.label(ChangeLevel(row.level).label),
        "content": row.content or row.reason,
        "delta": wan(row.amount_delta),
        "approved": wording.day(row.approved_on) if row.approved_on else "",
        "by": row.approved_by,
    }


def contract_totals(files: Sequence[ContractFile], sums: Sequence[MoneySum]) -> dict[str, str]:
    """The sums under the contracts; `elsewhere` is what was disbursed without naming one of them."""
    certified = [held.measured.cumulative_amount for held in files if held.measured]
    own = {held.contract.pk for held in files}
    counted = [one for one in sums if one.counts_as_disbursed]
    paid = _total(one for one in counted if one.contract_id in own)
    elsewhere = _total(one for one in counted if one.contract_id not in own)
    return {
        "price": wan(sum((held.contract.price for held in files), NOTHING)),
        "changed": wan(sum((held.changed_by for held in files), NOTHING)),
        "total": wan(sum((held.total for held in files), NOTHING)),
        "certified": wan(sum(certified, NOTHING) if certified else None),
        "paid": wan(paid),
        "ratio": percent(payment_ratio(paid, sum(certified, NOTHING)), 1),
        "elsewhere": wan(elsewhere) if elsewhere else "",
    }


def payment_texts(row: Any) -> dict[str, Any]:
    """One line of the ledger. Account, bank and free text stay out; a natural person keeps the surname alone."""
    reverses = row.reverses.voucher_no if row.reverses_id else ""
    return {
        "voucher": row.voucher_no,
        "date": wording.day(row.paid_on),
        "payee": mask_name(row.payee_name) if row.payee_is_person else row.payee_name,
        "payee_id": None if row.payee_is_person else row.payee_id,
        "source": wording.label(row.source.name) if row.source else _("source not stated"),
        "purpose": wording.label(Purpose(row.purpose).label),
        "amount": yuan(row.amount),
        "level": "" if row.level == Level.TO_PAYEE else wording.label(Level(row.level).label),
        "status": wording.label(PaymentStatus(row.now_status).label),
        "status_code": row.now_status,
        "is_counted": row.now_status in COUNTED and row.level == Level.TO_PAYEE,
        "is_negative": row.amount < 0,
        "reverses": reverses,
        "reversed_by": row.reversed_by or "",
    }


def payment_sums(sums: Sequence[MoneySum]) -> dict[str, Any]:
    """What counts and what does not: 已拨付 to the fen, and beside it each level and status that is left out."""
    paid = [one for one in sums if one.kind == Kind.PAID]
    counted = [one for one in paid if one.counts_as_disbursed]
    others: dict[tuple[str, str], list[MoneySum]] = defaultdict(list)
    for one in paid:
        if not one.counts_as_disbursed:
            others[one.level, one.status].append(one)
    return {
        "rows": sum(one.rows for one in paid),
        "count": sum(one.rows for one in counted),
        "total": yuan(_total(counted)),
        "others": [
            {
                "label": " · ".join((wording.label(Level(level).label), wording.label(PaymentStatus(status).label))),
                "count": sum(one.rows for one in held),
                "total": yuan(_total(held)),
            }
            for (level, status), held in sorted(others.items())
        ],
    }
