"""Eight writers at once: nothing is lost, nothing is written twice, nobody waits in a circle."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.models import Sum

from geodata.audit import acting
from geodata.errors import Conflict
from geodata.funding.choices import PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.funding.selectors import ledger_faults
from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.record import Outcome
from geodata.summary.models import ProjectTotals
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
Make = Callable[..., DisbursementEntry]


def at_once(work: Callable[[int], object]) -> list[object]:
    """Run the work eight times side by side, each with a connection outside the site's small pool."""
    start = Barrier(WRITERS)

    def one(number: int) -> object:
        settings = connection.settings_dict
        options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = {**settings, "OPTIONS": options}
        try:
            start.wait()
            return work(number)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(one, range(WRITERS)))


def test_eight_writers_of_random_projects_lose_nothing(payment: Make, make_project: Callable[..., Project]) -> None:
    projects = [make_project().pk for _ in range(15)]

    def write(number: int) -> None:
        dice = random.Random(number)
        for turn in range(5):
            entries = [
                payment(f"W{number}T{turn}N{line}", "1.01", project_id=dice.choice(projects)) for line in range(20)
            ]
            entries.append(
                payment(
                    f"B{number}T{turn}", "-1.01", status=PaymentStatus.RETURNED, reverses_voucher=f"W{number}T{turn}N0"
                )
            )
            record_disbursements(entries=entries, user=None, now=NOW)

    at_once(write)
    assert Disbursement.objects.count() == DisbursementStatus.objects.count() == WRITERS * 5 * 21
    assert DisbursementAssignment.objects.count() == WRITERS * 5 * 21
    kept = ProjectTotals.objects.aggregate(Sum("disbursed"))["disbursed__sum"]
    assert kept == Decimal("1.01") * WRITERS * 5 * 19
    assert ledger_faults() == []


def test_the_same_vouchers_from_eight_writers_are_recorded_once(
    payment: Make, make_project: Callable[..., Project]
) -> None:
    project = make_project().pk
    entries = [payment(f"ZF{number}", project_id=project) for number in range(30)]
    entries.append(payment("BACK", "-1000.00", status=PaymentStatus.RETURNED, reverses_voucher="ZF7"))

    def write(number: int) -> Outcome | None:
        mixed = random.Random(number).sample(entries, k=len(entries))
        try:
            return record_disbursements(entries=mixed, user=None, now=NOW)
        except Conflict:
            return None

    outcomes = [outcome for outcome in at_once(write) if isinstance(outcome, Outcome)]
    assert sum(outcome.created for outcome in outcomes) == len(entries)
    assert len(outcomes) == WRITERS  # nobody gave up
    for model in (Disbursement, DisbursementStatus, DisbursementAssignment):
        assert model.objects.count() == len(entries)
    assert ledger_faults() == []


def test_a_copy_in_a_transaction_of_its_own_carries_the_acting_user(payment: Make) -> None:
    with acting(user_id=None, reason="manual", batch=9):
        record_disbursements(entries=[payment()], user=None, now=NOW)
    for model in (Disbursement, DisbursementStatus):
        assert model.pgh_event_models["insert"].objects.get().pgh_context.metadata["batch"] == 9
