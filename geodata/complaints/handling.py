"""Orders by how they were handled, as the indicators C08 to C10 count them: on a day, from what had been done by then.

应办理 leaves out what was answered on the spot and what is invalid; satisfied is of those asked, whatever the order's
kind. The same definitions stand in SQL in dashboards/indicators; tests hold the two against each other.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import F, Q

from geodata.complaints.choices import OrderState, Satisfaction

DUE, IN_TIME, LATE, REWORKED, ASKED, SATISFIED = "due", "in_time", "late", "reworked", "asked", "satisfied"
HANDLED: Final = (DUE, IN_TIME, LATE, REWORKED, ASKED, SATISFIED)
_NOT_DUE: Final = (OrderState.DIRECT_ANSWERED, OrderState.INVALID)
_ANSWERS: Final = (Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED, Satisfaction.UNKNOWN)


def handled(how: str, *, end: datetime, broad: bool) -> Q:
    """The orders that were so before `end`. `broad`: 基本满意 counts as satisfied. Raises KeyError."""
    return ~Q(state__in=_NOT_DUE) & _HOW[how](end, broad)


def _closed(end: datetime) -> Q:
    return Q(state=OrderState.CLOSED, closed_at__lt=end)


def _late(end: datetime) -> Q:
    open_still = ~Q(state=OrderState.CLOSED) | Q(closed_at__isnull=True) | Q(closed_at__gte=end)
    return (_closed(end) & Q(due_at__lt=F("closed_at"))) | (open_still & Q(due_at__lt=end))


def _in_time(end: datetime) -> Q:
    return _closed(end) & (Q(due_at__isnull=True) | Q(due_at__gte=F("closed_at")))


def _asked(end: datetime) -> Q:
    return Q(revisit_at__lt=end) | Q(revisit_at__isnull=True, satisfaction__in=_ANSWERS)


def _satisfied(end: datetime, broad: bool) -> Q:
    good = (Satisfaction.SATISFIED, Satisfaction.BASICALLY) if broad else (Satisfaction.SATISFIED,)
    return _asked(end) & Q(satisfaction__in=good)


_HOW: Final[dict[str, Callable[[datetime, bool], Q]]] = {
    DUE: lambda _end, _broad: Q(),
    IN_TIME: lambda end, _broad: _in_time(end),
    LATE: lambda end, _broad: _late(end),
    REWORKED: lambda _end, _broad: Q(rework_count__gt=0),
    ASKED: lambda end, _broad: _asked(end),
    SATISFIED: _satisfied,
}
