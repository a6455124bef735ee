"""The light of a project on its page: why it is so, and another one that headquarters sets for a time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboards.alerts.models import LightOverride
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.summary.models import ProjectLight
from tests.portal.dashboard.test_alerts import SENTENCE, alert_of

pytestmark = pytest.mark.django_db(databases=["default"])


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路提质工程", status="under_construction")


def lit(project: Project, *, light: str = "red", sentence: str = SENTENCE) -> ProjectLight:
    since = timezone.localdate() - timedelta(days=2)
    return ProjectLight.objects.create(
        project=project, light=light, computed=light, sentence=sentence, light_since=since, since=since
    )


def page(client: Client, project: Project, query: str = "") -> str:
    answer = client.get(f"/workbench/projects/{project.serial_no}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def change(client: Client, project: Project, **form: str) -> int:
    return client.post(f"/workbench/projects/{project.serial_no}/light", form).status_code


def test_a_light_says_why_and_its_alerts_lead_on(steward: User, client_of: Callable, road: Project) -> None:
    lit(road, sentence=f"{SENTENCE};最近一期已审核月报截至 2026-01")
    alert = alert_of(road)
    found = page(client_of(steward), road)
    assert "light-box-red" in found
    assert "最近一期已审核月报截至 2026-01" in found
    assert f'href="/dashboard/alerts/{alert.pk}/"' in found
    assert "人工定灯" not in found  # headquarters alone


def test_a_sentence_is_not_said_twice(steward: User, client_of: Callable, road: Project) -> None:
    lit(road)
    alert_of(road)
    assert page(client_of(steward), road).count(SENTENCE) == 1


def test_a_past_day_shows_the_light_of_its_scan(steward: User, client_of: Callable, road: Project) -> None:
    row = lit(road, light="yellow", sentence="当时的说明")
    ProjectLight.objects.filter(pk=row.pk).update(since=date(2026, 1, 1), until=date(2026, 2, 1))
    alert_of(road)
    found = page(client_of(steward), road, "?as_of=2026-01-15")
    assert "当时的说明" in found
    assert SENTENCE not in found
    assert "当时的说明" not in page(client_of(steward), road)


def test_headquarters_sets_another_light_for_at_most_thirty_days(
    hq_admin: User, steward: User, client_of: Callable, road: Project
) -> None:
    lit(road)
    today, city = timezone.localdate(), client_of(hq_admin)
    good = {"act": "set", "colour": "yellow", "until": str(today + timedelta(days=30)), "reason": "已补报资料,正在审核"}
    assert change(client_of(steward), road, **good) == 403
    for wrong in (
        {"until": str(today + timedelta(days=31))},
        {"until": str(today - timedelta(days=1))},
        {"until": "bald"},
        {"reason": " "},
        {"colour": "grey"},
    ):
        assert change(city, road, **{**good, **wrong}) == 422, wrong
    assert change(city, road, **{**good, "act": "paint"}) == 400
    assert not LightOverride.objects.exists()
    kept = city.post(f"/workbench/projects/{road.serial_no}/light", {**good, "until": "bald"}).content.decode()
    assert "已补报资料,正在审核" in kept  # what was typed stays on the page
    assert change(city, road, **good) == 302
    found = page(city, road)
    assert "light-box-yellow" in found
    assert "已补报资料,正在审核" in found
    assert "系统判定：红灯" in found
    assert "亮黄灯" not in found
    assert change(city, road, act="lift") == 302
    assert "light-box-red" in page(city, road)
    assert change(city, road, act="lift") == 404


def test_a_project_of_another_unit_does_not_exist(other_steward: User, client_of: Callable, road: Project) -> None:
    form = {"act": "set", "colour": "yellow", "until": str(timezone.localdate()), "reason": "x"}
    assert change(client_of(other_steward), road, **form) == 404
