"""When a project will be finished and what it will have done by the year's end (docs/forecast.md). Pure.

The plan of the remaining work gives a first guess: earned schedule with the rest done as planned (performance factor
1). What became of such guesses in a class of like projects corrects it and gives the interval: reference class
forecasting.
Days are ordinals (date.toordinal), amounts 元 as floats: they are estimates. Months are numbered year × 12 + month − 1.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dashboards.curves.planned import PlannedCurve
from geodata.projects.choices import NOT_BEGUN, Status

LEVEL: Final = 80  # percent of the interval
LOW, HIGH = 0.1, 0.9  # its quantiles
FURTHEST: Final = 12  # months ahead at most: a year's end
SHORTEST_REST: Final = 15.0  # days: the remaining work of a project that is all but done; reports come monthly
FRESH_DAYS: Final = 41  # as the lists: one month and ten days (geodata/summary/filters.py)
BANDS: Final = (0.25, 0.5, 0.75)  # progress at which another band begins
Z: Final = 1.2816  # the 90 % quantile of the normal distribution


class Reason(StrEnum):
    """Why there is no forecast; empty where there is one."""

    NONE = ""
    NOT_STARTED = "not_started"
    SUSPENDED = "suspended"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    NO_REPORT = "no_report"
    STALE = "stale"
    NO_PLAN = "no_plan"
    NO_BUDGET = "no_budget"
    TOO_FEW = "too_few"
    NOT_COMPUTED = "not_computed"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a project at the end of a month. `data_on`: end of the newest approved report's period."""

    status: str
    curve: PlannedCurve | None
    budget: float | None
    data_on: int | None
    progress: float | None  # 0 to 1
    completed: float | None


@dataclass(frozen=True, slots=True)
class Guess:
    """The first guess of a project. `rest`: days from `data_on`; `gains`: of the completed sum 1, 2, … 12 months on."""

    data_on: int
    rest: float
    band: int
    gains: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How guesses of a class came out: quantiles of a ratio (rest of the works) or of an error over the budget (money).

    `mean` and `sd` describe money alone; `common` is the part of the error that all projects of a month share; `rate`
    is what is paid for each 元 of guessed investment (1 for the investment itself).
    `projects` were counted; `category` is empty where all categories had to serve.
    """

    low: float
    middle: float
    high: float
    projects: int
    category: str = ""
    mean: float = 0.0
    sd: float = 0.0
    common: float = 0.0
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    point: float
    high: float

    def within(self, least: float, most: float) -> Interval:
        return Interval(*(min(max(value, least), most) for value in (self.low, self.point, self.high)))


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_end_of(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def months_to_year_end(origin: int) -> int:
    """Months from the end of an origin month to the next year's end: 12 from a December."""
    return FURTHEST - (origin + 1) % 12


def reason_against(known: Known, *, day: int) -> Reason:
    """Why nothing can be forecast at the end of a month; NONE where something can."""
    standing = standing_reason(known.status)
    if standing:
        return standing
    if known.data_on is None or known.progress is None or known.completed is None:
        return Reason.NO_REPORT
    if day - known.data_on > FRESH_DAYS:
        return Reason.STALE
    if known.curve is None:
        return Reason.NO_PLAN
    return Reason.NONE if known.budget and known.budget > 0 else Reason.NO_BUDGET


def standing_reason(status: str) -> Reason:
    """Why a project of that status has no forecast; NONE while it is under construction."""
    match status:
        case Status.UNDER_CONSTRUCTION:
            return Reason.NONE
        case Status.SUSPENDED:
            return Reason.SUSPENDED
        case Status.CANCELLED:
            return Reason.CANCELLED
        case _:
            return Reason.NOT_STARTED if status in NOT_BEGUN else Reason.FINISHED


def first_guess(known: Known, *, origin: int) -> Guess | None:
    """The guess at the end of the month `origin`; None where `reason_against` says why."""
    if reason_against(known, day=month_end_of(origin).toordinal()):
        return None
    curve, budget, data_on = known.curve, known.budget, known.data_on
    progress, completed = known.progress, known.completed
    if curve is None or budget is None or data_on is None or progress is None or completed is None:
        return None  # said above; here for the type checker
    earned_day = curve.day_of(progress)
    room = max(budget - completed, 0.0)
    gains = []
    for ahead in range(1, FURTHEST + 1):
        passed = month_end_of(origin + ahead).toordinal() - data_on
        gains.append(min(max(curve.share(earned_day + passed) - progress, 0.0) * budget, room))
    return Guess(data_on, max(curve.end - earned_day, SHORTEST_REST), band_of(progress), tuple(gains))


def band_of(progress: float) -> int:
    return sum(progress >= edge for edge in BANDS)


def finish(guess: Guess, spread: Spread, *, day: int) -> Interval:
    """The day of completion as an ordinal: never on or before `day`, on which the works were not finished."""
    found = Interval(*(guess.data_on + guess.rest * ratio for ratio in (spread.low, spread.middle, spread.high)))
    return found.within(day + 1, float("inf"))


def money(now: float, gain: float, budget: float, spread: Spread, *, least: float) -> Interval:
    """The running sum some months on: the guess and the errors of its class, between `least` and the budget.

    `gain` is that of the completed investment, payments too."""
    guess = now + gain * spread.rate
    found = Interval(*(guess + error * budget for error in (spread.low, spread.middle, spread.high)))
    return found.within(least, max(budget, now))


def group(means: float, own: float, common: float, *, least: float) -> Interval:
    """A sum over projects: `own` is the sum of the squared errors of each, `common` the error shared by all, in 元.

    The errors of projects are taken for independent but for the shared part, and their sum for normal.
    """
    half = Z * (own + common * common) ** 0.5
    return Interval(means - half, means, means + half).within(least, float("inf"))
