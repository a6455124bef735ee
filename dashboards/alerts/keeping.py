"""What becomes of a warning when a scan finds its condition, or does not. Pure: no clock, no database.

A warning closes by itself once its condition was gone on two scan days in a row. One that a person closed comes back
in the same month only for a new fact: the condition was gone in between, it is graver now, or something else is the
matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dashboards.alerts.choices import Level, State
from dashboards.alerts.rules import Finding

CLEAR_DAYS: Final = 2


class Move(StrEnum):
    """What is to be done; `NOTHING` changes no row."""

    NOTHING = "nothing"
    OPEN = "open"
    REOPEN = "reopen"
    KEEP = "keep"
    ESCALATE = "escalate"
    EASE = "ease"
    RENEW = "renew"  # handled, and now something else is the matter
    CLEAR = "clear"  # not found for the first time: it waits for another day
    CLOSE = "close"
    GONE = "gone"  # closed by a person, and now the condition is gone, too


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a warning before the scan."""

    level: str
    state: str
    fact: str
    period_key: str
    clear_scans: int = 0
    clear_on: date | None = None
    closed_on: date | None = None


def period_of(day: date) -> str:
    """The period of a warning: the month in which it is opened."""
    return f"{day:%Y-%m}"


def graver(level: str, than: str) -> bool:
    return level == Level.RED and than == Level.YELLOW


def of_open(held: Held, finding: Finding | None, day: date) -> Move:
    """An open warning: kept, changed, or on its way to being closed."""
    if finding is None:
        if held.clear_on == day:
            return Move.NOTHING
        return Move.CLOSE if held.clear_scans + 1 >= CLEAR_DAYS else Move.CLEAR
    if graver(finding.level, held.level):
        return Move.ESCALATE
    if graver(held.level, finding.level):
        return Move.EASE
    if held.state == State.HANDLED and finding.fact != held.fact:
        return Move.RENEW
    return Move.KEEP


def of_closed(held: Held | None, finding: Finding | None, day: date, *, silenced: bool) -> Move:
    """No warning is open. `held`: the newest one that was opened or closed in the month of the day, if any."""
    if finding is None:
        return Move.GONE if held is not None and held.clear_on is None else Move.NOTHING
    if silenced:
        return Move.NOTHING
    if held is None:
        return Move.OPEN
    if not is_new(held, finding):
        return Move.NOTHING
    return Move.REOPEN if held.period_key == period_of(day) else Move.OPEN


def is_new(held: Held, finding: Finding) -> bool:
    """Whether a finding says something that the closed warning did not."""
    return held.clear_on is not None or graver(finding.level, held.level) or finding.fact != held.fact
