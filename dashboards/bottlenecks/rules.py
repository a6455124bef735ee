"""堵点: what holds a project up, so that others wait. Pure; docs/maps.md says the same in words.

A project is a bottleneck for one of three reasons, each with its evidence:
- a key node is overdue and later nodes of the project are still open: they wait for it;
- the works are suspended (停工);
- it needs land: the reason of its suspension names land or demolition, or it is past its planned start in 用地规划.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from geodata.projects.choices import NOT_BEGUN, Stage, Status

LAND_WORDS: Final = ("征地", "征拆", "拆迁", "用地", "土地", "腾地")
OVER: Final = frozenset(
    {
        Status.WORKS_COMPLETED,
        Status.ACCEPTED,
        Status.HANDED_OVER,
        Status.IN_OPERATION,
        Status.CLOSED,
        Status.CANCELLED,
    }
)


class Reason(StrEnum):
    """Why others wait, the gravest first."""

    LAND = "land"
    SUSPENDED = "suspended"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one project on a day. `waiting`: open nodes planned after the overdue one."""

    status: str
    stage: str
    planned_start_on: date | None
    suspended_because: str
    node: str
    node_planned_on: date | None
    waiting: int


def reasons(held: Held, *, as_of: date) -> tuple[Reason, ...]:
    """The reasons that hold on a day, the gravest first; none for works that are over or given up."""
    if held.status in OVER:
        return ()
    suspended = held.status == Status.SUSPENDED
    needs_land = suspended and any(word in held.suspended_because for word in LAND_WORDS)
    late_for_land = (
        held.stage == Stage.LAND_PLANNING
        and held.status in NOT_BEGUN
        and held.planned_start_on is not None
        and held.planned_start_on < as_of
    )
    found = {
        Reason.LAND: needs_land or late_for_land,
        Reason.SUSPENDED: suspended,
        Reason.NODE: held.node_planned_on is not None and held.node_planned_on < as_of and held.waiting > 0,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def days_late(held: Held, *, as_of: date) -> int | None:
    """Days since the overdue node was planned; None without one."""
    if held.node_planned_on is None or held.node_planned_on >= as_of:
        return None
    return (as_of - held.node_planned_on).days
