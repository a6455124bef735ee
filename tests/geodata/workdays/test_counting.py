"""Working days by the week and by the yearly notice. October 2026 as announced: 1 to 7 off, the 10th worked."""

from datetime import date, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from geodata.workdays.models import CalendarDay
from geodata.workdays.selectors import add_workdays, is_workday, workdays_between

pytestmark = pytest.mark.django_db


@pytest.fixture
def october() -> None:
    first = date(2026, 10, 1)
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=first + timedelta(days=n), is_workday=False, note="国庆节") for n in range(7)]
        + [CalendarDay(day=date(2026, 10, 10), is_workday=True, note="国庆节调休")]
    )


def test_without_a_notice_the_week_counts() -> None:
    assert [is_workday(date(2026, 10, day)) for day in (2, 3, 4, 5)] == [True, False, False, True]


def test_the_notice_goes_before_the_week(october: None) -> None:
    assert [is_workday(date(2026, 10, day)) for day in (1, 7, 8, 9, 10, 11, 12)] == [
        False,
        False,
        True,
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 9, 30), 0, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
    ],
)
def test_a_term_starts_on_the_day_after(october: None, start: date, n: int, end: date) -> None:
    assert add_workdays(start, n) == end


def test_a_long_term_is_one_query(october: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        end = add_workdays(date(2026, 1, 1), 250)
    assert workdays_between(date(2026, 1, 1), end) == 250
    assert workdays_between(end, date(2026, 1, 1)) == 0
