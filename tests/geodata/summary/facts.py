"""Rows of the record for tests of figures, written straight into the tables: each test says only what it is about."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.funding.models import (
    BudgetLine,
    Contract,
    ContractChange,
    Disbursement,
    DisbursementAssignment,
    DisbursementStatus,
    FundArrival,
    FundingSource,
    Measurement,
)
from geodata.organisations.models import Organisation
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.models import Project, StatusChange

_numbers = count(1)


def source(code: str = "county") -> FundingSource:
    return FundingSource.objects.get_or_create(code=code, defaults={"name": code, "group": "fiscal"})[0]


def contractor() -> Organisation:
    return Organisation.objects.get_or_create(name_key="示例建设", defaults={"name": "示例建设有限公司"})[0]


def payment(
    project: Project | None,
    amount: str,
    paid_on: date = date(2026, 3, 5),
    *,
    level: str = "to_payee",
    status: str = "cleared",
    **fields: Any,
) -> Disbursement:
    """A ledger row with its status and assignment."""
    made = Disbursement.objects.create(
        fiscal_year=paid_on.year,
        voucher_no=f"ZF{next(_numbers)}",
        paid_on=paid_on,
        level=level,
        amount=Decimal(amount),
        **{"payee_name": "示例建设有限公司", "payee_is_person": False, **fields},
    )
    DisbursementStatus.objects.create(disbursement=made, status=status)
    DisbursementAssignment.objects.create(disbursement=made, project=project)
    return made


def payments(number: int, amount: str) -> list[Disbursement]:
    """Many cleared ledger rows that belong to no project yet."""
    made = Disbursement.objects.bulk_create(
        Disbursement(
            fiscal_year=2026,
            voucher_no=f"ZF{next(_numbers)}",
            paid_on=date(2026, 3, 5),
            amount=Decimal(amount),
            payee_name="示例建设有限公司",
            payee_is_person=False,
        )
        for _ in range(number)
    )
    DisbursementStatus.objects.bulk_create(DisbursementStatus(disbursement=d, status="cleared") for d in made)
    return made


def set_status(made: Disbursement, status: str) -> None:
    DisbursementStatus.objects.create(disbursement=made, status=status)


def assign(made: Disbursement, project: Project | None) -> None:
    DisbursementAssignment.objects.create(disbursement=made, project=project)


def budget_line(project: Project | None, amount: str, issued_on: date = date(2026, 1, 10), **fields: Any) -> BudgetLine:
    return BudgetLine.objects.create(
        doc_no=f"岳财建指〔2026〕{next(_numbers)}号",
        project=project,
        year=issued_on.year,
        source=fields.pop("source", None) or source(),
        amount=Decimal(amount),
        issued_on=issued_on,
        **fields,
    )


def arrival(line: BudgetLine, amount: str, arrived_on: date = date(2026, 1, 20), *, project: Any = None) -> FundArrival:
    return FundArrival.objects.create(
        budget_line=line, project=project, arrived_on=arrived_on, amount=Decimal(amount), line_no=next(_numbers)
    )


def report(project: Project, period_end: date, **fields: Any) -> PeriodReport:
    values = {"period_start": period_end.replace(day=1), "state": "approved", **fields}
    return PeriodReport.objects.create(project=project, period_end=period_end, **values)


def plan(project: Project, year: int = 2026, **fields: Any) -> PlanYear:
    return PlanYear.objects.create(project=project, year=year, **fields)


def contract(project: Project, price: str, signed_on: date | None = date(2026, 1, 5)) -> Contract:
    number = f"HT-{next(_numbers)}"
    return Contract.objects.create(
        number=number, project=project, name=number, contractor=contractor(), price=Decimal(price), signed_on=signed_on
    )


def change(made: Contract, delta: str, approved_on: date | None) -> ContractChange:
    return ContractChange.objects.create(
        contract=made, number=str(next(_numbers)), amount_delta=Decimal(delta), approved_on=approved_on
    )


def measurement(made: Contract, measured_to: date, cumulative: str) -> Measurement:
    return Measurement.objects.create(
        contract=made,
        period_no=next(_numbers),
        measured_to=measured_to,
        certified_amount=0,
        cumulative_amount=Decimal(cumulative),
    )


def order(
    project: Project | None,
    received: datetime = datetime(2026, 3, 12, 9, 0),
    *,
    kind: str = "complaint",
    match: str = "confirmed",
    duplicate_of: WorkOrder | None = None,
) -> WorkOrder:
    made = WorkOrder.objects.create(
        order_no=f"YY{next(_numbers)}",
        received_at=timezone.make_aware(received),
        kind=kind,
        state="received",
        duplicate_of=duplicate_of,
    )
    if project is not None:
        OrderMatch.objects.create(order=made, project=project, score=1, state=match, method="file")
    return made


def status(project: Project, effective_on: date, value: str, stage: str = "construction") -> StatusChange:
    return StatusChange.objects.create(project=project, effective_on=effective_on, status=value, stage=stage)
