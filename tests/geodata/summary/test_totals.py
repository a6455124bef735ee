"""project_totals: kept by triggers through every kind of write, equal to the definition, never losing an update."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.funding.models import (
    BudgetLine,
    Contract,
    ContractChange,
    Disbursement,
    DisbursementAssignment,
    DisbursementStatus,
    FundArrival,
    FundingPlan,
    Measurement,
)
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.models import Category, InvestmentApproval, Project, StatusChange
from geodata.regions.models import AreaUnit
from geodata.summary.models import ProjectTotals
from geodata.summary.services import differences, rebuild_totals
from tests.geodata.summary import facts
from tests.geodata.summary.chance import Writer, some_of_everything

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)


def agree() -> None:
    assert differences(today=TODAY) == []


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


def test_history_and_cost_recorded_before_their_project_stand_in_its_totals(make_project: MakeProject) -> None:
    """As an import does it. Of 101 projects, so that the way of many is taken, too; one of them is known already."""
    known = make_project()
    new = range(known.pk + 1, known.pk + 102)
    with transaction.atomic():
        StatusChange.objects.bulk_create(
            StatusChange(project_id=pk, effective_on=TODAY, status="suspended", stage="construction")
            for pk in (known.pk, *new)
        )
        InvestmentApproval.objects.bulk_create(
            InvestmentApproval(project_id=pk, basis="estimate", amount=pk) for pk in (known.pk, *new)
        )
        assert list(ProjectTotals.objects.values_list("pk", flat=True)) == [known.pk]
        Project.objects.bulk_create(
            Project(
                pk=pk,
                serial_no=f"EARLY-{pk}",
                name=f"先记后建{pk}",
                name_key=f"先记后建{pk}",
                category_id=known.category_id,
                management_unit_id=known.management_unit_id,
                plan_year=2026,
            )
            for pk in new
        )
    agree()
    totals = ProjectTotals.objects.values_list("pk", "approved_budget", "status", "status_until")
    assert {row[0]: row[1:] for row in totals} == {pk: (pk, "suspended", TODAY) for pk in (known.pk, *new)}


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
    undone = transaction.savepoint()
    facts.payment(project, "99")
    assert ProjectTotals.objects.get().disbursed == 109
    transaction.savepoint_rollback(undone)
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


def test_the_stored_row_follows_the_project_itself(make_project: MakeProject, city: dict[str, AreaUnit]) -> None:
    project = make_project(geom=None)
    row = ProjectTotals.objects.get()
    assert (row.code, row.unit, row.category, row.is_located) == (project.serial_no, "430602", "01", False)
    Project.objects.update(
        management_unit=city["ZONE_YYJKQ"], admin_area=None, plan_year=2024, tile_zoom=7, is_livelihood_task=True,
        total_investment=None, planned_end_on=date(2027, 1, 1), geom=Point(113.1, 29.3, srid=4490),
    )  # fmt: skip
    agree()
    row = ProjectTotals.objects.get()
    assert (row.unit, row.region, row.plan_year, row.tile_zoom) == ("ZONE_YYJKQ", None, 2024, 7)
    assert (row.is_livelihood, row.registered_budget, row.is_located) == (True, None, True)
    assert row.anchor_3857 is not None


def test_a_new_code_of_an_area_or_category_reaches_the_stored_rows(
    make_project: MakeProject, city: dict[str, AreaUnit], categories: dict[str, Category]
) -> None:
    make_project(management_unit=city["430626"], township=city["ZONE_YYJKQ"], category=categories["0101"])
    AreaUnit.objects.filter(code="430602").update(code="430699")
    AreaUnit.objects.filter(code="430626").update(code="430698")
    AreaUnit.objects.filter(code="ZONE_YYJKQ").update(code="ZONE_NEW")
    Category.objects.filter(code="0101").update(code="0199")
    row = ProjectTotals.objects.get()
    assert (row.region, row.unit, row.township, row.category) == ("430699", "430698", "ZONE_NEW", "0199")
    agree()


def test_what_no_list_asks_for_leaves_the_stored_row_alone(make_project: MakeProject) -> None:
    make_project()
    before = _row_version()
    Project.objects.update(problems="征拆未完成", version=2)
    assert _row_version() == before


def test_a_deleted_project_has_no_stored_row_and_one_taken_back_has_it_whole(make_project: MakeProject) -> None:
    project, _other = make_project(), make_project()
    some_of_everything(project)
    before = ProjectTotals.objects.filter(project=project).values().get()
    Project.objects.filter(pk=project.pk).update(is_deleted=True)
    facts.payment(project, "5.00")
    assert not ProjectTotals.objects.filter(project=project).exists()
    agree()
    Project.objects.filter(pk=project.pk).update(is_deleted=False)
    agree()
    after = ProjectTotals.objects.filter(project=project).values().get()
    assert after == {**before, "disbursed": before["disbursed"] + 5, "payment_count": before["payment_count"] + 1}


def test_a_project_that_is_gone_takes_its_stored_row_along(make_project: MakeProject) -> None:
    make_project()
    Project.objects.filter(pk=-1).update(version=9)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects_project")
    assert not ProjectTotals.objects.exists()


def _row_version() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM project_totals")
        return cursor.fetchone()


@pytest.mark.parametrize("seed", range(3))
def test_totals_equal_the_definition_after_random_writes(make_project: MakeProject, seed: int) -> None:
    writer = Writer([make_project() for _ in range(4)], seed)
    for _ in range(3):
        writer.write(30)
        agree()


def test_reconcile_says_what_differs_and_repairs_it_on_demand(make_project: MakeProject) -> None:
    project = make_project()
    some_of_everything(project)
    said = StringIO()
    call_command("reconcile", stdout=said)
    assert "核对一致：1 个项目" in said.getvalue()
    ProjectTotals.objects.update(disbursed="20.21")
    said = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("reconcile", stderr=said)
    assert failed.value.returncode == 1
    assert f"{project.serial_no} disbursed：合计为 20.21，逐笔计算为 20.20" in said.getvalue()
    call_command("reconcile", "--fix", stdout=StringIO(), stderr=StringIO())
    agree()
    ProjectTotals.objects.all().delete()
    assert differences(today=TODAY) != []
    call_command("reconcile", "--fix", stdout=StringIO(), stderr=StringIO())
    agree()


def test_a_wrong_code_and_a_row_too_many_are_found(make_project: MakeProject) -> None:
    right, gone = make_project(), make_project()
    ProjectTotals.objects.filter(project=right).update(unit="430699", tile_zoom=3)
    kept = ProjectTotals.objects.get(project=gone)
    Project.objects.filter(pk=gone.pk).update(is_deleted=True)
    kept.save(force_insert=True)
    found = {(each.code, each.column): (each.stored, each.defined) for each in differences(today=TODAY)}
    assert found == {
        (right.serial_no, "unit"): ('"430699"', '"430602"'),
        (right.serial_no, "tile_zoom"): ("3", "0"),
        (gone.serial_no, "code"): (f'"{gone.serial_no}"', "null"),
    }
    rebuild_totals()
    agree()


def test_reconcile_fails_on_a_ledger_line_that_no_service_wrote(make_project: MakeProject) -> None:
    some_of_everything(make_project())
    Disbursement.objects.create(
        fiscal_year=2026,
        voucher_no="ZFBARE",
        paid_on=TODAY,
        amount="1.00",
        payee_name="示例公司",
        payee_is_person=False,
    )
    said = StringIO()
    with pytest.raises(CommandError, match="台账有 1 处异常"):
        call_command("reconcile", stdout=StringIO(), stderr=said)
    assert "凭证 ZFBARE：没有状态" in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_lose_no_payment_and_do_not_deadlock(make_project: MakeProject) -> None:
    """Each writer has a connection of its own, which the site's pool of four would not give it."""
    projects = [make_project().pk for _ in range(12)]
    payments = [made.pk for made in facts.payments(8 * 10 * 12, "1.01")]
    parameters = {name: value for name, value in connection.get_connection_params().items() if name != "pool"}
    start = threading.Barrier(8)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(**parameters, autocommit=True) as own:
            start.wait()
            for turn in range(10):
                paid = payments[(seed * 10 + turn) * 12 :][:12]
                own.execute(
                    "INSERT INTO funding_disbursementassignment (disbursement_id, project_id, reason)"
                    " SELECT *, '' FROM unnest(%s::bigint[], %s::bigint[])",
                    [paid, chance.sample(projects, k=12)],
                )

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(8)))
    assert [str(totals.disbursed) for totals in ProjectTotals.objects.all()] == ["80.80"] * 12
    agree()
