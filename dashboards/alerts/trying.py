"""Carrying out a back-test: one day of trial after the other, with its progress written down."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from dashboards.alerts.backtest import Trial, scan_days
from dashboards.alerts.choices import RunState
from dashboards.alerts.gathering import gathered
from dashboards.alerts.models import BacktestRun
from dashboards.alerts.rules import BY_ID
from geodata.thresholds.selectors import thresholds


def carry_out(*, run_id: int, today: date, now: datetime) -> BacktestRun:
    """Tries the rule of a run on its days. A run that fails says so and raises, so that the job is seen to fail."""
    run = BacktestRun.objects.get(pk=run_id)
    run.state, run.done, run.message = RunState.RUNNING, 0, ""
    run.save(update_fields=["state", "done", "message"])
    try:
        run.result = _tried(run, today)
    except Exception:
        run.state, run.message = RunState.FAILED, "回测没有完成，请稍后再试；一直失败时请联系系统管理员"
        run.save(update_fields=["state", "message"])
        raise
    run.state, run.finished_at = RunState.DONE, now
    run.save(update_fields=["state", "result", "finished_at"])
    return run


def _tried(run: BacktestRun, today: date) -> dict[str, object]:
    rule = BY_ID[run.rule]
    limits = {**thresholds(), **{key: Decimal(value) for key, value in run.thresholds.items()}}
    trial = Trial()
    for number, day in enumerate(scan_days(run.last_day, run.months), start=1):
        facts = gathered(day, today=today, window_days=int(limits["w19_days"]))
        found = ((one.project_id, rule.judge(one, limits)) for one in facts)
        trial.take(day, {pk: finding for pk, finding in found if finding is not None})
        BacktestRun.objects.filter(pk=run.pk).update(done=number)
    return trial.result()
