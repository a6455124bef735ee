"""What the ledger says already about the vouchers of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from geodata.funding.choices import PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus

# Vouchers asked for in one query.
CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """One recorded line of a voucher with its newest status and assignment."""

    paid_on: date
    amount: Decimal
    payee_name: str
    level: str
    summary: str
    status: str
    project_id: int | None
    contract_id: int | None

    def says_the_same(self, entry: DisbursementEntry) -> bool:
        """Whether a row without a line number means this line."""
        return not self.contradiction(entry) and self.summary == entry.summary

    def contradiction(self, entry: DisbursementEntry) -> str:
        """What the ledger cannot change and the row says otherwise; "" when nothing."""
        facts = (
            ("金额", f"{self.amount} 元", f"{entry.amount} 元", self.amount == entry.amount),
            ("支付日期", str(self.paid_on), str(entry.paid_on), self.paid_on == entry.paid_on),
            ("收款人", self.payee_name, entry.payee_name, self.payee_name == entry.payee_name),
            ("拨付层级", self.level, entry.level, self.level == entry.level),
        )
        return ",".join(f"账上{name}为“{old}”,文件为“{new}”" for name, old, new, same in facts if not same)


def known_lines(vouchers: Iterable[str]) -> dict[tuple[int, str, str], dict[int, KnownLine]]:
    """The recorded lines of the vouchers by (fiscal year, budget unit, voucher), then by line number."""
    wanted = sorted(set(vouchers))
    found: dict[tuple[int, str, str], dict[int, KnownLine]] = {}
    status = DisbursementStatus.objects.filter(disbursement=OuterRef("pk")).order_by("-id")
    assigned = DisbursementAssignment.objects.filter(disbursement=OuterRef("pk")).order_by("-id")
    for start in range(0, len(wanted), CHUNK):
        rows = (
            Disbursement.objects.filter(voucher_no__in=wanted[start : start + CHUNK])
            .annotate(
                now_status=Subquery(status.values("status")[:1]),
                now_project=Subquery(assigned.values("project_id")[:1]),
                now_contract=Subquery(assigned.values("contract_id")[:1]),
            )
            .order_by()
        )
        for row in rows.iterator(chunk_size=CHUNK):
            key = (row.fiscal_year, row.budget_unit_code, row.voucher_no)
            found.setdefault(key, {})[row.line_no] = KnownLine(
                paid_on=row.paid_on,
                amount=row.amount,
                payee_name=row.payee_name,
                level=row.level,
                summary=row.summary,
                status=row.now_status or PaymentStatus.PENDING,
                project_id=row.now_project,
                contract_id=row.now_contract,
            )
    return found
