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
from dashboards.alerts.selectors import LightCounts, judged
from geodata.projects.models import Project
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.thresholds.services import set_thresholds
from tests.dashboards.alerts.conftest import DAY, moment, scanned

FEBRUARY = date(2026, 2, 28)
EVERY = ProjectFilter()


def lights(day: date, chosen: ProjectFilter = EVERY) -> selectors.Lights:
    return selectors.Lights(CITY, chosen=chosen, day=day, today=DAY)


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
    computed = lights(FEBRUARY).counts()
    cache.clear()
    fill(today=DAY, now=moment(DAY), most=1)
    with CaptureQueriesContext(connection) as queries:
        read = lights(FEBRUARY).counts()
    assert len(queries) == 2
    assert read == computed == LightCounts(yellow=1)
    light = selectors.light_of(CITY, project.pk, day=FEBRUARY, today=DAY)
    assert light is not None
    assert light.colour == "yellow"


def test_what_was_kept_of_the_city_serves_every_filter(late_project: Callable[..., Project]) -> None:
    red, _other = late_project(days=40, name="幸福路"), late_project(days=40, name="平安路")
    asked = ProjectFilter(q="幸福路")
    alone = lights(FEBRUARY, asked).red()
    fill(today=DAY, now=moment(DAY), most=1)
    cache.clear()
    assert [one.project_id for one in alone] == [red.pk]
    assert lights(FEBRUARY, asked).red() == alone
    assert lights(FEBRUARY).counts().red == 2


def test_too_many_projects_are_not_judged_while_somebody_waits(
    late_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    late_project(days=40)
    monkeypatch.setattr(judged, "MOST_ANEW", 0)
    assert lights(FEBRUARY).counts() == LightCounts(judged=False)
    assert lights(FEBRUARY).red() == []
    fill(today=DAY, now=moment(DAY), most=1)
    assert lights(FEBRUARY).counts().red == 1


def test_other_parameters_make_it_worthless(late_project: Callable[..., Project]) -> None:
    project = late_project(days=12)
    fill(today=DAY, now=moment(DAY), most=1)
    set_thresholds(CITY, values={"w01_red_days": Decimal(1)}, now=moment(DAY))
    assert [one.project_id for one in lights(FEBRUARY).red()] == [project.pk]
    assert fill(today=DAY, now=moment(DAY), most=1) == 1


def test_a_month_end_with_a_scan_needs_no_judging(late_project: Callable[..., Project]) -> None:
    late_project(days=12)
    scanned(FEBRUARY)
    scanned(DAY)
    fill(today=DAY, now=moment(DAY), most=1)
    assert list(JudgedDay.objects.values_list("day", flat=True)) == [date(2026, 1, 31)]
