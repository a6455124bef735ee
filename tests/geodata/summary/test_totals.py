"""project_totals: kept by triggers through every kind of write, equal to the definition, never losing an update."""

import random
import threading
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.funding.models import (
    BudgetLine,
    Contract,
    ContractChange,
    DisbursementAssignment,
    DisbursementStatus,
    FundArrival,
    FundingPlan,
    Measurement,
)
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.models import InvestmentApproval, Project
from geodata.summary.models import ProjectTotals
from geodata.summary.services import differences
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)


def agree() -> None:
    assert differences(today=TODAY) == []


def some_of_everything(project: Project) -> None:
    InvestmentApproval.objects.create(project=project, basis="estimate", amount=5)
    facts.status(project, date(2026, 1, 1), "not_started")
    facts.report(project, date(2026, 2, 28), invested_cumulative=3, invested_year=2)
    facts.plan(project, planned_amount=9)
    FundingPlan.objects.create(project=project, source=facts.source("municipal"), amount=4)
    line = facts.budget_line(project, "80.01")
    facts.arrival(line, "70.02")
    made = facts.contract(project, "500")
    facts.change(made, "6", date(2026, 2, 2))
    facts.measurement(made, date(2026, 2, 20), "33.33")
    facts.payment(project, "20.20")
    facts.order(project)


def test_deleting_facts_takes_them_out_of_the_totals(make_project: MakeProject) -> None:
    project = make_project()
    some_of_everything(project)
    agree()
    for model in (
        OrderMatch, WorkOrder, Measurement, ContractChange, Contract, FundArrival, BudgetLine, FundingPlan, PlanYear,
    ):  # fmt: skip
        model.objects.all().delete()
        agree()
    totals = ProjectTotals.objects.get()
    assert (totals.arrived, totals.allocated, totals.contract_total, totals.certified) == (None, None, None, None)
    assert (totals.years, totals.sources, totals.orders_all) == (None, None, None)
    assert totals.disbursed is not None


def test_moving_facts_to_another_project_moves_its_figures(make_project: MakeProject) -> None:
    first, second = make_project(), make_project()
    some_of_everything(first)
    for model in (Contract, BudgetLine, PlanYear, FundingPlan, OrderMatch):
        model.objects.update(project=second)
        agree()
    PeriodReport.objects.filter(state="draft").update(state="approved")
    totals = ProjectTotals.objects.in_bulk()
    assert totals[first.pk].contract_total is None
    assert totals[second.pk].contract_total == 506
    assert totals[second.pk].orders_all == 1


def test_a_statement_over_many_projects_moves_all_their_totals(make_project: MakeProject) -> None:
    projects = [make_project() for _ in range(5)]
    payments = [facts.payment(None, "10.10") for _ in range(15)]
    DisbursementAssignment.objects.bulk_create(
        [DisbursementAssignment(disbursement=p, project=projects[i % 5]) for i, p in enumerate(payments)]
    )
    agree()
    assert {str(t.disbursed) for t in ProjectTotals.objects.all()} == {"30.30"}
    DisbursementStatus.objects.bulk_create([DisbursementStatus(disbursement=p, status="void") for p in payments])
    agree()
    assert {t.disbursed for t in ProjectTotals.objects.all()} == {None}


def test_a_write_that_is_undone_leaves_the_totals_as_they_were(make_project: MakeProject) -> None:
    project = make_project()
    facts.payment(project, "10")
    with pytest.raises(RuntimeError), transaction.atomic():
        facts.payment(project, "99")
        raise RuntimeError
    agree()
    assert ProjectTotals.objects.get().disbursed == 10


def test_closing_an_order_does_not_touch_the_totals(make_project: MakeProject) -> None:
    order = facts.order(make_project())
    before = _row_version()
    order.state = "closed"
    order.save(update_fields=["state"])
    assert _row_version() == before
    order.kind = "inquiry"
    order.save(update_fields=["kind"])
    assert _row_version() != before


def _row_version() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM project_totals")
        return cursor.fetchone()


@pytest.mark.parametrize("seed", range(3))
def test_totals_equal_the_definition_after_random_writes(make_project: MakeProject, seed: int) -> None:
    chance = random.Random(seed)
    projects = [make_project() for _ in range(4)]
    payments, orders, contracts, lines = [], [], [], []
    for project in projects:
        some_of_everything(project)
    contracts += Contract.objects.all()
    lines += BudgetLine.objects.all()
    for _ in range(60):
        project = chance.choice(projects)
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(120))
        amount = f"{chance.randrange(-99999, 99999) or 1}.{chance.randrange(100):02d}"
        action = chance.randrange(12)
        if action < 3:
            level = chance.choice(["to_payee", "to_unit"])
            payments.append(facts.payment(chance.choice([project, None]), amount, day, level=level))
        elif action == 3 and payments:
            facts.set_status(chance.choice(payments), chance.choice(["pending", "void", "cleared", "returned"]))
        elif action == 4 and payments:
            facts.assign(chance.choice(payments), chance.choice([project, None]))
        elif action == 5:
            facts.status(project, day, chance.choice(["under_construction", "suspended"]))
        elif action == 6:
            _report(project, day, chance)
        elif action == 7:
            orders.append(facts.order(project, duplicate_of=chance.choice([None, *orders])))
        elif action == 8 and orders:
            twin = chance.choice(orders)
            WorkOrder.objects.filter(duplicate_of=None).exclude(pk=twin.pk).update(duplicate_of=twin)
        elif action == 9:
            facts.arrival(chance.choice(lines), amount, day, project=chance.choice([project, None]))
        elif action == 10:
            facts.measurement(chance.choice(contracts), day, amount.lstrip("-"))
        else:
            facts.change(chance.choice(contracts), amount, chance.choice([day, None]))
    agree()


def _report(project: Project, day: date, chance: random.Random) -> None:
    newest = PeriodReport.objects.filter(project=project, period_end=day, kind="month").order_by("-version").first()
    facts.report(
        project,
        day,
        version=newest.version + 1 if newest else 1,
        state=chance.choice(["approved", "draft"]),
        invested_cumulative=chance.randrange(10**9),
        invested_year=chance.randrange(10**8),
    )


def test_reconcile_says_what_differs_and_repairs_it_on_demand(make_project: MakeProject) -> None:
    project = make_project()
    some_of_everything(project)
    said = StringIO()
    call_command("reconcile", stdout=said)
    assert "核对一致:1 个项目" in said.getvalue()
    ProjectTotals.objects.update(disbursed="20.21")
    said = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("reconcile", stderr=said)
    assert failed.value.returncode == 1
    assert f"{project.serial_no} disbursed:合计为 20.21,逐笔计算为 20.20" in said.getvalue()
    call_command("reconcile", "--fix", stdout=StringIO(), stderr=StringIO())
    agree()
    ProjectTotals.objects.all().delete()
    assert differences(today=TODAY) != []
    call_command("reconcile", "--fix", stdout=StringIO(), stderr=StringIO())
    agree()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_lose_no_payment_and_do_not_deadlock(make_project: MakeProject) -> None:
    projects = [make_project() for _ in range(12)]
    failures: list[BaseException] = []
    start = threading.Barrier(8)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            start.wait()
            for _ in range(5):
                with transaction.atomic():
                    made = [facts.payment(None, "1.01") for _ in range(12)]
                    chance.shuffle(projects_of := list(projects))
                    DisbursementAssignment.objects.bulk_create(
                        [DisbursementAssignment(disbursement=d, project=p) for d, p in zip(made, projects_of, strict=True)]
                    )
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {str(t.disbursed) for t in ProjectTotals.objects.all()} == {"40.40"}
    assert len(ProjectTotals.objects.all()) == 12
    agree()
