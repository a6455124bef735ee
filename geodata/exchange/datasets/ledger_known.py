"""What the ledger says already about the vouchers of a file, and which payments its negative rows take back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from geodata.errors import Refused
from geodata.funding.entries import DisbursementEntry
from geodata.funding.rules import Original, original_of
from geodata.funding.services.known import Line, Voucher, lines_of_vouchers

# How many years back a voucher that a row takes back is looked for; the service looks as far.
YEARS_BACK = 10
Body = tuple[str, str]  # budget unit, voucher


def known_lines(vouchers: Iterable[Voucher]) -> dict[Voucher, dict[int, Line]]:
    """The recorded lines of the vouchers by (fiscal year, budget unit, voucher), then by line number."""
    found: dict[Voucher, dict[int, Line]] = {}
    for line in lines_of_vouchers(sorted(set(vouchers))):
        found.setdefault(line.key[:3], {})[line.line_no] = line
    return found


def contradiction(line: Line, entry: DisbursementEntry) -> str:
    """What the ledger cannot change and the row says otherwise; "" when nothing."""
    facts = (
        ("金额", f"{line.amount} 元", f"{entry.amount} 元", line.amount == entry.amount),
        ("支付日期", str(line.paid_on), str(entry.paid_on), line.paid_on == entry.paid_on),
        ("收款人", line.payee_name, entry.payee_name, line.payee_name == entry.payee_name),
        ("拨付层级", line.level, entry.level, line.level == entry.level),
    )
    return "，".join(f"账上{name}为“{old}”，文件为“{new}”" for name, old, new, same in facts if not same)


class Reversals:
    """The payments that negative rows may take back: recorded ones, and new ones of the same file."""

    def __init__(self, fresh: Sequence[DisbursementEntry], refused: Collection[Body]) -> None:
        wanted = {(entry.budget_unit_code, entry.reverses_voucher) for entry in fresh if entry.reverses_voucher}
        self._refused = frozenset(refused)
        self._found: Mapping[Body, list[Original]] = defaultdict(list)
        if not wanted:
            return
        for line in lines_of_vouchers(_vouchers(fresh)):
            self._found[line.budget_unit_code, line.voucher_no].append(_recorded(line))
        for entry in fresh:
            if (entry.budget_unit_code, entry.voucher_no) in wanted:
                self._found[entry.budget_unit_code, entry.voucher_no].append(_in_file(entry))

    def judge(self, entry: DisbursementEntry) -> tuple[str, str]:
        """(why the row must be refused, what to warn about); both "" for a reversal that fits."""
        body = (entry.budget_unit_code, entry.reverses_voucher)
        if body in self._refused:
            return f"被冲销的凭证 {entry.reverses_voucher} 在本文件中被拒收", ""
        lines = [line for line in self._found.get(body, []) if line.fiscal_year <= entry.fiscal_year]
        if not lines:
            return "", f"没有找到被冲销的凭证 {entry.reverses_voucher}，按独立的负数支付记账"
        newest = max(line.fiscal_year for line in lines)
        try:
            original = original_of(entry, [line for line in lines if line.fiscal_year == newest])
        except Refused as error:
            return error.message, ""
        if original is not None:
            if entry.project_id is not None and original.project_id not in (None, entry.project_id):
                return f"与被冲销的凭证 {entry.reverses_voucher} 不属于同一个项目", ""
            original.is_reversed = True
        return "", ""


def _vouchers(fresh: Sequence[DisbursementEntry]) -> list[Voucher]:
    return sorted(
        {
            (year, entry.budget_unit_code, entry.reverses_voucher)
            for entry in fresh
            if entry.reverses_voucher
            for year in range(entry.fiscal_year - YEARS_BACK, entry.fiscal_year + 1)
        }
    )


def _recorded(line: Line) -> Original:
    return Original(
        id=line.id,
        fiscal_year=line.fiscal_year,
        voucher_no=line.voucher_no,
        amount=line.amount,
        payee_name=line.payee_name,
        level=line.level,
        status=line.status,
        project_id=line.project_id,
        contract_id=line.contract_id,
        is_reversed=line.reversed_by_id is not None,
    )


def _in_file(entry: DisbursementEntry) -> Original:
    return Original(
        id=0,
        fiscal_year=entry.fiscal_year,
        voucher_no=entry.voucher_no,
        amount=entry.amount,
        payee_name=entry.payee_name,
        level=entry.level,
        status=entry.status,
        project_id=entry.project_id,
        contract_id=entry.contract_id,
    )
