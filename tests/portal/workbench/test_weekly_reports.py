"""The page of a weekly report: the same sheet by the week, its picker, its review; headquarters sets the cycle."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from geodata.progress.models import PeriodReport, WeeklyReporting
from geodata.progress.reference import ensure_node_templates
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User
from portal.workbench import people
from tests.conftest import TODAY
from tests.portal.workbench.test_reports import FIGURES, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "today", lambda: TODAY)
    for name in ("reports", "desk"):
        monkeypatch.setattr(f"portal.workbench.views.{name}.today", lambda: TODAY)


@pytest.fixture
def project(make_project: Callable[..., Project], hq_admin: User) -> Project:
    ensure_node_templates()
    made = make_project(name="示例路提质工程", status="under_construction", actual_start_on=date(2025, 12, 1))
    StatusChange.objects.create(
        project=made, effective_on=date(2025, 12, 1), status="under_construction", stage="construction"
    )
    WeeklyReporting.objects.create(project=made, since=date(2026, 3, 2), set_by=hq_admin)
    return made


def place(project: Project, query: str = "") -> str:
    return f"/workbench/projects/{project.serial_no}/report/{query}"


def test_the_form_opens_on_the_week_that_is_owed(
    project: Project, steward: User, client_of: Callable[..., Client]
) -> None:
    page = text(client_of(steward).get(place(project)))
    for words in (
        "周报",
        "2026年第13周",
        "本周完成投资",
        "2026年3月30日",
        '<option value="2026-W13" selected>',
        "按周填报",
    ):
        assert words in page
    assert "改为按月填报" not in page
    assert "To the weekly" not in page
    month = text(client_of(steward).get(place(project, "?period=2026-02")))
    assert "2026年2月月报" in month
    assert "填写周报" in month


@pytest.mark.parametrize("period", ["2026-W60", "2026-W40", "x", "2026-W"])
def test_a_week_that_is_none_is_a_bad_address(
    project: Project, steward: User, client_of: Callable[..., Client], period: str
) -> None:
    assert client_of(steward).get(place(project, f"?period={period}")).status_code == 400


def test_a_week_is_written_checked_and_decided(
    project: Project, steward: User, hq_admin: User, client_of: Callable[..., Client]
) -> None:
    client, query = client_of(steward), "?period=2026-W13"
    fields = {**FIGURES, "node-M0803": "40", "action": "submit"}
    checked = client.post(place(project, "check" + query), fields)
    assert checked.status_code == 200, text(checked)
    sent = client.post(place(project, query), fields)
    assert sent.status_code == 302, text(sent)
    report = PeriodReport.objects.get()
    assert (report.kind, report.period_start, report.period_end) == ("week", date(2026, 3, 23), date(2026, 3, 29))
    reader = client_of(hq_admin)
    page = text(reader.get(sent.headers["Location"]))
    for words in ("第13周", "周报", "本周完成投资"):
        assert words in page
    assert "周报" in text(reader.get("/workbench/"))
    assert "第13周" in text(reader.get("/workbench/approvals/"))
    decided = reader.post(
        sent.headers["Location"], {"decision": "return", "comment": "请核对", "revision": report.revision}
    )
    assert decided.status_code == 302
    desk = text(client.get("/workbench/"))
    assert f"/workbench/projects/{project.serial_no}/report/?period=2026-W13" in desk


def test_headquarters_changes_the_cycle_and_others_cannot(
    project: Project, steward: User, hq_admin: User, client_of: Callable[..., Client]
) -> None:
    assert client_of(steward).post(place(project, "cycle"), {"cycle": "month"}).status_code == 403
    reader = client_of(hq_admin)
    assert "改为按月填报" in text(reader.get(place(project)))
    assert reader.post(place(project, "cycle"), {"cycle": "never"}).status_code == 400
    assert reader.post(place(project, "cycle"), {"cycle": "month"}).status_code == 302
    page = text(reader.get(place(project)))
    assert "项目恢复按月填报" in page
    assert "2026年2月月报" in page
    assert "改为按周填报" in page


def test_a_page_of_a_week_asks_few_questions(
    project: Project, steward: User, client_of: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = client_of(steward)
    with django_assert_max_num_queries(12):
        client.get(place(project))
