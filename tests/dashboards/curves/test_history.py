"""Forecasts know nothing after their day, and the back-test judges without choosing by the outcome."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from dashboards.curves.backtest import FINISH, Score, backtest
from dashboards.curves.calibration import AHEAD, Calibration, quantile_of_misses
from dashboards.curves.forecast import finish, money, month_end_of, month_number, months_to_year_end
from dashboards.curves.histories import Facts, Report, Timeline, history_of
from dashboards.curves.planned import planned_curve
from dashboards.curves.references import COMPLETED, DISBURSED

FIRST, LAST = month_number(date(2024, 1, 1)), month_number(date(2026, 6, 1))


def invented(number: int, chance: random.Random) -> Facts:
    """Works of half a year to a year and a half, slower or faster than planned, paid some months behind."""
    start = date(2024, 1, 1) + timedelta(days=chance.randrange(760))
    length = chance.randrange(180, 540)
    pace = chance.uniform(0.75, 1.3)
    end = start + timedelta(days=length)
    finished = start + timedelta(days=round(length * pace))
    budget = float(chance.randrange(10, 200) * 100_000)
    reports, paid, done_before = [], {}, 0.0
    for month in range(month_number(start), LAST + 1):
        until = month_end_of(month)
        if until > finished:
            break
        share = (until - start).days / (length * pace)
        reports.append(Report(until, share, share * budget))
        paid[month] = 0.7 * (share - done_before) * budget
        done_before = share
    statuses = [(start, "under_construction"), (finished, "works_completed")]
    return Facts(
        project=number,
        category=("01", "02")[number % 2],
        curve=planned_curve(start, end),
        registered_budget=budget,
        works_completed_on=finished,
        statuses=statuses,
        reports=reports,
        paid=paid,
    )


@pytest.fixture(scope="module")
def everything() -> list[Facts]:
    chance = random.Random(20261123)
    return [invented(number, chance) for number in range(1, 241)]


@pytest.fixture(scope="module")
def calibration(everything: list[Facts]) -> Calibration:
    return Calibration(history_of(everything, until=LAST))


@pytest.fixture(scope="module")
def scores(calibration: Calibration) -> dict[tuple[str, str], Score]:
    return {(score.measure, score.bucket): score for score in backtest(calibration, until=LAST)}


def until(facts: Facts, month: int) -> Facts:
    """What had been recorded by the end of a month."""
    day = month_end_of(month)
    done = facts.works_completed_on
    return replace(
        facts,
        works_completed_on=done if done and done <= day else None,
        statuses=[(on, status) for on, status in facts.statuses if on <= day],
        reports=[report for report in facts.reports if report.until <= day],
        paid={number: amount for number, amount in facts.paid.items() if number <= month},
    )


def forecasts(calibration: Calibration, month: int) -> dict[int, tuple[object, ...]]:
    history, spreads = calibration.history, calibration.as_known(month)
    found: dict[int, tuple[object, ...]] = {}
    for place, past in enumerate(history.pasts):
        if past.origin != month:
            continue
        spread = spreads.of_finish(past.category, past.guess.band)
        lines: list[object] = [spread and finish(past.guess, spread, day=month_end_of(month).toordinal())]
        ahead = months_to_year_end(month)
        for measure in (COMPLETED, DISBURSED):
            errors = spreads.of_money(measure, past.category, ahead)
            now, gain = history.sums[measure][place, 0], history.gains[place, ahead - 1]
            lines.append(errors and money(now, gain, past.budget, errors, least=0.0))
        found[past.project] = tuple(lines)
    return found


@pytest.mark.parametrize("month", [date(2025, 8, 1), date(2025, 10, 1), date(2025, 12, 1)])
def test_a_forecast_is_the_same_whatever_happened_after_its_day(
    everything: list[Facts], calibration: Calibration, month: date
) -> None:
    number = month_number(month)
    then = forecasts(Calibration(history_of([until(facts, number) for facts in everything], until=number)), number)
    now = forecasts(calibration, number)
    assert then == now
    assert len(then) > 30
    assert sum(line[0] is not None and line[1] is not None for line in then.values()) > 20


def test_finished_and_stopped_works_have_no_past_to_forecast_from(everything: list[Facts]) -> None:
    for past in history_of(everything, until=LAST).pasts:
        assert past.finished_on is None or past.finished_on > month_end_of(past.origin).toordinal()
    stopped = [
        replace(facts, statuses=[*facts.statuses[:1], (date(2024, 6, 1), "suspended")], works_completed_on=None)
        for facts in everything
    ]
    assert all(past.origin < month_number(date(2024, 6, 1)) for past in history_of(stopped, until=LAST).pasts)


def test_the_day_of_completion_is_stated_or_that_of_the_status(everything: list[Facts]) -> None:
    facts = everything[0]
    assert Timeline(facts).finished_on == facts.works_completed_on
    assert Timeline(replace(facts, works_completed_on=None)).finished_on == facts.statuses[1][0]
    assert Timeline(replace(facts, works_completed_on=None, statuses=facts.statuses[:1])).finished_on is None


def test_the_back_test_covers_about_what_it_promises_in_a_world_that_stays_the_same(
    scores: dict[tuple[str, str], Score],
) -> None:
    classes = [f"{first}-{last}" for first, last in AHEAD]
    for key in ((FINISH, ""), *((measure, name) for measure in (COMPLETED, DISBURSED) for name in classes)):
        score = scores[key]
        assert score.forecasts > 100
        assert 0.7 < (score.coverage or 0) < 0.9, key
    parts = [score for (measure, bucket), score in scores.items() if measure == COMPLETED and bucket]
    assert sum(part.forecasts for part in parts) == scores[COMPLETED, ""].forecasts
    assert sum(part.hits for part in parts) == scores[COMPLETED, ""].hits


def test_works_that_never_end_count_as_missed_and_not_as_left_out(
    everything: list[Facts], scores: dict[tuple[str, str], Score]
) -> None:
    """From 2026 on nobody finishes: the intervals that are over must turn into misses."""
    halted = [
        replace(facts, works_completed_on=None, statuses=facts.statuses[:1])
        if facts.works_completed_on and facts.works_completed_on >= date(2025, 10, 1)
        else facts
        for facts in everything
    ]
    before = scores[FINISH, ""]
    after = {s.measure: s for s in backtest(Calibration(history_of(halted, until=LAST)), until=LAST) if not s.bucket}[
        FINISH
    ]
    assert after.unfinished > 50
    assert (after.coverage or 0) < (before.coverage or 0) - 0.2


def test_a_score_without_forecasts_says_nothing() -> None:
    assert Score(FINISH, "").coverage is None
    assert Score(FINISH, "").error is None
    nothing_came = Score(COMPLETED, "")
    nothing_came.count(hit=True, error=0.0)
    assert nothing_came.error is None


def test_a_horizon_with_too_few_judged_months_has_no_interval_and_borrows_none(everything: list[Facts]) -> None:
    """Nine months of reports: guesses 1 to 3 months ahead were judged often enough, those 7 to 12 ahead never."""
    month = FIRST + 13
    known = Calibration(history_of([until(facts, month) for facts in everything], until=month)).as_known(month)
    assert known.of_money(COMPLETED, "01", 2) is not None
    assert known.of_money(COMPLETED, "01", 7) is None
    assert known.of_money(DISBURSED, "01", 12) is None


def test_the_factor_is_the_quantile_that_one_more_miss_stays_below() -> None:
    assert quantile_of_misses(np.array([4.0, 1.0, 2.0, 3.0])) == 4.0  # the 4th of 4: ceil(5 × 80 %)
    assert quantile_of_misses(np.arange(1.0, 10.0)) == 8.0  # the 8th of 9: exactly 80 % of ten
    assert quantile_of_misses(np.arange(1.0, 4.0)) == float("inf")  # three cannot promise four in five


def test_an_interval_is_stretched_about_its_point_by_the_factor_of_its_class(calibration: Calibration) -> None:
    raw, made = calibration.raw(LAST), calibration.as_known(LAST)
    for measure, ahead in ((COMPLETED, 3), (COMPLETED, 9), (DISBURSED, 6)):
        before, after = raw.of_money(measure, "01", ahead), made.of_money(measure, "01", ahead)
        factor = calibration.money_factor(measure, ahead, LAST)
        assert before is not None
        assert after is not None
        assert factor is not None
        assert after.middle == before.middle
        assert after.high - after.middle == pytest.approx(factor * max(before.high - before.middle, 0.005))
        assert after.middle - after.low == pytest.approx(factor * max(before.middle - before.low, 0.005))
