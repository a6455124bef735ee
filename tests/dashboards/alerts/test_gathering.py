"""The facts of a day: each source by its business date, and nothing of the days after."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboards.alerts.facts import Facts, Node, Suspension
from dashboards.alerts.gathering import gathered
from dashboards.alerts.gathering.works import last_day
from geodata.complaints.models import WorkOrder, WorkOrderPerson
from geodata.funding.models import Contract
from geodata.progress.models import Milestone
from geodata.projects.models import Project, StatusChange
from geodata.quality.models import GeometryFinding
from tests.geodata.summary import facts

Make = Callable[..., Project]
DAY, TODAY = date(2026, 3, 10), date(2026, 3, 30)


def known(project: Project, day: date = DAY, **more: Any) -> Facts:
    return next(one for one in gathered(day, today=TODAY, **more) if one.project_id == project.pk)


def node(project: Project, code: str, planned: date | None, actual: date | None = None, **fields: Any) -> None:
    Milestone.objects.create(project=project, code=code, name=code, planned_on=planned, actual_on=actual, **fields)


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("day", date(2026, 2, 11)),
        ("tenday", date(2026, 2, 20)),
        ("month", date(2026, 2, 28)),
        ("quarter", date(2026, 3, 31)),
        ("year", date(2026, 12, 31)),
    ],
)
def test_a_planned_date_is_due_at_the_end_of_what_it_says(precision: str, expected: date) -> None:
    assert last_day(date(2026, 2, 11), precision) == expected
    assert last_day(None, precision) is None


def test_nodes_are_late_by_their_precision_and_not_when_reached_by_the_day(make_project: Make) -> None:
    project = make_project()
    node(project, "M0601", date(2026, 3, 1), is_key=True)
    node(project, "M0602", date(2026, 3, 1), is_key=True, planned_precision="month")
    node(project, "M0603", date(2026, 3, 1), date(2026, 3, 12), is_key=True)
    node(project, "M0604", date(2026, 3, 1))
    node(project, "M0704", None, date(2026, 2, 1))
    node(project, "M0904", None, date(2026, 3, 20))
    held = known(project)
    assert held.late_nodes == (Node("M0601", "M0601", date(2026, 3, 1)), Node("M0603", "M0603", date(2026, 3, 1)))
    assert (held.permit_on, held.filed_on) == (date(2026, 2, 1), None)
    later = known(project, TODAY)
    assert [one.code for one in later.late_nodes] == ["M0601"]
    assert later.filed_on == date(2026, 3, 20)


def test_the_two_newest_approved_periods_are_known_by_their_highest_version(make_project: Make) -> None:
    project = make_project()
    facts.report(project, date(2026, 1, 31), physical_pct="10")
    facts.report(project, date(2026, 2, 28), physical_pct="20")
    corrected = facts.report(project, date(2026, 2, 28), physical_pct="25", version=2)
    facts.report(project, date(2026, 3, 9), physical_pct="99", state="submitted")
    facts.report(project, date(2026, 3, 20), physical_pct="30")
    held = known(project)
    assert held.report is not None
    assert held.before is not None
    assert (held.report.id, held.report.physical_pct) == (corrected.pk, Decimal(25))
    assert held.before.physical_pct == Decimal(10)


def test_a_suspension_begins_with_the_first_of_the_changes_that_suspend(make_project: Make) -> None:
    project = make_project()
    facts.status(project, date(2026, 1, 1), "under_construction")
    facts.status(project, date(2026, 2, 1), "suspended")
    StatusChange.objects.create(
        project=project, effective_on=date(2026, 3, 1), status="suspended", stage="construction",
        reported_on=date(2026, 3, 12), suspension_kind="de_facto",
    )  # fmt: skip
    assert known(project).suspension == Suspension(date(2026, 2, 1), filed=False)
    assert known(project, date(2026, 3, 12)).suspension == Suspension(date(2026, 2, 1), filed=True)
    assert known(project, date(2026, 1, 20)).suspension is None


def test_a_reported_suspension_counts_as_filed(make_project: Make) -> None:
    project = make_project()
    StatusChange.objects.create(
        project=project, effective_on=date(2026, 2, 1), status="suspended", stage="construction",
        suspension_kind="reported",
    )  # fmt: skip
    assert known(project).suspension == Suspension(date(2026, 2, 1), filed=True)


def test_money_by_the_day(make_project: Make) -> None:
    project = make_project()
    line = facts.budget_line(project, "1000")
    facts.arrival(line, "300", date(2026, 2, 1))
    facts.arrival(line, "200", date(2026, 3, 11))
    facts.payment(project, "50", date(2026, 3, 1), purpose="advance")
    facts.payment(project, "60", date(2026, 3, 11), purpose="advance")
    facts.payment(project, "70", date(2026, 3, 1), status="void", purpose="advance")
    contract = facts.contract(project, "1000")
    Contract.objects.filter(pk=contract.pk).update(advance_pct=Decimal(30))
    held = known(project)
    assert held.arrivals == [(date(2026, 2, 1), Decimal(300))]
    assert (held.arrived, held.disbursed, held.advance_paid, held.advance_agreed) == (300, 50, 50, 300)


def call(project: Project, day: date, phone: str = "", **fields: Any) -> WorkOrder:
    made = facts.order(project, datetime(day.year, day.month, day.day, 12), **fields)
    if phone:
        WorkOrderPerson.objects.create(
            order=made, name_encrypted=b"", phone_encrypted=b"", content_encrypted=b"", phone_hash=phone
        )
    return made


def test_complaints_of_seven_days_and_of_the_four_weeks_before(make_project: Make) -> None:
    project = make_project()
    first = call(project, DAY)
    call(project, DAY, duplicate_of=first)  # 并单: one group
    call(project, DAY - timedelta(days=6))
    call(project, DAY - timedelta(days=7))
    call(project, DAY - timedelta(days=34))
    call(project, DAY - timedelta(days=35))
    call(project, DAY + timedelta(days=1))
    call(project, DAY, kind="inquiry")
    call(project, DAY, match="suggested")
    held = known(project)
    assert (held.complaints_week, held.complaints_before) == (2, 2)


def test_the_same_caller_and_many_callers_about_one_place(make_project: Make) -> None:
    project = make_project()
    for number in range(3):
        call(project, DAY - timedelta(days=number), phone="a")
    for phone in "bcde":
        made = call(project, DAY, phone=phone)
        WorkOrder.objects.filter(pk=made.pk).update(address="求索路 1 号")
    call(project, DAY - timedelta(days=30), phone="a")  # the thirty-first day back
    held = known(project)
    assert (held.repeats, held.callers) == (3, 4)


def test_satisfaction_counts_the_calls_back_of_the_window(make_project: Make) -> None:
    project = make_project()
    for number, answer in enumerate(["satisfied", "satisfied", "dissatisfied", "unrated", ""]):
        made = call(project, DAY - timedelta(days=20))
        revisit = made.received_at + timedelta(days=number)
        WorkOrder.objects.filter(pk=made.pk).update(satisfaction=answer, revisit_at=revisit)
    held = known(project)
    assert (held.revisited, held.satisfied) == (3, 2)
    assert known(project, window_days=7).revisited == 0


def test_doubts_about_the_shape_hold_from_their_day_to_their_day(make_project: Make) -> None:
    project = make_project()
    GeometryFinding.objects.create(
        project=project, kind="outside", share_pct=Decimal("80.5"), since=date(2026, 3, 1), until=date(2026, 3, 20)
    )
    assert [doubt.label for doubt in known(project).doubts] == ["超出属地"]
    assert known(project, TODAY).doubts == ()


def test_some_projects_have_the_same_facts_as_among_all(make_project: Make) -> None:
    first, second = make_project(), make_project()
    for project in (first, second):
        facts.arrival(facts.budget_line(project, "1000"), "300")
        facts.report(project, date(2026, 2, 28), physical_pct="20")
        node(project, "M0601", date(2026, 3, 1), is_key=True)
        call(project, DAY, phone="a")
    assert gathered(DAY, today=TODAY, ids=[second.pk]) == [known(second)]
    facts.status(first, date(2026, 1, 1), "cancelled")
    assert [one.project_id for one in gathered(DAY, today=TODAY)] == [second.pk]
