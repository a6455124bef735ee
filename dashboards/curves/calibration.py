"""Intervals that hold as often as they say: widened or narrowed by how the intervals of the past held. Pure; numpy.

Conformal prediction on past forecasts: each past interval is made again from what was known at its own month's end, and
its miss is the distance of what came from its point, in half-widths of that side. The 80 % quantile of the misses known
by a month's end is the factor by which that month's intervals are stretched; so a factor never knows what it is tested
on. Factors belong to a measure and a class of months ahead. Longer horizons miss by more, so that no class borrows from
a shorter one: with too few misses of its own there is no factor, and no interval.
V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005 (docs/forecast.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np

from dashboards.curves.forecast import LEVEL, Spread, Z, month_end_of
from dashboards.curves.references import (
    COMPLETED,
    DISBURSED,
    FEWEST_FINISHED,
    FEWEST_MONTHS,
    FEWEST_PROJECTS,
    History,
    Numbers,
    Spreads,
)

# months whose forecasts of money were judged, as errors of a month have much in common: ⌈(k + 1) × 80 %⌉ ≤ k from 4 on
FEWEST_TESTED: Final = 4
AHEAD: Final = ((1, 3), (4, 6), (7, 12))  # horizons told apart, in months
_NARROWEST_MONEY: Final = 0.005  # of the budget: the least half-width that is stretched
_NARROWEST_FINISH: Final = 0.02  # of the guessed rest of the works
_NEVER: Final = float("inf")


def class_of(ahead: int) -> tuple[int, int]:
    """The class of months ahead."""
    return next(pair for pair in AHEAD if pair[0] <= ahead <= pair[1])


@dataclass(frozen=True, slots=True)
class _Misses:
    """Misses in half-widths; `known`: the number of the month by whose end each was known."""

    miss: Numbers
    known: Numbers
    origin: Numbers
    project: Numbers

    def factor(self, month: int, *, projects: int, months: int) -> float | None:
        """The quantile that one more miss stays below in 80 % of cases; None with too few projects or months."""
        chosen = (self.known <= month) & (self.origin < month)
        if len(np.unique(self.origin[chosen])) < months:
            return None
        if len(np.unique(self.project[chosen])) < projects:
            return None
        found = quantile_of_misses(self.miss[chosen])
        return None if found == _NEVER else found


def quantile_of_misses(misses: Numbers) -> float:
    """The ⌈(n + 1) × 80 %⌉-th smallest of n misses; infinite where there are not so many."""
    place = ceil((len(misses) + 1) * LEVEL / 100)
    return float(np.sort(misses)[place - 1]) if place <= len(misses) else _NEVER


class Calibration:
    """The past intervals of a history and the factors that follow from them."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._raw: dict[int, Spreads] = {}
        self._known: dict[int, Calibrated] = {}

    def as_known(self, month: int) -> Calibrated:
        """Calibrated spreads as known at the end of a month."""
        return self._known.setdefault(month, Calibrated(self, self.raw(month), month))

    def raw(self, month: int) -> Spreads:
        return self._raw.setdefault(month, Spreads(self.history, month))

    @cached_property
    def months(self) -> list[int]:
        return [int(month) for month in np.unique(self.history.origin)]

    @cached_property
    def _finish(self) -> _Misses:
        """Judged when the interval is over, whatever became of the works: unfinished ones miss without bound."""
        past = self.history
        miss, known = np.full(len(past.pasts), np.nan), np.zeros(len(past.pasts), dtype=np.int64)
        for place, one in enumerate(past.pasts):
            spread = self.raw(one.origin).of_finish(one.category, one.guess.band)
            if spread is None:
                continue
            high = round(one.guess.data_on + one.guess.rest * spread.high)
            left = one.left_on is not None and one.left_on <= high
            if left:
                continue
            known[place] = _month_of(max(high, month_end_of(one.origin).toordinal() + 1))
            judged_on = month_end_of(int(known[place])).toordinal()
            ended = one.finished_on if one.finished_on is not None and one.finished_on <= judged_on else None
            ratio = _NEVER if ended is None else (ended - one.guess.data_on) / one.guess.rest
            miss[place] = _miss(np.array(ratio), spread, _NARROWEST_FINISH)
        chosen = np.isfinite(miss) | (miss == _NEVER)
        return _Misses(miss[chosen], known[chosen], past.origin[chosen], past.project[chosen])

    @cached_property
    def _money(self) -> dict[tuple[str, tuple[int, int]], tuple[_Misses, _Misses]]:
        """By measure and class of months ahead: misses of the projects, and of their sum."""
        return {
            (measure, pair): self._money_misses(measure, pair) for measure in (COMPLETED, DISBURSED) for pair in AHEAD
        }

    def _money_misses(self, measure: str, pair: tuple[int, int]) -> tuple[_Misses, _Misses]:
        rows = [
            found
            for origin in self.months
            for ahead in range(pair[0], pair[1] + 1)
            if (found := self._money_of_month(measure, origin, ahead)) is not None
        ]
        return _joined(row[0] for row in rows), _joined(row[1] for row in rows)

    def _money_of_month(self, measure: str, origin: int, ahead: int) -> tuple[_Misses, _Misses] | None:
        """How the forecasts from one month's end so many months ahead missed, one by one and as a sum."""
        past, raw = self.history, self.raw(origin)
        places = np.flatnonzero(past.origin == origin)
        came = past.sums[measure][places, ahead] - past.sums[measure][places, 0]
        places = places[np.isfinite(came)]
        misses, projects, off, own, common = [], [], 0.0, 0.0, 0.0
        for name in np.unique(past.category[places]):
            spread = raw.of_money(measure, name, ahead)
            if spread is None:
                continue
            at = places[past.category[places] == name]
            errors, budgets = past.errors(measure, at, ahead, spread.rate), past.budget[at]
            misses.append(_miss(errors, spread, _NARROWEST_MONEY))
            projects.append(past.project[at])
            off += float(((errors - spread.mean) * budgets).sum())
            own += float(((spread.sd * budgets) ** 2).sum())
            common += float(spread.common * budgets.sum())
        if not misses:
            return None
        half = Z * (own + common * common) ** 0.5
        miss, project = np.concatenate(misses), np.concatenate(projects)
        count = np.full(len(miss), origin, dtype=np.int64)
        city = np.array([abs(off) / half if half > 0 else _NEVER])
        return (
            _Misses(miss, count + ahead, count, project),
            _Misses(city, count[:1] + ahead, count[:1], count[:1]),
        )

    def finish_factor(self, month: int) -> float | None:
        return self._finish.factor(month, projects=FEWEST_FINISHED, months=FEWEST_MONTHS)

    def money_factor(self, measure: str, ahead: int, month: int) -> float | None:
        return self._money[measure, class_of(ahead)][0].factor(month, projects=FEWEST_PROJECTS, months=FEWEST_TESTED)

    def sum_factor(self, measure: str, ahead: int, month: int) -> float | None:
        """Of the sum over projects, where months are all that counts."""
        return self._money[measure, class_of(ahead)][1].factor(month, projects=0, months=FEWEST_TESTED)


class Calibrated:
    """Spreads as known at the end of one month, stretched by the factors known then."""

    def __init__(self, calibration: Calibration, raw: Spreads, month: int) -> None:
        self._calibration, self._spreads, self.month = calibration, raw, month
        self._finish: dict[tuple[str, int], Spread | None] = {}
        self._money: dict[tuple[str, str, int], Spread | None] = {}
        self._factors: dict[tuple[str, tuple[int, int]], tuple[float, float] | None] = {}

    def of_finish(self, category: str, band: int) -> Spread | None:
        """Of the rest of the works; None with too few references or tested intervals."""
        key = (category, band)
        if key not in self._finish:
            raw = self._spreads.of_finish(category, band)
            factor = None if raw is None else self._calibration.finish_factor(self.month)
            made = None if raw is None or factor is None else _stretched(raw, factor, _NARROWEST_FINISH)
            self._finish[key] = made
        return self._finish[key]

    def of_money(self, measure: str, category: str, ahead: int) -> Spread | None:
        """Of a sum so many months ahead; None with too few references or tested intervals."""
        key = (measure, category, ahead)
        if key not in self._money:
            raw, factors = self._spreads.of_money(measure, category, ahead), self._money_factors(measure, ahead)
            self._money[key] = None
            if raw is not None and factors is not None:
                made = _stretched(raw, factors[0], _NARROWEST_MONEY)
                self._money[key] = replace(made, sd=raw.sd * factors[1], common=raw.common * factors[1])
        return self._money[key]

    def _money_factors(self, measure: str, ahead: int) -> tuple[float, float] | None:
        """Of a project and of a sum; a sum without enough months is stretched like a project, never narrowed."""
        key = (measure, class_of(ahead))
        if key not in self._factors:
            one = self._calibration.money_factor(measure, ahead, self.month)
            whole = self._calibration.sum_factor(measure, ahead, self.month)
            self._factors[key] = None if one is None else (one, whole if whole is not None else max(one, 1.0))
        return self._factors[key]


def _miss(values: Numbers, spread: Spread, narrowest: float) -> Numbers:
    above, below = max(spread.high - spread.middle, narrowest), max(spread.middle - spread.low, narrowest)
    off = values - spread.middle
    return np.where(off >= 0, off / above, -off / below)


def _stretched(spread: Spread, factor: float, narrowest: float) -> Spread:
    low = spread.middle - factor * max(spread.middle - spread.low, narrowest)
    return replace(spread, low=low, high=spread.middle + factor * max(spread.high - spread.middle, narrowest))


def _month_of(ordinal: int) -> int:
    """The month of an ordinal day, as forecast.month_number counts."""
    day = np.datetime64(ordinal - _EPOCH, "D").astype("datetime64[M]")
    return int(day.astype(np.int64)) + 1970 * 12


_EPOCH: Final = 719_163  # the ordinal of 1970-01-01


def _joined(parts: Iterable[_Misses]) -> _Misses:
    found = list(parts)
    nothing = np.array([], dtype=np.int64)
    if not found:
        return _Misses(np.array([]), nothing, nothing, nothing)
    return _Misses(
        *(np.concatenate([getattr(one, name) for one in found]) for name in ("miss", "known", "origin", "project"))
    )
