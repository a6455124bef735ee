"""Warnings with their evidence and history, what headquarters decided about them, and the runs that made them."""

from dashboards.alerts.models.alerts import Alert, AlertStep
from dashboards.alerts.models.decisions import LightOverride, RuleSetting, Silence
from dashboards.alerts.models.runs import BacktestRun, JudgedDay, ScanRun

__all__ = ["Alert", "AlertStep", "BacktestRun", "JudgedDay", "LightOverride", "RuleSetting", "ScanRun", "Silence"]
