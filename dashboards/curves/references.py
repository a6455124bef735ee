"""Reference classes: how the first guesses of the past came out, as it was known at the end of a month. Pure; numpy.

Nothing after that month is looked at: works not finished by then count as unfinished (right-censored, Kaplan–Meier),
and a guess so many months ahead counts only once those months are over. Quantiles alone hold too seldom: errors of a
month have much in common, and few months are seen. calibration.py stretches them by how they held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboards.curves.forecast import FURTHEST, HIGH, LOW, Guess, Spread, Z, month_end_of

FEWEST_FINISHED: Final = 10  # finished projects in a class
FEWEST_PROJECTS: Final = 15  # projects in a class of money
FEWEST_MONTHS: Final = 3  # months in which guesses of a class were made: of fewer nothing in common can be told
COMPLETED, DISBURSED = "completed", "disbursed"
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

    def __init__(self, pasts: Sequence[Past]) -> None:
        self.pasts = pasts
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
    def gains(self) -> Numbers:
        """First guesses of the gain of completed investment by months ahead, one row a past."""
        return np.array([past.guess.gains for past in self.pasts]).reshape(-1, FURTHEST)

    @cached_property
    def sums(self) -> dict[str, Numbers]:
        """The sums at the origin and 1 … 12 months on."""
        shape = (-1, FURTHEST + 1)
        return {
            COMPLETED: np.array([past.completed for past in self.pasts], dtype=float).reshape(shape),
            DISBURSED: np.array([past.disbursed for past in self.pasts], dtype=float).reshape(shape),
        }

    @cached_property
    def shares(self) -> Numbers:
        """The guessed gains over the budget."""
        return self.gains / self.budget.reshape(-1, 1)

    @cached_property
    def came(self) -> dict[str, Numbers]:
        """What came, by months ahead, over the budget."""
        return {
            measure: (sums[:, 1:] - sums[:, :1]) / self.budget.reshape(-1, 1) for measure, sums in self.sums.items()
        }

    def errors(self, measure: str, places: Numbers, ahead: int, rate: float) -> Numbers:
        """(What came − what was guessed) ÷ budget of some pasts."""
        found: Numbers = self.came[measure][places, ahead - 1] - rate * self.shares[places, ahead - 1]
        return found


class Spreads:
    """Spreads as known at the end of one month, not calibrated; each is worked out when it is first asked for."""

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
        came = past.came[measure][:, ahead - 1]
        chosen = (past.origin + ahead <= self.month) & np.isfinite(came)
        if category:
            chosen &= past.category == category
        counted = len(np.unique(past.project[chosen]))
        if counted < FEWEST_PROJECTS:
            return None
        guessed, months = past.shares[chosen, ahead - 1], past.origin[chosen]
        if len(np.unique(months)) < FEWEST_MONTHS:
            return None
        rate = 1.0 if measure == COMPLETED else _rate(came[chosen], guessed)
        found = came[chosen] - rate * guessed
        low, middle, high = (float(value) for value in np.quantile(found, (LOW, 0.5, HIGH)))
        common = _common(found, months)
        return Spread(low, middle, high, counted, category, float(found.mean()), float(found.std()), common, rate)


def _rate(came: Numbers, guessed: Numbers) -> float:
    """How much was paid for each 元 of investment that was guessed for the same months: least squares, no constant."""
    weight = float((guessed * guessed).sum())
    return max(float((came * guessed).sum()) / weight, 0.0) if weight > 0 else 0.0


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
