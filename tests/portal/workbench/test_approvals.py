"""The approvals: what waits for whom and in which order; a shape before and after; the history of a shape."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from geodata.progress.models import Milestone, PeriodReport, StatusRequest
from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion, Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import scope_of
from geodata.stewards.services import ensure_account
from portal.workbench.approvals import figures, waiting
from tests.conftest import PASSWORD, TODAY

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)  # a Monday
Make = Callable[..., Project]
ClientOf = Callable[[User], Client]


@pytest.fixture
def reviewer(city: dict[str, Any]) -> User:
    return ensure_account(
        username="reviewer", display_name="示例审核", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )


def shape(project: Project, author: User | None, *, number: int = 1, **fields: Any) -> GeometryVersion:
    west = 113.1 + number / 1000
    ring = f"{west} 29.3,{west + 0.004} 29.3,{west + 0.004} 29.304,{west} 29.304,{west} 29.3"
    given: dict[str, Any] = {
        "geom": GEOSGeometry(f"MULTIPOLYGON((({ring})))", srid=4490),
        "state": VersionState.SUBMITTED,
        "source": "drawn",
        "area_m2": 172_000,
        "author": author,
        "submitted_by": author,
        "submitted_at": NOW,
        "valid_from": date(2026, 3, 1),
        "findings": [],
    }
    return GeometryVersion.objects.create(project=project, number=number, **{**given, **fields})


def report(project: Project, by: User, *, at: datetime = NOW) -> PeriodReport:
    return PeriodReport.objects.create(
        project=project,
        period_start=date(2026, 2, 1),
        period_end=date(2026, 2, 28),
        state="submitted",
        submitted_by=by,
        submitted_at=at,
        hands=[by.pk],
    )


def request(project: Project, by: User, *, at: datetime = NOW, **fields: Any) -> StatusRequest:
    given = {"from_status": "not_started", "status": "suspended", "stage": "construction", "hands": [by.pk]}
    return StatusRequest.objects.create(
        project=project, effective_on=TODAY, submitted_by=by, submitted_at=at, **{**given, **fields}
    )


def node(project: Project, by: User, code: str = "M0802") -> Milestone:
    return Milestone.objects.create(
        project=project, code=code, name="土方完成", reported_on=TODAY, reported_by=by, reported_at=NOW, hands=[by.pk]
    )


def items(user: User) -> list[waiting.Item]:
    return waiting.items(scope_of(user, today=TODAY))


def test_every_kind_that_waits_is_listed(make_project: Make, steward: User, reviewer: User) -> None:
    project = make_project()
    shape(project, steward)
    report(project, steward)
    request(project, steward)
    node(project, steward)
    found = {item.kind: item for item in items(reviewer)}
    assert set(found) == {"geometry", "report", "status", "milestone"}
    assert all(item.decidable and not item.own for item in found.values())
    assert found["geometry"].what == "第 1 稿 · 手绘 · 17.20 公顷"
    assert found["report"].what == "2026年2月"
    assert found["status"].what == "变更为停工"
    assert found["milestone"].what == "土方完成"
    assert {item.by for item in found.values()} == {"steward"}


def test_who_had_a_hand_in_it_waits_for_others_under_any_of_his_accounts(
    make_project: Make, steward: User, reviewer: User
) -> None:
    project = make_project()
    first = shape(project, steward, state=VersionState.SUPERSEDED)
    shape(project, reviewer, number=2, parent=first)
    report(project, steward)
    assert {item.kind: item.own for item in items(steward)} == {"geometry": True, "report": True}
    assert {item.kind: item.own for item in items(reviewer)} == {"geometry": True, "report": False}
    User.objects.filter(pk__in=[steward.pk, reviewer.pk]).update(staff_no="Y-0007")
    assert {item.kind: item.decidable for item in items(reviewer)} == {"geometry": False, "report": False}


def test_what_headquarters_decides_is_shown_apart_to_the_district(
    make_project: Make, steward: User, reviewer: User, hq_admin: User
) -> None:
    project = make_project()
    shape(project, steward, needs_headquarters=True)
    request(project, steward, needs_headquarters=True)
    node(project, steward, "M0801")
    assert {item.decidable for item in items(reviewer)} == {False}
    assert {item.decidable for item in items(hq_admin)} == {True}


def test_another_district_sees_nothing_of_it(make_project: Make, steward: User, other_steward: User) -> None:
    project = make_project()
    shape(project, steward)
    report(project, steward)
    request(project, steward)
    node(project, steward)
    assert items(other_steward) == []


def test_what_is_late_stands_first_then_changes_of_status_then_the_oldest(
    make_project: Make, steward: User, reviewer: User
) -> None:
    old, young, shifted, fresh = (make_project() for _n in range(4))
    report(old, steward, at=NOW - timedelta(days=9))
    report(young, steward, at=NOW - timedelta(days=3))
    request(shifted, steward, at=NOW - timedelta(days=1))
    shape(fresh, steward)
    term = waiting.Term.on(TODAY)
    ordered = waiting.ordered(items(reviewer), term)
    assert [item.code for item in ordered] == [p.serial_no for p in (old, shifted, young, fresh)]
    assert [term.is_late(item) for item in ordered] == [True, False, False, False]  # 3 days ago was a Friday


def test_the_page_filters_by_kind_and_counts(
    make_project: Make, steward: User, reviewer: User, client_of: ClientOf
) -> None:
    project = make_project(name="示例片区改造工程")
    shape(project, steward)
    report(project, steward)
    client = client_of(reviewer)
    context = client.get("/workbench/approvals/").context
    assert [(chip["kind"], chip["count"]) for chip in context["chips"]] == [("", 2), ("geometry", 1), ("report", 1)]
    page = client.get("/workbench/approvals/?kind=report").content.decode()
    assert page.count("示例片区改造工程") == 2  # its name, and the name that the button says
    assert client.get("/workbench/approvals/?kind=money").status_code == 400
    assert "没有这一类待审核的内容" in client.get("/workbench/approvals/?kind=milestone").content.decode()


def test_who_decides_nothing_has_no_list(leader: User, client_of: ClientOf) -> None:
    assert client_of(leader).get("/workbench/approvals/").status_code == 403


def version_page(version: GeometryVersion) -> str:
    return f"/workbench/projects/{version.project.serial_no}/geometry/versions/{version.number}/"


def test_a_version_is_set_over_the_approved_one_before_it(
    make_project: Make, steward: User, reviewer: User, client_of: ClientOf
) -> None:
    project = make_project()
    shape(project, None, state=VersionState.APPROVED, area_m2=100_000)
    shape(project, steward, number=2, state=VersionState.SUPERSEDED, review_comment="改", reviewed_by=reviewer)
    waits = shape(project, steward, number=3)
    response = client_of(reviewer).get(version_page(waits))
    assert (response.context["before"]["number"], response.context["version"]["number"]) == (1, 3)
    assert response.context["shapes"]["before"] != response.context["shapes"]["after"]
    row = response.context["figures"][0]
    assert (row.name, row.before, row.after, row.change, row.grave) == (
        "面积",
        "10.00 公顷",
        "17.20 公顷",
        "+72.0%",
        True,
    )
    assert response.context["decision"]["may"]
    assert "第 1 稿" in response.content.decode()
    own = client_of(steward).get(version_page(waits))
    assert own.context["decision"] == {"waits": True, "own": True, "headquarters": False, "may": False}
    assert "geometry/versions/3/approve" not in own.content.decode()


def test_the_first_shape_has_nothing_before_it(
    make_project: Make, steward: User, reviewer: User, client_of: ClientOf
) -> None:
    response = client_of(reviewer).get(version_page(shape(make_project(), steward)))
    assert response.context["before"] is None
    assert response.context["shapes"]["before"] is None
    assert "此前没有经批准的图形" in response.content.decode()


def test_a_newer_version_is_pointed_at(make_project: Make, steward: User, client_of: ClientOf) -> None:
    project = make_project()
    old = shape(project, steward, state=VersionState.SUPERSEDED)
    shape(project, steward, number=2)
    assert "已有更新的第 2 稿（待审核）" in client_of(steward).get(version_page(old)).content.decode()


def test_what_the_checks_said_is_shown_with_the_answers(
    make_project: Make, steward: User, reviewer: User, client_of: ClientOf
) -> None:
    finding = {"code": "overlap", "severity": "ask", "message": "与邻近项目重叠 62%", "answer": "<b>两期同址</b>"}
    page = client_of(reviewer).get(version_page(shape(make_project(), steward, findings=[finding]))).content.decode()
    assert "与邻近项目重叠 62%" in page
    assert "&lt;b&gt;两期同址&lt;/b&gt;" in page


def test_outside_the_scope_there_is_no_such_version(
    make_project: Make, steward: User, other_steward: User, client_of: ClientOf
) -> None:
    version = shape(make_project(), steward)
    stranger, never = client_of(other_steward), "/workbench/projects/YYMS-2026-9999/geometry/versions/1/"
    answers = [stranger.get(place) for place in (version_page(version), never)]
    assert [answer.status_code for answer in answers] == [404, 404]
    history = version_page(version).replace("versions/1/", "history/")
    assert stranger.get(history).status_code == 404
    assert client_of(steward).get(version_page(version).replace("/1/", "/9/")).status_code == 404


def test_the_history_sets_any_two_versions_side_by_side(make_project: Make, steward: User, client_of: ClientOf) -> None:
    project = make_project()
    for number, state in ((1, VersionState.APPROVED), (2, VersionState.SUPERSEDED), (3, VersionState.APPROVED)):
        shape(project, steward, number=number, state=state)
    client, place = client_of(steward), f"/workbench/projects/{project.serial_no}/geometry/history/"
    assert [client.get(place).context[name] for name in ("a", "b")] == [1, 3]
    context = client.get(f"{place}?a=3&b=2").context
    assert (context["a"], context["b"], context["before"]["number"]) == (3, 2, 3)
    assert [version["is_current"] for version in context["versions"]] == [True, False, False]
    for wrong, status in (("?a=2&b=2", 400), ("?a=x", 400), ("?c=1", 400), ("?a=7", 404), ("?a=0", 400)):
        assert client.get(place + wrong).status_code == status, wrong


def test_a_project_without_a_shape_has_an_empty_history(make_project: Make, steward: User, client_of: ClientOf) -> None:
    project = make_project()
    page = client_of(steward).get(f"/workbench/projects/{project.serial_no}/geometry/history/")
    assert page.status_code == 200
    assert "项目还没有图形" in page.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("100", "110", "+10.0%"),
        ("100", "90", "−10.0%"),
        ("100", "100", "不变"),
        ("100000", "100001", "不足 0.1%"),
        ("0", "5", ""),
    ],
)
def test_changes_are_told_in_percent_of_the_earlier(before: str, after: str, text: str) -> None:
    assert figures.relative(figures.Decimal(before), figures.Decimal(after)) == text


@pytest.mark.parametrize(
    ("metres", "text"), [("0.05", "0.1 米"), ("999.94", "999.9 米"), ("1000", "1.00 公里"), ("12345.6", "12.35 公里")]
)
def test_lengths_are_told_in_metres_or_kilometres(metres: str, text: str) -> None:
    assert figures.metres(figures.Decimal(metres)) == text
    assert figures.metres(None) == "—"


@pytest.mark.parametrize(
    ("square", "text"), [("9999", "9,999.0 平方米"), ("10000", "1.00 公顷"), ("1000000", "1.00 平方公里")]
)
def test_areas_are_told_in_square_metres_hectares_or_square_kilometres(square: str, text: str) -> None:
    assert figures.area(figures.Decimal(square)) == text
