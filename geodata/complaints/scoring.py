"""How likely a work order is about a project: score = .5 spatial + .4 text + .1 category, each 0..1. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from geodata.complaints.choices import MatchState

RADIUS_M: Final = 200.0  # from the order's point to the true geometry
_CLOSE_M: Final = 50.0  # geocoded addresses are no better than this
_FARTHEST: Final = 0.5  # spatial score at the radius
_MONTHS_AFTER: Final = 24  # how long after completion people still complain about a project

CONFIRMED_FROM: Final = Decimal("0.8")
SUGGESTED_FROM: Final = Decimal("0.4")  # place or name alone; category or contractor alone is nothing
_MILLI: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project that an order may be about, with what speaks for it."""

    order_id: int
    project_id: int
    spatial: Decimal
    text: Decimal
    category: Decimal
    distance_m: Decimal | None = None
    state: MatchState = MatchState.SUGGESTED
    reason: str = ""

    @property
    def score(self) -> Decimal:
        return ((self.spatial * 5 + self.text * 4 + self.category) / 10).quantize(_MILLI)


def candidate(
    *, order_id: int, project_id: int, distance_m: float | None, text: float, category_fits: bool
) -> Candidate:
    """The parts of the score, each to three places."""
    return Candidate(
        order_id=order_id,
        project_id=project_id,
        spatial=_three(spatial_score(distance_m)),
        text=_three(text),
        category=_three(1 if category_fits else 0),
        distance_m=None if distance_m is None else Decimal(distance_m).quantize(Decimal("0.1")),
    )


def spatial_score(distance_m: float | None) -> float:
    """1 up to 50 m, falling evenly to .5 at 200 m, nothing beyond or without a place."""
    if distance_m is None or distance_m > RADIUS_M:
        return 0.0
    beyond = max(distance_m - _CLOSE_M, 0.0) / (RADIUS_M - _CLOSE_M)
    return 1.0 - (1.0 - _FARTHEST) * beyond


def decide(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The matches of one order: confirmed where exactly one scores .8 or more, the rest from .4 on suggested."""
    kept = [one for one in candidates if one.score >= SUGGESTED_FROM]
    strong = [one for one in kept if one.score >= CONFIRMED_FROM]
    if len(strong) != 1:
        return kept
    return [replace(one, state=MatchState.CONFIRMED) if one is strong[0] else one for one in kept]


def twin_of(order_id: int, project_id: int, found: Iterable[Candidate]) -> list[Candidate]:
    """The matches of an order that repeats one about this project: confirmed for it, all others suggested."""
    kept = {one.project_id: replace(one, state=MatchState.SUGGESTED) for one in found}
    nothing = Decimal(0)
    own = kept.get(project_id) or Candidate(
        order_id=order_id, project_id=project_id, spatial=nothing, text=nothing, category=nothing
    )
    kept[project_id] = replace(own, state=MatchState.CONFIRMED, reason="与所并工单同一项目")
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Activity:
    """When a project may be complained about: from its start until 24 months after its completion."""

    start: date | None
    end: date | None  # first day on which it no longer counts

    def covers(self, day: date) -> bool:
        return self.start is not None and self.start <= day and (self.end is None or day < self.end)


def activity(*, started: Sequence[date], completed: Sequence[date], ended: Sequence[date]) -> Activity:
    """From the days on which a project began, was completed and was given up, as far as known."""
    last = [_months_later(min(completed), _MONTHS_AFTER)] if completed else []
    if ended:
        last.append(min(ended))
    return Activity(min(started, default=None), min(last, default=None))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _three(part: float) -> Decimal:
    return Decimal(part).quantize(_MILLI)
