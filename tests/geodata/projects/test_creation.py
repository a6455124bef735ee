"""Many new projects at once: rows are made in one thread while another writes, and nothing of it can be told apart."""

from datetime import date
from threading import get_ident
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from geodata.copying import made_ahead
from geodata.errors import Refused
from geodata.projects.choices import Stage, Status
from geodata.projects.entries import ProjectEntry, StatusEntry
from geodata.projects.models import Project, StatusChange
from geodata.projects.services import creation, record_projects
from geodata.regions.models import AreaUnit

TODAY = date(2026, 3, 30)
BEGUN = StatusEntry(status=Status.NOT_STARTED, stage=Stage.PRE_CONSTRUCTION, effective_on=date(2026, 1, 1))
STARTED = StatusEntry(status=Status.UNDER_CONSTRUCTION, stage=Stage.CONSTRUCTION, effective_on=date(2026, 3, 1))


def entry(number: int, city: dict[str, AreaUnit], **more: Any) -> ProjectEntry:
    values = {"name": f"道路示例{number}", "plan_year": 2025 + number % 2, "management_unit_id": city["430602"].pk}
    return ProjectEntry(key=str(number), values=values, **{"category_code": "99", "history": (BEGUN, STARTED)} | more)


@pytest.fixture
def blocks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creation, "BLOCK", 3)


@pytest.mark.django_db
def test_blocks_are_made_aside_without_the_database(
    city: dict[str, AreaUnit], blocks_of_three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, asked = get_ident(), list[int]()
    connect = BaseDatabaseWrapper.connect

    def watched(self: BaseDatabaseWrapper) -> None:
        asked.append(get_ident())
        connect(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "connect", watched)
    told: list[tuple[int, int]] = []
    made = record_projects(
        entries=[entry(number, city) for number in range(10)],
        today=TODAY,
        progress=lambda done, total: told.append((done, total)),
    )
    assert set(asked) <= {main}
    assert told[-1] == (10, 10)
    assert len(told) == 4
    projects = {project.pk: project for project in Project.objects.all()}
    assert [projects[made.ids[str(number)]].name for number in range(10)] == [f"道路示例{n}" for n in range(10)]
    numbers = [projects[made.ids[str(number)]].serial_no for number in range(10)]
    assert numbers == [f"YYMS-{2025 + n % 2}-{1 + n // 2:04d}" for n in range(10)]
    assert {p.status for p in projects.values()} == {Status.UNDER_CONSTRUCTION}
    assert StatusChange.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_an_impossible_history_in_a_later_block_leaves_nothing(
    city: dict[str, AreaUnit], blocks_of_three: None
) -> None:
    back = (StatusEntry(status=Status.ACCEPTED, stage=Stage.ACCEPTANCE, effective_on=date(2026, 1, 1)), STARTED)
    wrong = [entry(number, city) for number in range(9)] + [entry(9, city, history=back)]
    with pytest.raises(Refused, match="状态不能从"):
        record_projects(entries=wrong, today=TODAY)
    assert not Project.objects.exists()
    assert not StatusChange.objects.exists()


@pytest.mark.django_db
def test_parts_find_a_bundle_of_an_earlier_block_or_a_later_row(
    city: dict[str, AreaUnit], blocks_of_three: None
) -> None:
    parts = [entry(number, city, parent_key="9") for number in range(4)]
    made = record_projects(entries=[*parts, *(entry(n, city) for n in range(4, 10))], today=TODAY)
    assert set(Project.objects.filter(name__in=["道路示例0", "道路示例3"]).values_list("parent_id", flat=True)) == {
        made.ids["9"]
    }


def test_made_ahead_keeps_order_and_raises_at_its_place() -> None:
    def fail() -> int:
        raise ValueError("third")

    found = made_ahead([lambda: 1, lambda: 2, fail, lambda: 4])
    assert [next(found), next(found)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(found)
    assert list(made_ahead([])) == []
