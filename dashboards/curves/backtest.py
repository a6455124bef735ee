"""How the forecasts of the past twelve months would have held, each made from what was known then. Pure.

Completion: judged are the forecasts whose interval is over, whether or not the works are finished: choosing by the
outcome would flatter. A project that is still not finished counts as missed; its error so far counts as its error.
Money: every month ahead that is over. `pending` intervals are not over yet; `unmade`: too few references, or too few
tested intervals, at the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from dashboards.curves.calibration import Calibrated, Calibration, class_of
from dashboards.curves.forecast import FURTHEST, Interval, finish, group, money, month_end_of
from dashboards.curves.references import COMPLETED, DISBURSED, History, Past

MONTHS: Final = 12
FINISH: Final = "finish"
CITY: Final = {COMPLETED: "city_completed", DISBURSED: "city_disbursed"}
ALL: Final = ""
_CENT: Final = 0.01


@dataclass(slots=True)
class Score:
    """One line of the back-test. `errors`: days, or 元; `scale`: 元 that came, which money errors are set against."""

    measure: str
    bucket: str
    forecasts: int = 0
    hits: int = 0
    unmade: int = 0
    pending: int = 0
    unfinished: int = 0
    errors: list[float] = field(default_factory=list)
    scale: float = 0.0
    projects: set[int] = field(default_factory=set)

    @property
    def coverage(self) -> float | None:
        return self.hits / self.forecasts if self.forecasts else None

    @property
    def error(self) -> float | None:
        """Median error in days, or the errors' sum over the sum that came."""
        if not self.errors:
            return None
        if self.measure == FINISH:
            return float(median(self.errors))
        return sum(self.errors) / self.scale if self.scale > 0 else None

    def count(self, *, hit: bool, error: float, project: int = 0, scale: float = 0.0) -> None:
        self.forecasts += 1
        self.hits += bool(hit)
        self.errors.append(float(error))
        self.scale += float(scale)
        if project:
            self.projects.add(project)


class Scores:
    """Lines by measure and bucket, made as they are needed."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Score] = {}

    def __getitem__(self, key: tuple[str, str]) -> Score:
        return self._found.setdefault(key, Score(*key))

    def __iter__(self) -> Iterator[Score]:
        return iter(self._found.values())


def bucket_of(ahead: int) -> str:
    first, last = class_of(ahead)
    return f"{first}-{last}"


def backtest(calibration: Calibration, *, until: int, months: int = MONTHS) -> Scores:
    """Forecasts made at the ends of the `months` months before `until`, judged at the end of `until`."""
    scores, history = Scores(), calibration.history
    by_origin: dict[int, list[tuple[int, Past]]] = defaultdict(list)
    for place, past in enumerate(history.pasts):
        by_origin[past.origin].append((place, past))
    for origin in range(until - months, until):
        spreads = calibration.as_known(origin)
        pasts = by_origin.get(origin, [])
        for _place, past in pasts:
            _judge_finish(past, spreads, scores, until)
        for ahead in range(1, min(FURTHEST, until - origin) + 1):
            for measure in (COMPLETED, DISBURSED):
                _judge_money(history, pasts, spreads, scores, measure, ahead)
    return scores


def _judge_finish(past: Past, spreads: Calibrated, scores: Scores, until: int) -> None:
    spread = spreads.of_finish(past.category, past.guess.band)
    score = scores[FINISH, ALL]
    if spread is None:
        score.unmade += 1
        return
    found = finish(past.guess, spread, day=month_end_of(past.origin).toordinal())
    today = month_end_of(until).toordinal()
    if found.high > today or (past.left_on is not None and past.left_on <= today):
        score.pending += 1
        return
    ended = past.finished_on if past.finished_on is not None and past.finished_on <= today else None
    score.unfinished += ended is None
    hit = ended is not None and round(found.low) <= ended <= round(found.high)
    error = abs(found.point - (ended or today)) if ended or found.point < today else 0.0
    score.count(hit=hit, error=error, project=past.project)


def _judge_money(
    history: History, pasts: Iterable[tuple[int, Past]], spreads: Calibrated, scores: Scores, measure: str, ahead: int
) -> None:
    """Each project by itself, and their sum."""
    now = means = own = common = came = 0.0
    made = 0
    for place, past in pasts:
        before, after = history.sums[measure][place, 0], history.sums[measure][place, ahead]
        if before != before or after != after:  # not reported
            continue
        spread = spreads.of_money(measure, past.category, ahead)
        if spread is None:
            for bucket in (ALL, bucket_of(ahead)):
                scores[measure, bucket].unmade += 1
            continue
        gain = float(history.gains[place, ahead - 1])
        found = money(before, gain, past.budget, spread, least=least_of(measure, before))
        for bucket in (ALL, bucket_of(ahead)):
            _score(scores[measure, bucket], found, after, before, past.project)
        now, came, made = now + before, came + after, made + 1
        means += before + gain * spread.rate + spread.mean * past.budget
        own += (spread.sd * past.budget) ** 2
        common += spread.common * past.budget
    if made:
        city = group(means, own, common, least=least_of(measure, now))
        _score(scores[CITY[measure], ALL], city, came, now, 0)


def _score(score: Score, found: Interval, came: float, before: float, project: int) -> None:
    hit = found.low - _CENT <= came <= found.high + _CENT
    score.count(hit=hit, error=abs(found.point - came), project=project, scale=max(came - before, 0.0))


def least_of(measure: str, now: float) -> float:
    """Completed investment does not fall; payments may come back, but not below nothing."""
    return now if measure == COMPLETED else min(now, 0.0)
