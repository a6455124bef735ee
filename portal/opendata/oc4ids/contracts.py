"""Contracts and payments of a project as contracting processes and transactions of OC4IDS. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from portal.opendata.oc4ids import codes
from portal.opendata.oc4ids.reading import Known
from portal.opendata.oc4ids.values import Document, Parties, kept, moment, value


def contracting(known: Known, contract: Any, parties: Parties) -> Document:
    changes = [one for one in known.changes if one.contract_key == contract.key]
    paid = [one for one in known.payments if one.contract_key == contract.key]
    supplier = parties.refer(contract.supplier, "supplier")
    return {
        "id": contract.key,
        "summary": kept(
            externalReference=contract.key,
            nature=codes.NATURE.get(contract.kind),
            title=contract.name,
            status="closed" if known.row.status in codes.ENDED else "active",
            suppliers=[supplier] if supplier else None,
            contractValue=value(contract.price),
            modifications=_modifications(contract, changes),
            milestones=_signing(contract),
            transactions=transactions(paid, parties),
        ),
    }


def _signing(contract: Any) -> list[Document]:
    """The day of the signature: the record knows no period of the works of a contract that is public."""
    if contract.signed_on is None:
        return []
    met = moment(contract.signed_on)
    return [{"id": "signed", "title": "合同签订", "type": "procurement", "dateMet": met, "status": "met"}]


def _modifications(contract: Any, changes: Iterable[Any]) -> list[Document]:
    """Changes in the order of their approval, each with the value before and after it."""
    found, running = [], contract.price
    for one in changes:
        before, after = running, None
        if running is not None:
            running = after = running + (one.amount or Decimal(0))
        found.append(
            kept(
                id=one.number,
                date=moment(one.approved_on),
                description=one.content,
                rationale=one.reason,
                type="value" if one.amount else None,
                oldContractValue=value(before),
                newContractValue=value(after),
            )
        )
    return found


def transactions(payments: Iterable[Any], parties: Parties) -> list[Document]:
    """Payments by their permanent numbers; a reversal is a payment of its own with a negative amount."""
    return [
        kept(
            id=str(one.number),
            date=moment(one.paid_on),
            value=value(one.amount),
            payee=parties.refer(one.payee, "payee"),
        )
        for one in payments
    ]
