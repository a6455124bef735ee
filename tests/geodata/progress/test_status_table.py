"""Every move of the table asks for what the table demands: facts, days, reasons, papers; and a start shows the site."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import Refused
from geodata.progress import status_moves
from geodata.progress.models import Milestone, PeriodReport, Photo, PlanYear, StatusRequest
from geodata.progress.start_photos import Rules, Shot, fault_of, is_shown
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.projects.transitions import TABLE
from geodata.stewards.models import User
from tests.conftest import TODAY
from tests.geodata.progress.test_status import ask, site_photo, standing

pytestmark = pytest.mark.django_db
MakeProject = Callable[..., Project]
BEFORE = TODAY - timedelta(days=20)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@dataclass(frozen=True)
class Move:
    """A move with all that it needs; `without` maps what is left out to the sentence that names it."""

    stated: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()  # of _KNOWN
    paper: bool = False
    without: dict[str, str] = field(default_factory=dict)
    wrong: tuple[tuple[dict[str, Any], str], ...] = ()


def _node(code: str, day: date = TODAY) -> Callable[[Project, User], object]:
    return lambda project, _user: Milestone.objects.create(project=project, code=code, name=code, actual_on=day)


def _full(project: Project, _user: User) -> None:
    PeriodReport.objects.create(
        project=project, period_start=date(2026, 2, 1), period_end=date(2026, 2, 28), state="approved", physical_pct=100
    )


_KNOWN: dict[str, Callable[[Project, User], object]] = {
    "signed": _node("M0604"),
    "plan": lambda project, _user: PlanYear.objects.create(project=project, year=2026, planned_amount=1),
    "photo": lambda project, user: site_photo(project, user, TODAY),
    "full": _full,
}
STOP = {"suspension_kind": "reported", "reason": "汛期", "expected_resume_on": TODAY + timedelta(days=60)}
CANCEL = Move(stated={"doc_no": "岳发〔2026〕1号"}, paper=True, without={"doc_no": "文号"})
S = Status
MOVES: dict[tuple[Status, Status], Move] = {
    (S.PRELIMINARY, S.NOT_STARTED): Move(
        known=("signed", "plan"), without={"signed": "招标采购尚未完成", "plan": "未列入年度计划"}
    ),
    (S.NOT_STARTED, S.UNDER_CONSTRUCTION): Move(
        stated={"permit_no": "430602202603", "has_contract": True},
        known=("photo",),
        paper=True,
        without={"permit_no": "施工许可证号", "has_contract": "尚无合同", "photo": "开工现场照片"},
    ),
    (S.UNDER_CONSTRUCTION, S.SUSPENDED): Move(
        stated=STOP,
        paper=True,
        without={"suspension_kind": "停工类型", "reason": "缺少原因", "expected_resume_on": "预计复工日期"},
        wrong=(
            ({"expected_resume_on": TODAY}, "须晚于停工日期"),
            ({"effective_on": TODAY - timedelta(days=32)}, "停工报告日期"),
            ({"reported_on": TODAY + timedelta(days=1)}, "还没有到"),
        ),
    ),
    (S.SUSPENDED, S.UNDER_CONSTRUCTION): Move(paper=True),
    (S.UNDER_CONSTRUCTION, S.WORKS_COMPLETED): Move(known=("full",), without={"full": "形象进度未到100%"}),
    (S.WORKS_COMPLETED, S.UNDER_CONSTRUCTION): Move(
        stated={"reason": "验收不合格整改"}, paper=True, without={"reason": "缺少原因"}
    ),
    (S.WORKS_COMPLETED, S.ACCEPTED): Move(
        stated={"accepted_on": TODAY, "acceptance_passed": True},
        paper=True,
        without={"accepted_on": "竣工验收日期", "acceptance_passed": "验收合格结论"},
        wrong=(
            ({"accepted_on": date(2025, 12, 1)}, "早于完工日期"),
            ({"effective_on": TODAY - timedelta(days=1)}, "早于竣工验收日期"),
            ({"accepted_on": TODAY + timedelta(days=1)}, "还没有到"),
        ),
    ),
    (S.ACCEPTED, S.HANDED_OVER): Move(
        stated={"receiving_unit": "街道办事处"}, paper=True, without={"receiving_unit": "接收单位"}
    ),
    (S.HANDED_OVER, S.IN_OPERATION): Move(stated={"operator_unit": "物业公司"}, without={"operator_unit": "运维单位"}),
    (S.ACCEPTED, S.IN_OPERATION): Move(stated={"owner_operates": True}, without={"owner_operates": "须先办理移交"}),
    (S.IN_OPERATION, S.CLOSED): Move(
        stated={"final_account_on": TODAY, "retention_released": True},
        paper=True,
        without={"final_account_on": "决算尚未批复", "retention_released": "质保金"},
        wrong=(({"effective_on": TODAY - timedelta(days=1)}, "早于决算批复日期"),),
    ),
    **{(status, S.CANCELLED): CANCEL for status in S if status not in {S.CLOSED, S.CANCELLED}},
}
CASES = [(move, name) for move, one in MOVES.items() for name in one.without]
WRONG = [(move, *case) for move, one in MOVES.items() for case in one.wrong]
LABEL = [f"{before}-{after}-{name}" for (before, after), name in CASES]


def _asked(make_project: MakeProject, user: User, move: tuple[Status, Status], *, left: str = "", **more: Any) -> Any:
    """Asks for a move with everything it needs but what is left out."""
    case = MOVES[move]
    project = standing(make_project, str(move[0]), works_completed_on=date(2026, 1, 5))
    for name in case.known:
        if name != left:
            _KNOWN[name](project, user)
    stated = {name: value for name, value in case.stated.items() if name != left}
    if "has_contract" in case.stated:
        stated.setdefault("has_contract", False)
    if not case.paper or left == "paper":
        stated["papers"] = ()
    return ask(user, project, str(move[1]), **{**stated, **more})


def test_the_proof_knows_every_move_of_the_table() -> None:
    assert MOVES.keys() == TABLE.keys()


@pytest.mark.parametrize("move", list(MOVES), ids=str)
def test_a_move_with_everything_is_asked_for(
    make_project: MakeProject, steward: User, move: tuple[Status, Status]
) -> None:
    assert _asked(make_project, steward, move).state == "submitted"


@pytest.mark.parametrize(("move", "name"), CASES, ids=LABEL)
def test_a_move_without_one_of_its_facts_is_refused_with_its_name(
    make_project: MakeProject, steward: User, move: tuple[Status, Status], name: str
) -> None:
    with pytest.raises(Refused, match=MOVES[move].without[name]):
        _asked(make_project, steward, move, left=name)
    assert not StatusRequest.objects.exists()


@pytest.mark.parametrize("move", [move for move, one in MOVES.items() if one.paper], ids=str)
def test_a_move_with_a_paper_is_refused_without_it(
    make_project: MakeProject, steward: User, move: tuple[Status, Status]
) -> None:
    with pytest.raises(Refused, match="请上传"):
        _asked(make_project, steward, move, left="paper")


@pytest.mark.parametrize(("move", "more", "sentence"), WRONG)
def test_days_that_contradict_each_other_are_refused(
    make_project: MakeProject, steward: User, move: tuple[Status, Status], more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        _asked(make_project, steward, move, **more)


def test_the_form_marks_what_the_guards_demand() -> None:
    """What the table misses without a field, the form marks as needed; the permit has an exemption beside it."""
    for (before, after), case in MOVES.items():
        fields = set(status_moves.asked(before, after))
        demanded = case.without.keys() & fields
        assert demanded - {"permit_no"} == fields & status_moves.REQUIRED, (before, after)
        assert status_moves.needs_document(before, after) is case.paper
        assert status_moves.needs_reason(before, after) is ("reason" in case.without)


def test_a_day_typed_completes_no_works(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "under_construction", works_completed_on=date(2026, 1, 5))
    with pytest.raises(Refused, match="形象进度未到100%"):
        ask(steward, project, "works_completed", works_completed_on=TODAY)
    Milestone.objects.create(project=project, code="M0820", name="完工", actual_on=TODAY)
    assert ask(steward, project, "works_completed").state == "submitted"


def test_a_start_on_another_day_than_its_node_is_refused(make_project: MakeProject, steward: User) -> None:
    project = standing(make_project, "not_started")
    Milestone.objects.create(project=project, code="M0801", name="开工", actual_on=BEFORE)
    site_photo(project, steward, TODAY)
    with pytest.raises(Refused, match="与节点“开工”填报的日期不一致"):
        ask(steward, project, "under_construction", permit_no="1")


def test_an_approved_start_reaches_its_node(make_project: MakeProject, steward: User, hq_admin: User) -> None:
    from tests.geodata.progress.test_status import approve

    project = standing(make_project, "not_started")
    node = Milestone.objects.create(project=project, code="M0801", name="开工")
    site_photo(project, steward, BEFORE)
    approve(hq_admin, ask(steward, project, "under_construction", permit_no="1", effective_on=BEFORE))
    node.refresh_from_db()
    assert (node.actual_on, node.reported_by_id, node.confirmed_by_id) == (BEFORE, steward.pk, hq_admin.pk)
    assert StatusChange.objects.filter(project=project, status="under_construction").count() == 1


def test_a_photo_that_is_removed_before_the_decision_stops_it(
    make_project: MakeProject, steward: User, hq_admin: User
) -> None:
    from tests.geodata.progress.test_status import approve

    project = standing(make_project, "not_started")
    site_photo(project, steward, TODAY)
    request = ask(steward, project, "under_construction", permit_no="1")
    from tests.geodata.progress.test_status import NOW

    Photo.objects.update(removed_at=NOW, removed_by=steward, removed_reason="错传")
    with pytest.raises(Refused, match="开工现场照片"):
        approve(hq_admin, request)


RULES = Rules(days=7, near_m=Decimal(100))
GOOD = {"photo_id": 1, "day": TODAY, "by_camera": True, "has_place": True, "away_m": Decimal(100), "visited": False}


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({}, ""),
        ({"day": TODAY + timedelta(days=7)}, ""),
        ({"day": TODAY + timedelta(days=8)}, "不在开工当天"),
        ({"day": TODAY - timedelta(days=1)}, "不在开工当天"),
        ({"by_camera": False}, "没有相机记录的拍摄时间"),
        ({"by_camera": False, "visited": True}, ""),
        ({"has_place": False, "away_m": None}, "没有拍摄位置"),
        ({"has_place": False, "away_m": None, "visited": True}, ""),
        ({"away_m": None}, "还没有图形"),
        ({"away_m": Decimal("100.1")}, "超过 100 米"),
        ({"visited": True, "day": TODAY - timedelta(days=1)}, "不在开工当天"),
    ],
)
def test_a_photo_of_the_start_needs_its_day_and_its_place(facts: dict[str, Any], fault: str) -> None:
    shot = Shot(**{**GOOD, **facts})
    found = fault_of(shot, TODAY, RULES)
    assert (fault in found) if fault else not found
    assert is_shown([shot], TODAY, RULES) is (not fault)
