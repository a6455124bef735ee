"""Deadlines: told once to each who has to act, before and after the day, never to another district."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from geodata.notices.models import Notice
from geodata.progress.models import Milestone
from geodata.projects.models import Project
from geodata.stewards.models import RoleGrant, User
from portal.workbench.desk.deadlines import tell_everybody
from portal.workbench.jobs import tell_deadlines
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db


def run(day: date) -> int:
    return tell_everybody(today=day, now=datetime(day.year, day.month, day.day, 7, tzinfo=UTC))


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路", status="under_construction", actual_start_on=date(2025, 1, 1))


def texts(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("text", flat=True))


def test_a_report_is_told_of_before_and_after_its_day_once_each(
    road: Project, steward: User, other_steward: User
) -> None:
    assert run(date(2026, 4, 1)) == 0
    assert [run(date(2026, 4, day)) for day in (2, 2, 3, 4, 5, 6, 6, 7)] == [1, 0, 0, 1, 0, 1, 0, 0]
    assert texts(steward) == [
        "2026年3月月报应于4月5日前报送，还有“示例路” 1 个项目未报",
        "2026年3月月报应于4月5日前报送，还有“示例路” 1 个项目未报",
        "2026年3月月报已过4月5日的报送期限，还有“示例路” 1 个项目未报",
    ]
    assert texts(other_steward) == []
    assert set(Notice.objects.values_list("subject_id", flat=True)) == {202603}


def test_who_has_reported_is_left_in_peace(road: Project, steward: User) -> None:
    facts.report(road, date(2026, 3, 31), state="submitted")
    assert run(date(2026, 4, 4)) == 0


def test_key_nodes_of_the_week_are_told_once_a_week(road: Project, steward: User) -> None:
    facts.report(road, date(2026, 3, 31), state="submitted")
    for code, name, key, day in (
        ("M0801", "开工", True, 22),
        ("M0802", "清表", False, 21),
        ("M0704", "施工许可", True, 24),
    ):
        Milestone.objects.create(project=road, code=code, name=name, is_key=key, planned_on=date(2026, 4, day))
    assert [run(date(2026, 4, day)) for day in (20, 21, 22)] == [1, 0, 0]
    assert texts(steward) == ["“示例路”的“开工”计划于4月22日完成，本周共有 2 个关键节点到期"]


def test_nobody_is_told_after_their_role_ended_or_their_account_closed(road: Project, steward: User) -> None:
    RoleGrant.objects.filter(user=steward).update(valid_to=date(2026, 4, 1))
    assert run(date(2026, 4, 6)) == 0
    RoleGrant.objects.filter(user=steward).update(valid_to=None)
    User.objects.filter(pk=steward.pk).update(is_active=False)
    assert run(date(2026, 4, 6)) == 0


def test_the_nightly_job_does_it(road: Project, steward: User) -> None:
    tell_deadlines.func(0)
    tell_deadlines.func(0)
    told = Notice.objects.filter(person=steward)
    assert told.values("event_key").distinct().count() == told.count()
