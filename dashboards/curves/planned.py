"""A project's own planned course of the works, and earned schedule: the day by which so much was to be done. Pure.

Between the planned days of the weighted nodes progress is linear; without such nodes it is linear from the planned
start to the planned end. Days are proleptic ordinals (date.toordinal), shares run from 0 to 1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PlannedCurve:
    """Days rising, shares rising from 0 to 1."""

    days: tuple[int, ...]
    shares: tuple[float, ...]

    @property
    def start(self) -> int:
        return self.days[0]

    @property
    def end(self) -> int:
        return self.days[-1]

    def share(self, day: float) -> float:
        """计划形象进度 by a day; 0 before the start, 1 after the end."""
        if day <= self.start:
            return 0.0
        if day >= self.end:
            return 1.0
        place = bisect_right(self.days, day)
        before, after = self.days[place - 1], self.days[place]
        low, high = self.shares[place - 1], self.shares[place]
        return low + (high - low) * (day - before) / (after - before)

    def day_of(self, share: float) -> float:
        """Earned schedule: the day by which the plan has that share done, as an ordinal with a fraction."""
        if share <= 0:
            return float(self.start)
        if share >= 1:
            return float(self.end)
        place = bisect_left(self.shares, share)
        low, high = self.shares[place - 1], self.shares[place]
        before, after = self.days[place - 1], self.days[place]
        return before + (after - before) * (share - low) / (high - low)


def planned_curve(
    start: date | None, end: date | None, nodes: Iterable[tuple[date, float]] = ()
) -> PlannedCurve | None:
    """The curve of a project; None without a planned period. `nodes`: planned day and weight, weights above zero.

    A node planned no later than the start counts on the day after it.
    """
    if start is None:
        return None
    first = start.toordinal()
    weights: dict[int, float] = {}
    for day, weight in nodes:
        if weight > 0:
            place = max(day.toordinal(), first + 1)
            weights[place] = weights.get(place, 0.0) + weight
    if not weights:
        return None if end is None or end <= start else PlannedCurve((first, end.toordinal()), (0.0, 1.0))
    total, so_far = sum(weights.values()), 0.0
    days, shares = [first], [0.0]
    for day_number in sorted(weights):
        so_far += weights[day_number]
        days.append(day_number)
        shares.append(so_far / total)
    shares[-1] = 1.0
    return PlannedCurve(tuple(days), tuple(shares))
