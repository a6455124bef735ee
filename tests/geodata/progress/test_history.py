"""Everything that became of a project, in one list: who, when, from what to what, why."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from geodata.audit import acting
from geodata.progress.history import Happening, HistoryPage, history_page
from geodata.projects.models import GeometryVersion, InvestmentApproval, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope
from tests.conftest import TODAY
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
FAR = date(2100, 1, 1)  # the audit trail bears the day of the test


def told(project: Project, kind: str = "", *, upto: date = FAR) -> list[Happening]:
    page = history_page(CITY, project.pk, upto=upto, start=0, size=100)
    return [one for one in page.happenings if kind in ("", one.kind)]


def test_status_changes_shapes_approvals_and_reports_stand_in_one_list(
    make_project: MakeProject, steward: User
) -> None:
    project = make_project()
    facts.status(project, date(2026, 1, 5), "not_started", "pre_construction")
    facts.status(project, date(2026, 2, 5), "under_construction")
    facts.report(project, date(2026, 2, 28), invested_cumulative=Decimal("1234.56"), submitted_by=steward)
    facts.report(project, date(2026, 3, 31), state="submitted")
    for day, amount in ((date(2026, 1, 1), "100"), (date(2026, 3, 1), "250.10")):
        InvestmentApproval.objects.create(
            project=project, basis="adjusted", amount=Decimal(amount), approved_on=day, doc_no="示发改〔2026〕1号"
        )
    GeometryVersion.objects.create(
        project=project,
        number=1,
        geom=GEOSGeometry("MULTIPOINT((113.1 29.31))", srid=4490),
        state="approved",
        source="surveyed",
        valid_from=date(2026, 1, 2),
        author=steward,
        reason="测绘成果",
    )
    found = told(project, upto=TODAY)
    assert [(one.kind, one.day) for one in found] == [
        ("investment", date(2026, 3, 1)),
        ("report", date(2026, 2, 28)),
        ("status", date(2026, 2, 5)),
        ("status", date(2026, 1, 5)),
        ("shape", date(2026, 1, 2)),
        ("investment", date(2026, 1, 1)),
    ]
    assert (found[0].before["amount"], found[0].after["amount"]) == (Decimal("100.00"), Decimal("250.10"))
    assert (found[1].who, found[1].after["invested_cumulative"]) == ("steward", Decimal("1234.56"))
    assert (found[4].who, found[4].said) == ("steward", "测绘成果")


def test_an_edit_of_the_record_tells_who_and_old_and_new(
    make_project: MakeProject, steward: User, city: dict[str, AreaUnit]
) -> None:
    project = make_project(location_text="甲路")
    with acting(user_id=steward.pk, reason="POST /workbench/"):
        Project.objects.filter(pk=project.pk).update(
            location_text="乙路", management_unit=city["430626"], updated_at=timezone.now()
        )
    edit, entered = told(project, "record")
    assert edit.who == "steward"
    assert edit.before == {"location_text": "甲路", "management_unit_id": "岳阳楼区"}
    assert edit.after == {"location_text": "乙路", "management_unit_id": "平江县"}
    assert (entered.before, entered.after) == ({}, {})


def test_a_touch_that_changes_no_fact_is_left_out(make_project: MakeProject) -> None:
    project = make_project()
    Project.objects.filter(pk=project.pk).update(updated_at=timezone.now(), version=2, status="suspended")
    assert len(told(project, "record")) == 1


def test_the_list_is_read_in_pages_and_only_within_the_scope(make_project: MakeProject) -> None:
    project = make_project()
    for month in range(1, 4):
        facts.status(project, date(2026, month, 1), "under_construction")
    page = history_page(CITY, project.pk, upto=TODAY, start=1, size=1)
    assert (page.total, [one.day for one in page.happenings]) == (3, [date(2026, 2, 1)])
    own = Scope(unit_ids=frozenset({project.management_unit_id}), organisation_ids=frozenset({1}), assigned_to=1)
    assert history_page(own, project.pk, upto=TODAY, start=0, size=9).total == 3
    for scope in (Scope(), Scope(unit_ids=frozenset({project.management_unit_id + 1}))):
        assert history_page(scope, project.pk, upto=TODAY, start=0, size=9) == HistoryPage()


@pytest.mark.parametrize("upto", [date(2026, 1, 31)])
def test_what_counts_later_is_left_out(make_project: MakeProject, upto: date) -> None:
    project = make_project()
    facts.status(project, date(2026, 1, 5), "not_started")
    facts.status(project, date(2026, 2, 5), "under_construction")
    assert [one.day for one in told(project, upto=upto)] == [date(2026, 1, 5)]
