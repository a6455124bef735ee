"""The papers on which a project's money rests: contracts with changes and certified output, budget lines, arrivals.

All in one query: there are dozens of them, where payments may be thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import OuterRef, Q

from geodata.funding.models import BudgetLine, Contract, ContractChange, FundArrival, Measurement
from geodata.gathering import gathered, opened
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

_CONTRACT: Final = ("id", "number", "kind", "name", "contractor_id", "price", "signed_on", "starts_on", "ends_on")
_CHANGE: Final = ("contract_id", "number", "level", "reason", "content", "amount_delta", "approved_by", "approved_on")
_MEASURED: Final = ("contract_id", "period_no", "measured_to", "cumulative_amount")
_LINE: Final = ("id", "doc_no", "year", "source_id", "amount", "issued_on", "budget_project_name")
_ARRIVAL: Final = ("budget_line_id", "arrived_on", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFile:
    """A contract (it bears `contractor_name`) with its changes and the newest certified output, None before any."""

    contract: Contract
    changes: Sequence[ContractChange]
    measured: Measurement | None

    @property
    def changed_by(self) -> Decimal:
        """The sum of the approved changes in 元."""
        return sum((row.amount_delta for row in self.changes if row.approved_on is not None), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Price and approved changes: what the contract adds to 合同总价."""
        return self.contract.price + self.changed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What counts on a day. Budget lines and arrivals bear `source_name`, arrivals `doc_no`, too."""

    contracts: Sequence[ContractFile] = ()
    lines: Sequence[BudgetLine] = ()
    arrivals: Sequence[FundArrival] = ()


def papers(scope: Scope, project_id: int, *, upto: date) -> Papers:
    """The papers of a project by a day; empty outside the scope. A change approved later has no day of approval yet."""
    signed = Q(signed_on__isnull=True) | Q(signed_on__lte=upto)
    # an arrival that names no project belongs to the project of its budget line
    own = Q(project=OuterRef("pk")) | Q(project__isnull=True, budget_line__project=OuterRef("pk"))
    measured = Measurement.objects.filter(contract__project=OuterRef("pk"), measured_to__lte=upto)
    changes = ContractChange.objects.filter(contract__project=OuterRef("pk"))
    lines = BudgetLine.objects.filter(project=OuterRef("pk"), issued_on__lte=upto)
    found = (
        visible(scope)
        .filter(pk=project_id)
        .values_list(
            gathered(
                Contract.objects.filter(signed, project=OuterRef("pk")).order_by("signed_on", "number"),
                *_CONTRACT,
                contractor_name="contractor__name",
            ),
            gathered(changes.order_by("approved_on", "number"), *_CHANGE),
            gathered(
                measured.order_by("contract_id", "-measured_to", "-period_no").distinct("contract_id"), *_MEASURED
            ),
            gathered(lines.order_by("-issued_on", "-pk"), *_LINE, source_name="source__name"),
            gathered(
                FundArrival.objects.filter(own, arrived_on__lte=upto).order_by("-arrived_on", "-pk"),
                *_ARRIVAL,
                doc_no="budget_line__doc_no",
                source_name="budget_line__source__name",
            ),
        )
        .first()
    )
    if found is None:
        return Papers()
    contracts = opened(Contract, found[0])
    return Papers(
        contracts=_files(contracts, opened(ContractChange, found[1]), opened(Measurement, found[2]), upto),
        lines=opened(BudgetLine, found[3]),
        arrivals=opened(FundArrival, found[4]),
    )


def _files(
    contracts: Sequence[Contract], changes: Sequence[ContractChange], measured: Sequence[Measurement], upto: date
) -> list[ContractFile]:
    for change in changes:
        if change.approved_on is not None and change.approved_on > upto:
            change.approved_on = None
    newest = {row.contract_id: row for row in measured}
    return [
        ContractFile(
            contract=contract,
            changes=[row for row in changes if row.contract_id == contract.pk],
            measured=newest.get(contract.pk),
        )
        for contract in contracts
    ]
