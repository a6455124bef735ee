"""Reading the rules with their parameters, the scans and the back-tests. Everybody may see how lights come about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from dashboards.alerts.models import BacktestRun, RuleSetting, ScanRun
from dashboards.alerts.rules import RULES, Rule
from geodata.errors import NotFound
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.catalogue import BY_KEY, Threshold
from geodata.thresholds.selectors import thresholds


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule, whether it is on, and its parameters in force."""

    rule: Rule
    enabled: bool
    parameters: Sequence[tuple[Threshold, Decimal]]


def rules() -> list[RuleState]:
    """All rules in the order of their numbers. Two queries."""
    off = set(RuleSetting.objects.filter(enabled=False).values_list("rule", flat=True))
    values = thresholds()
    return [
        RuleState(rule, rule.id not in off, [(BY_KEY[key], values[key]) for key in rule.parameters]) for rule in RULES
    ]


def last_scan() -> ScanRun | None:
    """The newest scan of all projects."""
    return ScanRun.objects.filter(whole=True).order_by("-pk").first()


def backtests(scope: Scope, *, rule: str = "", limit: int = 10) -> list[BacktestRun]:
    """The newest back-tests, of one rule or of all."""
    rows: QuerySet[BacktestRun] = _tests(scope)
    return list((rows.filter(rule=rule) if rule else rows).order_by("-pk")[:limit])


def backtest(scope: Scope, run_id: int) -> BacktestRun:
    """Raises NotFound."""
    found = _tests(scope).filter(pk=run_id).first()
    if found is None:
        raise NotFound("没有这次回测")
    return found


def _tests(scope: Scope) -> QuerySet[BacktestRun]:
    """Back-tests count over the whole city: whoever sees the city's figures may read them."""
    scope.require(Action.VIEW_CITY_FIGURES)
    return BacktestRun.objects.select_related("asked_by")
