"""Asking for a back-test; the worker computes it (jobs.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from dashboards.alerts.backtest import scan_days
from dashboards.alerts.choices import RunState
from dashboards.alerts.jobs import run_backtest
from dashboards.alerts.models import BacktestRun
from dashboards.alerts.rules import BY_ID
from geodata.errors import Conflict, NotFound, Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from geodata.thresholds.services import read_value

MOST_MONTHS: Final = 24


@transaction.atomic
def ask_backtest(
    scope: Scope,
    *,
    rule: str,
    values: Mapping[str, Decimal] | None = None,
    months: int = 12,
    today: date,
    now: datetime,
) -> BacktestRun:
    """Queues a try of one rule on the months gone by, with the parameters of this moment but for `values`.

    Those who keep the rules, and headquarters. Raises NotPermitted, NotFound for an unknown rule, Refused for the
    number of months or a value out of bounds, Conflict while one of the same rule is under way.
    """
    if not scope.allows(Action.MANAGE_CODES) and not scope.headquarters:
        scope.require(Action.MANAGE_CODES)
    if rule not in BY_ID:
        raise NotFound("没有这条预警规则")
    if not 1 <= months <= MOST_MONTHS:
        raise Refused(f"回测月数应为 1 到 {MOST_MONTHS}", code="bad-months")
    if BacktestRun.objects.filter(rule=rule, state__in=(RunState.QUEUED, RunState.RUNNING)).exists():
        raise Conflict("这条规则的回测正在进行，请等它完成", code="under-way")
    days = scan_days(today, months)
    known = BY_ID[rule]
    tried = {key: read_value(key, str(value)) for key, value in (values or {}).items() if key in known.parameters}
    run = BacktestRun.objects.create(
        rule=rule,
        rule_version=known.version,
        thresholds=known.thresholds({**thresholds(), **tried}),
        months=months,
        first_day=days[0],
        last_day=days[-1],
        of=len(days),
        asked_by_id=scope.user_id,
        asked_at=now,
    )
    run_backtest.defer(run_id=run.pk)
    return run
