"""The sums of a project's page are made of its rows and equal the figures of the summary, to the fen."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.funding.models import FundingPlan
from geodata.funding.monthly import Kind, MoneySum, money_sums
from geodata.funding.papers import Papers, papers
from geodata.funding.selectors import payments_page
from geodata.projects.models import Project
from geodata.stewards.scope import CITY, Scope
from geodata.summary.selectors import row_of
from tests.conftest import TODAY
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
FEBRUARY = date(2026, 2, 28)


def rich(make_project: MakeProject) -> Project:
    """Money of every notion, level and status, some of it of another project."""
    project, other = make_project(), make_project()
    FundingPlan.objects.create(project=project, source=facts.source(), amount=Decimal("500.00"))
    line = facts.budget_line(project, "400.10")
    facts.arrival(line, "300.05", project=project)
    facts.arrival(line, "10.00", date(2026, 3, 3))  # names no project: that of its line
    facts.arrival(facts.budget_line(other, "77"), "77", project=other)
    facts.payment(project, "100.01", date(2026, 2, 10), source=facts.source())
    facts.payment(project, "50.00", date(2026, 3, 2))
    facts.payment(project, "-20.00", date(2026, 3, 9), status="returned")
    facts.payment(project, "9000.00", status="pending")
    facts.payment(project, "8000.00", status="void")
    facts.payment(project, "7000.00", level="to_unit")
    facts.payment(other, "66.00")
    moved = facts.payment(other, "1.11")
    facts.assign(moved, project)
    gone = facts.payment(project, "5555.00")
    facts.assign(gone, other)
    return project


def total(sums: list[MoneySum], kind: Kind) -> Decimal:
    return sum((one.amount for one in sums if one.kind == kind), Decimal(0))


def test_the_sums_by_month_make_the_figures_of_the_day(make_project: MakeProject) -> None:
    project = rich(make_project)
    for day in (TODAY, FEBRUARY):
        with CaptureQueriesContext(connection) as queries:
            sums = money_sums(CITY, project.pk, upto=day)
        row = row_of(CITY, project.pk, today=TODAY, as_of=day)
        counted = [one for one in sums if one.counts_as_disbursed]
        assert len(queries) == 1
        assert sum((one.amount for one in counted), Decimal(0)) == row.disbursed
        assert sum(one.rows for one in counted) == row.payment_count
        assert (total(sums, Kind.ALLOCATED), total(sums, Kind.ARRIVED)) == (row.allocated, row.arrived)
        assert total(sums, Kind.PLANNED) == 500
    assert row.disbursed == Decimal("100.01")


def test_the_page_of_payments_shows_what_the_sums_count(make_project: MakeProject) -> None:
    project = rich(make_project)
    paid = [one for one in money_sums(CITY, project.pk, upto=TODAY) if one.kind == Kind.PAID]
    rows = payments_page(CITY, project.pk, upto=TODAY, start=0, size=100)
    assert len(rows) == sum(one.rows for one in paid) == 7
    assert sum(row.amount for row in rows) == sum(one.amount for one in paid)
    days = [row.paid_on for row in rows]
    assert days == sorted(days, reverse=True)
    assert [row.pk for row in payments_page(CITY, project.pk, upto=TODAY, start=2, size=2)] == [
        row.pk for row in rows[2:4]
    ]


def test_the_papers_make_contract_total_certified_allocated_and_arrived(make_project: MakeProject) -> None:
    project = rich(make_project)
    first, second = facts.contract(project, "1000.00", None), facts.contract(project, "200.00", date(2026, 3, 5))
    facts.change(first, "-10.50", date(2026, 2, 1))
    facts.change(first, "40.00", date(2026, 3, 10))
    facts.change(second, "3.00", None)
    facts.measurement(first, date(2026, 1, 31), "100")
    facts.measurement(first, date(2026, 3, 15), "300.30")
    facts.contract(make_project(), "999")
    for day, files in ((TODAY, 2), (FEBRUARY, 1)):
        with CaptureQueriesContext(connection) as queries:
            held = papers(CITY, project.pk, upto=day)
        row = row_of(CITY, project.pk, today=TODAY, as_of=day)
        assert (len(queries), len(held.contracts)) == (1, files)
        assert sum(one.total for one in held.contracts) == row.contract_total
        assert sum(one.measured.cumulative_amount for one in held.contracts if one.measured) == row.certified
        assert sum(line.amount for line in held.lines) == row.allocated
        assert sum(line.amount for line in held.arrivals) == row.arrived
    assert [change.approved_on for change in held.contracts[0].changes] == [date(2026, 2, 1), None]


def test_nothing_is_told_outside_the_scope(make_project: MakeProject) -> None:
    project = rich(make_project)
    facts.contract(project, "1000.00")
    elsewhere = Scope(unit_ids=frozenset({project.management_unit_id + 1}))
    assert money_sums(elsewhere, project.pk, upto=TODAY) == []
    assert papers(elsewhere, project.pk, upto=TODAY) == Papers()
    assert payments_page(elsewhere, project.pk, upto=TODAY, start=0, size=9) == []
