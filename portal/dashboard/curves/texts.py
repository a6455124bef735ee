"""The page of curves in words and lines: the strip, the chart, months, units, the year's end, late projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.curves.backtest import CITY
from dashboards.curves.earned import Earned
from dashboards.curves.models import Measure
from dashboards.curves.selectors import (
    BY,
    BackTest,
    Course,
    GroupForecast,
    GroupSums,
    LateProject,
    UnitCourse,
    month_end,
)
from geodata.figures.wording import half_up, percent
from geodata.progress.schedule import by_months
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.dashboard import links
from portal.dashboard.course import month_urls
from portal.workbench import forecasting

_YI: Final = Decimal(100_000_000)
Texts = dict[str, Any]


def strip(found: Course, sums: GroupSums, chosen: ProjectFilter, *, opens: bool) -> list[Texts]:
    """Time, SPI, CPI and the year's completion, each with what it is a share of. `opens`: whose rows these are, to whom
    the index opens its projects."""
    earned, judged = found.earned, found.judged
    month = f"{judged.month:%Y-%m}" if judged else ""
    rate = sums.annual_completed / sums.annual_plan if sums.annual_plan else None
    return [
        {
            "label": _("Share of the year over"),
            "text": percent(by_months(found.as_of), 1),
            "basis": _("whole months of twelve"),
        },
        {
            "label": _("Schedule index SPI"),
            "text": forecasting.index_text(earned.schedule_index),
            "light": forecasting.index_light(earned.schedule_light),
            "basis": _("completed over planned at the end of %(month)s; SV %(amount)s")
            % {"month": month, "amount": wording.money(earned.schedule_variance)}
            if earned.schedule_index is not None
            else _("no plan by then, so no index"),
            "url": links.course(chosen, judged.month, found.as_of, by="planned") if opens and judged else "",
        },
        {
            "label": _("Cost index CPI"),
            "text": forecasting.index_text(sums.earned.cost_index),
            "light": forecasting.index_light(sums.earned.cost_light),
            "basis": _("works of the contracts over what was certified, %(n)s projects") % {"n": f"{sums.measured:,}"}
            if sums.measured
            else _("nothing certified, so no index"),
            "url": links.curve_part(chosen, "cost", found.as_of) if opens and sums.measured else "",
        },
        {
            "label": _("Completed of the year's plan"),
            "text": percent(rate, 1),
            "basis": f"{wording.money(sums.annual_completed)} / {wording.money(sums.annual_plan)}",
            "url": links.behind("I04", chosen) if opens else links.projects(chosen, sort="annual_rate"),
        },
    ]


def chart(found: Course, ahead: GroupForecast | None, year: int) -> Texts | None:
    """Lines in 亿元 by month; with a forecast up to December: its point and the ends of its interval."""
    if len(found.months) < 2:
        return None
    months = [month.month for month in found.months]
    rest = [date(year, month, 1) for month in range(1, 13) if date(year, month, 1) > months[-1]] if ahead else []
    gap: list[Decimal | None] = [None] * len(rest)
    lines: list[tuple[str, str, list[Decimal | None]]] = [
        ("done", _("Completed"), [*(month.completed for month in found.months), *gap]),
        ("paid", _("Disbursed"), [*(month.disbursed for month in found.months), *gap]),
        ("plan", _("Plan"), [*(month.planned for month in found.months), *gap]),
    ]
    if ahead and rest and found.judged:
        # from the last month that is over: the running one has no report yet
        known = [month for month in found.months if found.judged and month.month <= found.judged.month]
        before: list[Decimal | None] = [None] * (len(known) - 1)
        start = found.judged.completed if found.judged else None
        gap = [None] * (len(months) + len(rest) - len(known))
        for key, name, amount in (
            ("ahead", _("Forecast with its interval"), ahead.point),
            ("low", _("Lower end of the interval"), ahead.low),
            ("high", _("Upper end of the interval"), ahead.high),
        ):
            lines.append((key, name, [*before, start, *gap[1:], amount]))
    return {
        "months": [f"{month:%Y-%m}" for month in [*months, *rest]],
        "lines": [{"key": key, "name": name, "values": [_number(v) for v in values]} for key, name, values in lines],
    }


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(half_up(amount / _YI, 3))


def month_rows(found: Course, chosen: ProjectFilter | None = None) -> list[Texts]:
    """The table beside the chart, newest first. SPI of a month is that of its end; the running month has none.

    `chosen`: the limits under which each sum opens to its projects; none for those whose rows these are not.
    """
    rows = []
    for month in reversed(found.months):
        earned = Earned(month.planned, month.earned)
        over = found.judged is not None and month.month <= found.judged.month
        rows.append(
            {
                "month": f"{month.month:%Y-%m}",
                "planned": wording.money(month.planned),
                "completed": wording.money(month.completed),
                "disbursed": wording.money(month.disbursed),
                "index": forecasting.index_text(earned.schedule_index if over else None),
                "light": forecasting.index_light(earned.schedule_light) if over else None,
                "urls": month_urls(month, chosen, found.as_of) if chosen else {},
            }
        )
    return rows


def unit_rows(
    found: Iterable[UnitCourse], names: Mapping[str, str], chosen: ProjectFilter, judged: date | None = None
) -> list[Texts]:
    """Units in official order; each leads to its own curve, and its sums to the projects behind the month `judged`."""
    by_code = {unit.unit: unit for unit in found}
    rows = []
    for code in [*(code for code in names if code in by_code), *sorted(set(by_code) - set(names))]:
        unit = by_code[code]
        rows.append(
            {
                "name": wording.label(names.get(code, code)),
                "url": f"?{replace(chosen, unit=code).querystring()}",
                "current": chosen.unit == code,
                "projects": unit.projects,
                "projects_url": links.projects(replace(chosen, unit=code)),
                "without_plan": unit.without_plan,
                "planned": wording.money(unit.earned.planned),
                "completed": wording.money(unit.earned.completed),
                "disbursed": wording.money(unit.disbursed),
                "index": forecasting.index_text(unit.earned.schedule_index),
                "light": forecasting.index_light(unit.earned.schedule_light),
                "variance": wording.money(unit.earned.schedule_variance),
                "is_behind": (unit.earned.schedule_variance or 0) < 0,
                "urls": _unit_urls(replace(chosen, unit=code), judged) if judged else {},
                "unplanned_url": links.curve_part(replace(chosen, unit=code), "unplanned", month_end(judged))
                if judged
                else "",
            }
        )
    return rows


def _unit_urls(chosen: ProjectFilter, judged: date) -> dict[str, str]:
    return {by: links.course(chosen, judged, month_end(judged), by=by) for by in BY}


def year_end(
    made: Mapping[str, GroupForecast], sums: GroupSums, test: BackTest, *, of_year: bool, urls: Mapping[str, str]
) -> list[Texts]:
    """The year's end of the group: completed with the share of the year's plan, and disbursed. `urls` leads from each
    to its projects, for those whose rows these are."""
    rows = []
    for measure, label in (
        (Measure.COMPLETED, _("Completed investment")),
        (Measure.DISBURSED, _("Disbursed")),
    ):
        found = made.get(measure)
        line = test.of(CITY[measure.value])
        if found is None:
            continue
        rows.append(
            {
                "label": label,
                "text": wording.money(found.point),
                "url": urls.get(measure.value, ""),
                "interval": forecasting.interval_of_money(found.low, found.high),
                "now": wording.money(found.now),
                "more": wording.money(found.point - found.now),
                "rate": _year_rate(found, sums) if of_year and measure == Measure.COMPLETED else "",
                "forecast": f"{found.forecast:,}",
                "rest": f"{sums.projects - found.forecast:,}",
                "test": forecasting.coverage_text(line),
                "is_bad": forecasting.held_badly(line),
            }
        )
    return rows


def _year_rate(found: GroupForecast, sums: GroupSums) -> str:
    """年末预计年度投资完成率: what is done of the year and what is still to come, over the year's plan."""
    if not sums.annual_plan:
        return ""
    low, point, high = (
        percent((sums.annual_completed + amount - found.now) / sums.annual_plan, 1)
        for amount in (found.low, found.point, found.high)
    )
    return _("%(point)s of the year's plan (%(low)s to %(high)s)") % {"point": point, "low": low, "high": high}


def late_rows(found: Sequence[LateProject], names: Mapping[str, str]) -> list[Texts]:
    return [
        {
            "name": project.name,
            "code": project.code,
            "url": f"{reverse('workbench:project', args=[project.code])}#forecast",
            "unit": wording.label(names.get(project.unit, project.unit)),
            "planned": wording.day(project.planned_end_on),
            "point": wording.day(project.point),
            "interval": forecasting.interval_of_days(project.low, project.high),
            "days": project.days,
            "contradicted": project.contradicted,
        }
        for project in found
    ]
