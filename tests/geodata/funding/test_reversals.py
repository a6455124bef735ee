"""Money that comes back: a whole payment is taken back once, a part is a plain negative line."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import Sum

from geodata.errors import NotFound, Refused
from geodata.funding.choices import COUNTED, Level, PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Contract, Disbursement, DisbursementAssignment
from geodata.funding.payments import PaymentFilter, payments
from geodata.funding.selectors import payments_of_project
from geodata.funding.services import assign, change_status, record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db

Make = Callable[..., DisbursementEntry]


def record(*entries: DisbursementEntry) -> None:
    record_disbursements(entries=entries, user=None, now=NOW)


def row(voucher: str) -> Disbursement:
    return Disbursement.objects.select_related("standing").get(voucher_no=voucher)


@pytest.fixture
def back(payment: Make) -> Make:
    """A line that takes ZF1 back."""

    def make(voucher_no: str = "ZF2", amount: str = "-1000.00", **fields: object) -> DisbursementEntry:
        values = {"status": PaymentStatus.RETURNED, "reverses_voucher": "ZF1", "paid_on": date(2026, 3, 20), **fields}
        return payment(voucher_no, amount, **values)

    return make


@pytest.mark.parametrize("together", [True, False])
def test_a_reversal_points_to_its_original_and_lies_where_that_lies(
    payment: Make,
    back: Make,
    make_project: Callable[..., Project],
    make_contract: Callable[..., Contract],
    together: bool,
) -> None:
    project = make_project()
    contract = make_contract(project)
    original = payment(project_id=project.pk, contract_id=contract.pk)
    for entries in [(original, back())] if together else [(original,), (back(),)]:
        record(*entries)
    returned = row("ZF2")
    assert returned.reverses == row("ZF1")
    assert (returned.standing.project_id, returned.standing.contract_id) == (project.pk, contract.pk)
    total = payments_of_project(CITY, project.pk).filter(now_status__in=COUNTED).aggregate(Sum("amount"))
    assert total["amount__sum"] == 0


def test_a_part_that_comes_back_is_a_plain_negative_line(payment: Make, back: Make) -> None:
    record(payment(), back(amount="-400.00"))
    assert row("ZF2").reverses is None


def test_a_return_of_what_was_paid_before_the_record_began_is_a_plain_negative_line(back: Make) -> None:
    record(back())
    assert row("ZF2").reverses is None


def test_a_payment_of_last_year_is_taken_back_this_year(payment: Make, back: Make) -> None:
    record(payment(fiscal_year=2024, paid_on=date(2024, 12, 30)), payment(fiscal_year=2025, paid_on=date(2025, 12, 30)))
    record(back())
    assert row("ZF2").reverses.fiscal_year == 2025


def test_of_several_equal_lines_each_is_taken_back_once(payment: Make, back: Make) -> None:
    record(payment(line_no=1), payment(line_no=2), payment(line_no=3, payee_name="另一公司"))
    record(back("B1", payee_name="另一公司"), back("B2"), back("B3"))
    assert row("B1").reverses.line_no == 3
    assert {row("B2").reverses.line_no, row("B3").reverses.line_no} == {1, 2}
    with pytest.raises(Refused, match="已被冲销过"):
        record(back("B4"))


@pytest.mark.parametrize(
    ("before", "entry", "said"),
    [
        ([], {"amount": "-1000.01"}, "大于原凭证"),
        ([], {"reverses_voucher": "ZF0"}, "负数行"),
        ([], {"level": Level.TO_UNIT}, "另一拨付层级"),
        ([{}], {"voucher_no": "ZF3"}, "已被冲销过"),
        ([], {"reverses_voucher": "ZFP"}, "待清算"),
        ([], {"reverses_voucher": "ZFV"}, "已作废"),
    ],
)
def test_a_reversal_that_does_not_fit_its_original_is_refused(
    payment: Make, back: Make, before: list[dict], entry: dict, said: str
) -> None:
    record(
        payment(),
        payment("ZF0", "-1000.00"),
        payment("ZFP", status=PaymentStatus.PENDING),
        payment("ZFV", status=PaymentStatus.VOID),
        *(back(**fields) for fields in before),
    )
    count = Disbursement.objects.count()
    with pytest.raises(Refused, match=said):
        record(back(**entry))
    assert Disbursement.objects.count() == count


def test_a_reversal_that_names_another_project_is_refused(
    payment: Make, back: Make, make_project: Callable[..., Project]
) -> None:
    record(payment(project_id=make_project().pk))
    with pytest.raises(Refused, match="同一个项目"):
        record(back(project_id=make_project().pk))


@pytest.mark.parametrize("named", ["ZF1", "ZF2"])
def test_both_halves_move_to_another_project_together(
    payment: Make, back: Make, make_project: Callable[..., Project], hq_admin: User, named: str
) -> None:
    first, second = make_project(), make_project()
    record(payment(project_id=first.pk), back())
    assign(disbursement_ids=[row(named).pk], project_id=second.pk, reason="归集有误", user=hq_admin, now=NOW)
    assert row("ZF1").standing.project_id == row("ZF2").standing.project_id == second.pk
    newest = DisbursementAssignment.objects.latest("id")
    assert (newest.reason, newest.recorded_by, newest.recorded_at) == ("归集有误", hq_admin, NOW)
    record(payment(project_id=first.pk))  # so does a file that assigns the original anew
    assert row("ZF1").standing.project_id == row("ZF2").standing.project_id == first.pk


def test_a_status_moves_forward_by_hand_with_a_reason(payment: Make, back: Make, hq_admin: User) -> None:
    record(payment(), back(), payment("ZF3", status=PaymentStatus.PENDING))
    by = {"user": hq_admin, "now": NOW}

    def change(voucher: str, status: PaymentStatus, reason: str = "核实") -> None:
        change_status(disbursement_ids=[row(voucher).pk], status=status, reason=reason, **by)

    change("ZF3", PaymentStatus.CLEARED)
    assert row("ZF3").standing.status == "cleared"
    for voucher, status, said in (
        ("ZF3", PaymentStatus.PENDING, "不能改为"),
        ("ZF3", PaymentStatus.RETURNED, "正数金额"),
        ("ZF1", PaymentStatus.VOID, "已参与冲销"),
        ("ZF2", PaymentStatus.VOID, "已参与冲销"),
    ):
        with pytest.raises(Refused, match=said):
            change(voucher, status)
    with pytest.raises(Refused, match="原因"):
        change("ZF3", PaymentStatus.VOID, " ")
    with pytest.raises(NotFound):
        change_status(disbursement_ids=[0], status=PaymentStatus.VOID, reason="核实", **by)
    change("ZF3", PaymentStatus.VOID)
    assert row("ZF3").standing.status == "void"


def test_payments_are_read_within_the_scope_only(
    payment: Make, make_project: Callable[..., Project], city: dict
) -> None:
    own, foreign = make_project(), make_project(management_unit=city["430626"])
    record(payment(project_id=own.pk), payment("ZF2", project_id=foreign.pk), payment("ZF3"))
    scope = Scope(unit_ids=frozenset({city["430602"].pk}))
    assert [p.voucher_no for p in payments_of_project(scope, own.pk)] == ["ZF1"]
    assert not payments_of_project(scope, foreign.pk)
    homeless = PaymentFilter(unattributed=True)
    assert [p.disbursement.voucher_no for p in payments(CITY, homeless)] == ["ZF3"]
    assert not payments(scope, homeless)
