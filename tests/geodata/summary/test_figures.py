"""Each figure of a project on a day: from the history and from the stored totals alike."""

import random
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest
from django.contrib.gis.geos import Point

from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.organisations.models import Organisation
from geodata.projects.models import GeometryVersion, InvestmentApproval, Project, ProjectParty
from geodata.summary.models import ProjectRow
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
END = date(2026, 3, 31)


def row(project: Project, day: date = END) -> ProjectRow:
    """The row of a day, after seeing that totals, history, past day and past day of one project say the same."""
    stored = ProjectRow.objects.at(day, today=day).values().get(code=project.serial_no)
    history = ProjectRow.objects.from_history(day).values().get(code=project.serial_no)
    past = ProjectRow.objects.at(day, today=date.max).values().get(code=project.serial_no)
    of_one = ProjectRow.objects.of([project.pk], day, today=date.max).values().get()
    assert stored == history == past == of_one
    return ProjectRow.objects.at(day, today=date.max).get(code=project.serial_no)


def test_a_project_without_facts_is_preliminary_and_shows_nothing_it_does_not_know(make_project: MakeProject) -> None:
    found = row(make_project(total_investment=None))
    assert (found.status, found.stage, found.payment_count, found.complaints_raw) == ("preliminary", "reserve", 0, 0)
    assert (found.allocated, found.arrived, found.disbursed) == (0, 0, 0)
    unknown = ("budget", "annual_plan", "completed", "certified", "contract_total", "annual_rate", "investment_rate")
    assert {getattr(found, name) for name in (*unknown, "disbursement_rate", "deviation", "freshness_days")} == {None}


def test_payments_arrivals_and_complaints_do_not_multiply_each_other(make_project: MakeProject) -> None:
    project = make_project()
    for _ in range(3):
        line = facts.budget_line(project, "100.10")
        facts.arrival(line, "70.01")
        facts.payment(project, "50.03")
        facts.order(project)
        facts.measurement(facts.contract(project, "1000"), END, "40.07")
    found = row(project)
    assert found.allocated == Decimal("300.30")
    assert found.arrived == Decimal("210.03")
    assert (found.disbursed, found.payment_count) == (Decimal("150.09"), 3)
    assert (found.contract_total, found.certified) == (Decimal("3000"), Decimal("120.21"))
    assert found.complaints_raw == 3
    assert found.disbursement_rate is not None
    assert round(found.disbursement_rate, 6) == round(Decimal("150.09") / Decimal("210.03"), 6)


def test_a_payment_counts_from_its_day_by_its_latest_status_and_assignment(make_project: MakeProject) -> None:
    first, second = make_project(), make_project()
    cleared = facts.payment(first, "100", date(2026, 3, 5))
    facts.payment(first, "7", date(2026, 3, 5), status="pending")
    returned = facts.payment(first, "-100", date(2026, 3, 20), status="returned")
    assert row(first, date(2026, 3, 4)).disbursed == 0
    assert row(first, date(2026, 3, 19)).disbursed == 100
    assert row(first).disbursed == 0
    facts.set_status(returned, "void")
    assert row(first).disbursed == 100
    facts.assign(cleared, second)
    assert (row(first).disbursed, row(second).disbursed) == (0, 100)
    facts.assign(cleared, None)
    assert row(second).disbursed == 0


def of_the_ledger(project: Project, level: str, day: date) -> list[Decimal]:
    """What counts of a level by a day, row by row of the ledger: by plain Python, without what is kept beside it."""
    status = dict(DisbursementStatus.objects.order_by("pk").values_list("disbursement", "status"))
    place = dict(DisbursementAssignment.objects.order_by("pk").values_list("disbursement", "project"))
    return [
        paid.amount
        for paid in Disbursement.objects.all()
        if (paid.level, place[paid.pk]) == (level, project.pk) and paid.paid_on <= day
        if status[paid.pk] in ("cleared", "returned")
    ]


def test_payments_of_any_day_are_those_of_the_ledger_row_by_row(make_project: MakeProject) -> None:
    chosen, projects = random.Random(5), [make_project(), make_project()]
    for number in range(24):
        paid = facts.payment(
            projects[number % 2],
            f"{number * 7 + 1}.0{number % 10}",
            date(2026, 1, 1 + number),
            level=chosen.choice(["to_payee", "to_payee", "to_unit", "allocation"]),
            status=chosen.choice(["pending", "cleared", "void"]),
        )
        if chosen.random() < 0.5:
            facts.set_status(paid, chosen.choice(["cleared", "returned", "void"]))
        if chosen.random() < 0.3:
            facts.assign(paid, chosen.choice([*projects, None]))
    counted = 0
    for project, day in product(projects, (date(2026, 1, 1), date(2026, 1, 9), date(2026, 1, 17), END)):
        found = row(project, day)
        paid_out = of_the_ledger(project, "to_payee", day)
        assert (found.disbursed, found.payment_count) == (sum(paid_out), len(paid_out))
        assert found.disbursed_to_unit == sum(of_the_ledger(project, "to_unit", day))
        assert found.disbursed_allocation == sum(of_the_ledger(project, "allocation", day))
        counted += len(paid_out)
    assert counted > 10


def test_levels_of_payment_are_never_added_together(make_project: MakeProject) -> None:
    project = make_project()
    facts.payment(project, "900", level="allocation")
    facts.payment(project, "500", level="to_unit")
    facts.payment(project, "200", level="to_payee")
    found = row(project)
    assert (found.disbursed_allocation, found.disbursed_to_unit, found.disbursed) == (900, 500, 200)
    assert found.payment_count == 1


def test_the_newest_approved_report_by_its_period_gives_the_investment(make_project: MakeProject) -> None:
    project = make_project(total_investment=1000)
    facts.plan(project, planned_amount=400, adjusted_amount=500)
    facts.report(project, date(2025, 12, 31), invested_cumulative=100, invested_year=90, physical_pct=10)
    facts.report(project, date(2026, 2, 28), invested_cumulative=200, invested_year=100, physical_pct=20)
    facts.report(project, date(2026, 2, 28), version=2, invested_cumulative=190, invested_year=85, physical_pct=19)
    facts.report(project, date(2026, 3, 31), state="submitted", invested_cumulative=999, invested_year=999)
    found = row(project)
    assert (found.completed, found.annual_completed, found.physical_pct) == (190, 85, 19)
    assert (found.last_report_on, found.freshness_days) == (date(2026, 2, 28), 31)
    assert (found.investment_rate, found.annual_plan, found.annual_rate) == (Decimal("0.19"), 500, Decimal("0.17"))
    assert found.deviation is not None
    assert round(found.deviation, 4) == Decimal("-8.0000")  # 17 % less three of twelve months
    before = row(project, date(2026, 1, 31))
    assert (before.completed, before.annual_completed, before.annual_rate) == (100, None, None)


def test_time_progress_runs_over_the_project_s_own_period(make_project: MakeProject) -> None:
    project = make_project(planned_start_on=date(2026, 3, 1), planned_end_on=date(2026, 5, 30))
    days = (date(2026, 2, 1), END, date(2026, 12, 1))
    shares = [row(project, day).time_progress for day in days]
    assert [None if share is None else round(share, 6) for share in shares] == [0, Decimal("0.333333"), 1]


def test_the_budget_is_the_newest_approval_of_the_day(make_project: MakeProject) -> None:
    project = make_project(total_investment=300)
    assert row(project).budget == 300
    InvestmentApproval.objects.create(project=project, basis="estimate", amount=100)
    InvestmentApproval.objects.create(project=project, basis="adjusted", amount=300, approved_on=date(2026, 3, 1))
    InvestmentApproval.objects.create(project=project, basis="estimate", amount=200, approved_on=date(2025, 3, 1))
    days = (date(2025, 2, 1), date(2025, 3, 1), date(2026, 3, 1))
    assert [row(project, day).budget for day in days] == [100, 200, 300]


def test_contracts_count_once_signed_and_changes_once_approved(make_project: MakeProject) -> None:
    project = make_project()
    undated = facts.contract(project, "100", None)
    signed = facts.contract(project, "1000", date(2026, 2, 1))
    facts.change(undated, "7", None)
    facts.change(signed, "-50", date(2026, 3, 1))
    facts.measurement(signed, date(2026, 2, 20), "300")
    facts.measurement(signed, date(2026, 3, 20), "450")
    facts.measurement(undated, date(2026, 3, 1), "20")
    days = (date(2026, 1, 1), date(2026, 2, 20), date(2026, 3, 20))
    assert [row(project, day).contract_total for day in days] == [100, 1100, 1050]
    assert [row(project, day).certified for day in days] == [None, 300, 470]


def test_an_arrival_without_a_project_follows_its_budget_line(make_project: MakeProject) -> None:
    first, second = make_project(), make_project()
    line = facts.budget_line(first, "100")
    facts.arrival(line, "60")
    facts.arrival(line, "15", project=second)
    assert (row(first).arrived, row(second).arrived) == (60, 15)
    line.project = second
    line.save(update_fields=["project"])
    assert (row(first).arrived, row(second).arrived) == (0, 75)
    assert (row(first).allocated, row(second).allocated) == (0, 100)


def test_complaints_are_counted_raw_and_once_a_group_of_duplicates(make_project: MakeProject) -> None:
    project, other = make_project(), make_project()
    first = facts.order(project)
    facts.order(project, datetime(2026, 3, 13, 20, 5), duplicate_of=first)
    facts.order(project, kind="report_violation")
    facts.order(project, kind="inquiry")
    facts.order(project, match="suggested")
    facts.order(project, match="rejected")
    elsewhere = facts.order(other)
    found = row(project)
    assert (found.complaints_raw, found.complaints_merged) == (3, 2)
    assert (found.orders_all, found.orders_suggested) == (4, 1)
    elsewhere.kind = "praise"
    elsewhere.save(update_fields=["kind"])
    assert (row(other).complaints_raw, row(other).orders_all) == (0, 1)


def test_an_order_belongs_to_the_day_in_beijing(make_project: MakeProject) -> None:
    project = make_project()
    facts.order(project, datetime(2026, 3, 10, 0, 30))  # still the 9th in UTC
    facts.order(project, datetime(2026, 3, 10, 23, 59))
    days = (date(2026, 3, 9), date(2026, 3, 10))
    assert [row(project, day).complaints_raw for day in days] == [0, 2]


def test_status_and_stage_are_those_of_the_newest_effective_change(make_project: MakeProject) -> None:
    project = make_project()
    facts.status(project, date(2026, 2, 1), "under_construction")
    facts.status(project, date(2026, 1, 1), "not_started", "pre_construction")
    facts.status(project, date(2026, 3, 1), "suspended")
    facts.status(project, date(2026, 3, 1), "under_construction")  # the correction of the same day
    days = (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 2))
    assert [row(project, day).status for day in days] == [
        "preliminary",
        "not_started",
        "under_construction",
        "under_construction",
    ]
    assert row(project, date(2026, 1, 31)).stage == "pre_construction"


def test_a_fact_of_tomorrow_does_not_count_today(make_project: MakeProject) -> None:
    project = make_project()
    facts.payment(project, "100", date(2026, 3, 5))
    facts.payment(project, "11", date(2026, 4, 1))
    facts.status(project, date(2026, 4, 1), "cancelled")
    found = row(project)
    assert (found.disbursed, found.status, found.updated) == (100, "preliminary", date(2026, 3, 5))
    assert row(project, date(2026, 4, 1)).disbursed == 111


def test_the_shape_of_a_day_is_the_approved_version_valid_then(make_project: MakeProject) -> None:
    newest = Point(113.3, 29.3, srid=4490)
    project = make_project(geom=newest)
    for number, (east, day, state) in enumerate(
        [(113.1, date(2026, 1, 1), "approved"), (113.2, date(2026, 2, 1), "submitted"), (113.3, END, "approved")], 1
    ):
        GeometryVersion.objects.create(
            project=project,
            number=number,
            geom=Point(east, 29.3, srid=4490),
            state=state,
            source="drawn",
            valid_from=day,
        )
    shapes = [
        ProjectRow.objects.at(day, today=date.max).get(code=project.serial_no)
        for day in (date(2025, 6, 1), date(2026, 2, 2), END)
    ]
    assert [shape.geom.x for shape in shapes] == [113.1, 113.1, 113.3]
    assert shapes[0].anchor_3857.x < shapes[2].anchor_3857.x
    assert all(shape.is_located for shape in shapes)


def test_years_and_sources_come_from_plans_and_budget_lines(make_project: MakeProject) -> None:
    project = make_project(plan_year=2025)
    facts.plan(project, 2026)
    facts.plan(project, 2027)
    facts.budget_line(project, "5", date(2026, 3, 1), source=facts.source("special_bond"))
    assert row(project).years == [2025, 2026, 2027]
    assert row(project).sources == ["special_bond"]
    assert row(project, date(2026, 2, 1)).sources == []


def test_lead_and_owner_are_those_of_the_day(make_project: MakeProject) -> None:
    project = make_project()
    old = Organisation.objects.create(name="市建设局", name_key="市建设局")
    new = Organisation.objects.create(name="市住建局", name_key="市住建局")
    ProjectParty.objects.create(project=project, role="lead_unit", organisation=old, valid_to=date(2026, 3, 1))
    ProjectParty.objects.create(project=project, role="lead_unit", organisation=new, valid_from=date(2026, 3, 1))
    assert [row(project, day).lead_unit for day in (date(2026, 2, 1), END)] == ["市建设局", "市住建局"]


def test_deleted_projects_are_no_rows(make_project: MakeProject) -> None:
    make_project(is_deleted=True)
    assert not ProjectRow.objects.at(END, today=END).exists()
    assert not ProjectRow.objects.from_history(END).exists()


@pytest.mark.parametrize(
    ("day", "months"),
    [(date(2026, 2, 28), 2), (date(2026, 4, 15), 3), (date(2026, 12, 31), 12), (date(2024, 2, 28), 1)],
)
def test_the_deviation_counts_whole_months_of_the_year(make_project: MakeProject, day: date, months: int) -> None:
    project = make_project()
    facts.plan(project, day.year, planned_amount=100)
    facts.report(project, day.replace(day=1), invested_year=50, invested_cumulative=50)
    deviation = row(project, day).deviation
    assert deviation is not None
    assert round(deviation, 6) == round(50 - Decimal(100) * months / 12, 6)
