"""Reading warnings and lights. Every selector takes a Scope first, but those about the rules, which hold no data."""

from dashboards.alerts.selectors.alerts import (
    AlertDetail,
    AlertPowers,
    OpenAlerts,
    alert,
    alert_counts,
    alert_feed,
    alert_rows,
    open_alert_counts,
    project_alerts,
)
from dashboards.alerts.selectors.filters import AlertFilter
from dashboards.alerts.selectors.judged import Light
from dashboards.alerts.selectors.lights import LightCounts, Lights, RedProject, light_of, overrides
from dashboards.alerts.selectors.rules import RuleState, backtest, backtests, last_scan, rules

__all__ = [
    "AlertDetail",
    "AlertFilter",
    "AlertPowers",
    "Light",
    "LightCounts",
    "Lights",
    "OpenAlerts",
    "RedProject",
    "RuleState",
    "alert",
    "alert_counts",
    "alert_feed",
    "alert_rows",
    "backtest",
    "backtests",
    "last_scan",
    "light_of",
    "open_alert_counts",
    "overrides",
    "project_alerts",
    "rules",
]
