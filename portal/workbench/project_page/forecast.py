"""The forecasts on the project's page: earned value, day of completion, the year's end, and how they held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dashboards.curves.backtest import FINISH, bucket_of
from dashboards.curves.forecast import month_number, months_to_year_end
from dashboards.curves.models import CompletionForecast, Measure, YearEndForecast
from dashboards.curves.selectors import ForecastOfProject, earned_of_project, forecast_of_row
from geodata.figures.wording import NOTHING
from geodata.summary.models import ProjectRow
from geodata.summary.months import Month
from portal import wording
from portal.workbench import forecasting


def forecast_context(row: ProjectRow, columns: Sequence[Any], months: Sequence[Month], day: date) -> dict[str, Any]:
    """What templates/workbench/project/_forecast.html reads."""
    found = forecast_of_row(row, columns, day=day)
    earned, judged = earned_of_project(row, months, day)
    names = {(row.category or "")[:2]: wording.label(row.category_name or "")}
    return {
        "earned": {
            "month": f"{judged:%Y-%m}" if judged else "",
            "schedule": forecasting.index_text(earned.schedule_index),
            "schedule_light": forecasting.index_light(earned.schedule_light),
            "schedule_variance": wording.money(earned.schedule_variance),
            "cost": forecasting.index_text(earned.cost_index),
            "cost_light": forecasting.index_light(earned.cost_light),
            "cost_variance": wording.money(earned.cost_variance),
        },
        "forecast": {
            "origin": wording.day(found.origin),
            "year": found.year,
            "completion": _completion(row, found, names),
            "completed": _money(found, Measure.COMPLETED, names),
            "disbursed": _money(found, Measure.DISBURSED, names),
        },
    }


def _completion(row: ProjectRow, found: ForecastOfProject, names: dict[str, str]) -> dict[str, Any]:
    made = found.completion
    if made is None:
        return {"text": NOTHING, "why": forecasting.reason_text(found.reason)}
    line = found.back_test.of(FINISH)
    return {
        "text": wording.day(made.point),
        "is_day": True,
        "interval": forecasting.interval_of_days(made.low, made.high),
        "against": _against(row, made),
        "basis": forecasting.class_text(made.references, made.category, names),
        "data_on": wording.day(made.data_on),
        "test": forecasting.coverage_text(line),
        "is_bad": forecasting.held_badly(line),
    }


def _against(row: ProjectRow, made: CompletionForecast) -> str:
    if row.planned_end_on is None:
        return ""
    days = (made.point - row.planned_end_on).days
    planned = wording.day(row.planned_end_on, row.planned_end_precision or "day")
    if days > 0:
        return _("%(days)s days after the plan (%(date)s)") % {"days": days, "date": planned}
    return _("%(days)s days before the plan (%(date)s)") % {"days": -days, "date": planned}


def _money(found: ForecastOfProject, measure: Measure, names: dict[str, str]) -> dict[str, Any]:
    made: YearEndForecast | None = found.year_end.get(measure)
    if made is None:
        return {"text": NOTHING, "why": forecasting.reason_text(found.money_reason)}
    line = found.back_test.of(measure, bucket_of(months_to_year_end(month_number(found.origin))))
    return {
        "text": wording.money(made.point),
        "interval": forecasting.interval_of_money(made.low, made.high),
        "against": _("%(amount)s more than at the forecast's start") % {"amount": wording.money(made.point - made.now)},
        "basis": forecasting.class_text(made.references, made.category, names),
        "test": forecasting.coverage_text(line),
        "is_bad": forecasting.held_badly(line),
    }
