"""Where payments stand and how they are listed: the narrow table follows the ledger, lists keep to the scope."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from geodata.errors import BadParameter
from geodata.funding.choices import Level, PaymentStatus
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus, PaymentStanding
from geodata.funding.payments import PaymentFilter, payments, shown, sums_by_level
from geodata.funding.selectors import ledger_faults
from geodata.funding.services import assign, change_status, record_disbursements
from geodata.projects.models import Project
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(make_project: Callable[..., Project], city: dict) -> tuple[Project, Project]:
    """A project of each of two districts."""
    return make_project(name="示例路"), make_project(name="样例井", management_unit=city["430626"])


@pytest.fixture
def ledger(two: tuple[Project, Project], payment: Callable, make_contract: Callable, contractor: int) -> None:
    here, there = two
    entries = [
        payment("A1", "100.00", project_id=here.pk, payee_id=contractor, status=PaymentStatus.CLEARED),
        payment("A2", "20.50", project_id=here.pk, status=PaymentStatus.PENDING, paid_on=date(2026, 3, 9)),
        payment("A3", "7.00", project_id=here.pk, level=Level.TO_UNIT, status=PaymentStatus.CLEARED),
        payment(
            "B1", "300.00", project_id=there.pk, payee_name="张三丰", payee_is_person=True, status=PaymentStatus.CLEARED
        ),
        payment("C1", "9.99", status=PaymentStatus.CLEARED),
    ]
    record_disbursements(entries=entries, user=None, now=NOW)


def vouchers(scope: Scope, **query: str) -> list[str]:
    chosen = PaymentFilter.from_query(query)
    numbers = list(chosen.ordered(payments(scope, chosen)).values_list("pk", flat=True))
    return [row["voucher_no"] for row in shown(numbers)]


def follows() -> bool:
    """Whether the narrow table says of every payment what its newest rows say."""
    ours = {p.pk: (p.status, p.project_id, p.contract_id, p.amount, p.paid_on) for p in PaymentStanding.objects.all()}
    status = dict(DisbursementStatus.objects.order_by("pk").values_list("disbursement", "status"))
    assigned = DisbursementAssignment.objects.order_by("pk").values_list("disbursement", "project", "contract")
    place = {payment: (project, contract) for payment, project, contract in assigned}
    ledger = Disbursement.objects.all()
    return ours == {d.pk: (status[d.pk], *place.get(d.pk, (None, None)), d.amount, d.paid_on) for d in ledger}


def test_the_standing_follows_recording_moving_and_changes_of_status(
    ledger: None, two: tuple[Project, Project]
) -> None:
    assert follows()
    by_no = dict(Disbursement.objects.values_list("voucher_no", "pk"))
    change_status(disbursement_ids=[by_no["A2"]], status=PaymentStatus.CLEARED, reason="已清算", user=None, now=NOW)
    assign(disbursement_ids=[by_no["C1"], by_no["A1"]], project_id=two[1].pk, reason="改归", user=None, now=NOW)
    assign(disbursement_ids=[by_no["A1"]], project_id=None, reason="退回", user=None, now=NOW)
    assert follows()
    assert PaymentStanding.objects.get(pk=by_no["A2"]).status == PaymentStatus.CLEARED
    assert PaymentStanding.objects.get(pk=by_no["A1"]).project_id is None


def test_a_standing_that_lies_is_named_as_a_fault(ledger: None) -> None:
    assert not [fault for fault in ledger_faults() if "列表" in fault.fault]
    PaymentStanding.objects.filter(pk=Disbursement.objects.get(voucher_no="A2").pk).update(status="cleared")
    assert [fault.voucher_no for fault in ledger_faults() if "列表" in fault.fault] == ["A2"]


def test_an_older_row_that_comes_later_does_not_win(ledger: None) -> None:
    paid = Disbursement.objects.get(voucher_no="A2")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funding_disbursementstatus (id, disbursement_id, status, reason) VALUES (-1, %s, 'void', '')",
            [paid.pk],
        )
    assert PaymentStanding.objects.get(pk=paid.pk).status == PaymentStatus.PENDING


def test_a_payment_cannot_be_reversed_twice_even_by_hand(ledger: None) -> None:
    original = Disbursement.objects.get(voucher_no="A1")
    made = [
        Disbursement(
            fiscal_year=2026,
            voucher_no=number,
            paid_on=original.paid_on,
            payee_name="x",
            payee_is_person=False,
            amount=-original.amount,
            reverses=original,
        )
        for number in ("R1", "R2")
    ]
    with pytest.raises(IntegrityError, match="reversed_once"):
        Disbursement.objects.bulk_create(made)


def test_every_index_and_constraint_of_the_ledger_is_in_the_database() -> None:
    """A later migration once took one along without a word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class UNION SELECT conname FROM pg_constraint")
        there = {name for (name,) in cursor.fetchall()}
    wanted = {
        item.name
        for model in (Disbursement, PaymentStanding, *(r.related_model for r in Disbursement._meta.related_objects))
        for item in (*model._meta.indexes, *model._meta.constraints)
    }
    assert wanted - there == set()


def test_staff_see_the_payments_of_their_units_projects_and_nothing_else(ledger: None, city: dict) -> None:
    here = Scope(unit_ids=frozenset({city["430602"].pk}))
    assert vouchers(here) == ["A2", "A3", "A1"]
    assert vouchers(here, project="YYMS-2026-0002") == []
    assert vouchers(here, unattributed="1") == []
    assert vouchers(CITY) == ["A2", "C1", "B1", "A3", "A1"]
    assert vouchers(CITY, unattributed="1") == ["C1"]
    assert vouchers(Scope()) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"unit": "430626"}, ["B1"]),
        ({"project": "YYMS-2026-0001"}, ["A2", "A3", "A1"]),
        ({"level": "to_unit"}, ["A3"]),
        ({"status": "pending"}, ["A2"]),
        ({"status": "pending,cleared", "since": "2026-03-06"}, ["A2"]),
        ({"until": "2026-03-05", "sort": "amount"}, ["A3", "C1", "A1", "B1"]),
        ({"sort": "-amount"}, ["B1", "A1", "A2", "C1", "A3"]),
        ({"q": "a1"}, ["A1"]),
        ({"q": "样例井"}, ["B1"]),
        ({"q": "张三"}, ["B1"]),
        ({"q": "建设集团 a3"}, ["A3"]),
    ],
)
def test_each_limit_finds_its_payments(ledger: None, query: dict[str, str], found: list[str]) -> None:
    assert vouchers(CITY, **query) == found


def test_who_may_not_name_natural_persons_cannot_find_them_by_name(ledger: None) -> None:
    blind = Scope(everything=True, actions=frozenset({Action.VIEW_PROJECTS}))
    assert vouchers(blind, q="张三") == []
    assert vouchers(blind, q="B1") == ["B1"]


def test_levels_are_summed_apart_and_what_does_not_count_stands_beside(ledger: None) -> None:
    sums = {each.level: each for each in sums_by_level(payments(CITY, PaymentFilter()))}
    payee = sums[Level.TO_PAYEE]
    assert (payee.count, payee.amount) == (4, Decimal("430.49"))
    assert (payee.counted, payee.counted_amount) == (3, Decimal("409.99"))
    assert sums[Level.TO_UNIT].counted_amount == Decimal("7.00")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("foo", "1"),
        ("level", "x"),
        ("since", "2026-02-30"),
        ("sort", "payee"),
        ("payee", "-1"),
        ("unattributed", "y"),
        ("q", "长" * 61),
    ],
)
def test_an_unknown_or_bad_parameter_is_named(name: str, text: str) -> None:
    with pytest.raises(BadParameter, match=name):
        PaymentFilter.from_query({name: text})
