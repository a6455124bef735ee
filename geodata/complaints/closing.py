"""How a set of work orders was handled: the hotline's official counting habits as a pure function.

Orders count as the hotline issued them, duplicates too. 应办理 leaves out what was answered on the spot or refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from geodata.complaints.choices import OrderState, Satisfaction

_NOT_DUE = frozenset({OrderState.DIRECT_ANSWERED, OrderState.INVALID})
_ASKED = frozenset({Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED, Satisfaction.UNKNOWN})


class Handled(Protocol):
    """What is asked of an order; WorkOrder and WorkOrderEntry both have it."""

    state: str
    due_at: datetime | None
    closed_at: datetime | None
    rework_count: int
    revisit_at: datetime | None
    satisfaction: str


@dataclass(frozen=True, slots=True)
class Closing:
    """Counts, and the rates over the denominators named; None where the denominator is nothing."""

    accepted: int = 0  # 受理
    due: int = 0  # 应办理
    closed: int = 0
    on_time: int = 0
    late: int = 0
    reworked: int = 0
    revisited: int = 0
    satisfied: int = 0
    basically: int = 0
    dissatisfied: int = 0

    @property
    def closing_rate(self) -> Decimal | None:
        """办结率 = 已办结 ÷ 应办理."""
        return _ratio(self.closed, self.due)

    @property
    def on_time_rate(self) -> Decimal | None:
        """按期办结率 = 按期办结 ÷ 应办理."""
        return _ratio(self.on_time, self.due)

    @property
    def late_rate(self) -> Decimal | None:
        """超期率 = 超期 ÷ 应办理."""
        return _ratio(self.late, self.due)

    @property
    def rework_rate(self) -> Decimal | None:
        """返工率 = 返工 ÷ 应办理."""
        return _ratio(self.reworked, self.due)

    @property
    def satisfaction_rate(self) -> Decimal | None:
        """满意率 = 满意 ÷ 回访件数."""
        return _ratio(self.satisfied, self.revisited)

    @property
    def broad_satisfaction_rate(self) -> Decimal | None:
        """满意率(含基本满意) = (满意 + 基本满意) ÷ 回访件数."""
        return _ratio(self.satisfied + self.basically, self.revisited)

    @property
    def dissatisfaction_rate(self) -> Decimal | None:
        """不满意率 = 不满意 ÷ 回访件数."""
        return _ratio(self.dissatisfied, self.revisited)


def closing(orders: Iterable[Handled], *, now: datetime) -> Closing:
    """The figures at a moment. An order is late when it was closed after its deadline or is open beyond it; one without
    a deadline is never late."""
    held = list(orders)
    due = [order for order in held if order.state not in _NOT_DUE]
    closed = [order for order in due if _is_closed(order)]
    asked = [order for order in due if order.satisfaction in _ASKED or order.revisit_at is not None]
    return Closing(
        accepted=len(held),
        due=len(due),
        closed=len(closed),
        on_time=sum(not _is_late(order, now) for order in closed),
        late=sum(_is_late(order, now) for order in due),
        reworked=sum(order.rework_count > 0 for order in due),
        revisited=len(asked),
        satisfied=sum(order.satisfaction == Satisfaction.SATISFIED for order in asked),
        basically=sum(order.satisfaction == Satisfaction.BASICALLY for order in asked),
        dissatisfied=sum(order.satisfaction == Satisfaction.DISSATISFIED for order in asked),
    )


def _is_closed(order: Handled) -> bool:
    return order.closed_at is not None and order.state == OrderState.CLOSED


def _is_late(order: Handled, now: datetime) -> bool:
    end = order.closed_at if _is_closed(order) and order.closed_at else now
    return order.due_at is not None and end > order.due_at


def _ratio(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
