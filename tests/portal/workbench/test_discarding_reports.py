"""An undecided report is thrown away by who wrote it, asked once more, and the audit keeps it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pghistory.models
import pytest
from django.test import Client

from geodata.progress.models import PeriodReport
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from portal.workbench import people
from tests.conftest import PASSWORD, TODAY
from tests.portal.workbench.test_reports import FIGURES, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.reports.today", lambda: TODAY)


@pytest.fixture
def form(make_project: Callable[..., Project]) -> str:
    made = make_project(status="under_construction", actual_start_on=date(2025, 12, 1))
    return f"/workbench/projects/{made.serial_no}/report/?period=2026-02"


def draft(client: Client, form: str, action: str = "save") -> PeriodReport:
    assert client.post(form, {**FIGURES, "physical_pct": "30", "action": action}).status_code == 302
    return PeriodReport.objects.get()


def discard(client: Client, report: PeriodReport, **sent: Any) -> Any:
    return client.post(f"/workbench/reports/{report.pk}/discard", {"revision": report.revision, **sent})


@pytest.mark.parametrize("action", ["save", "submit"])
def test_the_author_discards_what_is_undecided(
    form: str, steward: User, client_of: Callable[..., Client], action: str
) -> None:
    client = client_of(steward)
    report = draft(client, form, action)
    assert "确认丢弃" in text(client.get(form))
    assert discard(client, report).status_code == 302
    assert not PeriodReport.objects.exists()
    page = text(client.get(form))
    assert "草稿已丢弃" in page
    assert "确认丢弃" not in page
    event = pghistory.models.Events.objects.tracks(report).filter(pgh_label="delete").get()
    assert event.pgh_data["work_done"] == FIGURES["work_done"]


def test_others_do_not_discard_it_and_a_decided_one_stays(
    form: str, steward: User, other_steward: User, leader: User, hq_admin: User, client_of: Callable[..., Client]
) -> None:
    second = ensure_account(
        username="second", display_name="", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )
    report = draft(client_of(steward), form, "submit")
    assert "确认丢弃" not in text(client_of(second).get(form))
    assert discard(client_of(second), report).status_code == 403
    assert discard(client_of(other_steward), report).status_code == 404
    assert discard(client_of(leader), report).status_code == 403
    address = f"/workbench/reports/{report.pk}/"
    client_of(hq_admin).post(address, {"decision": "approve", "revision": report.revision})
    discard(client_of(steward), report)
    assert PeriodReport.objects.get().state == "approved"


def test_a_draft_that_changed_meanwhile_is_kept(form: str, steward: User, client_of: Callable[..., Client]) -> None:
    client = client_of(steward)
    report = draft(client, form)
    answer = client.post(f"/workbench/reports/{report.pk}/discard", {"revision": report.revision + 1}, follow=True)
    assert "又有修改" in text(answer)
    assert PeriodReport.objects.exists()
    assert discard(client, report, revision="x").status_code == 400


def test_a_correction_goes_and_the_approved_version_counts_on(
    form: str, steward: User, hq_admin: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(steward)
    first = draft(client, form, "submit")
    client_of(hq_admin).post(f"/workbench/reports/{first.pk}/", {"decision": "approve", "revision": first.revision})
    first.refresh_from_db()
    sent = {**FIGURES, "revision": first.revision, "physical_pct": "31", "action": "save", "reason": "核减"}
    assert client.post(form, sent).status_code == 302
    second = PeriodReport.objects.get(version=2)
    assert "已审核的版本不变" in text(client.get(form))
    discard(client, second)
    assert PeriodReport.objects.get().pk == first.pk
