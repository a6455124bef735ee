"""The ends of past months are judged ahead, by the rules in force."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.alerts import selectors
from dashboards.alerts.models import JudgedDay
from dashboards.alerts.recalculating import fill, month_ends
from geodata.projects.models import Project
from geodata.stewards.scope import CITY
from geodata.thresholds.services import set_thresholds
from tests.dashboards.alerts.conftest import DAY, moment, scanned

FEBRUARY = date(2026, 2, 28)


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    cache.clear()


def test_the_last_days_of_the_months_that_are_over() -> None:
    assert month_ends(date(2026, 3, 31))[:3] == [FEBRUARY, date(2026, 1, 31), date(2025, 12, 31)]


def test_each_month_end_is_judged_once_the_newest_first(late_project: Callable[..., Project]) -> None:
    late_project(days=12)
    assert fill(today=DAY, now=moment(DAY), most=2) == 2
    assert fill(today=DAY, now=moment(DAY), most=2) == 2
    days = list(JudgedDay.objects.order_by("-day").values_list("day", flat=True))
    assert days == month_ends(DAY)[:4]
    assert fill(today=DAY, now=moment(DAY + timedelta(days=8)), most=1) == 1  # a week later anew
    assert JudgedDay.objects.count() == 4


def test_a_page_reads_what_was_judged_in_a_few_statements(late_project: Callable[..., Project]) -> None:
    project = late_project(days=12)  # due on 26 February
    computed = selectors.lights(CITY, day=FEBRUARY, today=DAY)
    cache.clear()
    fill(today=DAY, now=moment(DAY), most=1)
    with CaptureQueriesContext(connection) as queries:
        read = selectors.lights(CITY, day=FEBRUARY, today=DAY)
    assert len(queries) <= 4
    assert read == computed
    assert read.scanned_on is None
    assert read.by_project[project.pk].colour == "yellow"


def test_other_parameters_make_it_worthless(late_project: Callable[..., Project]) -> None:
    project = late_project(days=12)
    fill(today=DAY, now=moment(DAY), most=1)
    set_thresholds(CITY, values={"w01_red_days": Decimal(1)}, now=moment(DAY))
    assert selectors.lights(CITY, day=FEBRUARY, today=DAY).by_project[project.pk].colour == "red"
    assert fill(today=DAY, now=moment(DAY), most=1) == 1


def test_a_month_end_with_a_scan_needs_no_judging(late_project: Callable[..., Project]) -> None:
    late_project(days=12)
    scanned(FEBRUARY)
    scanned(DAY)
    fill(today=DAY, now=moment(DAY), most=1)
    assert list(JudgedDay.objects.values_list("day", flat=True)) == [date(2026, 1, 31)]
