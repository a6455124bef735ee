"""The rules on their pages: in words, switched by those who keep them, tested on the past with other parameters."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboards.alerts import jobs
from dashboards.alerts.models import BacktestRun, RuleSetting
from dashboards.alerts.rules import RULES
from dashboards.alerts.trying import carry_out
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.thresholds.selectors import threshold
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db(databases=["default"])
VALUES = {"w02_yellow_points": "10", "w02_red_points": "25", "w02_points_from_pct": "10"}
VALUES |= {"w02_yellow_ratio_pct": "80", "w02_red_ratio_pct": "60", "w02_ratio_from_pct": "25"}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that the worker was asked for."""
    found: list[int] = []
    monkeypatch.setattr(jobs.run_backtest, "defer", lambda *, run_id: found.append(run_id))
    return found


def text(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_rule_stands_in_words_with_its_parameters(steward: User, client_of: Callable) -> None:
    page = text(client_of(steward), "/dashboard/rules/")
    for rule in RULES:
        assert f'id="{rule.id}"' in page
        assert rule.meaning in page
    assert f"{len(RULES)} 条规则中已启用 {len(RULES)} 条" in page
    assert "回测与启停" not in page  # they may read, not switch


def test_only_those_who_keep_the_rules_switch_them(steward: User, hq_admin: User, client_of: Callable) -> None:
    assert client_of(steward).post("/dashboard/rules/W02/", {"act": "off"}).status_code == 403
    city = client_of(hq_admin)
    assert (
        "“W02 进度滞后序时”已停用" in city.post("/dashboard/rules/W02/", {"act": "off"}, follow=True).content.decode()
    )
    assert RuleSetting.objects.get(rule="W02").enabled is False
    assert "规则已停用" in text(city, "/dashboard/rules/W02/")
    assert f"{len(RULES)} 条规则中已启用 {len(RULES) - 1} 条" in text(city, "/dashboard/rules/")
    city.post("/dashboard/rules/W02/", {"act": "on"})
    assert RuleSetting.objects.get(rule="W02").enabled is True
    assert city.get("/dashboard/rules/W99/").status_code == 404
    assert city.post("/dashboard/rules/W02/", {"act": "burn"}).status_code == 400


def test_a_back_test_takes_other_parameters_and_changes_nothing_in_force(
    hq_admin: User, client_of: Callable, queued: list[int], make_project: Callable[..., Project]
) -> None:
    city = client_of(hq_admin)
    wrong = city.post("/dashboard/rules/W02/", {"act": "test", **VALUES, "w02_red_points": "900"})
    assert wrong.status_code == 422
    assert "回测没有开始" in wrong.content.decode()
    assert 'value="900"' in wrong.content.decode()
    assert queued == []
    assert city.post("/dashboard/rules/W02/", {"act": "test", **VALUES}).status_code == 302
    run = BacktestRun.objects.get()
    assert queued == [run.pk]
    assert run.thresholds["w02_red_points"] == "25"
    assert threshold("w02_red_points") == 30
    page = text(city, "/dashboard/rules/W02/")
    assert f'data-run="/dashboard/backtests/{run.pk}/"' in page
    told = city.get(f"/dashboard/backtests/{run.pk}/").json()
    assert (told["active"], told["percent"]) == (True, 0)
    again = city.post("/dashboard/rules/W02/", {"act": "test", **VALUES})
    assert again.status_code == 409
    project = make_project(status="under_construction")
    facts.status(project, timezone.localdate().replace(month=1, day=1), "under_construction")
    carry_out(run_id=run.pk, today=timezone.localdate(), now=timezone.now())
    told = city.get(f"/dashboard/backtests/{run.pk}/").json()
    assert (told["active"], told["percent"]) == (False, 100)
    page = text(city, "/dashboard/rules/W02/")
    assert "非现行值" in page
    assert page.count("<tr><th") >= 13  # a line a month, without alarms, too
    assert "data-run" not in page


def done(**more: Any) -> BacktestRun:
    figures = {"opened": 9, "hits": 4, "false_alarms": 2, "lasting": 3, "cleared": 5, "false_alarm_pct": "22.2"}
    result = {
        "months": [{"month": "2026-01", **figures}],
        **figures,
        "lead_days_median": 14,
        "lead_n": 4,
        "projects": 8,
    }
    today = timezone.localdate()
    known = {"rule": "W02", "rule_version": 1, "months": 12, "of": 53, "done": 53, "state": "done", "result": result}
    days = {"first_day": today.replace(year=today.year - 1), "last_day": today, "asked_at": timezone.now()}
    return BacktestRun.objects.create(**{**known, **days, "thresholds": {"w02_red_points": "25"}, **more})


def test_what_was_found_reads_as_figures_a_table_and_a_chart(hq_admin: User, client_of: Callable) -> None:
    run = done()
    page = text(client_of(hq_admin), "/dashboard/rules/W02/")
    for said in ("命中", "误报", "占全部预警 22.2%", "14", "4 条命中的中位数", "涉及 8 个项目", "2026-01"):
        assert said in page, said
    assert 'id="backtest-chart"' in page
    failed = done(state="failed", result=None, message="回测没有完成，请稍后再试")
    assert "回测没有完成，请稍后再试" in text(client_of(hq_admin), f"/dashboard/rules/W02/?run={failed.pk}")
    assert "占全部预警 22.2%" in text(client_of(hq_admin), f"/dashboard/rules/W02/?run={run.pk}")
    assert client_of(hq_admin).get("/dashboard/rules/W02/?run=999999").status_code == 404
    assert client_of(hq_admin).get("/dashboard/rules/W02/?run=x").status_code == 400


def test_the_parameters_of_a_test_are_taken_into_force_by_those_who_keep_them(
    hq_admin: User, steward: User, client_of: Callable
) -> None:
    run, other = done(), done(rule="W01", thresholds={"w01_red_days": "20"})
    assert client_of(steward).post("/dashboard/rules/W02/", {"act": "adopt", "run": run.pk}).status_code == 403
    city = client_of(hq_admin)
    assert city.post("/dashboard/rules/W02/", {"act": "adopt", "run": other.pk}).status_code == 404
    assert threshold("w02_red_points") == 30
    assert city.post("/dashboard/rules/W02/", {"act": "adopt", "run": run.pk}).status_code == 302
    assert threshold("w02_red_points") == Decimal(25)
    worse = done(thresholds={"w02_red_points": "5"})  # below yellow
    assert city.post("/dashboard/rules/W02/", {"act": "adopt", "run": worse.pk}).status_code == 422
