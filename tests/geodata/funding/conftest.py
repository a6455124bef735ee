"""Money of the toy city: sources, contractors, entries."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from geodata.funding.entries import ContractEntry, DisbursementEntry
from geodata.funding.models import Contract, FundingSource
from geodata.funding.services import ensure_sources, record_contracts
from geodata.organisations.services import NamedBody, ensure_organisations
from geodata.projects.models import Project

NOW = timezone.make_aware(datetime(2026, 3, 30, 9, 0))


@pytest.fixture
def sources(db: None) -> dict[str, FundingSource]:
    ensure_sources()
    return {source.code: source for source in FundingSource.objects.all()}


@pytest.fixture
def contractor(db: None) -> int:
    return ensure_organisations(bodies=[NamedBody(name="湖南示例建设集团有限公司")])["湖南示例建设集团有限公司"]


@pytest.fixture
def make_contract(contractor: int) -> Callable[..., Contract]:
    """A contract of a project, recorded by the service."""

    def make(project: Project, number: str = "HT-1", **fields: object) -> Contract:
        values = {"name": "施工合同", "contractor_id": contractor, "price": Decimal("1000000"), **fields}
        entry = ContractEntry(number=number, project_id=project.pk, **values)
        record_contracts(entries=[entry], user=None, now=NOW)
        return Contract.objects.get(number=number)

    return make


@pytest.fixture
def payment() -> Callable[..., DisbursementEntry]:
    """A payment of 1,000 yuan; every field can be given."""

    def make(voucher_no: str = "ZF1", amount: str = "1000.00", **fields: object) -> DisbursementEntry:
        values: dict[str, object] = {
            "fiscal_year": 2026,
            "voucher_no": voucher_no,
            "budget_unit_code": "306001",
            "paid_on": date(2026, 3, 5),
            "amount": Decimal(amount),
            "payee_name": "湖南示例建设集团有限公司",
            "payee_is_person": False,
        }
        return DisbursementEntry(**{**values, **fields})

    return make
