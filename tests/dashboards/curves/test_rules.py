"""The pure half: planned course, earned schedule, earned value, reasons, intervals, durations with unfinished works."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.curves.earned import CPI_BOUNDS, SPI_BOUNDS, Earned, Light, light, works_done
from dashboards.curves.forecast import (
    FURTHEST,
    Known,
    Reason,
    Spread,
    finish,
    first_guess,
    group,
    money,
    month_end_of,
    month_number,
    months_to_year_end,
    reason_against,
)
from dashboards.curves.planned import PlannedCurve, planned_curve
from dashboards.curves.references import quantiles_of_durations

START, END = date(2026, 1, 1), date(2026, 12, 31)
MAY = month_number(date(2026, 5, 31))
CURVE = planned_curve(START, END)
KNOWN = Known("under_construction", CURVE, 1000.0, date(2026, 5, 31).toordinal(), 0.4, 380.0)
SPREAD = Spread(-0.1, 0.02, 0.15, 40)


@pytest.mark.parametrize(
    ("index", "bounds", "colour"),
    [
        ("0.95", SPI_BOUNDS, Light.GREEN),
        ("0.9499", SPI_BOUNDS, Light.YELLOW),
        ("0.80", SPI_BOUNDS, Light.YELLOW),
        ("0.7999", SPI_BOUNDS, Light.RED),
        ("0.95", CPI_BOUNDS, Light.GREEN),
        ("0.9499", CPI_BOUNDS, Light.YELLOW),
        ("0.90", CPI_BOUNDS, Light.YELLOW),
        ("0.8999", CPI_BOUNDS, Light.RED),
        (None, SPI_BOUNDS, Light.NONE),
    ],
)
def test_an_index_is_judged_at_below_and_above_each_bound(
    index: str | None, bounds: tuple[Decimal, Decimal], colour: Light
) -> None:
    assert light(None if index is None else Decimal(index), bounds) == colour


def test_without_a_plan_or_certified_works_there_is_no_index() -> None:
    assert Earned(None, Decimal(10)).schedule_index is None
    assert Earned(Decimal(0), Decimal(10)).schedule_index is None
    assert Earned(Decimal(10), None).schedule_variance is None
    assert Earned(Decimal(10), Decimal(9), Decimal(5), None).cost_index is None
    assert Earned(Decimal(10), Decimal(9), Decimal(5), Decimal(0)).cost_variance is None
    full = Earned(Decimal(10), Decimal(9), works_done(Decimal(50), Decimal(12)), Decimal(4))
    assert (full.schedule_index, full.schedule_variance) == (Decimal("0.9"), Decimal(-1))
    assert (full.cost_index, full.cost_variance) == (Decimal("1.5"), Decimal(2))


def test_the_planned_course_is_linear_between_the_nodes_by_their_weights() -> None:
    curve = planned_curve(START, END, [(date(2026, 1, 11), 30), (date(2026, 1, 31), 10), (date(2026, 1, 31), 60)])
    assert curve is not None
    assert curve.share(date(2026, 1, 6).toordinal()) == pytest.approx(0.15)
    assert curve.share(date(2026, 1, 11).toordinal()) == pytest.approx(0.3)
    assert curve.share(date(2026, 1, 21).toordinal()) == pytest.approx(0.65)
    assert (curve.share(START.toordinal() - 5), curve.share(END.toordinal())) == (0, 1)
    assert curve.day_of(0.65) == date(2026, 1, 21).toordinal()


@pytest.mark.parametrize(("start", "end"), [(None, END), (START, None), (END, START), (START, START)])
def test_without_a_planned_period_there_is_no_course(start: date | None, end: date | None) -> None:
    assert planned_curve(start, end) is None


CURVES = st.lists(st.tuples(st.integers(-30, 900), st.floats(0.1, 60)), min_size=1, max_size=8).map(
    lambda nodes: planned_curve(START, END, [(START + timedelta(days=day), weight) for day, weight in nodes])
)


@given(CURVES, st.integers(-100, 1100), st.integers(0, 400))
def test_the_planned_course_never_falls_and_earned_schedule_is_its_inverse(
    curve: PlannedCurve, day: int, more: int
) -> None:
    at = START.toordinal() + day
    assert 0 <= curve.share(at) <= curve.share(at + more) <= 1
    share = curve.share(at)
    assert curve.start <= curve.day_of(share) <= curve.end
    assert curve.share(curve.day_of(share)) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (KNOWN, Reason.NONE),
        (replace(KNOWN, status="not_started"), Reason.NOT_STARTED),
        (replace(KNOWN, status="preliminary"), Reason.NOT_STARTED),
        (replace(KNOWN, status="suspended"), Reason.SUSPENDED),
        (replace(KNOWN, status="cancelled"), Reason.CANCELLED),
        (replace(KNOWN, status="works_completed"), Reason.FINISHED),
        (replace(KNOWN, status="in_operation"), Reason.FINISHED),
        (replace(KNOWN, data_on=None), Reason.NO_REPORT),
        (replace(KNOWN, progress=None), Reason.NO_REPORT),
        (replace(KNOWN, completed=None), Reason.NO_REPORT),
        (replace(KNOWN, data_on=date(2026, 4, 20).toordinal()), Reason.NONE),  # 41 days
        (replace(KNOWN, data_on=date(2026, 4, 19).toordinal()), Reason.STALE),
        (replace(KNOWN, curve=None), Reason.NO_PLAN),
        (replace(KNOWN, budget=None), Reason.NO_BUDGET),
        (replace(KNOWN, budget=0.0), Reason.NO_BUDGET),
    ],
)
def test_every_case_without_a_forecast_has_its_reason(known: Known, reason: Reason) -> None:
    assert reason_against(known, day=date(2026, 5, 31).toordinal()) == reason
    assert (first_guess(known, origin=MAY) is None) == bool(reason)


def test_the_first_guess_goes_on_as_planned_from_what_is_done() -> None:
    guess = first_guess(KNOWN, origin=MAY)
    assert guess is not None
    assert CURVE is not None
    earned = CURVE.day_of(0.4)  # 26 May: five days behind
    assert guess.rest == pytest.approx(CURVE.end - earned)
    assert guess.gains[0] == pytest.approx(1000 * 30 / 364)  # June has 30 days of 364
    assert guess.gains[-1] == pytest.approx(600)  # no more than is left
    assert list(guess.gains) == sorted(guess.gains)
    assert first_guess(replace(KNOWN, progress=1.0, completed=1100.0), origin=MAY).gains == (0.0,) * FURTHEST  # type: ignore[union-attr]


def test_months_ahead_of_a_years_end() -> None:
    assert [months_to_year_end(month_number(date(2026, month, 1))) for month in (1, 6, 11, 12)] == [11, 6, 1, 12]
    assert month_end_of(month_number(date(2028, 2, 3))) == date(2028, 2, 29)


SPREADS = (
    st.tuples(st.floats(0, 3), st.floats(0, 3), st.floats(0, 3)).map(sorted).map(lambda q: Spread(q[0], q[1], q[2], 20))
)
ERRORS = st.tuples(*[st.floats(-1, 1)] * 3).map(sorted).map(lambda q: Spread(q[0], q[1], q[2], 20))


@given(SPREADS, st.floats(0, 1), st.integers(0, 60))
def test_the_interval_of_a_completion_holds_its_point_and_lies_ahead(
    spread: Spread, progress: float, waited: int
) -> None:
    guess = first_guess(replace(KNOWN, progress=progress), origin=MAY)
    assert guess is not None
    day = guess.data_on + waited
    found = finish(guess, spread, day=day)
    assert day < found.low <= found.point <= found.high


@given(ERRORS, st.floats(0, 1200), st.floats(0, 800))
def test_the_interval_of_money_holds_its_point_and_neither_falls_nor_exceeds_the_budget(
    spread: Spread, now: float, gain: float
) -> None:
    found = money(now, gain, 1000.0, spread, least=now)
    assert now <= found.low <= found.point <= found.high <= max(1000.0, now)


@given(st.floats(0, 1e9), st.floats(0, 1e12), st.floats(0, 1e6), st.floats(0, 1e9))
def test_the_interval_of_a_sum_holds_its_point(means: float, own: float, common: float, least: float) -> None:
    found = group(means, own, common, least=least)
    assert least <= found.low <= found.point <= found.high


def by_hand(times: list[int], seen: list[bool], share: float) -> float | None:
    """Kaplan–Meier written out: the share that has ended by each time at which something ended."""
    left = 1.0
    for time in sorted(set(times)):
        at_risk = sum(other >= time for other in times)
        ended = sum(other == time and was for other, was in zip(times, seen, strict=True))
        left *= 1 - ended / at_risk
        if ended and 1 - left >= share - 1e-9:
            return float(time)
    return None


@given(
    st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40), st.sampled_from([0.1, 0.5, 0.9])
)
def test_unfinished_works_lengthen_the_durations_as_kaplan_and_meier_say(
    pairs: list[tuple[int, bool]], share: float
) -> None:
    times, seen = [time for time, _ in pairs], [was for _, was in pairs]
    (found,) = quantiles_of_durations(np.array(times, dtype=float), np.array(seen), [share])
    assert found == by_hand(times, seen, share)


def test_leaving_the_unfinished_out_would_flatter() -> None:
    times, seen = np.array([1.0, 1.1, 1.2, 2.0, 2.0, 2.0]), np.array([True, True, True, False, False, False])
    assert quantiles_of_durations(times, seen, [0.5]) == [1.2]
    assert quantiles_of_durations(times, seen, [0.9]) == [None]
    assert quantiles_of_durations(times[:3], seen[:3], [0.5]) == [1.1]


def test_payments_follow_the_guessed_investment_at_their_rate() -> None:
    assert money(100.0, 50.0, 1000.0, replace(SPREAD, rate=0.6), least=0.0).point == pytest.approx(100 + 30 + 20)
