"""Changes of status: the guards, the documents, who decides, and what stands in the record afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPoint, Point

from dashboards.alerts.facts import Suspension
from dashboards.alerts.gathering import works
from dashboards.alerts.gathering.works import suspension
from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.notices.models import Notice
from geodata.progress import status_moves
from geodata.progress.models import Milestone, PeriodReport, Photo, PlanYear, StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.selectors import pending_status
from geodata.progress.services import (
    Wanted,
    approve_status,
    request_status,
    request_stop_report,
    return_status,
    withdraw_status,
)
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from portal.workbench.desk import dated
from tests.conftest import TODAY

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
PAPER = Paper(title="开工令", upload_sha256="c" * 64, media_type="application/pdf", content=b"%PDF-1.7 order")
MakeProject = Callable[..., Project]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


def standing(make_project: MakeProject, status: str, since: date = date(2026, 1, 5), **fields: Any) -> Project:
    stage = {"preliminary": "design", "not_started": "pre_construction"}.get(status, "construction")
    project = make_project(status=status, stage=stage, **fields)
    StatusChange.objects.create(project=project, effective_on=since, status=status, stage=stage)
    return project


def ask(user: User, project: Project, status: str, **more: Any) -> StatusRequest:
    known = {"reason", "doc_no", "effective_on", "stage"}
    arguments: dict[str, Any] = {"papers": [PAPER], "has_contract": True, "expected_status": project.status}
    wanted = Wanted(
        status=status,
        stated={
            name: value
            for name, value in more.items()
            if name in {*status_moves.TEXTS, *status_moves.DAYS, *status_moves.YES}
        },
        **{"effective_on": TODAY, **{name: more[name] for name in known if name in more}},
    )
    arguments |= {name: more[name] for name in arguments if name in more}
    return request_status(scope(user), code=project.serial_no, wanted=wanted, today=TODAY, now=NOW, **arguments)


SHAPE = Point(113.1, 29.3, srid=4490)


def site_photo(project: Project, user: User, day: date, **fields: Any) -> Photo:
    """A photo whose camera noted the day and a place beside the project's shape."""
    Project.objects.filter(pk=project.pk).update(geom=MultiPoint(SHAPE, srid=4490))
    values = {"camera_on": day, "position": Point(113.1001, 29.3, srid=4490), "taken_on": day, **fields}
    number = f"{Photo.objects.count():064d}"
    return Photo.objects.create(
        project=project, sha256=number, upload_sha256=number, width=8, height=6, bytes=1, uploaded_by=user,
        uploaded_at=NOW, **values,
    )  # fmt: skip


def approve(user: User, request: StatusRequest) -> StatusRequest:
    return approve_status(scope(user), request_id=request.pk, has_contract=True, now=NOW)


def test_a_start_is_asked_for_by_the_county_and_confirmed_by_headquarters(
    make_project: MakeProject, steward: User, checker: User, hq_admin: User
) -> None:
    project = standing(make_project, "not_started")
    site_photo(project, steward, date(2026, 3, 12))
    request = ask(steward, project, "under_construction", permit_no="430602202603", effective_on=date(2026, 3, 12))
    assert (request.needs_headquarters, request.stage) == (True, "construction")
    assert [notice.person_id for notice in Notice.objects.filter(kind="submitted")] == [hq_admin.pk]
    assert not pending_status(scope(checker)).exists()
    with pytest.raises(NotPermitted) as refusal:
        approve(checker, request)
    assert refusal.value.code == "headquarters-only"
    approve(hq_admin, request)
    project.refresh_from_db()
    change = StatusChange.objects.get(project=project, status="under_construction")
    assert (project.status, project.actual_start_on) == ("under_construction", date(2026, 3, 12))
    assert (change.submitted_by_id, change.confirmed_by_id) == (steward.pk, hq_admin.pk)
    assert Notice.objects.get(kind="approved").person_id == steward.pk
    assert not pending_status(scope(hq_admin)).exists()


def test_every_guard_that_does_not_hold_is_named(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "not_started")
    with pytest.raises(Refused) as refusal:
        ask(steward, project, "under_construction", has_contract=False)
    assert refusal.value.findings == (
        "缺少施工许可证号或免办理由",
        "尚无合同",
        "缺少开工现场照片：须有拍摄时间和位置，或拍摄当天有现场签到",
    )
    assert not StatusRequest.objects.exists()


def stopped(make_project: MakeProject, since: date) -> Project:
    """Works that stand still, and whose stop nobody reported."""
    project = make_project(status="suspended", stage="construction")
    StatusChange.objects.create(
        project=project, effective_on=since, status="suspended", stage="construction", reason="资金未到位",
        suspension_kind="de_facto",
    )  # fmt: skip
    return project


def file_report(user: User, project: Project, day: date | None, **more: Any) -> StatusRequest:
    return request_stop_report(
        scope(user),
        code=project.serial_no,
        reported_on=day,
        doc_no=more.get("doc_no", ""),
        papers=more.get("papers", [PAPER]),
        today=TODAY,
        now=NOW,
    )


def test_the_report_of_a_stop_is_filed_later_and_counts_once_another_person_agreed(
    make_project: MakeProject, steward: User, checker: User
) -> None:
    since, filed = TODAY - timedelta(days=40), TODAY - timedelta(days=2)
    project = stopped(make_project, since)
    request = file_report(steward, project, filed, doc_no=" 楼政停〔2026〕3号 ")
    assert (request.state, request.needs_headquarters, request.doc_no) == ("submitted", False, "楼政停〔2026〕3号")
    assert suspension(by_project(project), TODAY) == Suspension(since, filed=False)
    assert dated.due(scope(steward), today=TODAY) == []  # nobody hunts for what is handed in
    assert Notice.objects.get(kind="submitted", person=checker).text.endswith("的停工报告等待您审核")
    with pytest.raises(NotPermitted) as refusal:
        approve(steward, request)
    assert refusal.value.code == "same-person"
    assert suspension(by_project(project), TODAY) == Suspension(since, filed=False)
    row = approve(checker, request).change
    assert row is not None
    project.refresh_from_db()
    assert (project.status, project.stage) == ("suspended", "construction")
    assert (row.effective_on, row.reported_on, row.doc_no, row.reason) == (
        since,
        filed,
        "楼政停〔2026〕3号",
        "资金未到位",
    )
    assert (row.submitted_by_id, row.confirmed_by_id) == (steward.pk, checker.pk)
    assert (row.suspension_kind, row.is_backward) == ("de_facto", False)
    assert suspension(by_project(project), TODAY) == Suspension(since, filed=True)
    assert suspension(by_project(project), filed - timedelta(days=1)) == Suspension(since, filed=False)
    (event,) = StatusChange.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    assert (event.pgh_label, event.reported_on) == ("insert", filed)
    with pytest.raises(Conflict) as again:
        file_report(steward, project, filed)
    assert again.value.code == "reported-already"


def test_the_report_of_a_stop_that_is_sent_back_is_asked_for_again(
    make_project: MakeProject, steward: User, checker: User
) -> None:
    project = stopped(make_project, TODAY - timedelta(days=40))
    request = file_report(steward, project, TODAY)
    with pytest.raises(Conflict) as waiting:
        file_report(steward, project, TODAY)
    assert waiting.value.code == "request-waiting"
    return_status(scope(checker), request_id=request.pk, comment="请上传盖章件", now=NOW)
    assert [due.code for due in dated.due(scope(steward), today=TODAY)] == [project.serial_no]
    assert not StatusChange.objects.filter(reported_on__isnull=False).exists()
    assert file_report(steward, project, TODAY).state == "submitted"


def test_the_report_of_another_stop_cannot_be_approved(make_project: MakeProject, steward: User, checker: User) -> None:
    project = stopped(make_project, TODAY - timedelta(days=40))
    request = file_report(steward, project, TODAY - timedelta(days=30))
    for status, day in [("under_construction", 20), ("suspended", 10)]:  # an import, say
        StatusChange.objects.create(
            project=project, effective_on=TODAY - timedelta(days=day), status=status, stage="construction"
        )
    with pytest.raises(Conflict) as refusal:
        approve(checker, request)
    assert refusal.value.code == "status-changed"
    assert not StatusChange.objects.filter(reported_on__isnull=False).exists()


@pytest.mark.parametrize(
    ("day", "papers", "code"),
    [
        (None, [PAPER], "missing-day"),
        (TODAY + timedelta(days=1), [PAPER], "future-day"),
        (TODAY - timedelta(days=41), [PAPER], "before-the-stop"),
        (TODAY, [], "missing-paper"),
    ],
)
def test_the_report_of_a_stop_has_a_day_between_the_stop_and_today_and_its_document(
    make_project: MakeProject, steward: User, day: date | None, papers: list[Paper], code: str
) -> None:
    project = stopped(make_project, TODAY - timedelta(days=40))
    with pytest.raises(Refused) as refusal:
        file_report(steward, project, day, papers=papers)
    assert refusal.value.code == code
    assert not StatusRequest.objects.exists()


def test_nobody_else_files_it_and_nothing_is_filed_of_works_that_go_on(
    make_project: MakeProject, steward: User, other_steward: User, leader: User
) -> None:
    project, going = stopped(make_project, TODAY - timedelta(days=40)), standing(make_project, "under_construction")
    with pytest.raises(NotFound):
        file_report(other_steward, project, TODAY)
    with pytest.raises(NotPermitted):
        file_report(leader, project, TODAY)
    with pytest.raises(Conflict) as refusal:
        file_report(steward, going, TODAY)
    assert refusal.value.code == "not-stopped"
    assert not StatusRequest.objects.exists()


def by_project(project: Project) -> list[Any]:
    return works.status(list(works.status_asked(TODAY, [project.pk])))[project.pk]


def test_a_stop_is_decided_in_the_county_by_another_person(
    make_project: MakeProject, steward: User, checker: User
) -> None:
    project = standing(make_project, "under_construction")
    stop = {"suspension_kind": "reported", "reason": "汛期", "expected_resume_on": date(2026, 6, 1)}
    request = ask(steward, project, "suspended", **stop)
    with pytest.raises(NotPermitted) as refusal:
        approve(steward, request)
    assert refusal.value.code == "same-person"
    approve(checker, request)
    change = StatusChange.objects.get(status="suspended")
    assert (change.suspension_kind, change.expected_resume_on, change.stage) == (
        "reported",
        date(2026, 6, 1),
        "construction",
    )


def test_works_may_stop_go_on_and_stop_again_on_one_day(
    make_project: MakeProject, steward: User, checker: User, hq_admin: User
) -> None:
    project = standing(make_project, "under_construction")
    stop = {"suspension_kind": "reported", "reason": "汛期", "expected_resume_on": date(2026, 6, 1)}
    for wanted, reviewer in [("suspended", checker), ("under_construction", hq_admin), ("suspended", checker)]:
        approve(reviewer, ask(steward, project, wanted, **stop))
        project.refresh_from_db()
        assert project.status == wanted
    assert [row.from_status for row in StatusChange.objects.filter(project=project, status="suspended")] == [
        "under_construction",
        "under_construction",
    ]


def test_works_that_are_not_done_cannot_be_completed(make_project: MakeProject, steward: User, checker: User) -> None:
    project = standing(make_project, "under_construction")
    with pytest.raises(Refused, match="形象进度未到100%"):
        ask(steward, project, "works_completed")
    PeriodReport.objects.create(
        project=project, period_start=date(2026, 2, 1), period_end=date(2026, 2, 28), state="approved", physical_pct=100
    )
    approve(checker, ask(steward, project, "works_completed"))
    project.refresh_from_db()
    assert (project.status, project.works_completed_on) == ("works_completed", TODAY)


def test_a_year_of_standing_still_asks_for_the_permit_again(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "suspended", since=TODAY - timedelta(days=365))
    with pytest.raises(Refused, match="施工许可核验文件"):
        ask(steward, project, "under_construction")
    assert ask(steward, project, "under_construction", permit_reverified_doc="核验〔2026〕1号").needs_headquarters


def test_procurement_is_over_with_the_contract_signed(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "preliminary")
    PlanYear.objects.create(project=project, year=2026, planned_amount=1)
    with pytest.raises(Refused, match="招标采购尚未完成"):
        ask(steward, project, "not_started")
    Milestone.objects.create(project=project, code="M0604", name="合同签订", actual_on=date(2026, 3, 1))
    assert ask(steward, project, "not_started", papers=()).needs_headquarters is False


def test_going_back_needs_headquarters_a_reason_and_a_paper_and_is_marked(
    make_project: MakeProject, steward: User, hq_admin: User
) -> None:
    project = standing(make_project, "under_construction")
    with pytest.raises(Refused, match="缺少原因"):
        ask(steward, project, "not_started")
    with pytest.raises(Refused, match="请上传"):
        ask(steward, project, "not_started", reason="误报开工", papers=())
    approve(hq_admin, ask(steward, project, "not_started", reason="误报开工"))
    assert StatusChange.objects.get(status="not_started").is_backward


def test_what_is_accepted_never_goes_back_to_works(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "accepted")
    with pytest.raises(Refused, match="不能退回在建"):
        ask(steward, project, "under_construction", reason="x")
    assert Status.UNDER_CONSTRUCTION not in status_moves.targets("accepted")
    assert status_moves.targets("closed") == []


def test_one_request_waits_at_a_time_and_may_be_taken_back(
    make_project: MakeProject, steward: User, checker: User, hq_admin: User
) -> None:
    project = standing(make_project, "under_construction")
    request = ask(steward, project, "cancelled", doc_no="岳发〔2026〕1号")
    with pytest.raises(Conflict, match="已有一份"):
        ask(checker, project, "cancelled", doc_no="岳发〔2026〕1号")
    withdraw_status(scope(steward), request_id=request.pk, now=NOW)
    with pytest.raises(Conflict):
        approve(hq_admin, request)
    assert Notice.objects.get(kind="submitted").settled_at is not None
    again = ask(checker, project, "cancelled", doc_no="岳发〔2026〕1号")
    assert set(again.hands) == {steward.pk, checker.pk}  # who asked before has a hand in it still


def test_a_returned_request_says_why(make_project: MakeProject, steward: User, hq_admin: User) -> None:
    project = standing(make_project, "under_construction")
    request = ask(steward, project, "cancelled", doc_no="x")
    with pytest.raises(Refused):
        return_status(scope(hq_admin), request_id=request.pk, comment="", now=NOW)
    return_status(scope(hq_admin), request_id=request.pk, comment="文号不对", now=NOW)
    assert "文号不对" in Notice.objects.get(kind="returned").text
    project.refresh_from_db()
    assert project.status == "under_construction"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"effective_on": date(2026, 3, 31)}, Refused),
        ({"effective_on": date(2026, 1, 4)}, Refused),
        ({"doc_no": "长" * 81}, Refused),
        ({"reason": "长" * 1001}, Refused),
        ({"suspension_kind": "lazy"}, Refused),
        ({"receiving_unit": "长" * 121}, Refused),
        ({"stage": "moon"}, Refused),
        ({"expected_status": "preliminary"}, StaleEdit),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    make_project: MakeProject, steward: User, more: dict[str, Any], error: type[Exception]
) -> None:
    project = standing(make_project, "under_construction")
    with pytest.raises(error):
        ask(steward, project, "cancelled", **{"doc_no": "x", **more})
    assert not StatusRequest.objects.exists()


def test_others_neither_ask_nor_decide(
    make_project: MakeProject, steward: User, other_steward: User, leader: User
) -> None:
    project = standing(make_project, "under_construction")
    with pytest.raises(NotFound):
        ask(other_steward, project, "cancelled", doc_no="x")
    with pytest.raises(NotPermitted):
        ask(leader, project, "cancelled", doc_no="x")
    request = ask(steward, project, "cancelled", doc_no="x")
    for act in (approve, lambda user, one: withdraw_status(scope(user), request_id=one.pk, now=NOW)):
        with pytest.raises(NotFound):
            act(other_steward, request)
        with pytest.raises(NotPermitted):
            act(leader, request)


def test_a_status_that_changed_meanwhile_is_not_overrun(
    make_project: MakeProject, steward: User, hq_admin: User
) -> None:
    project = standing(make_project, "under_construction")
    request = ask(steward, project, "cancelled", doc_no="x")
    Project.objects.update(status="suspended")
    with pytest.raises(Conflict, match="已经变更"):
        approve(hq_admin, request)
