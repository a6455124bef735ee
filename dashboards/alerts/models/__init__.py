"""Warnings with their evidence and history, what headquarters decided about them, and the runs that made them."""

from dashboards.alerts.models.alerts import Alert, AlertStep
from dashboards.alerts.models.decisions import LightOverride, RuleSetting, Silence
from dashboards.alerts.models.runs import BacktestRun, ScanRun

__all__ = ["Alert", "AlertStep", "BacktestRun", "LightOverride", "RuleSetting", "ScanRun", "Silence"]
