"""What the ledger holds already: lines by their voucher key, with newest status, assignment and counterpart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from geodata.funding.choices import PaymentStatus

Key = tuple[int, str, str, int]
Voucher = tuple[int, str, str]

# Appending to lines that exist is done by one transaction at a time: the newest row wins, so order matters.
# New lines need no lock, nobody sees them yet.
APPEND_LOCK = (430_601, 1)

_IDS_BY_KEY = """
SELECT d.id
  FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[]) AS k(fiscal_year, unit, voucher, line)
  JOIN funding_disbursement d ON d.fiscal_year = k.fiscal_year AND d.budget_unit_code = k.unit
                             AND d.voucher_no = k.voucher AND d.line_no = k.line
 LIMIT %s"""
_IDS_BY_VOUCHER = """
SELECT d.id
  FROM unnest(%s::int[], %s::text[], %s::text[]) AS k(fiscal_year, unit, voucher)
  JOIN funding_disbursement d ON d.fiscal_year = k.fiscal_year AND d.budget_unit_code = k.unit
                             AND d.voucher_no = k.voucher"""
_LINES = """
SELECT d.id, d.fiscal_year, d.budget_unit_code, d.voucher_no, d.line_no, d.paid_on, d.amount, d.payee_name, d.level,
       d.reverses_id, r.id, s.status, a.project_id, a.contract_id
  FROM funding_disbursement d
  LEFT JOIN funding_disbursement r ON r.reverses_id = d.id
  LEFT JOIN LATERAL (SELECT status FROM funding_disbursementstatus
                      WHERE disbursement_id = d.id ORDER BY id DESC LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT project_id, contract_id FROM funding_disbursementassignment
                      WHERE disbursement_id = d.id ORDER BY id DESC LIMIT 1) a ON true
 WHERE d.id = ANY(%s)
 ORDER BY d.id"""


@dataclass(frozen=True, slots=True)
class Line:
    """A recorded line of the ledger as it stands now."""

    id: int
    fiscal_year: int
    budget_unit_code: str
    voucher_no: str
    line_no: int
    paid_on: date
    amount: Decimal
    payee_name: str
    level: str
    reverses_id: int | None
    reversed_by_id: int | None
    status: PaymentStatus | str | None
    project_id: int | None
    contract_id: int | None

    @property
    def key(self) -> Key:
        return (self.fiscal_year, self.budget_unit_code, self.voucher_no, self.line_no)

    @property
    def counterpart_id(self) -> int | None:
        """The other half of a reversal."""
        return self.reverses_id or self.reversed_by_id


def any_known(keys: Collection[Key]) -> bool:
    """Whether the ledger holds any of the lines."""
    return bool(_ids(_IDS_BY_KEY, [*_arrays(keys, 4), 1]))


def lines_by_key(keys: Collection[Key]) -> dict[Key, Line]:
    """The recorded lines among these keys."""
    return {line.key: line for line in lines_by_id(_ids(_IDS_BY_KEY, [*_arrays(keys, 4), len(keys)]))}


def lines_of_vouchers(vouchers: Collection[Voucher]) -> list[Line]:
    """All lines of these vouchers, oldest first."""
    return lines_by_id(_ids(_IDS_BY_VOUCHER, _arrays(vouchers, 3)))


def lines_by_id(ids: Iterable[int]) -> list[Line]:
    """Lines by number, rising, as they stand now."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [sorted(set(ids))])
        return [Line(*row) for row in cursor.fetchall()]


def lock_appending() -> None:
    """Until the end of the transaction nobody else appends statuses or assignments to lines that exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", APPEND_LOCK)


def _arrays(keys: Collection[tuple], width: int) -> list[list]:
    return [list(column) for column in zip(*keys, strict=True)] if keys else [[] for _ in range(width)]


def _ids(statement: str, parameters: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]
