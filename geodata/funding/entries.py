"""What importers and the workbench hand to the services of funding: plain rows, references already resolved.

Amounts are Decimal yuan, shares are percent (3.0 means 3 %). ``row_no`` is the row of the file, for the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geodata.funding.choices import ChangeLevel, ContractKind, FundNature, Level, PaymentStatus, PayMethod, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementEntry:
    """One line of a payment voucher. The key is (fiscal_year, budget_unit_code, voucher_no, line_no).

    For a key that the ledger has already, everything but status and assignment must be the same (else refused: the
    ledger is append-only); another status or assignment is appended. ``project_id`` None means that the file does not
    say: it never takes an existing assignment away. ``reverses_voucher`` names the voucher that a negative row takes
    back, of the same budget unit, in this or an earlier year; "" for none.
    """

    fiscal_year: int
    voucher_no: str
    paid_on: date
    amount: Decimal
    payee_name: str
    payee_is_person: bool
    line_no: int = 1
    budget_unit_code: str = ""
    budget_unit_name: str = ""
    level: Level = Level.TO_PAYEE
    pay_method: PayMethod | str = ""
    fund_nature: FundNature | str = ""
    source_id: int | None = None
    budget_doc_no: str = ""
    budget_project_code: str = ""
    functional_class: str = ""
    dept_econ_class: str = ""
    gov_econ_class: str = ""
    payee_id: int | None = None
    payee_account_tail: str = ""
    payee_bank: str = ""
    summary: str = ""
    purpose: Purpose = Purpose.OTHER
    note: str = ""
    reverses_voucher: str = ""
    status: PaymentStatus = PaymentStatus.CLEARED
    project_id: int | None = None
    contract_id: int | None = None
    row_no: int | None = None

    @property
    def key(self) -> tuple[int, str, str, int]:
        return (self.fiscal_year, self.budget_unit_code, self.voucher_no, self.line_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPlanEntry:
    """What one source is to give to a project; replaces an earlier amount of the same project and source.

    `replaced` are other sources of the project that fall away with it.
    """

    project_id: int
    source_id: int
    amount: Decimal
    replaced: tuple[int, ...] = ()
    row_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLineKey:
    """Which line of a budget document; the natural key of BudgetLine."""

    doc_no: str
    project_id: int | None
    source_id: int
    year: int
    line_no: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLineEntry:
    """预算指标 issued; negative when money is taken back. Found again by ``key``."""

    key: BudgetLineKey
    amount: Decimal
    issued_on: date
    functional_class: str = ""
    budget_project_code: str = ""
    budget_project_name: str = ""
    fund_nature: FundNature | str = ""
    row_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalEntry:
    """资金到位 on a budget line, which may have been recorded a moment ago by the same file."""

    line: BudgetLineKey
    arrived_on: date
    amount: Decimal
    line_no: int = 1
    project_id: int | None = None
    account_tail: str = ""
    row_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEntry:
    """合同, found again by its number. ``contractor_id`` is a known Organisation."""

    number: str
    project_id: int
    name: str
    contractor_id: int
    price: Decimal
    kind: ContractKind = ContractKind.CONSTRUCTION
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    advance_pct: Decimal | None = None
    progress_pct: Decimal | None = None
    retention_pct: Decimal | None = None
    labour_pct: Decimal | None = None
    row_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChangeEntry:
    """设计/工程变更, found again by contract number and change number."""

    contract_number: str
    number: str
    amount_delta: Decimal
    level: ChangeLevel = ChangeLevel.MINOR
    reason: str = ""
    basis: str = ""
    content: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    row_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementEntry:
    """计量 of a period, found again by contract number and period number."""

    contract_number: str
    period_no: int
    measured_to: date
    certified_amount: Decimal
    cumulative_amount: Decimal
    supervisor: str = ""
    auditor: str = ""
    row_no: int | None = None
