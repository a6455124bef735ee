"""What each project was at the ends of the months, out of facts in the order of their business dates. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from dashboards.curves.forecast import FURTHEST, Known, first_guess, month_end_of, month_number
from dashboards.curves.planned import PlannedCurve
from dashboards.curves.references import History, Past
from geodata.projects.choices import NOT_BEGUN, Status

_OPEN = (*NOT_BEGUN, Status.UNDER_CONSTRUCTION, Status.SUSPENDED)
_NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Report:
    """A counting report: the end of its period, progress from 0 to 1, the running sum in 元."""

    until: date
    progress: float | None
    completed: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is recorded of a project, each list in the order in which its entries count."""

    project: int
    category: str
    curve: PlannedCurve | None
    registered_budget: float | None
    works_completed_on: date | None
    statuses: Sequence[tuple[date, str]] = ()
    approvals: Sequence[tuple[date | None, float]] = ()
    reports: Sequence[Report] = ()
    paid: Mapping[int, float] = field(default_factory=dict)  # by month number


class Timeline:
    """One project at the end of any month, from facts of no later day."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._status_days = [day for day, _status in facts.statuses]
        self._report_days = [report.until for report in facts.reports]
        self._approval_days = [day or date.min for day, _amount in facts.approvals]
        self._paid_months = sorted(facts.paid)
        self._paid_sums = list(accumulate(facts.paid[month] for month in self._paid_months))

    @property
    def finished_on(self) -> date | None:
        """The day on which the works were finished: stated, or that of the first status that says so."""
        said = next((day for day, status in self.facts.statuses if status not in _OPEN), None)
        return min(filter(None, (self.facts.works_completed_on, said)), default=None)

    @property
    def left_on(self) -> date | None:
        """The day on which the project was cancelled."""
        return next((day for day, status in self.facts.statuses if status == Status.CANCELLED), None)

    def known(self, month: int) -> Known:
        """What was known by the end of a month."""
        day = month_end_of(month)
        report = self._report(day)
        return Known(
            status=self._status(day),
            curve=self.facts.curve,
            budget=self._budget(day),
            data_on=report.until.toordinal() if report else None,
            progress=report.progress if report else None,
            completed=report.completed if report else None,
        )

    def completed(self, month: int) -> float:
        """The running sum by the newest report; nan where it says nothing."""
        report = self._report(month_end_of(month))
        return _NOTHING if report is None or report.completed is None else report.completed

    def disbursed(self, month: int) -> float:
        place = bisect_right(self._paid_months, month)
        return self._paid_sums[place - 1] if place else 0.0

    def _report(self, day: date) -> Report | None:
        place = bisect_right(self._report_days, day)
        return self.facts.reports[place - 1] if place else None

    def _status(self, day: date) -> str:
        finished = self.finished_on
        if finished is not None and finished <= day:
            return Status.WORKS_COMPLETED
        place = bisect_right(self._status_days, day)
        return self.facts.statuses[place - 1][1] if place else Status.PRELIMINARY

    def _budget(self, day: date) -> float | None:
        place = bisect_right(self._approval_days, day)
        return self.facts.approvals[place - 1][1] if place else self.facts.registered_budget


def history_of(everything: Iterable[Facts], *, until: int) -> History:
    """The past of all projects at the ends of the months up to `until`."""
    lines = [Timeline(facts) for facts in everything]
    first = min((month_number(line.facts.reports[0].until) for line in lines if line.facts.reports), default=until)
    pasts = [past for line in lines for past in _pasts(line, first, until)]
    return History(pasts)


def _pasts(line: Timeline, first: int, until: int) -> Iterable[Past]:
    if not line.facts.reports or line.facts.curve is None:
        return
    start = max(first, month_number(line.facts.reports[0].until))
    ahead = range(start, until + 1)
    completed = [line.completed(month) for month in ahead] + [_NOTHING] * FURTHEST
    disbursed = [line.disbursed(month) for month in ahead] + [_NOTHING] * FURTHEST
    finished, left = line.finished_on, line.left_on
    for place, origin in enumerate(ahead):
        known = line.known(origin)
        guess = first_guess(known, origin=origin)
        if guess is None or known.budget is None:
            continue
        yield Past(
            project=line.facts.project,
            category=line.facts.category,
            origin=origin,
            guess=guess,
            budget=known.budget,
            finished_on=finished.toordinal() if finished else None,
            left_on=left.toordinal() if left else None,
            completed=completed[place : place + FURTHEST + 1],
            disbursed=disbursed[place : place + FURTHEST + 1],
        )
