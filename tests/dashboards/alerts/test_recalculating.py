"""The ends of past months are judged ahead, by the rules in force."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.alerts import recalculating, selectors
from dashboards.alerts.models import JudgedDay
from dashboards.alerts.recalculating import fill, month_ends
from dashboards.alerts.rules import RULES
from dashboards.alerts.selectors import LightCounts, judged
from geodata.progress.models import Milestone
from geodata.projects.models import Project
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.version import record_version, version_of
from geodata.thresholds.services import set_thresholds
from tests.dashboards.alerts.conftest import DAY, moment, scanned
from tests.geodata.summary import facts

FEBRUARY = date(2026, 2, 28)
EVERY = ProjectFilter()


def lights(day: date, chosen: ProjectFilter = EVERY) -> selectors.Lights:
    return selectors.Lights(CITY, chosen=chosen, day=day, today=DAY)


@pytest.fixture(autouse=True)
def _nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of another test, and the version is as when nobody writes; a test itself always does."""
    cache.clear()
    monkeypatch.setattr(recalculating, "record_version", lambda: replace(record_version(), quiet=True))
    monkeypatch.setattr(judged, "version_of", lambda row: replace(version_of(row), quiet=True))


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
    assert len(queries) == 2  # what is known, the projects
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


# --- kept as long as the record stays as it is


def asked() -> tuple[LightCounts, int]:
    with CaptureQueriesContext(connection) as queries:
        found = lights(FEBRUARY).counts()
    return found, len(queries)


CHANGES: dict[str, tuple[Callable[[Project], object], LightCounts]] = {
    "node": (lambda one: Milestone.objects.filter(project=one).update(actual_on=FEBRUARY), LightCounts(green=1)),
    "status": (lambda one: facts.status(one, date(2026, 2, 1), "cancelled"), LightCounts()),
    "due": (lambda one: Milestone.objects.filter(project=one).update(planned_on=date(2026, 1, 1)), LightCounts(red=1)),
    "deleted": (lambda one: Project.objects.filter(pk=one.pk).update(is_deleted=True), LightCounts()),
}


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("what", CHANGES)
def test_no_light_is_shown_once_the_record_has_changed(
    late_project: Callable[..., Project], what: str, ahead: bool
) -> None:
    """Judged anew, and judged ahead by the worker: what is recorded of a past day shows with the next page."""
    project = late_project(days=12)
    if ahead:
        fill(today=DAY, now=moment(DAY), most=1)
    first, several = asked()
    again, few = asked()
    assert first == again == LightCounts(yellow=1)
    assert few < several or ahead
    change, after = CHANGES[what]
    change(project)
    assert asked()[0] == after
    cache.clear()
    assert asked()[0] == after


def test_while_somebody_writes_no_light_is_kept(
    late_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction of this test has written: what it has not committed might come under a lower number."""
    late_project(days=12)
    monkeypatch.setattr(recalculating, "record_version", record_version)
    monkeypatch.setattr(judged, "version_of", version_of)
    assert asked()[1] == asked()[1] > 2
    assert fill(today=DAY, now=moment(DAY), most=1) == 0
    assert not JudgedDay.objects.exists()


def test_what_the_worker_kept_is_mended_for_the_projects_recorded_about_since(
    late_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = late_project(days=12), late_project(days=12, name="平安路")
    fill(today=DAY, now=moment(DAY), most=1)
    again: list[object] = []
    compute = judged.judged_lights
    monkeypatch.setattr(judged, "judged_lights", lambda *a, **k: again.append(k["ids"]) or compute(*a, **k))
    assert asked()[0] == LightCounts(yellow=2)
    assert again == []
    Milestone.objects.filter(project=one).update(planned_on=date(2026, 1, 1))
    assert asked()[0] == LightCounts(red=1, yellow=1)
    assert again == [{one.pk}]


def test_with_too_much_recorded_since_the_worker_judges_a_day_anew(
    late_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    late_project(days=12)
    fill(today=DAY, now=moment(DAY), most=1)
    for module in (judged, recalculating):
        monkeypatch.setattr(module, "MOST_LATER", 0)
    day = JudgedDay.objects.get().day
    Milestone.objects.update(planned_on=date(2026, 1, 1))
    assert asked()[0] == LightCounts(red=1)  # all of them, by the page itself
    assert fill(today=DAY, now=moment(DAY) + timedelta(minutes=1), most=1) == 1
    assert JudgedDay.objects.get(day=day).made_at > moment(DAY)


def test_what_was_kept_under_another_schema_is_not_shown(late_project: Callable[..., Project]) -> None:
    late_project(days=12)
    fill(today=DAY, now=moment(DAY), most=1)
    for version in ("", "1-2-3"):
        JudgedDay.objects.update(version=version, lights={})
        assert asked()[0] == LightCounts(yellow=1)
        cache.clear()
    assert fill(today=DAY, now=moment(DAY), most=1) == 1


def test_the_rules_of_the_lights_rest_on_what_is_watched() -> None:
    """A rule that decides lights and reads other facts needs their tables in judged._FACTS."""
    assert {rule.id for rule in RULES if rule.in_light} == {"W01", "W02", "W03"}
