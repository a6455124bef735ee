"""Negative lines and the payments they take back: found, checked, and put where the original is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.errors import Refused
from geodata.funding.entries import DisbursementEntry
from geodata.funding.rules import Original, original_of
from geodata.funding.services.known import lines_of_vouchers

# How many years back a voucher is looked for.
_YEARS: Final = 10

_Group = tuple[str, str]  # budget unit, voucher


@dataclass(frozen=True, slots=True)
class Placed:
    """A new line with its number, its original if it takes one back, and where it belongs."""

    id: int
    entry: DisbursementEntry
    reverses_id: int | None
    project_id: int | None
    contract_id: int | None


def place(fresh: Sequence[DisbursementEntry], ids: Sequence[int]) -> list[Placed]:
    """Number the new lines; a reversal goes to its original's project and contract.

    Raises Refused as `original_of` does, and when a reversal names another project than its original's.
    """
    candidates = _candidates(fresh, ids)
    placed = []
    for entry, number in zip(fresh, ids, strict=True):
        original = _original(entry, candidates) if entry.reverses_voucher else None
        if original is None:
            placed.append(Placed(number, entry, None, entry.project_id, entry.contract_id))
            continue
        if entry.project_id is not None and original.project_id not in (None, entry.project_id):
            raise Refused(f"凭证 {entry.voucher_no} 与被冲销的凭证 {entry.reverses_voucher} 不属于同一个项目")
        original.is_reversed = True
        placed.append(Placed(number, entry, original.id, original.project_id, original.contract_id))
    return placed


def _original(entry: DisbursementEntry, candidates: dict[_Group, list[Original]]) -> Original | None:
    """Among the lines of the voucher in the newest year that is not after the entry's."""
    lines = candidates.get((entry.budget_unit_code, entry.reverses_voucher), [])
    years = [line.fiscal_year for line in lines if line.fiscal_year <= entry.fiscal_year]
    return original_of(entry, [line for line in lines if line.fiscal_year == max(years, default=0)])


def _candidates(fresh: Sequence[DisbursementEntry], ids: Sequence[int]) -> dict[_Group, list[Original]]:
    wanted = {(entry.budget_unit_code, entry.reverses_voucher): entry for entry in fresh if entry.reverses_voucher}
    found: dict[_Group, list[Original]] = defaultdict(list)
    if not wanted:
        return found
    for group, original in _recorded(fresh):
        found[group].append(original)
    for entry, number in zip(fresh, ids, strict=True):
        group = (entry.budget_unit_code, entry.voucher_no)
        if group in wanted:
            found[group].append(_about_to_be(entry, number))
    return found


def _recorded(fresh: Sequence[DisbursementEntry]) -> Iterable[tuple[_Group, Original]]:
    vouchers = {
        (year, entry.budget_unit_code, entry.reverses_voucher)
        for entry in fresh
        if entry.reverses_voucher
        for year in range(entry.fiscal_year - _YEARS, entry.fiscal_year + 1)
    }
    for line in lines_of_vouchers(sorted(vouchers)):
        yield (
            (line.budget_unit_code, line.voucher_no),
            Original(
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
            ),
        )


def _about_to_be(entry: DisbursementEntry, number: int) -> Original:
    return Original(
        id=number,
        fiscal_year=entry.fiscal_year,
        voucher_no=entry.voucher_no,
        amount=entry.amount,
        payee_name=entry.payee_name,
        level=entry.level,
        status=entry.status,
        project_id=entry.project_id,
        contract_id=entry.contract_id,
    )
