"""My work: what waits, the most urgent first, each with the address that finishes it; never another district's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.progress.models import Milestone, StatusRequest
from geodata.projects.models import GeometryVersion, Project, ProjectParty, StatusChange
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import scope_of
from geodata.stewards.services import ensure_account
from portal.workbench.approvals import waiting
from portal.workbench.desk import selectors, work
from tests.conftest import PASSWORD, TODAY, square
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
FEBRUARY = date(2026, 2, 28)
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def second(city: dict[str, Any]) -> User:
    return ensure_account(
        username="second", display_name="某审核", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )


def seconds(client: Client) -> float:
    """Of this process alone, whatever else the machine is doing; the statements are counted."""
    begun = process_time()
    client.get("/workbench/")
    return process_time() - begun


def whole(make_project: Callable[..., Project], **fields: Any) -> Project:
    """A project of which nothing is missing and nothing is due."""
    values = {
        "status": "under_construction",
        "geom": square(113.05, 29.25, 0.01),
        "planned_start_on": date(2025, 1, 1),
        "planned_end_on": date(2026, 12, 31),
        "actual_start_on": date(2025, 1, 1),
        "location_text": "示例路",
        **fields,
    }
    made = make_project(**values)
    facts.plan(made, planned_amount=Decimal(1))
    facts.report(made, FEBRUARY, physical_pct=Decimal(10))
    Milestone.objects.create(project=made, code="M0802", name="清表", weight_pct=100)
    ProjectParty.objects.create(project=made, role="owner_unit", organisation=facts.contractor())
    return made


def sections(user: User, today: date = TODAY) -> dict[str, work.Section]:
    return {one.key: one for one in work.sections(scope_of(user, today=today), today=today)}


def shape(project: Project, state: str, **fields: Any) -> GeometryVersion:
    values = {"number": 2, "source": "drawn", "valid_from": TODAY, **fields}
    return GeometryVersion.objects.create(project=project, geom=square(113.05, 29.25, 0.01), state=state, **values)


def test_an_empty_desk_praises(make_project: Callable[..., Project], steward: User, client_of: Callable) -> None:
    whole(make_project, status="closed")
    assert [one.tasks for one in sections(steward).values()] == [[]] * len(sections(steward))
    assert "都办完了" in client_of(steward).get("/workbench/").content.decode()


def test_sections_stand_in_order_of_urgency(make_project: Callable[..., Project], steward: User, second: User) -> None:
    project = whole(make_project)
    late = whole(make_project, location_text="")
    shape(project, "returned", review_comment="请核对", reviewed_at=NOW, author=steward, submitted_by=steward)
    shape(late, "submitted", author=second, submitted_by=second, submitted_at=NOW)
    Milestone.objects.create(project=late, code="M0803", name="路基", planned_on=TODAY + timedelta(days=3))
    found = sections(steward)
    assert list(found) == sorted(found, key=work.SECTIONS.index)
    counts = {key: len(one.tasks) for key, one in found.items() if one.rows}
    assert counts == {"returned": 1, "approve": 1, "missing": 1, "due": 1}
    assert found["returned"].tasks[0].note == "请核对"


def test_each_row_leads_to_the_form_that_finishes_it(
    make_project: Callable[..., Project], steward: User, second: User
) -> None:
    project = whole(make_project)
    code = project.serial_no
    shape(project, "returned", review_comment="请核对", reviewed_at=NOW)
    report = facts.report(project, date(2026, 1, 31), state="returned", review_comment="少一位", reviewed_at=NOW)
    sent = facts.report(
        project, date(2025, 12, 31), state="submitted", submitted_by=second, submitted_at=NOW, hands=[second.pk]
    )
    request = StatusRequest.objects.create(
        project=project,
        from_status="under_construction",
        status="suspended",
        stage="construction",
        effective_on=TODAY,
        submitted_by=second,
        submitted_at=NOW,
        hands=[second.pk],
    )
    node = Milestone.objects.create(project=project, code="M0805", name="路面", planned_on=TODAY - timedelta(days=4))
    found = sections(steward)
    assert {task.url for task in found["returned"].tasks} == {
        f"/workbench/projects/{code}/geometry/",
        f"/workbench/projects/{code}/report/?period=2026-01",
    }
    assert {task.url for task in found["approve"].tasks} == {
        f"/workbench/reports/{sent.pk}/",
        f"/workbench/status/{request.pk}/",
    }
    assert [(task.what, task.url, task.late) for task in found["due"].tasks] == [
        (node.name, f"/workbench/projects/{code}/milestones/", True)
    ]
    assert report.pk != sent.pk


def test_a_late_report_is_late_after_its_day_and_due_before_it(
    make_project: Callable[..., Project], steward: User
) -> None:
    project = whole(make_project)
    assert "late" not in sections(steward)
    before = sections(steward, date(2026, 4, 2))  # March is over, its reports are due on the fifth
    assert [task.url for task in before["reports"].tasks] == [
        f"/workbench/projects/{project.serial_no}/report/?period=2026-03"
    ]
    after = sections(steward, date(2026, 4, 6))
    assert after["late"].tasks[0].late
    assert after["late"].more == ("在一张表里填报", "/workbench/monthly/?period=2026-03")
    facts.report(project, date(2026, 3, 31), state="submitted")
    assert "late" not in sections(steward, date(2026, 4, 6))


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"geom": None}, "geometry"),
        ({"planned_start_on": None}, "planned_start"),
        ({"planned_end_on": None}, "planned_end"),
        ({"total_investment": None}, "investment"),
        ({"location_text": ""}, "location"),
    ],
)
def test_what_is_missing_is_named(
    change: dict[str, Any], missing: str, make_project: Callable[..., Project], steward: User
) -> None:
    project = whole(make_project, **change)
    scope = scope_of(steward, today=TODAY)
    assert [(gap.code, gap.missing) for gap in selectors.gaps(scope, today=TODAY)] == [(project.serial_no, (missing,))]
    Project.objects.update(status="cancelled")
    assert selectors.gaps(scope, today=TODAY) == []


def test_a_shape_under_way_is_not_missing(make_project: Callable[..., Project], steward: User) -> None:
    project = whole(make_project, geom=None)
    shape(project, "submitted", number=1)
    assert selectors.gaps(scope_of(steward, today=TODAY), today=TODAY) == []


def test_nobody_is_asked_to_approve_what_they_had_a_hand_in(
    make_project: Callable[..., Project], steward: User, second: User
) -> None:
    project, other = whole(make_project), whole(make_project)
    facts.report(project, date(2026, 1, 31), state="submitted", submitted_by=second, hands=[second.pk, steward.pk])
    shape(project, "submitted", author=steward, submitted_by=second)
    shape(other, "submitted", author=second, submitted_by=second, needs_headquarters=True)
    assert sections(steward)["approve"].tasks == []


def test_desk_navigation_and_approvals_count_the_same(
    make_project: Callable[..., Project], steward: User, second: User, hq_admin: User, client_of: Callable
) -> None:
    """Also where the person is another account of the author, drew an earlier draft, or the unit may not decide."""
    alias = ensure_account(
        username="alias", display_name="同一人", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )
    User.objects.filter(pk__in=[steward.pk, alias.pk]).update(staff_no="YY001")
    projects = [whole(make_project) for _ in range(6)]
    shape(projects[0], "submitted", author=second, submitted_by=second, submitted_at=NOW)
    shape(projects[1], "submitted", author=alias, submitted_by=alias, submitted_at=NOW)
    shape(projects[2], "superseded", number=2, author=steward)
    shape(projects[2], "submitted", number=3, author=second, submitted_by=second, submitted_at=NOW)
    shape(projects[3], "superseded", number=2, author=steward)
    parent = shape(projects[3], "approved", number=3, author=steward)
    shape(projects[3], "submitted", number=4, author=second, submitted_by=second, submitted_at=NOW, parent=parent)
    shape(projects[4], "submitted", author=second, submitted_by=second, submitted_at=NOW, needs_headquarters=True)
    for project, hand in ((projects[0], second), (projects[1], alias), (projects[2], steward)):
        facts.report(
            project, date(2026, 1, 31), state="submitted", submitted_by=hand, hands=[hand.pk], submitted_at=NOW
        )
    GeometryVersion.objects.filter(project=projects[2], number=3).update(
        parent=GeometryVersion.objects.get(project=projects[2], number=2)
    )
    for person, expected in ((steward, 3), (second, 3), (hq_admin, 8)):
        scope = scope_of(person, today=TODAY)
        decidable = [item for item in waiting.items(scope) if item.decidable]
        shown = sections(person)["approve"].tasks
        assert sorted(item.code for item in decidable) == sorted(task.code for task in shown), person
        assert (len(shown), selectors.standing(scope, person.pk)[0]) == (expected, expected), person
    assert '<b class="nav-count">3<' in client_of(steward).get("/workbench/projects/").content.decode()


def test_headquarters_decides_what_a_unit_cannot(
    make_project: Callable[..., Project], hq_admin: User, second: User
) -> None:
    shape(whole(make_project), "submitted", author=second, submitted_by=second, needs_headquarters=True)
    assert len(sections(hq_admin)["approve"].tasks) == 1


def test_a_district_sees_nothing_of_anothers_work(
    make_project: Callable[..., Project], other_steward: User, second: User, client_of: Callable
) -> None:
    project = whole(make_project, location_text="", name="外区看不到的路")
    shape(project, "returned", review_comment="请核对", reviewed_at=NOW)
    facts.report(project, date(2026, 1, 31), state="submitted", submitted_by=second, hands=[second.pk])
    Milestone.objects.create(project=project, code="M0805", name="路面", planned_on=TODAY)
    assert all(not one.tasks for one in sections(other_steward).values())
    client = client_of(other_steward)
    for address in ("/workbench/", *(f"/workbench/?show={key}" for key in work.SECTIONS)):
        assert "外区看不到的路" not in client.get(address).content.decode(), address


def test_leaders_are_told_that_nothing_is_theirs_to_do(leader: User, client_of: Callable) -> None:
    assert "没有需要填报或审核的事项" in client_of(leader).get("/workbench/").content.decode()


def test_an_auditor_who_also_works_for_a_county_edits_that_county_alone(
    make_project: Callable[..., Project], other_steward: User
) -> None:
    whole(make_project, location_text="")  # of another district, visible to the auditor
    ensure_account(username="other_steward", display_name="", password="", role=Role.AUDITOR)
    assert sections(other_steward)["missing"].tasks == []


def test_a_thousand_projects_take_twelve_questions_and_less_than_a_second(
    make_project: Callable[..., Project], steward: User, client_of: Callable
) -> None:
    asked = []
    client = client_of(steward)
    for number in (10, 1000):
        while Project.objects.count() < number:
            make_project(status="under_construction", actual_start_on=date(2025, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/workbench/").content.decode()
        asked.append(sum(not query["sql"].startswith(FRAME) for query in queries.captured_queries))
    assert "300+" in page
    assert asked[0] == asked[1] <= 12
    assert min(seconds(client) for _ in range(3)) < 1.0


def stopped(make_project: Callable[..., Project], since: date, resume: date | None, reported: date | None) -> Project:
    made = whole(make_project, status="suspended")
    facts.status(made, date(2025, 1, 1), "under_construction")
    values = {"status": "suspended", "stage": "construction", "expected_resume_on": resume, "reported_on": reported}
    StatusChange.objects.create(project=made, effective_on=since, **values)
    return made


def test_works_standing_still_come_in_order_of_urgency(
    make_project: Callable[..., Project], steward: User, other_steward: User
) -> None:
    day = timedelta(days=1)
    near = stopped(make_project, TODAY - 14 * day, TODAY + 7 * day, None)
    fifteen = stopped(make_project, TODAY - 15 * day, TODAY + 60 * day, None)
    thirty = stopped(make_project, TODAY - 30 * day, None, None)
    over = stopped(make_project, TODAY - 40 * day, TODAY - 2 * day, TODAY - 39 * day)
    longer = stopped(make_project, TODAY - 40 * day, TODAY - 9 * day, None)
    stopped(make_project, TODAY - 14 * day, TODAY + 8 * day, None)  # not yet
    stopped(make_project, TODAY - 300 * day, TODAY + 90 * day, TODAY - 290 * day)  # reported, far ahead
    tasks = sections(steward)["stopped"].tasks
    assert [task.code for task in tasks] == [one.serial_no for one in (longer, over, thirty, fifteen, near)]
    assert [task.late for task in tasks] == [True, True, True, False, False]
    assert tasks[0].url == f"/workbench/projects/{longer.serial_no}/status/"
    assert sections(other_steward)["stopped"].rows == []


def test_a_stop_that_is_over_is_not_told_of(make_project: Callable[..., Project], steward: User) -> None:
    made = stopped(make_project, TODAY - timedelta(days=40), TODAY - timedelta(days=9), None)
    facts.status(made, TODAY - timedelta(days=3), "under_construction")
    Project.objects.filter(pk=made.pk).update(status="under_construction")
    assert sections(steward)["stopped"].rows == []
