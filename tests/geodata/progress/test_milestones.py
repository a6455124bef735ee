"""Nodes one by one: documents, order, another person's word, and documents that nobody else sees."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.notices.models import Notice
from geodata.progress import paper_files
from geodata.progress.milestone_order import missing_before
from geodata.progress.models import Attachment, Milestone
from geodata.progress.paper_files import Paper, clean_title
from geodata.progress.reference import ensure_node_templates
from geodata.progress.selectors import pending_milestones
from geodata.progress.services import (
    NodeDays,
    attachment_of,
    begin_milestones,
    confirm_milestone,
    remove_attachment,
    return_milestone,
    save_milestone,
)
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from tests.conftest import TODAY

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
PERMIT = Paper(title="施工许可证", upload_sha256="a" * 64, media_type="application/pdf", content=b"%PDF-1.7 permit")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    made = make_project(name="示例路提质工程")
    for code, name, key in (
        ("M0604", "合同签订", True),
        ("M0704", "施工许可证", False),
        ("M0801", "开工", True),
        ("M0802", "进场", False),
    ):
        Milestone.objects.create(project=made, code=code, name=name, is_key=key)
    return made


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


def save(user: User, node: str, actual: date | None = None, *, project: Project, **more: Any) -> Milestone:
    arguments = {"expected_version": Milestone.objects.get(project=project, code=node).revision, "papers": ()} | more
    days = NodeDays(planned_on=date(2026, 3, 1), forecast_on=None, actual_on=actual)
    return save_milestone(scope(user), code=project.serial_no, node=node, days=days, today=TODAY, now=NOW, **arguments)


def test_a_plain_node_is_reached_at_once(project: Project, steward: User) -> None:
    node = save(steward, "M0704", date(2026, 3, 2), project=project, override_reason="先行办证")
    assert (node.actual_on, node.reported_on, node.planned_on) == (date(2026, 3, 2), None, date(2026, 3, 1))
    assert not Notice.objects.exists()


def test_a_key_node_needs_a_document_and_another_persons_word(project: Project, steward: User, checker: User) -> None:
    with pytest.raises(Refused, match="佐证文件"):
        save(steward, "M0604", date(2026, 3, 2), project=project)
    node = save(steward, "M0604", date(2026, 3, 2), project=project, papers=[PERMIT])
    assert (node.actual_on, node.reported_on) == (None, date(2026, 3, 2))
    assert [notice.person_id for notice in Notice.objects.filter(kind="submitted")] == [checker.pk]
    assert list(pending_milestones(scope(checker))) == [node]
    with pytest.raises(NotPermitted) as refusal:
        confirm_milestone(scope(steward), milestone_id=node.pk, expected_version=node.revision, now=NOW)
    assert refusal.value.code == "same-person"
    with pytest.raises(StaleEdit):
        confirm_milestone(scope(checker), milestone_id=node.pk, expected_version=1, now=NOW)
    confirm_milestone(scope(checker), milestone_id=node.pk, expected_version=node.revision, now=NOW)
    node.refresh_from_db()
    assert (node.actual_on, node.reported_on, node.confirmed_by_id) == (date(2026, 3, 2), None, checker.pk)
    with pytest.raises(Conflict):
        confirm_milestone(scope(checker), milestone_id=node.pk, expected_version=node.revision, now=NOW)
    with pytest.raises(Refused, match="不能清空"):
        save(steward, "M0604", None, project=project)


def test_the_start_of_the_works_is_headquarters_to_confirm(
    project: Project, steward: User, checker: User, hq_admin: User
) -> None:
    node = save(steward, "M0801", date(2026, 3, 5), project=project, papers=[PERMIT], override_reason="应急抢修")
    assert not pending_milestones(scope(checker)).exists()
    with pytest.raises(NotPermitted) as refusal:
        confirm_milestone(scope(checker), milestone_id=node.pk, expected_version=node.revision, now=NOW)
    assert refusal.value.code == "headquarters-only"
    confirm_milestone(scope(hq_admin), milestone_id=node.pk, expected_version=node.revision, now=NOW)
    assert Milestone.objects.get(pk=node.pk).actual_on == date(2026, 3, 5)


def test_the_order_is_soft(project: Project, steward: User) -> None:
    with pytest.raises(Refused, match="合同签订、施工许可证"):
        save(steward, "M0801", date(2026, 3, 5), project=project, papers=[PERMIT])
    node = save(steward, "M0801", date(2026, 3, 5), project=project, papers=[PERMIT], override_reason="应急抢修")
    assert node.override_reason == "应急抢修"
    assert missing_before("M0820", known={"M0801", "M0802", "M0805"}, reached={"M0801"}) == ["M0802", "M0805"]


def test_a_returned_node_keeps_its_reason_and_may_be_filled_in_again(
    project: Project, steward: User, checker: User
) -> None:
    node = save(steward, "M0604", date(2026, 3, 2), project=project, papers=[PERMIT])
    with pytest.raises(Refused):
        return_milestone(scope(checker), milestone_id=node.pk, expected_version=2, comment="", now=NOW)
    return_milestone(scope(checker), milestone_id=node.pk, expected_version=2, comment="合同未盖章", now=NOW)
    node.refresh_from_db()
    assert (node.reported_on, node.actual_on, node.review_comment) == (None, None, "合同未盖章")
    assert "合同未盖章" in Notice.objects.get(kind="returned").text
    assert save(steward, "M0604", date(2026, 3, 9), project=project).reported_on == date(2026, 3, 9)


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(1989, 1, 1)])
def test_days_that_cannot_be_are_refused(project: Project, steward: User, day: date) -> None:
    with pytest.raises(Refused):
        save(steward, "M0704", day, project=project)


def test_nothing_is_overwritten_and_nobody_else_writes(
    project: Project, steward: User, other_steward: User, leader: User
) -> None:
    with pytest.raises(StaleEdit):
        save(steward, "M0802", project=project, expected_version=7)
    with pytest.raises(NotFound):
        save(other_steward, "M0802", project=project)
    with pytest.raises(NotPermitted):
        save(leader, "M0802", project=project)
    with pytest.raises(NotFound):
        save_milestone(
            scope(steward),
            code=project.serial_no,
            node="M9999",
            days=NodeDays(planned_on=None, forecast_on=None, actual_on=None),
            expected_version=1,
            today=TODAY,
            now=NOW,
        )


def test_a_project_without_nodes_begins_with_the_usual_ones(
    make_project: Callable[..., Project], steward: User
) -> None:
    ensure_node_templates()
    empty = make_project()
    assert begin_milestones(scope(steward), code=empty.serial_no) == 17
    assert sum(Milestone.objects.filter(project=empty).values_list("weight_pct", flat=True)) == 100
    with pytest.raises(Conflict):
        begin_milestones(scope(steward), code=empty.serial_no)


def test_documents_lie_by_content_are_kept_once_and_stay_within_the_scope(
    project: Project, steward: User, other_steward: User, leader: User
) -> None:
    save(steward, "M0604", project=project, papers=[PERMIT, PERMIT])
    save(steward, "M0604", project=project, papers=[PERMIT])
    paper = Attachment.objects.get()
    place = paper_files.place(paper.sha256, paper.media_type)
    assert place.read_bytes() == PERMIT.content
    assert place.name == f"{paper.sha256}.pdf"
    assert attachment_of(scope(leader), paper.pk) == paper
    with pytest.raises(NotFound):
        attachment_of(scope(other_steward), paper.pk)
    with pytest.raises(NotFound):
        remove_attachment(scope(other_steward), attachment_id=paper.pk, reason="x", now=NOW)
    with pytest.raises(NotPermitted):
        remove_attachment(scope(leader), attachment_id=paper.pk, reason="x", now=NOW)
    with pytest.raises(Refused):
        remove_attachment(scope(steward), attachment_id=paper.pk, reason=" ", now=NOW)
    remove_attachment(scope(steward), attachment_id=paper.pk, reason="传错了", now=NOW)
    with pytest.raises(NotFound):
        attachment_of(scope(steward), paper.pk)
    assert place.exists()


def test_a_document_that_a_waiting_node_rests_on_stays(project: Project, steward: User) -> None:
    save(steward, "M0604", date(2026, 3, 2), project=project, papers=[PERMIT])
    with pytest.raises(Conflict):
        remove_attachment(scope(steward), attachment_id=Attachment.objects.get().pk, reason="x", now=NOW)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("施工许可证.pdf", "施工许可证"),
        ("C:\\文件\\..\\..\\x.pdf", "x"),
        ("../../etc/passwd", "passwd"),
        (".pdf", ".pdf"),
        ("", "附件"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x"),
        ("长" * 300 + ".pdf", "长" * 120),
    ],
)
def test_names_of_files_become_titles(name: str, title: str) -> None:
    assert clean_title(name) == title
