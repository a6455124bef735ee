"""Why a project holds others up: each reason at, before and after its edge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboards.bottlenecks.rules import OVER, Held, Reason, days_late, reasons
from geodata.projects.choices import Stage, Status

DAY = date(2026, 3, 30)
FREE = Held(
    status=Status.UNDER_CONSTRUCTION,
    stage=Stage.CONSTRUCTION,
    planned_start_on=None,
    suspended_because="",
    node="",
    node_planned_on=None,
    waiting=0,
)
LAND = replace(FREE, status=Status.NOT_STARTED, stage=Stage.LAND_PLANNING)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (FREE, ()),
        (replace(FREE, node="主体完工", node_planned_on=DAY - timedelta(days=1), waiting=1), (Reason.NODE,)),
        (replace(FREE, node="主体完工", node_planned_on=DAY, waiting=1), ()),  # due today is not late
        (
            replace(FREE, node="竣工", node_planned_on=DAY - timedelta(days=90), waiting=0),
            (),
        ),  # nobody waits for the last
        (replace(FREE, status=Status.SUSPENDED), (Reason.SUSPENDED,)),
        (replace(FREE, status=Status.SUSPENDED, suspended_because="征拆未完成"), (Reason.LAND, Reason.SUSPENDED)),
        (replace(FREE, suspended_because="征拆未完成"), ()),  # a reason of the past
        (replace(LAND, planned_start_on=DAY - timedelta(days=1)), (Reason.LAND,)),
        (replace(LAND, planned_start_on=DAY), ()),
        (replace(LAND, planned_start_on=None), ()),
        (replace(LAND, status=Status.UNDER_CONSTRUCTION, planned_start_on=DAY - timedelta(days=9)), ()),
    ],
)
def test_a_reason_holds_from_its_edge_on(held: Held, expected: tuple[Reason, ...]) -> None:
    assert reasons(held, as_of=DAY) == expected


@pytest.mark.parametrize("status", sorted(OVER))
def test_works_that_are_over_hold_nobody_up(status: Status) -> None:
    late = replace(FREE, status=status, node="x", node_planned_on=DAY - timedelta(days=40), waiting=3)
    assert reasons(late, as_of=DAY) == ()


def test_days_are_counted_from_the_planned_day() -> None:
    assert days_late(replace(FREE, node_planned_on=DAY - timedelta(days=16)), as_of=DAY) == 16
    assert days_late(replace(FREE, node_planned_on=DAY), as_of=DAY) is None
    assert days_late(FREE, as_of=DAY) is None
