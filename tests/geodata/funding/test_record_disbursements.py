"""Payments enter the ledger once, in full, and only ever by adding rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from geodata.errors import Refused
from geodata.funding.choices import Level, PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Contract, Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.record import Outcome
from geodata.stewards.models import User
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db

Make = Callable[..., DisbursementEntry]


def record(*entries: DisbursementEntry, user: User | None = None, batch: int | None = None) -> Outcome:
    return record_disbursements(entries=entries, user=user, now=NOW, batch=batch)


def newest(voucher: str, line: int = 1) -> tuple[str | None, int | None, int | None]:
    row = Disbursement.objects.get(voucher_no=voucher, line_no=line)
    status = row.statuses.order_by("-id").first()
    place = row.assignments.order_by("-id").first()
    return (status and status.status, place and place.project_id, place and place.contract_id)


def test_a_payment_is_kept_with_every_field_its_status_and_its_place(
    payment: Make, make_project: Callable[..., Project], make_contract: Callable[..., Contract], hq_admin: User, sources
) -> None:
    project = make_project()
    contract = make_contract(project)
    entry = payment(
        summary="第2期工程进度款",
        project_id=project.pk,
        contract_id=contract.pk,
        source_id=sources["special_bond"].pk,
        row_no=7,
    )
    assert record(entry, user=hq_admin, batch=3) == Outcome(created=1)
    row = Disbursement.objects.get()
    kept = {name: getattr(row, name) for name in ("amount", "paid_on", "payee_name", "summary", "source_id", "row_no")}
    assert kept == {name: getattr(entry, name) for name in kept}
    assert (row.batch, row.recorded_by, row.recorded_at, row.reverses) == (3, hq_admin, NOW, None)
    assert newest("ZF1") == ("cleared", project.pk, contract.pk)


def test_the_same_entries_again_change_nothing(payment: Make, make_project: Callable[..., Project]) -> None:
    project = make_project()
    entries = [
        payment("ZF1", "15000000.00", project_id=project.pk),
        payment("ZF2", "-15000000.00", status=PaymentStatus.RETURNED, reverses_voucher="ZF1"),
        payment("ZF3"),
    ]
    assert record(*entries) == Outcome(created=3)
    counts = [model.objects.count() for model in (Disbursement, DisbursementStatus, DisbursementAssignment)]
    assert counts == [3, 3, 2]
    assert record(*entries) == Outcome(unchanged=3)
    assert counts == [model.objects.count() for model in (Disbursement, DisbursementStatus, DisbursementAssignment)]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", Decimal("1000.01"), "金额"),
        ("paid_on", date(2026, 3, 6), "支付日期"),
        ("payee_name", "另一家公司", "收款人"),
        ("level", Level.TO_UNIT, "拨付层级"),
    ],
)
def test_a_known_voucher_that_says_something_else_is_refused_by_name(
    payment: Make, field: str, value: object, said: str
) -> None:
    record(payment())
    with pytest.raises(Refused, match=f"ZF1.*{said}"):
        record(payment("ZF0"), replace(payment(), **{field: value}))
    assert Disbursement.objects.count() == 1  # nothing of the batch


def test_a_later_status_is_appended_and_an_earlier_one_passed_over(payment: Make) -> None:
    record(payment(status=PaymentStatus.PENDING))
    assert record(payment(status=PaymentStatus.CLEARED)) == Outcome(changed=1)
    assert record(payment(status=PaymentStatus.PENDING)) == Outcome(unchanged=1)
    assert list(DisbursementStatus.objects.order_by("id").values_list("status", flat=True)) == ["pending", "cleared"]


def test_an_unattributed_payment_finds_its_project_later_and_keeps_it(
    payment: Make, make_project: Callable[..., Project]
) -> None:
    project = make_project()
    record(payment())
    assert newest("ZF1") == ("cleared", None, None)
    assert record(payment(project_id=project.pk)) == Outcome(changed=1)
    assert record(payment()) == Outcome(unchanged=1)  # a file that does not say takes nothing away
    assert newest("ZF1") == ("cleared", project.pk, None)


def test_lines_of_one_voucher_are_payments_of_their_own(payment: Make) -> None:
    assert record(payment(line_no=1), payment(line_no=2, amount="5.00")).created == 2
    with pytest.raises(Refused, match="两次"):
        record(payment(line_no=3), payment(line_no=3))


def test_the_same_voucher_of_another_unit_or_year_is_another_payment(payment: Make) -> None:
    record(payment())
    other_year = payment(fiscal_year=2025, paid_on=date(2025, 3, 5))
    assert record(payment(budget_unit_code="306002"), other_year).created == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": Decimal("0")}, "不为 0"),
        ({"amount": Decimal("1.005")}, "整分"),
        ({"amount": Decimal("1E17")}, "合理范围"),
        ({"amount": Decimal("NaN")}, "合理范围"),
        ({"fiscal_year": 2025}, "会计年度"),
        ({"status": PaymentStatus.RETURNED}, "正数金额"),
        ({"payee_name": ""}, "收款人"),
        ({"payee_name": "长" * 201}, "超过 200 个字"),
        ({"summary": "a\x00b"}, "不可见字符"),
        ({"reverses_voucher": "ZF0"}, "应为负数"),
    ],
)
def test_a_line_that_no_ledger_could_hold_is_refused(payment: Make, changes: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        record(payment("ZF0"), replace(payment(), **changes))
    assert not Disbursement.objects.exists()


def test_a_contract_of_another_project_is_refused(
    payment: Make, make_project: Callable[..., Project], make_contract: Callable[..., Contract]
) -> None:
    contract = make_contract(make_project())
    with pytest.raises(Refused, match="合同不属于"):
        record(payment(project_id=make_project().pk, contract_id=contract.pk))


def test_each_row_tells_who_recorded_it_why_and_from_which_batch(payment: Make, hq_admin: User) -> None:
    from geodata.audit import acting

    with acting(user_id=hq_admin.pk, reason="import", batch=12):
        record(payment(), user=hq_admin, batch=12)
    for model in (Disbursement, DisbursementStatus):
        event = model.pgh_event_models["insert"].objects.get()
        assert event.pgh_obj_id == model.objects.get().pk
        assert event.pgh_context.metadata == {"user": hq_admin.pk, "reason": "import", "batch": 12}


def test_five_thousand_payments_arrive_to_the_fen(payment: Make, make_project: Callable[..., Project]) -> None:
    projects = [make_project() for _ in range(20)]
    entries = [
        payment(f"ZF{number:05d}", f"{number + 1}.{number % 100:02d}", project_id=projects[number % 20].pk)
        for number in range(5000)
    ]
    assert record(*entries) == Outcome(created=5000)
    total = sum(Disbursement.objects.values_list("amount", flat=True))
    assert total == sum(entry.amount for entry in entries)
    assert Disbursement.pgh_event_models["insert"].objects.count() == 5000
    assert record(*entries) == Outcome(unchanged=5000)
