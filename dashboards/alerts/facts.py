"""What the rules know of a project on a day. Pure: gathering.py fills it, the rules read nothing else.

Amounts in 元, shares in percent (0..100) unless a name says otherwise. What is not known is None and warns of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geodata.projects.choices import NOT_BEGUN, Status

# nothing of the works is left to be late
FINISHED = (Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Node:
    """A key node (关键节点) that was due before the day and is not reached. `due_on` is the last day of what the plan
    says: 2026年3月 is due on the 31st."""

    code: str
    name: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Suspension:
    """The works stand still since a day; `filed`: the report of the suspension (停工报告) was handed in by the day."""

    since: date
    filed: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The newest approved report of a period that ended by the day."""

    id: int
    period_start: date
    period_end: date
    weekly: bool = False
    physical_pct: Decimal | None = None
    invested_period: Decimal | None = None
    invested_year: Decimal | None = None
    invested_cumulative: Decimal | None = None
    delay_reason: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding about the shape (geodata/quality): its kind, its label and what it says in numbers."""

    kind: str
    label: str
    share_pct: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One project on one day."""

    project_id: int
    day: date
    name: str = ""
    status: str = Status.UNDER_CONSTRUCTION
    status_since: date | None = None
    budget: Decimal | None = None
    annual_plan: Decimal | None = None
    planned_start_on: date | None = None  # the last day of the planned period
    actual_start_on: date | None = None
    accepted_on: date | None = None
    arrived: Decimal = Decimal(0)
    disbursed: Decimal = Decimal(0)
    certified: Decimal | None = None
    contract_total: Decimal | None = None
    is_located: bool = True
    late_nodes: Sequence[Node] = ()
    permit_on: date | None = None
    filed_on: date | None = None  # 竣工验收备案
    suspension: Suspension | None = None
    report: Report | None = None
    before: Report | None = None
    weekly_since: date | None = None  # reports by the week from this Monday on, by the month before and where None
    arrivals: Sequence[tuple[date, Decimal]] = ()  # oldest first
    advance_paid: Decimal = Decimal(0)  # to payees, purpose 预付款
    advance_agreed: Decimal = Decimal(0)  # Σ contract price × advance share
    complaints_week: int = 0  # C01, one a group of duplicates, in the last seven days
    complaints_before: int = 0  # the same in the 28 days before those
    repeats: int = 0  # most orders of one caller in 30 days
    callers: int = 0  # most callers about one address in 30 days
    revisited: int = 0
    satisfied: int = 0
    doubts: Sequence[Doubt] = ()

    @property
    def begun(self) -> bool:
        return self.status not in NOT_BEGUN

    @property
    def finished(self) -> bool:
        return self.status in FINISHED
