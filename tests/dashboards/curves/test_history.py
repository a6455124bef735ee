"""Forecasts know nothing after their day, and the back-test judges without choosing by the outcome."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboards.curves.backtest import FINISH, Score, backtest
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


def forecasts(facts: list[Facts], month: int, known_until: int) -> dict[int, tuple[object, ...]]:
    history = history_of(facts, until=known_until)
    spreads = history.as_known(month)
    found: dict[int, tuple[object, ...]] = {}
    for place, past in enumerate(history.pasts):
        if past.origin != month:
            continue
        spread = spreads.of_finish(past.category, past.guess.band)
        lines: list[object] = [spread and finish(past.guess, spread, day=month_end_of(month).toordinal())]
        ahead = months_to_year_end(month)
        for measure in (COMPLETED, DISBURSED):
            errors = spreads.of_money(measure, past.category, ahead)
            now, gain = history.sums[measure][place, 0], history.gains[measure][place, ahead - 1]
            lines.append(errors and money(now, gain, past.budget, errors, least=0.0))
        found[past.project] = tuple(lines)
    return found


@pytest.mark.parametrize("month", [date(2025, 3, 1), date(2025, 8, 1), date(2025, 12, 1)])
def test_a_forecast_is_the_same_whatever_happened_after_its_day(everything: list[Facts], month: date) -> None:
    number = month_number(month)
    then = forecasts([until(facts, number) for facts in everything], number, number)
    now = forecasts(everything, number, LAST)
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


def test_the_back_test_covers_about_what_it_promises_in_a_world_that_stays_the_same(everything: list[Facts]) -> None:
    scores = {
        (score.measure, score.bucket): score for score in backtest(history_of(everything, until=LAST), until=LAST)
    }
    for key in ((FINISH, ""), (COMPLETED, "")):
        score = scores[key]
        assert score.forecasts > 100
        assert 0.65 < (score.coverage or 0) < 0.95
    parts = [score for (measure, bucket), score in scores.items() if measure == COMPLETED and bucket]
    assert sum(part.forecasts for part in parts) == scores[COMPLETED, ""].forecasts
    assert sum(part.hits for part in parts) == scores[COMPLETED, ""].hits


def test_works_that_never_end_count_as_missed_and_not_as_left_out(everything: list[Facts]) -> None:
    """From 2026 on nobody finishes: the intervals that are over must turn into misses."""
    halted = [
        replace(facts, works_completed_on=None, statuses=facts.statuses[:1])
        if facts.works_completed_on and facts.works_completed_on >= date(2025, 10, 1)
        else facts
        for facts in everything
    ]
    before = {s.measure: s for s in backtest(history_of(everything, until=LAST), until=LAST) if not s.bucket}[FINISH]
    after = {s.measure: s for s in backtest(history_of(halted, until=LAST), until=LAST) if not s.bucket}[FINISH]
    assert after.unfinished > 50
    assert (after.coverage or 0) < (before.coverage or 0) - 0.2


def test_a_score_without_forecasts_says_nothing() -> None:
    assert Score(FINISH, "").coverage is None
    assert Score(FINISH, "").error is None
    nothing_came = Score(COMPLETED, "")
    nothing_came.count(hit=True, error=0.0)
    assert nothing_came.error is None
