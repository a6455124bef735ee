"""The curve of a project: running sums that end with the figures of the day."""

from datetime import date
from decimal import Decimal

from geodata.summary.months import Month, course_by_month

ENDS = [(date(2025, 12, 31), Decimal(100)), (date(2026, 2, 28), Decimal(300))]
PAID = {date(2025, 11, 1): Decimal(40), date(2026, 1, 1): Decimal(-10)}
PLANS = {2025: Decimal(120), 2026: Decimal(1200)}


def course(as_of: date) -> list[Month]:
    return course_by_month(completed=ENDS, disbursed=PAID, plans=PLANS, as_of=as_of)


def test_the_curve_runs_from_the_first_fact_to_the_day() -> None:
    months = course(date(2026, 3, 15))
    assert [f"{month.first_day:%Y-%m}" for month in months] == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert [month.completed for month in months] == [None, 100, 100, 300, 300]
    assert [month.disbursed for month in months] == [40, 40, 30, 30, 30]


def test_the_plan_of_a_year_is_spread_over_its_months_and_added_to_the_years_before() -> None:
    assert [month.planned for month in course(date(2026, 3, 15))] == [110, 120, 220, 320, 420]
    alone = course_by_month(completed=ENDS, disbursed={}, plans={}, as_of=date(2026, 1, 1))
    assert [month.planned for month in alone] == [None, None]


def test_a_report_that_ends_later_is_not_known_yet() -> None:
    assert course(date(2026, 2, 27))[-1].completed == 100
    assert course(date(2026, 2, 28))[-1].completed == 300


def test_without_a_fact_there_is_no_curve() -> None:
    assert course(date(2025, 10, 31)) == []
    assert course_by_month(completed=[], disbursed={}, plans=PLANS, as_of=date(2026, 3, 15)) == []
