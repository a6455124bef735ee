"""Rules of the ledger without a database: what a line must be, how its status moves, which line a reversal undoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from geodata.errors import Refused
from geodata.funding.choices import COUNTED, PaymentStatus
from geodata.funding.entries import DisbursementEntry

FEN: Final = Decimal("0.01")
LARGEST: Final = Decimal(10) ** 16  # numeric(18, 2)

# Forward only. An older file that says an earlier status changes nothing; a void line is never brought back.
_FORWARD: Final = {
    PaymentStatus.PENDING: frozenset({PaymentStatus.CLEARED, PaymentStatus.RETURNED, PaymentStatus.VOID}),
    PaymentStatus.CLEARED: frozenset({PaymentStatus.RETURNED, PaymentStatus.VOID}),
    PaymentStatus.RETURNED: frozenset({PaymentStatus.VOID}),
    PaymentStatus.VOID: frozenset(),
}


@dataclass(slots=True, kw_only=True)
class Original:
    """A line that a negative one may take back, recorded or about to be. Without ``id`` it is of the same file."""

    id: int
    fiscal_year: int
    voucher_no: str
    amount: Decimal
    payee_name: str
    level: str
    status: PaymentStatus | str | None
    project_id: int | None
    contract_id: int | None
    is_reversed: bool = False


def check_entry(entry: DisbursementEntry) -> None:
    """Raises Refused for a line that no ledger could hold."""
    name = f"凭证 {entry.voucher_no}"
    if not entry.voucher_no or not entry.payee_name:
        raise Refused(f"{name}缺少凭证号或收款人")
    check_amount(name, entry.amount)
    if entry.fiscal_year != entry.paid_on.year:
        raise Refused(f"{name}的会计年度 {entry.fiscal_year} 与支付日期 {entry.paid_on} 不一致")
    if entry.contract_id is not None and entry.project_id is None:
        raise Refused(f"{name}有合同而没有项目")
    if entry.reverses_voucher and entry.amount > 0:
        raise Refused(f"{name}冲销 {entry.reverses_voucher}，金额应为负数")
    check_returned(entry.voucher_no, entry.amount, entry.status)


def check_amount(name: str, amount: Decimal) -> None:
    """Raises Refused for an amount that is nothing, no whole fen, or larger than a column holds."""
    if not amount.is_finite() or amount == 0 or abs(amount) >= LARGEST:
        raise Refused(f"{name}的金额 {amount} 应不为 0 且在合理范围内")
    if amount != amount.quantize(FEN):
        raise Refused(f"{name}的金额 {amount} 元不是整分，请核对单位是元还是万元")


def check_returned(voucher_no: str, amount: Decimal, status: PaymentStatus | str) -> None:
    """已退回 belongs to the negative line that brings money back; on a positive line it would count what came back."""
    if status == PaymentStatus.RETURNED and amount > 0:
        raise Refused(f"凭证 {voucher_no} 是正数金额，不能标为“已退回”：原支付保持“已清算”，另登记一行负数")


def moves_forward(old: PaymentStatus | str | None, new: PaymentStatus | str) -> bool:
    """Whether the status may follow the other."""
    return old is None or new in _FORWARD[PaymentStatus(old)]


def check_status(voucher_no: str, amount: Decimal, new: PaymentStatus | str, *, in_reversal: bool) -> None:
    """Raises Refused where the new status would break the line's sense: both halves of a reversal must stay counted."""
    check_returned(voucher_no, amount, new)
    if new not in COUNTED and in_reversal:
        raise Refused(f"凭证 {voucher_no} 已参与冲销，不能改为“{PaymentStatus(new).label}”")


def original_of(entry: DisbursementEntry, candidates: Sequence[Original]) -> Original | None:
    """The line that a negative one takes back, among the lines of the voucher it names; None for a partial return.

    A line is taken back once and whole: equal and opposite amount, same level. A smaller amount is a return of a part
    and stays a plain negative line. None too when the ledger does not hold the voucher (paid before the record began).
    Raises Refused when it was taken back already, is itself negative, does not count, or is smaller than the return.
    """
    if not candidates:
        return None
    name, voucher = f"凭证 {entry.voucher_no}", entry.reverses_voucher
    paid = [line for line in candidates if line.amount > 0 and line.level == entry.level]
    if not paid:
        raise Refused(f"{name}要冲销的凭证 {voucher} 是负数行或另一拨付层级的支付，不能冲销，请重新登记一笔支付")
    equal = [line for line in paid if line.amount == -entry.amount]
    if not equal:
        total = sum((line.amount for line in paid), Decimal(0))
        if -entry.amount > total:
            raise Refused(f"{name}退回 {-entry.amount} 元，大于原凭证 {voucher} 的 {total} 元")
        return None
    free = [line for line in equal if not line.is_reversed]
    if not free:
        raise Refused(f"{name}要冲销的凭证 {voucher} 已被冲销过，不能再次冲销")
    original = next((line for line in free if line.payee_name == entry.payee_name), free[0])
    if original.status not in COUNTED:
        state = PaymentStatus(original.status or PaymentStatus.PENDING).label
        raise Refused(f"{name}要冲销的凭证 {voucher} 是“{state}”，没有计入支付，不需要冲销")
    return original
