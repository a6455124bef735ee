"""How the works go: the nodes, the newest report in words, and the curve of the months with its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from geodata.figures.wording import half_up, wan
from geodata.progress.models import Milestone, PeriodReport
from geodata.projects.choices import Precision
from geodata.summary.months import Month
from portal import wording

WAN = Decimal(10_000)


def milestone_texts(node: Milestone, day: date, *, given_up: bool) -> dict[str, Any]:
    """A node with its plan, forecast and actual day, and by how many days it is late."""
    late = 0 if given_up and node.actual_on is None else _lateness(node, day)
    return {
        "code": node.code,
        "name": node.name,
        "is_key": node.is_key,
        "planned_text": wording.day(node.planned_on, node.planned_precision),
        "forecast_text": "" if node.actual_on else wording.day(node.forecast_on),
        "actual_text": wording.day(node.actual_on) if node.actual_on else "",
        "weight_text": f"{half_up(node.weight_pct, 1).normalize():f}%" if node.weight_pct else "",
        "is_done": node.actual_on is not None,
        "late_text": _("%(days)s days late") % {"days": late} if late > 0 else "",
        "early_text": _("%(days)s days early") % {"days": -late} if late < 0 else "",
    }


def _lateness(node: Milestone, day: date) -> int:
    """Days behind the plan: of a node that is not reached by its forecast, and by today once the plan is over."""
    if node.planned_on is None or node.planned_precision != Precision.DAY:
        return 0
    if node.actual_on is not None:
        return (node.actual_on - node.planned_on).days
    return max(0, (max(node.forecast_on or node.planned_on, day) - node.planned_on).days)


def report_texts(report: PeriodReport | None) -> dict[str, Any] | None:
    """What the newest approved report says in words."""
    if report is None:
        return None
    said = [
        (_("Where the works stand"), report.physical_desc),
        (_("Done in the period"), report.work_done),
        (_("Next steps"), report.next_plan),
        (_("Problems"), report.problems),
    ]
    return {"until": wording.day(report.period_end), "said": [(name, text) for name, text in said if text]}


def curve(months: Sequence[Month]) -> dict[str, Any] | None:
    """The lines for the chart, in 万元; None below two months, where a line says nothing."""
    if len(months) < 2:
        return None
    lines: list[tuple[str, str, list[Decimal | None]]] = [
        (_("Done so far"), "done", [month.completed for month in months]),
        (_("Disbursed"), "paid", [month.disbursed for month in months]),
        (_("Plan"), "plan", [month.planned for month in months]),
    ]
    return {
        "months": [f"{month.first_day:%Y-%m}" for month in months],
        "lines": [
            {"name": name, "key": key, "values": [_wan(value) for value in values]}
            for name, key, values in lines
            if any(value is not None for value in values)
        ],
    }


def _wan(amount: Decimal | None) -> float | None:
    return None if amount is None else float(half_up(amount / WAN, 2))


def month_texts(months: Sequence[Month]) -> list[dict[str, str]]:
    """The same figures as a table, newest first, in 万元."""
    return [
        {
            "month": f"{month.first_day:%Y-%m}",
            "completed": wan(month.completed),
            "disbursed": wan(month.disbursed),
            "planned": wan(month.planned),
        }
        for month in reversed(months)
    ]
