"""The inbox: one's own notices alone, opened, marked, filtered, paged; the navigation counts them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from geodata.notices.models import Notice
from geodata.notices.services import notify, settle
from geodata.projects.models import Project
from geodata.stewards.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)


def tell(person: User, number: int, kind: str = "returned", **more: object) -> Notice:
    key = f"report:{number}:{kind}:1"
    notify(people=[person.pk], kind=kind, event_key=key, text=f"示例项目{number}的月报", now=NOW, **more)  # type: ignore[arg-type]
    return Notice.objects.get(person=person, event_key=key)


def test_one_sees_and_marks_only_ones_own(steward: User, other_steward: User, client_of: Callable) -> None:
    mine, others = tell(steward, 1), tell(other_steward, 2)
    client = client_of(steward)
    page = client.get("/workbench/inbox/").content.decode()
    assert "示例项目1的月报" in page
    assert "示例项目2的月报" not in page
    assert client.post(f"/workbench/inbox/{others.pk}/").status_code == 404
    assert client.post("/workbench/inbox/", {"notice": others.pk}).status_code == 302
    others.refresh_from_db()
    assert others.read_at is None
    assert client.post("/workbench/inbox/", {"notice": "all"}).status_code == 302
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.read_at is None, others.read_at is None) == (False, True)


def test_opening_marks_as_read_and_leads_to_the_page_that_deals_with_it(
    steward: User, make_project: Callable[..., Project], client_of: Callable
) -> None:
    project = make_project()
    code = project.serial_no
    client = client_of(steward)
    cases = [
        ("returned", "geometry", 2, f"/workbench/projects/{code}/geometry/"),
        ("submitted", "geometry", 2, f"/workbench/projects/{code}/geometry/versions/2/"),
        ("submitted", "report", 7, "/workbench/reports/7/"),
        ("submitted", "status", 7, "/workbench/status/7/"),
        ("submitted", "milestone", 7, f"/workbench/projects/{code}/milestones/"),
        ("deadline", "month", 202602, "/workbench/monthly/?period=2026-02"),
        ("deadline", "desk", None, "/workbench/"),
        ("alert", "checkin", 3, f"/workbench/projects/{code}/#checkins"),
    ]
    for number, (kind, subject, subject_id, address) in enumerate(cases):
        notice = tell(steward, number, kind, subject=subject, subject_id=subject_id, project_code=code)
        response = client.post(f"/workbench/inbox/{notice.pk}/")
        assert (response.status_code, response.headers["Location"]) == (302, address), subject
        notice.refresh_from_db()
        assert notice.read_at is not None


def test_the_navigation_counts_what_is_unread(steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    assert "nav-count" not in client.get("/workbench/projects/").content.decode()
    tell(steward, 1, "submitted")
    tell(steward, 2)
    tell(steward, 3)
    page = client.get("/workbench/projects/").content.decode()
    assert page.count('class="nav-count"') == 2  # the inbox, and the menu button of phones
    settle(event_prefix="report:1:", now=NOW)
    client.post("/workbench/inbox/", {"notice": "all"})
    assert "nav-count" not in client.get("/workbench/projects/").content.decode()


def test_kinds_and_unread_ones_are_filtered_and_a_long_inbox_has_pages(steward: User, client_of: Callable) -> None:
    for number in range(65):
        tell(steward, number, "deadline" if number % 2 else "returned")
    client = client_of(steward)
    page = client.get("/workbench/inbox/?kind=deadline").content.decode()
    assert page.count('<li class="notice-row') == 30
    assert client.get("/workbench/inbox/?page=3").content.decode().count('<li class="notice-row') == 5
    client.post("/workbench/inbox/?kind=deadline", {"notice": "all"})
    assert "没有这一类消息了" in client.get("/workbench/inbox/?unread=1").content.decode()
    assert client.get("/workbench/inbox/?kind=nonsense").status_code == 400
    for wrong in ("", "x", "9" * 30, "-1"):
        assert client.post("/workbench/inbox/", {"notice": wrong}).status_code == 400


def test_an_empty_inbox_says_what_will_come(steward: User, client_of: Callable) -> None:
    assert "还没有消息" in client_of(steward).get("/workbench/inbox/").content.decode()
