"""Projects that report every week: the weeks, by when they are due, who owes them, who decides on the cycle."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from geodata.errors import BadParameter, Conflict, NotFound, NotPermitted
from geodata.notices.models import Notice
from geodata.progress.consistency import Before, Figures, check, suggestions
from geodata.progress.duty import due_day, report_duty
from geodata.progress.models import PeriodReport, WeeklyReporting
from geodata.progress.periods import WEEK, month_of, owed, parse, parse_any, week_of
from geodata.progress.services import approve_report, report_monthly, report_weekly, save_report
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.workdays.models import CalendarDay
from portal.workbench.desk.deadlines import tell_everybody
from portal.workbench.desk.work import sections
from tests.conftest import TODAY

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)  # a Monday
OWED = week_of(date(2026, 3, 23))


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


@pytest.fixture
def weekly(make_project: Callable[..., Project], hq_admin: User) -> Project:
    made = make_project(status="under_construction", actual_start_on=date(2026, 1, 5))
    StatusChange.objects.create(
        project=made, effective_on=date(2026, 1, 5), status="under_construction", stage="construction"
    )
    WeeklyReporting.objects.create(project=made, since=date(2026, 2, 2), set_by=hq_admin)
    return made


@pytest.mark.parametrize(
    ("day", "key", "label"),
    [
        (date(2026, 11, 22), "2026-W47", "2026年第47周（11月16日至22日）"),
        (date(2026, 11, 23), "2026-W48", "2026年第48周（11月23日至29日）"),
        (date(2027, 1, 2), "2026-W53", "2026年第53周（12月28日至1月3日）"),
        (date(2025, 12, 30), "2026-W01", "2026年第1周（12月29日至1月4日）"),
    ],
)
def test_weeks_are_calendar_weeks_and_come_back_from_their_address(day: date, key: str, label: str) -> None:
    week = week_of(day)
    assert (week.key, week.label, week.start.weekday(), (week.end - week.start).days) == (key, label, 0, 6)
    assert parse_any(key, today=date(2027, 6, 1), kind="month") == week
    assert week.after.before == week
    assert week.title == f"{label}周报"


@pytest.mark.parametrize(
    "text", ["2026-W54", "2026-W00", "2026-W", "W12", "2026-w12", "2026-W99", "0000-W01", "2026-W20"]
)
def test_a_week_that_is_none_or_lies_ahead_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        parse_any(text, today=TODAY, kind=WEEK)


def test_nothing_said_means_the_week_that_is_over() -> None:
    assert parse_any("", today=TODAY, kind=WEEK) == OWED == owed(TODAY, WEEK)
    with pytest.raises(BadParameter):
        parse("2026-W10", today=TODAY)  # the monthly table knows months only


@pytest.mark.django_db
def test_a_week_is_due_on_a_working_day() -> None:
    assert due_day(OWED) == date(2026, 3, 30)
    CalendarDay.objects.create(day=date(2026, 3, 30), is_workday=False)
    assert due_day(OWED) == date(2026, 3, 31)


def test_a_weekly_project_owes_weeks_and_no_month(
    weekly: Project, make_project: Callable[..., Project], steward: User
) -> None:
    other = make_project(status="under_construction", actual_start_on=date(2026, 1, 5))
    assert {duty.code: duty.period for duty in report_duty(scope(steward), TODAY)} == {
        other.serial_no: owed(TODAY),
        weekly.serial_no: OWED,
    }
    months = report_duty(scope(steward), TODAY, period=owed(TODAY))
    assert [duty.code for duty in months] == [other.serial_no]
    assert [duty.code for duty in report_duty(scope(steward), TODAY, period=OWED)] == [weekly.serial_no]
    before = week_of(date(2026, 1, 19))
    assert report_duty(scope(steward), TODAY, period=before) == []


def test_a_weekly_report_goes_its_way_and_nothing_is_owed_any_more(
    weekly: Project, steward: User, hq_admin: User
) -> None:
    values = {"physical_pct": Decimal(12), "invested_period": Decimal(100), "invested_year": Decimal(100)}
    values |= {"invested_cumulative": Decimal(100), "physical_desc": "清表", "work_done": "清表"}  # type: ignore[dict-item]
    saved = save_report(
        scope(steward), code=weekly.serial_no, period=OWED, values=values, submit=True, expected_version=0,  # type: ignore[arg-type]
        today=TODAY, now=NOW,
    )  # fmt: skip
    assert (saved.report.kind, saved.report.period_end) == ("week", date(2026, 3, 29))
    assert "2026年第13周（3月23日至29日）周报等待您审核" in Notice.objects.get(kind="submitted").text
    approve_report(scope(hq_admin), report_id=saved.report.pk, expected_version=saved.report.revision, now=NOW)
    assert report_duty(scope(steward), TODAY, period=OWED) == []
    assert "周报已审核通过" in Notice.objects.get(kind="approved").text


def test_the_desk_asks_for_the_week_and_names_its_form(weekly: Project, steward: User) -> None:
    keys = {section.key: section for section in sections(scope(steward), today=TODAY)}
    task = keys["week"].first[0]
    assert task.url == f"/workbench/projects/{weekly.serial_no}/report/?period=2026-W13"
    late = {section.key: section for section in sections(scope(steward), today=date(2026, 4, 2))}
    assert "周报应报未报" in late["late-week"].title
    assert "late" not in late


def test_those_who_report_are_told_of_the_week(weekly: Project, steward: User) -> None:
    tell_everybody(today=TODAY, now=NOW)
    assert "2026年第13周（3月23日至29日）周报应于3月30日前报送" in Notice.objects.get(kind="deadline").text
    assert tell_everybody(today=TODAY, now=NOW) == 0


def test_headquarters_alone_sets_the_cycle(
    make_project: Callable[..., Project], steward: User, leader: User, hq_admin: User
) -> None:
    project = make_project(status="under_construction")
    for user in (steward, leader):
        with pytest.raises((NotPermitted, NotFound)):
            report_weekly(scope(user), code=project.serial_no, today=TODAY)
    assert not WeeklyReporting.objects.exists()
    made = report_weekly(scope(hq_admin), code=project.serial_no, today=date(2026, 4, 2))
    assert made.since == date(2026, 3, 30)
    with pytest.raises(Conflict):
        report_weekly(scope(hq_admin), code=project.serial_no, today=TODAY)
    report_monthly(scope(hq_admin), code=project.serial_no)
    with pytest.raises(Conflict):
        report_monthly(scope(hq_admin), code=project.serial_no)
    assert CITY.user_id is None


def _figures(start: date, end: date, before: Before, **said: Any) -> Figures:
    return Figures(period_start=start, period_end=end, before=before, **said)


def test_running_sums_of_weeks_follow_each_other_but_not_over_new_year() -> None:
    past = Before(period_end=date(2026, 3, 22), invested_year=Decimal(100), invested_cumulative=Decimal(300))
    week = _figures(OWED.start, OWED.end, past, invested_period=Decimal(50))
    assert suggestions(week) == {"invested_year": Decimal(150), "invested_cumulative": Decimal(350)}
    turn = week_of(date(2026, 1, 1))
    past = Before(period_end=date(2025, 12, 28), invested_year=Decimal(100), invested_cumulative=Decimal(300))
    assert suggestions(_figures(turn.start, turn.end, past, invested_period=Decimal(50))) == {
        "invested_year": None,
        "invested_cumulative": Decimal(350),
    }


def test_what_a_week_is_set_against_is_named_by_its_day() -> None:
    past = Before(period_end=date(2026, 3, 22), physical_pct=Decimal(40))
    found = check(_figures(OWED.start, OWED.end, past, physical_pct=Decimal(30)))
    assert "2026年3月22日已审核的 40%" in found[0].message
    month = month_of(date(2026, 3, 1))
    assert "2026年3月已审核的" in check(_figures(month.start, month.end, past, physical_pct=Decimal(30)))[0].message


def test_a_month_of_its_kind_stays_what_it_was(weekly: Project) -> None:
    PeriodReport.objects.create(project=weekly, period_start=date(2026, 2, 1), period_end=date(2026, 2, 28))
    assert month_of(date(2026, 2, 3)).title == "2026年2月月报"
