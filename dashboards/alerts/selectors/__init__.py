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
from dashboards.alerts.selectors.lights import (
    Light,
    LightBoard,
    LightCounts,
    RedProject,
    light_counts,
    light_of,
    lights,
    overrides,
    red_list,
)
from dashboards.alerts.selectors.rules import RuleState, backtest, backtests, last_scan, rules

__all__ = [
    "AlertDetail",
    "AlertFilter",
    "AlertPowers",
    "Light",
    "LightBoard",
    "LightCounts",
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
    "light_counts",
    "light_of",
    "lights",
    "open_alert_counts",
    "overrides",
    "project_alerts",
    "red_list",
    "rules",
]
