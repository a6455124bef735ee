"""Writing contracts, their changes and the certified output."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.db import transaction

from geodata.errors import Refused
from geodata.funding.entries import ContractChangeEntry, ContractEntry, MeasurementEntry
from geodata.funding.models import Contract, ContractChange, DisbursementAssignment, Measurement
from geodata.funding.services.keyed import Values, checked_amount, checked_share, write_keyed
from geodata.record import Outcome
from geodata.stewards.models import User

# 建设工程质量保证金管理办法(建质〔2017〕138号)第七条
HIGHEST_RETENTION: Final = Decimal(3)


@transaction.atomic
def record_contracts(
    *, entries: Iterable[ContractEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """合同 by number. Raises Refused for a retention above 3 %, a price that is not positive, a period that ends
    before it starts, and for moving a contract to another project once money was paid under it."""
    rows: dict[Hashable, Values] = {}
    for entry in entries:
        _check_contract(entry)
        rows[entry.number] = {
            "number": entry.number,
            "project_id": entry.project_id,
            "kind": str(entry.kind),
            "name": entry.name,
            "contractor_id": entry.contractor_id,
            "price": entry.price,
            "signed_on": entry.signed_on,
            "starts_on": entry.starts_on,
            "ends_on": entry.ends_on,
            "advance_pct": entry.advance_pct,
            "progress_pct": entry.progress_pct,
            "retention_pct": entry.retention_pct,
            "labour_pct": entry.labour_pct,
        }
    contracts = _contracts(rows, lock=True)
    moved = [row.pk for row in contracts.values() if row.project_id != rows[row.number]["project_id"]]
    paid = DisbursementAssignment.objects.filter(contract__in=moved).values_list("contract__number", flat=True).first()
    if paid:
        raise Refused(f"合同 {paid} 已有支付记录，不能改到另一个项目；请先将支付改为归集到其他合同")
    known: dict[Hashable, Contract] = dict(contracts.items())
    return write_keyed(model=Contract, rows=rows, known=known, now=now, batch=batch)


def _check_contract(entry: ContractEntry) -> None:
    what = f"合同 {entry.number} "
    checked_amount(entry.price, what)
    if entry.price <= 0:
        raise Refused(f"{what}的合同价 {entry.price} 元应大于 0")
    for share, name in (
        (entry.advance_pct, "预付款比例"),
        (entry.progress_pct, "进度款比例"),
        (entry.retention_pct, "质保金比例"),
        (entry.labour_pct, "人工费比例"),
    ):
        checked_share(share, what, name)
    if entry.retention_pct is not None and entry.retention_pct > HIGHEST_RETENTION:
        raise Refused(
            f"{what}的质保金比例 {entry.retention_pct}% 超过 3%，"
            "不符合《建设工程质量保证金管理办法》（建质〔2017〕138号），请核对后再录入"
        )
    if entry.starts_on and entry.ends_on and entry.ends_on < entry.starts_on:
        raise Refused(f"{what}的结束日期 {entry.ends_on} 早于开始日期 {entry.starts_on}")


def _contracts(numbers: Iterable[Hashable], *, lock: bool = False) -> dict[str, Contract]:
    found = Contract.objects.filter(number__in=list(numbers)).order_by("pk")
    return {row.number: row for row in (found.select_for_update() if lock else found)}


def _contract_id(contracts: dict[str, Contract], number: str) -> int:
    if number not in contracts:
        raise Refused(f"没有编号为 {number} 的合同，请先导入合同")
    return contracts[number].pk


@transaction.atomic
def record_contract_changes(
    *, entries: Iterable[ContractChangeEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """变更 by contract and number. Raises Refused for an unknown contract."""
    held = list(entries)
    contracts = _contracts({entry.contract_number for entry in held})
    rows: dict[Hashable, Values] = {}
    for entry in held:
        contract = _contract_id(contracts, entry.contract_number)
        checked_amount(entry.amount_delta, f"变更 {entry.number} ")
        rows[contract, entry.number] = {
            "contract_id": contract,
            "number": entry.number,
            "level": str(entry.level),
            "reason": entry.reason,
            "basis": entry.basis,
            "content": entry.content,
            "amount_delta": entry.amount_delta,
            "approved_by": entry.approved_by,
            "approved_on": entry.approved_on,
        }
    found = ContractChange.objects.select_for_update().filter(contract__number__in=contracts).order_by("pk")
    known: dict[Hashable, ContractChange] = {(row.contract_id, row.number): row for row in found}
    return write_keyed(model=ContractChange, rows=rows, known=known, now=now, batch=batch)


@transaction.atomic
def record_measurements(
    *, entries: Iterable[MeasurementEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """计量 by contract and period number. Raises Refused when the cumulative output of a contract would fall."""
    held = list(entries)
    contracts = _contracts({entry.contract_number for entry in held}, lock=True)
    rows: dict[Hashable, Values] = {}
    for entry in held:
        contract = _contract_id(contracts, entry.contract_number)
        for amount in (entry.certified_amount, entry.cumulative_amount):
            checked_amount(amount, f"合同 {entry.contract_number} 第 {entry.period_no} 期计量")
        rows[contract, entry.period_no] = {
            "contract_id": contract,
            "period_no": entry.period_no,
            "measured_to": entry.measured_to,
            "certified_amount": entry.certified_amount,
            "cumulative_amount": entry.cumulative_amount,
            "supervisor": entry.supervisor,
            "auditor": entry.auditor,
        }
    found = Measurement.objects.select_for_update().filter(contract__number__in=contracts).order_by("pk")
    known: dict[Hashable, Measurement] = {(row.contract_id, row.period_no): row for row in found}
    outcome = write_keyed(model=Measurement, rows=rows, known=known, now=now, batch=batch)
    _check_series({contract.pk: number for number, contract in contracts.items()})
    return outcome


def _check_series(numbers: dict[int, str]) -> None:
    """Period by period, the sum certified so far and the day measured to may stand still but never go back."""
    series: dict[int, list[Measurement]] = {}
    for row in Measurement.objects.filter(contract__in=numbers).order_by("contract", "period_no"):
        series.setdefault(row.contract_id, []).append(row)
    for contract, rows in series.items():
        _check_rising(numbers[contract], rows)


def _check_rising(number: str, rows: Sequence[Measurement]) -> None:
    for earlier, later in pairwise(rows):
        if later.cumulative_amount < earlier.cumulative_amount:
            raise Refused(
                f"合同 {number} 第 {later.period_no} 期累计确认产值 {later.cumulative_amount} 元"
                f"小于第 {earlier.period_no} 期的 {earlier.cumulative_amount} 元，累计数不能下降"
            )
        if later.measured_to < earlier.measured_to:
            raise Refused(f"合同 {number} 第 {later.period_no} 期的计量截止日早于第 {earlier.period_no} 期")
