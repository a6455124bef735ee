"""Back-tests: what counts as a hit, as a false alarm and as warning ahead."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from dashboards.alerts import services
from dashboards.alerts.backtest import Trial, scan_days
from dashboards.alerts.choices import Level
from dashboards.alerts.models import Alert, BacktestRun
from dashboards.alerts.rules import Finding
from dashboards.alerts.trying import carry_out
from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from geodata.summary.models import ProjectLight
from tests.dashboards.alerts.conftest import DAY, moment

YELLOW, RED = Finding(Level.YELLOW, "a", "", {}), Finding(Level.RED, "a", "", {})


def trial(*days: dict[int, Finding]) -> Trial:
    made = Trial()
    for number, findings in enumerate(days):
        made.take(date(2026, 1, 5) + timedelta(days=7 * number), findings)
    return made


def test_a_yellow_alarm_that_turns_red_is_a_hit_with_its_lead_time() -> None:
    result = trial({1: YELLOW}, {1: YELLOW}, {1: RED}).result()
    assert (result["opened"], result["hits"], result["false_alarms"]) == (1, 1, 0)
    assert (result["lead_days_median"], result["lead_n"], result["still_open"]) == (14, 1, 1)


@pytest.mark.parametrize(("found", "false"), [(1, 1), (2, 1), (3, 0)])
def test_what_goes_by_itself_within_two_trials_is_a_false_alarm(found: int, false: int) -> None:
    result = trial(*[{1: YELLOW}] * found, {}, {}).result()
    assert (result["opened"], result["hits"], result["false_alarms"], result["lasting"]) == (1, 0, false, 1 - false)
    assert result["false_alarm_pct"] == ("100.0" if false else "0.0")


def test_an_alarm_ends_after_two_trials_without_it_and_what_comes_then_is_another() -> None:
    assert trial({1: YELLOW}, {}, {1: YELLOW}, {}).result()["opened"] == 1
    assert trial({1: YELLOW}, {}, {}, {1: YELLOW}).result()["opened"] == 2


def test_months_add_up_to_the_whole() -> None:
    result = trial({1: YELLOW, 2: RED}, {}, {}, {3: RED}, {}, {}).result()
    for name in ("opened", "hits", "false_alarms", "lasting", "cleared"):
        assert sum(month[name] for month in result["months"]) == result[name]
    assert [month["month"] for month in result["months"]] == ["2026-01"]
    assert result["projects"] == 3


def test_nothing_found_has_no_rate() -> None:
    result = trial({}, {}).result()
    assert (result["opened"], result["false_alarm_pct"], result["lead_days_median"]) == (0, None, None)


def test_the_days_of_trial_reach_back_to_the_first_of_the_month() -> None:
    days = scan_days(date(2026, 3, 10), 12)
    assert days[-1] == date(2026, 3, 10)
    assert date(2025, 3, 1) <= days[0] < date(2025, 3, 8)
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}


def test_a_run_is_asked_for_carried_out_and_leaves_warnings_and_lights_alone(
    late_project: Callable[..., Project], hq_admin: User
) -> None:
    late_project(days=20)
    scope = scope_of(hq_admin, today=DAY)
    run = services.ask_backtest(scope, rule="W01", months=2, today=DAY, now=moment(DAY))
    assert (run.state, run.done, run.thresholds) == ("queued", 0, {"w01_red_days": "15"})
    with pytest.raises(Conflict, match="正在进行"):
        services.ask_backtest(scope, rule="W01", today=DAY, now=moment(DAY))
    run = carry_out(run_id=run.pk, today=DAY, now=moment(DAY))
    assert (run.state, BacktestRun.objects.get(pk=run.pk).done) == ("done", run.of)
    # due on 18 February: yellow on the 24th, red on 10 March
    assert run.result is not None
    assert (run.result["opened"], run.result["hits"], run.result["lead_days_median"]) == (1, 1, 14)
    assert not Alert.objects.exists()
    assert not ProjectLight.objects.exists()


def test_only_those_who_keep_the_rules_ask(hq_admin: User, steward: User) -> None:
    with pytest.raises(NotPermitted):
        services.ask_backtest(scope_of(steward, today=DAY), rule="W01", today=DAY, now=moment(DAY))
    mine = scope_of(hq_admin, today=DAY)
    with pytest.raises(Refused, match="1 到 24"):
        services.ask_backtest(mine, rule="W01", months=25, today=DAY, now=moment(DAY))
    with pytest.raises(NotFound):
        services.ask_backtest(mine, rule="W99", today=DAY, now=moment(DAY))
    assert not BacktestRun.objects.exists()


def test_a_run_that_fails_says_so(hq_admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    run = services.ask_backtest(scope_of(hq_admin, today=DAY), rule="W01", months=1, today=DAY, now=moment(DAY))

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr("dashboards.alerts.trying.gathered", broken)
    with pytest.raises(RuntimeError):
        carry_out(run_id=run.pk, today=DAY, now=moment(DAY))
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "回测没有完成，请稍后再试；一直失败时请联系系统管理员")
