"""Reference classes: how the first guesses of the past came out, as it was known at the end of a month. Pure; numpy.

Nothing after that month is looked at: works not finished by then count as unfinished (right-censored, Kaplan–Meier),
and a guess so many months ahead counts only once those months are over. The interval of money is wider than the
quantiles of the errors by what the projects of a month have in common, of which few months are seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboards.curves.forecast import FURTHEST, HIGH, LOW, Guess, Spread, Z, month_end_of

FEWEST_FINISHED: Final = 10  # finished projects in a class
FEWEST_PROJECTS: Final = 15  # projects in a class of money
FEWEST_MONTHS: Final = 3  # months in which guesses of a class were made: of fewer nothing in common can be told
COMPLETED, DISBURSED = "completed", "disbursed"
PAYING_MONTHS: Final = 12
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Past:
    """One project at the end of one month: its guess, and what became of it. None or nan where it is not known.

    `finished_on`: ordinal; `left_on`: the day on which a cancelled project left. `completed` and `disbursed` hold the
    sums at the end of that month and of the twelve after it.
    """

    project: int
    category: str
    origin: int
    guess: Guess
    budget: float
    finished_on: int | None
    left_on: int | None
    completed: Sequence[float]
    disbursed: Sequence[float]


class History:
    """All pasts as columns, and the spreads of their classes as known at the end of any month."""

    def __init__(self, pasts: Sequence[Past], paying: dict[int, float]) -> None:
        """`paying`: by month, how many 元 were paid for each 元 done (`paying_ratio`)."""
        self.pasts = pasts
        self.paying = paying
        self.project = np.array([past.project for past in pasts], dtype=np.int64)
        self.category = np.array([past.category for past in pasts], dtype=object)
        self.origin = np.array([past.origin for past in pasts], dtype=np.int64)
        self.band = np.array([past.guess.band for past in pasts], dtype=np.int64)
        self.rest = np.array([past.guess.rest for past in pasts])
        self.data_on = np.array([past.guess.data_on for past in pasts], dtype=np.int64)
        self.budget = np.array([past.budget for past in pasts])
        never = np.iinfo(np.int64).max
        self.finished = np.array([past.finished_on or never for past in pasts], dtype=np.int64)
        self.left = np.array([past.left_on or never for past in pasts], dtype=np.int64)

    @cached_property
    def categories(self) -> list[str]:
        return sorted({past.category for past in self.pasts})

    @cached_property
    def gains(self) -> dict[str, Numbers]:
        """First guesses of the gain by months ahead, one row a past."""
        done = np.array([past.guess.gains for past in self.pasts]).reshape(-1, FURTHEST)
        ratios = np.array([self.paying.get(past.origin, 0.0) for past in self.pasts]).reshape(-1, 1)
        return {COMPLETED: done, DISBURSED: done * ratios}

    @cached_property
    def sums(self) -> dict[str, Numbers]:
        """The sums at the origin and 1 … 12 months on."""
        shape = (-1, FURTHEST + 1)
        return {
            COMPLETED: np.array([past.completed for past in self.pasts], dtype=float).reshape(shape),
            DISBURSED: np.array([past.disbursed for past in self.pasts], dtype=float).reshape(shape),
        }

    @cached_property
    def errors(self) -> dict[str, Numbers]:
        """(What came − what was guessed) ÷ budget, by months ahead."""
        found = {}
        for measure, sums in self.sums.items():
            guessed = sums[:, :1] + self.gains[measure]
            found[measure] = (sums[:, 1:] - guessed) / self.budget.reshape(-1, 1)
        return found

    def as_known(self, month: int) -> Spreads:
        """The spreads of all classes as known at the end of a month."""
        return Spreads(self, month)


class Spreads:
    """Spreads as known at the end of one month; each is worked out when it is first asked for."""

    def __init__(self, history: History, month: int) -> None:
        self._history, self.month = history, month
        self._day = month_end_of(month).toordinal()
        self._finish: dict[tuple[str, int], Spread | None] = {}
        self._money: dict[tuple[str, str, int], Spread | None] = {}

    def of_finish(self, category: str, band: int) -> Spread | None:
        """Actual over guessed rest of the works, in the category or, where it has too few, in all of them."""
        for name in (category, ""):
            key = (name, band)
            if key not in self._finish:
                self._finish[key] = self._finish_spread(name, band)
            if (found := self._finish[key]) is not None:
                return found
        return None

    def of_money(self, measure: str, category: str, ahead: int) -> Spread | None:
        """Errors so many months ahead, in the category or, where it has too few, in all of them."""
        for name in (category, ""):
            key = (measure, name, ahead)
            if key not in self._money:
                self._money[key] = self._money_spread(measure, name, ahead)
            if (found := self._money[key]) is not None:
                return found
        return None

    def _finish_spread(self, category: str, band: int) -> Spread | None:
        past = self._history
        chosen = (past.band == band) & (past.origin < self.month)
        if category:
            chosen &= past.category == category
        seen = past.finished[chosen] <= self._day
        counted = len(np.unique(past.project[chosen][seen]))
        if counted < FEWEST_FINISHED:
            return None
        until = np.minimum(np.minimum(past.finished[chosen], past.left[chosen]), self._day)
        ratios = np.maximum(until - past.data_on[chosen], 0) / past.rest[chosen]
        low, middle, high = quantiles_of_durations(ratios, seen, (LOW, 0.5, HIGH))
        if high is None or middle is None or low is None:
            return None
        return Spread(low, middle, high, counted, category)

    def _money_spread(self, measure: str, category: str, ahead: int) -> Spread | None:
        past = self._history
        errors = past.errors[measure][:, ahead - 1]
        chosen = (past.origin + ahead <= self.month) & np.isfinite(errors)
        if category:
            chosen &= past.category == category
        counted = len(np.unique(past.project[chosen]))
        if counted < FEWEST_PROJECTS:
            return None
        found, months = errors[chosen], past.origin[chosen]
        if len(np.unique(months)) < FEWEST_MONTHS:
            return None
        low, middle, high = (float(value) for value in np.quantile(found, (LOW, 0.5, HIGH)))
        common = _common(found, months)
        low, high = middle - hypot(middle - low, Z * common), middle + hypot(high - middle, Z * common)
        return Spread(low, middle, high, counted, category, float(found.mean()), float(found.std()), common)


# 90 % quantiles of Student's t by degrees of freedom; beyond the last the normal's serves
_T: Final = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356)


def _common(errors: Numbers, months: Numbers) -> float:
    """How far the mean error of one more month may lie from that of the months seen: what projects have in common.

    As one standard deviation: the prediction of one more value from few, by Student's t, over the normal's quantile.
    """
    means = [errors[months == month].mean() for month in np.unique(months)]
    freedom = len(means) - 1
    factor = _T[freedom - 1] / Z if freedom <= len(_T) else 1.0
    return float(np.std(means, ddof=1)) * factor * (1 + 1 / len(means)) ** 0.5


def quantiles_of_durations(times: Numbers, seen: Numbers, shares: Sequence[float]) -> list[float | None]:
    """Kaplan–Meier: the smallest time by which that share has ended. None where the observations do not reach so far.

    `seen`: whether the end was observed; otherwise only that it took longer than `times`.
    """
    order = np.lexsort((~seen, times))  # at equal times an end counts before a leaving
    times, seen = times[order], seen[order]
    at_risk = np.arange(len(times), 0, -1)
    ended = 1 - np.cumprod(np.where(seen, 1 - 1 / at_risk, 1.0))
    found: list[float | None] = []
    for share in shares:
        places = np.flatnonzero(seen & (ended >= share - 1e-12))
        found.append(float(times[places[0]]) if len(places) else None)
    return found


def paying_ratio(completed: dict[int, float], disbursed: dict[int, float], month: int) -> float:
    """元 paid for each 元 done in the city over the twelve months before the end of a month; 0 where nothing was done.

    Both hold the city's running sums by month.
    """
    before = month - PAYING_MONTHS
    done = completed.get(month, 0.0) - completed.get(before, 0.0)
    paid = disbursed.get(month, 0.0) - disbursed.get(before, 0.0)
    return max(paid / done, 0.0) if done > 0 else 0.0
