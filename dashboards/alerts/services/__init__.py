"""Writing about warnings and lights: each service one transaction, asking role and rows itself."""

from dashboards.alerts.services.backtests import ask_backtest
from dashboards.alerts.services.handling import acknowledge, close, handle
from dashboards.alerts.services.lighting import lift_override, override_light
from dashboards.alerts.services.rules import enable_rule
from dashboards.alerts.services.silencing import lift_silence, silence

__all__ = [
    "acknowledge",
    "ask_backtest",
    "close",
    "enable_rule",
    "handle",
    "lift_override",
    "lift_silence",
    "override_light",
    "silence",
]
