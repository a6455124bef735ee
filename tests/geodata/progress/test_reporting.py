"""Writing a report: draft, submission, four eyes, correction, and what may never happen to an approved one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from geodata.errors import BadParameter, Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.notices.models import Notice
from geodata.progress.entries import ReportEntry
from geodata.progress.models import Milestone, NodeTemplate, PeriodReport, ReportNode
from geodata.progress.periods import Period, month_of, owed, parse
from geodata.progress.reference import ensure_node_templates
from geodata.progress.report_values import ReportValues
from geodata.progress.selectors import pending_reports, report_duty
from geodata.progress.services import (
    Saved,
    approve_report,
    discard_report,
    record_period_reports,
    return_report,
    save_report,
)
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import ensure_account
from geodata.summary.selectors import row_of
from tests.conftest import PASSWORD, TODAY

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
FEBRUARY = month_of(date(2026, 2, 1))
WHOLE: ReportValues = {
    "physical_pct": Decimal(30),
    "physical_desc": "管沟开挖完成",
    "invested_period": Decimal(1_000_000),
    "invested_year": Decimal(2_500_000),
    "invested_cumulative": Decimal(3_000_000),
    "work_done": "完成管沟 300 米",
}


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


def save(user: User, project: Project, values: ReportValues = WHOLE, **more: Any) -> Saved:
    arguments: dict[str, Any] = {"submit": False, "expected_version": 0, "period": FEBRUARY, "today": TODAY, "now": NOW}
    return save_report(scope(user), code=project.serial_no, values=values, **{**arguments, **more})


def approve(user: User, report: PeriodReport, **more: Any) -> PeriodReport:
    return approve_report(scope(user), report_id=report.pk, now=NOW, **{"expected_version": report.revision, **more})


def test_a_draft_may_be_empty_and_counts_nowhere(project: Project, steward: User) -> None:
    saved = save(steward, project, {})
    assert (saved.report.state, saved.report.version, saved.report.revision) == ("draft", 1, 1)
    assert saved.report.hands == [steward.pk]
    assert not Notice.objects.exists()


def test_what_is_not_said_stays(project: Project, steward: User) -> None:
    save(steward, project)
    save(steward, project, {"invested_period": Decimal(5)}, expected_version=1)
    report = PeriodReport.objects.get()
    assert (report.invested_period, report.work_done, report.revision) == (5, "完成管沟 300 米", 2)


def test_a_submitted_report_goes_to_another_person_and_counts_once_approved(
    project: Project, steward: User, checker: User, hq_admin: User
) -> None:
    report = save(steward, project, submit=True).report
    assert [notice.person_id for notice in Notice.objects.all()] == [checker.pk]
    assert list(pending_reports(scope(checker))) == [report]
    assert row_of(scope(steward), project.pk, today=TODAY).completed is None
    approve(checker, report, comment="属实")
    report.refresh_from_db()
    assert (report.state, report.reviewed_by_id, report.review_comment) == ("approved", checker.pk, "属实")
    assert row_of(scope(steward), project.pk, today=TODAY).completed == 3_000_000
    assert Notice.objects.get(kind="submitted").settled_at is not None
    assert Notice.objects.get(kind="approved").person_id == steward.pk
    assert not pending_reports(scope(checker)).exists()


def test_the_physical_progress_follows_from_the_weighted_nodes(project: Project, steward: User, checker: User) -> None:
    assert ensure_node_templates() > 0
    assert ensure_node_templates() == 0
    assert sum(NodeTemplate.objects.filter(category=project.category).values_list("weight_pct", flat=True)) == 100
    shares = {"M0802": Decimal(100), "M0803": Decimal(50)}  # 5 × 100 % + 30 × 50 %
    values: ReportValues = {**WHOLE, "nodes": shares}
    del values["physical_pct"]
    report = save(steward, project, values, submit=True).report
    assert report.physical_pct == Decimal("20.00")
    assert ReportNode.objects.filter(report=report).count() == 7
    with pytest.raises(Refused, match=r"由节点折算为 20.00%"):
        save(steward, project, {"physical_pct": Decimal(33)}, expected_version=1)
    with pytest.raises(Refused, match="没有节点 M0899"):
        save(steward, project, {"nodes": {"M0899": Decimal(1)}}, expected_version=1)
    with pytest.raises(Refused, match="0 到 100"):
        save(steward, project, {"nodes": {"M0802": Decimal(101)}}, expected_version=1)
    approve(checker, report)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        ReportNode.objects.filter(report=report).update(done_pct=0)


def test_the_nodes_of_the_project_itself_go_before_those_of_its_category(
    project: Project, steward: User, checker: User
) -> None:
    ensure_node_templates()
    for code, weight in (("M0802", 50), ("M0803", 50)):
        Milestone.objects.create(project=project, code=code, name=code, weight_pct=weight)
    values: ReportValues = {**WHOLE, "nodes": {"M0803": Decimal("66.69")}}
    report = save(steward, project, values, submit=True).report
    assert report.physical_pct == Decimal("33.35")  # commercial rounding, as the browser does it
    approve(checker, report)
    assert Milestone.objects.get(code="M0803").progress_pct == Decimal("66.69")


def test_a_correction_is_a_new_version_for_a_reason_and_starts_from_the_approved_one(
    project: Project, steward: User, checker: User
) -> None:
    ensure_node_templates()
    first = save(steward, project, {**WHOLE, "nodes": {"M0803": Decimal(100)}}, submit=True).report
    approve(checker, first)
    first.refresh_from_db()
    with pytest.raises(Refused, match="更正请写明理由"):
        save(steward, project, {"work_done": "新"}, expected_version=first.revision)
    second = save(
        steward, project, {"work_done": "新"}, expected_version=first.revision, reason="监理核减", submit=True
    ).report
    assert (second.version, second.invested_cumulative, second.correction_reason) == (2, 3_000_000, "监理核减")
    assert second.nodes.get(code="M0803").done_pct == 100
    first.refresh_from_db()
    assert (first.state, first.work_done) == ("approved", "完成管沟 300 米")
    with pytest.raises(StaleEdit):  # the number seen before the correction is no longer the newest
        save(steward, project, {}, expected_version=first.revision, reason="又一次")


def test_nobody_changes_an_approved_report_even_in_the_database(project: Project, steward: User, checker: User) -> None:
    report = save(steward, project, submit=True).report
    approve(checker, report)
    for act in (lambda: PeriodReport.objects.update(work_done="x"), PeriodReport.objects.all().delete):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            act()


def test_who_wrote_in_it_may_not_approve_it(project: Project, steward: User, checker: User, hq_admin: User) -> None:
    report = save(steward, project).report
    report = save(checker, project, {}, expected_version=report.revision, submit=True).report
    for person in (steward, checker):
        with pytest.raises(NotPermitted) as refusal:
            approve(person, report)
        assert refusal.value.code == "same-person"
    approve(hq_admin, report)


def test_a_second_account_of_the_same_person_is_the_same_person(project: Project, steward: User, checker: User) -> None:
    User.objects.filter(pk__in=[steward.pk, checker.pk]).update(staff_no="Y0730-11")
    report = save(steward, project, submit=True).report
    with pytest.raises(NotPermitted):
        approve(checker, report)


def test_an_edit_after_submission_takes_it_back_from_the_approvers(
    project: Project, steward: User, checker: User
) -> None:
    seen = save(steward, project, submit=True).report
    later = save(steward, project, {"invested_period": Decimal(7)}, expected_version=seen.revision).report
    with pytest.raises(Conflict):
        approve(checker, seen)
    later = save(steward, project, {}, expected_version=later.revision, submit=True).report
    with pytest.raises(StaleEdit):
        approve(checker, seen, expected_version=1)
    approve(checker, later)


def test_a_returned_report_says_why_and_is_corrected_in_place(project: Project, steward: User, checker: User) -> None:
    report = save(steward, project, submit=True).report
    with pytest.raises(Refused, match="写明退回的原因"):
        return_report(scope(checker), report_id=report.pk, expected_version=1, comment=" ", now=NOW)
    return_report(scope(checker), report_id=report.pk, expected_version=1, comment="产值与监理不符", now=NOW)
    assert "产值与监理不符" in Notice.objects.get(kind="returned").text
    again = save(steward, project, {"invested_period": Decimal(900_000)}, expected_version=1, submit=True).report
    assert (again.pk, again.version, again.state) == (report.pk, 1, "submitted")


def test_nothing_is_overwritten_that_the_writer_did_not_see(project: Project, steward: User, checker: User) -> None:
    save(steward, project)
    for seen in (0, 2):
        with pytest.raises(StaleEdit, match="他人修改"):
            save(checker, project, {"work_done": "别的"}, expected_version=seen)
    assert PeriodReport.objects.get().work_done == "完成管沟 300 米"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"work_done": " "}, "incomplete"),
        ({"invested_period": None}, "incomplete"),
        ({"invested_year": Decimal(3_000_001)}, "inconsistent"),
        ({"physical_pct": Decimal(90)}, "unexplained"),
        ({"invested_cumulative": Decimal(10) ** 15}, "amount-range"),
        ({"physical_pct": Decimal("NaN")}, "percent-range"),
        ({"invested_period": Decimal("Infinity")}, "amount-range"),
        ({"delay_reason": "laziness"}, "bad-delay"),
        ({"work_done": "长" * 2001}, "long-text"),
    ],
)
def test_what_cannot_be_submitted_is_refused_and_nothing_is_written(
    project: Project, steward: User, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        save(steward, project, {**WHOLE, **change}, submit=True)  # type: ignore[typeddict-item]
    assert refusal.value.code == code
    assert not PeriodReport.objects.exists()


def test_no_revision_is_used_twice_even_after_a_report_was_discarded(
    project: Project, steward: User, checker: User
) -> None:
    first = save(steward, project).report
    second = save(steward, project, {"problems": "缺电"}, expected_version=1).report
    discard_report(scope(steward), report_id=second.pk, expected_version=2, now=NOW)
    again = save(checker, project).report
    assert (first.revision, again.revision) == (1, 3)
    with pytest.raises(StaleEdit):
        save(steward, project, {"problems": "缺水"}, expected_version=2)  # from a page left open
    submitted = save(checker, project, submit=True, expected_version=3).report
    approved = approve(steward, submitted)
    correction = save(checker, project, {"problems": "缺路"}, expected_version=approved.revision, reason="核减").report
    discard_report(scope(checker), report_id=correction.pk, expected_version=correction.revision, now=NOW)
    anew = save(steward, project, {"problems": "缺料"}, expected_version=approved.revision, reason="再核减").report
    assert anew.revision == correction.revision + 1


def test_an_imported_report_counts_on_after_a_discarded_one(project: Project, steward: User) -> None:
    held = save(steward, project).report
    discard_report(scope(steward), report_id=held.pk, expected_version=1, now=NOW)
    entry = ReportEntry(project_id=project.pk, period_start=FEBRUARY.start, period_end=FEBRUARY.end, state="submitted")
    record_period_reports(entries=[entry])
    assert PeriodReport.objects.get().revision == 2


def test_a_contradiction_may_be_submitted_with_an_explanation(project: Project, steward: User) -> None:
    values: ReportValues = {**WHOLE, "physical_pct": Decimal(90), "explanation": "设备未计价"}
    saved = save(steward, project, values, submit=True)
    assert [one.code for one in saved.findings] == ["gap"]


def test_only_people_of_the_unit_write_and_nobody_who_merely_reads(
    project: Project, other_steward: User, leader: User
) -> None:
    with pytest.raises(NotFound):
        save(other_steward, project)
    with pytest.raises(NotPermitted):
        save(leader, project)


def test_approving_is_for_those_of_the_unit(project: Project, steward: User, other_steward: User, leader: User) -> None:
    report = save(steward, project, submit=True).report
    with pytest.raises(NotFound):
        approve(other_steward, report)
    with pytest.raises(NotPermitted):
        approve(leader, report)
    assert not pending_reports(scope(other_steward)).exists()
    assert not pending_reports(scope(leader)).exists()


def test_reading_all_and_editing_one_district_is_not_editing_all(
    project: Project, other_steward: User, steward: User
) -> None:
    ensure_account(username="other_steward", display_name="", password=PASSWORD, role=Role.AUDITOR)
    assert scope(other_steward).everything
    with pytest.raises(NotFound):
        save(other_steward, project)
    report = save(steward, project, submit=True).report
    with pytest.raises(NotFound):
        approve(other_steward, report)


def test_the_future_and_projects_that_are_over_take_no_report(project: Project, steward: User) -> None:
    with pytest.raises(Refused, match="还没有开始"):
        save(steward, project, period=month_of(date(2026, 4, 1)))
    Project.objects.update(status="closed")
    with pytest.raises(Conflict, match="不再填报"):
        save(steward, project)


def test_duty_names_what_the_month_before_still_owes(
    project: Project, make_project: Callable[..., Project], steward: User, checker: User, leader: User
) -> None:
    make_project(status="preliminary")
    make_project(status="under_construction", actual_start_on=date(2026, 3, 2))
    assert report_duty(scope(leader), TODAY) == []
    (duty,) = report_duty(scope(steward), TODAY)
    assert (duty.code, duty.period, duty.state, duty.due_on) == (project.serial_no, FEBRUARY, "", date(2026, 3, 5))
    assert duty.days_late(TODAY) == 25
    report = save(steward, project, submit=True).report
    assert [(d.state, d.revision) for d in report_duty(scope(steward), TODAY)] == [("submitted", 1)]
    approve(checker, report)
    assert report_duty(scope(steward), TODAY) == []


def test_months_are_read_and_counted() -> None:
    assert owed(date(2026, 1, 5)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert parse("", today=TODAY) == FEBRUARY
    assert (FEBRUARY.key, FEBRUARY.label, FEBRUARY.after.key, FEBRUARY.before.key) == (
        "2026-02",
        "2026年2月",
        "2026-03",
        "2026-01",
    )
    assert month_of(date(2026, 1, 9)).due_on(28) == date(2026, 2, 28)
    for wrong in ("2026", "2026-13", "2026-00", "2026-04", "1999-01", "2026-02-01", "今年"):
        with pytest.raises(BadParameter):
            parse(wrong, today=TODAY)
