"""Budget lines, arrivals, contracts and measurements: found again by their keys, refused where the law says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from geodata.errors import Refused
from geodata.funding.entries import (
    ArrivalEntry,
    BudgetLineEntry,
    BudgetLineKey,
    ContractChangeEntry,
    DisbursementEntry,
    FundingPlanEntry,
    MeasurementEntry,
)
from geodata.funding.models import BudgetLine, Contract, FundArrival, FundingPlan, FundingSource, Measurement
from geodata.funding.reference import SOURCES
from geodata.funding.services import (
    ensure_sources,
    record_arrivals,
    record_budget_lines,
    record_contract_changes,
    record_disbursements,
    record_funding_plans,
    record_measurements,
)
from geodata.projects.models import Project
from geodata.record import Outcome
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db

MakeProject = Callable[..., Project]
MakeContract = Callable[..., Contract]


def test_the_fourteen_sources_are_made_once_and_a_renamed_one_stays() -> None:
    assert ensure_sources() == Outcome(created=14)
    FundingSource.objects.filter(code="county").update(name="区级财政")
    assert ensure_sources() == Outcome(unchanged=14)
    assert FundingSource.objects.get(code="county").name == "区级财政"
    assert [source.code for source in FundingSource.objects.all()] == [row.code for row in SOURCES]


def test_a_financing_plan_is_replaced_by_source(make_project: MakeProject, sources: dict[str, FundingSource]) -> None:
    entry = FundingPlanEntry(project_id=make_project().pk, source_id=sources["county"].pk, amount=Decimal("2000000"))
    by = {"user": None, "now": NOW}
    assert record_funding_plans(entries=[entry], **by) == Outcome(created=1)
    assert record_funding_plans(entries=[entry], **by) == Outcome(unchanged=1)
    assert record_funding_plans(entries=[replace(entry, amount=Decimal("1"))], **by) == Outcome(changed=1)
    assert FundingPlan.objects.get().amount == 1
    assert FundingPlan.pgh_event_models["update"].objects.filter(pgh_label="update").count() == 1
    with pytest.raises(Refused, match="负数"):
        record_funding_plans(entries=[replace(entry, amount=Decimal("-1"))], **by)


@pytest.fixture
def line(make_project: MakeProject, sources: dict[str, FundingSource]) -> BudgetLineEntry:
    key = BudgetLineKey(
        doc_no="岳财建指〔2026〕12号", project_id=make_project().pk, source_id=sources["municipal"].pk, year=2026
    )
    return BudgetLineEntry(key=key, amount=Decimal("5000000"), issued_on=date(2026, 2, 10))


def test_budget_lines_and_their_arrivals_come_in_once(line: BudgetLineEntry) -> None:
    by = {"user": None, "now": NOW, "batch": 4}
    taken_back = replace(line, key=replace(line.key, line_no=2), amount=Decimal("-200000"))
    nobody = replace(line, key=replace(line.key, project_id=None))
    lines = [line, taken_back, nobody]
    assert record_budget_lines(entries=lines, **by) == Outcome(created=3)
    assert record_budget_lines(entries=lines, **by) == Outcome(unchanged=3)
    arrivals = [ArrivalEntry(line=one.key, arrived_on=date(2026, 2, 20), amount=Decimal("100")) for one in lines]
    assert record_arrivals(entries=arrivals, **by) == Outcome(created=3)
    assert record_arrivals(entries=arrivals, **by) == Outcome(unchanged=3)
    assert FundArrival.objects.filter(project=line.key.project_id).count() == 2  # an arrival lies where its line lies
    assert {row.origin for row in BudgetLine.objects.all()} == {"import"}


def test_a_budget_line_or_arrival_that_means_nothing_is_refused(line: BudgetLineEntry) -> None:
    by = {"user": None, "now": NOW}
    with pytest.raises(Refused, match="金额为 0"):
        record_budget_lines(entries=[replace(line, amount=Decimal(0))], **by)
    arrival = ArrivalEntry(line=line.key, arrived_on=date(2026, 2, 20), amount=Decimal("100"))
    with pytest.raises(Refused, match="尚未录入"):
        record_arrivals(entries=[arrival], **by)
    record_budget_lines(entries=[line], **by)
    with pytest.raises(Refused, match="另一个项目"):
        record_arrivals(entries=[replace(arrival, project_id=(line.key.project_id or 0) + 1)], **by)


@pytest.mark.parametrize(("share", "accepted"), [("3.0", True), ("3.1", False), ("0", True), ("-1", False)])
def test_a_retention_above_three_percent_is_refused(
    make_project: MakeProject, make_contract: MakeContract, share: str, accepted: bool
) -> None:
    project = make_project()
    if accepted:
        assert make_contract(project, retention_pct=Decimal(share)).retention_pct == Decimal(share)
    else:
        with pytest.raises(Refused, match="质保金比例"):
            make_contract(project, retention_pct=Decimal(share))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"price": Decimal(0)}, "大于 0"),
        ({"price": Decimal("1.005")}, "整分"),
        ({"labour_pct": Decimal(101)}, "人工费比例"),
        ({"starts_on": date(2026, 3, 1), "ends_on": date(2026, 2, 1)}, "早于"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(
    make_project: MakeProject, make_contract: MakeContract, fields: dict, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        make_contract(make_project(), **fields)


def test_a_contract_under_which_money_was_paid_stays_with_its_project(
    make_project: MakeProject, make_contract: MakeContract, payment: Callable[..., DisbursementEntry]
) -> None:
    first, second = make_project(), make_project()
    contract = make_contract(first)
    assert make_contract(second).project == second  # nothing paid yet
    assert make_contract(first).project == first
    paid = payment(project_id=first.pk, contract_id=contract.pk)
    record_disbursements(entries=[paid], user=None, now=NOW)
    with pytest.raises(Refused, match="已有支付记录"):
        make_contract(second)


def test_changes_need_a_known_contract(make_project: MakeProject, make_contract: MakeContract) -> None:
    entry = ContractChangeEntry(contract_number="HT-1", number="BG-1", amount_delta=Decimal("-500.00"))
    with pytest.raises(Refused, match="没有编号为 HT-1 的合同"):
        record_contract_changes(entries=[entry], user=None, now=NOW)
    make_contract(make_project())
    assert record_contract_changes(entries=[entry], user=None, now=NOW) == Outcome(created=1)
    assert record_contract_changes(entries=[entry], user=None, now=NOW) == Outcome(unchanged=1)


def measured(period: int, cumulative: str, day: int | None = None) -> MeasurementEntry:
    return MeasurementEntry(
        contract_number="HT-1",
        period_no=period,
        measured_to=date(2026, day or period, 25),
        certified_amount=Decimal("100"),
        cumulative_amount=Decimal(cumulative),
    )


def test_certified_output_never_falls(make_project: MakeProject, make_contract: MakeContract) -> None:
    make_contract(make_project())
    by = {"user": None, "now": NOW}
    assert record_measurements(entries=[measured(1, "100"), measured(3, "300")], **by) == Outcome(created=2)
    assert record_measurements(entries=[measured(2, "300")], **by) == Outcome(created=1)  # standing still is allowed
    for wrong in (measured(4, "299.99"), measured(2, "301"), measured(4, "400", day=1)):
        with pytest.raises(Refused, match=r"不能下降|早于"):
            record_measurements(entries=[wrong], **by)
    assert Measurement.objects.get(period_no=2).cumulative_amount == 300
