"""民生实事 on the leaders' screen: target, done, share, and the projects behind them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dashboards.cockpit.tasks import Task, serving, task, tasks_of
from geodata.errors import NotFound, NotPermitted
from geodata.projects.choices import TaskLevel
from geodata.projects.models import LivelihoodTask, Project, TaskContribution
from geodata.stewards.scope import CITY, Scope
from portal.dashboard.panels import served
from tests.seeded import TODAY, seed_city

CUMULATIVE, THRESHOLD, BINARY = LivelihoodTask.Kind.values


def make(
    number: int, *, kind: str = CUMULATIVE, target: str | None, done: str | None, **more: object
) -> LivelihoodTask:
    known: dict[str, object] = {"year": 2026, "level": TaskLevel.MUNICIPAL, "seq_no": number, "name": f"实事{number}"}
    return LivelihoodTask.objects.create(
        **(known | {"indicator_name": "示例指标", "quantity_unit": "个"} | more),
        indicator_kind=kind,
        target_quantity=None if target is None else Decimal(target),
        completed_quantity=None if done is None else Decimal(done),
    )


@pytest.mark.parametrize(
    ("kind", "target", "done", "share", "met"),
    [
        (CUMULATIVE, "150", "128", Decimal(128) / 150, None),
        (CUMULATIVE, "260", "264", Decimal(264) / 260, None),  # more than the target is shown as it is
        (CUMULATIVE, "0", "5", None, None),
        (CUMULATIVE, None, "5", None, None),
        (CUMULATIVE, "5", None, None, None),
        (THRESHOLD, "90", "90", None, True),
        (THRESHOLD, "90", "89.9", None, False),
        (BINARY, None, "1", None, True),
        (BINARY, None, "0", None, False),
        (BINARY, None, None, None, None),
    ],
)
def test_only_a_sum_has_a_share_and_only_the_others_are_met(
    db: None, kind: str, target: str | None, done: str | None, share: Decimal | None, met: bool | None
) -> None:
    found = task(CITY, make(1, kind=kind, target=target, done=done).pk)
    assert (found.share, found.met) == (share, met)


def test_the_years_own_tasks_come_in_their_order(db: None) -> None:
    make(2, target="1", done="1")
    make(1, target="1", done="1")
    make(3, target="1", done="1", year=2025)
    make(4, target="1", done="1", level=TaskLevel.PROVINCIAL)
    assert [found.number for found in tasks_of(CITY, year=2026)] == [1, 2]


def test_a_task_names_the_projects_of_the_scope_most_first(db: None) -> None:
    seed_city(12)
    one = make(1, target="10", done="6")
    first, second, third = Project.objects.order_by("serial_no")[:3]
    for project, quantity in ((first, Decimal(1)), (second, Decimal(4)), (third, None)):
        TaskContribution.objects.create(task=one, project=project, quantity=quantity)
    found = serving(CITY, one.pk, today=TODAY)
    assert [(row.code, quantity) for row, quantity in found] == [
        (second.serial_no, Decimal(4)),
        (first.serial_no, Decimal(1)),
        (third.serial_no, None),
    ]
    assert task(CITY, one.pk).projects == 3
    unit = first.management_unit_id
    mine = Scope(unit_ids=frozenset({unit}), actions=CITY.actions)
    held = {p.serial_no for p in (first, second, third) if p.management_unit_id == unit}
    assert {row.code for row, _quantity in serving(mine, one.pk, today=TODAY)} == held


def test_an_unknown_task_and_a_person_without_leave_get_none(db: None) -> None:
    with pytest.raises(NotFound):
        task(CITY, 999_999)
    with pytest.raises(NotPermitted):
        tasks_of(Scope(), year=date(2026, 1, 1).year)


@pytest.mark.parametrize(
    ("quantities", "done", "told"),
    [
        ((Decimal(30), None, Decimal("12.5")), Decimal(100), ("42.5 公里", "57.5 公里", False, "100 公里")),
        ((Decimal(120),), Decimal(100), ("120 公里", "20 公里", True, "100 公里")),
        ((None,), Decimal(7), ("—", "7 公里", False, "7 公里")),
    ],
)
def test_the_foot_of_a_task_adds_up_to_what_was_done(
    quantities: tuple[Decimal | None, ...], done: Decimal, told: tuple[str, str, bool, str]
) -> None:
    one = Task(1, 2026, 1, "任务", "指标", "cumulative", "公里", Decimal(90), "", done, None, 3)
    found = served(quantities, one)
    assert found is not None
    assert (found["projects"], found["others"], found["is_over"], found["total"]) == told
    assert served(quantities, replace(one, kind="threshold")) is None
    assert served(quantities, replace(one, done=None)) is None
