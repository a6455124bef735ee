"""The curves: plan, completed and disbursed by month, earned value by unit, the year's end and late projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.curves import selectors as curves
from dashboards.curves.models import Measure
from dashboards.curves.selectors.forecasts import origin_of, year_of
from geodata.exchange.writers import Sheet
from geodata.exchange.writers.sheets import Cell
from geodata.parameters import bad
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.known import require_known
from portal import wording
from portal.dashboard import links
from portal.dashboard.curves import files, texts
from portal.dashboard.curves.asked import MONTHS, CurveAsked
from portal.workbench import forecasting
from portal.workbench.city_map import selectors as city
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

LATE_SHOWN: Final = 10
LATE_IN_A_FILE: Final = 5000
_PICKED: Final = ("unit", "category", "as_of")  # what the page's own form asks; the rest is kept as it is


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Courses of the whole city under a filter, for everyone who may see its figures; rows only of the own scope.

    ?format=csv or xlsx gives the table named by ?part= as a file.
    """
    file_format, asked, now = frame.asked_format(request), CurveAsked.from_query(request.GET), today()
    chosen = asked.filter
    day = _past(chosen.as_of, now)
    known = city.names(day)
    require_known(chosen, {*known.units, *known.categories})
    if file_format:
        return _file(scope, asked, known, file_format, now)
    found = curves.course(scope, chosen=chosen, today=now, months=int(asked.view.months))
    sums = curves.group_sums(scope, chosen=chosen, today=now)
    amounts = {Measure.COMPLETED.value: sums.completed, Measure.DISBURSED.value: sums.disbursed}
    ahead = curves.group_forecast(scope, chosen=chosen, today=now, now=amounts)
    test = curves.back_test()
    year = year_of(origin_of(day))
    late = curves.late_projects(scope, chosen=chosen, today=now, most=LATE_SHOWN)
    context: dict[str, Any] = {
        "place": wording.label(known.units.get(chosen.unit, "")),
        "as_of": day,
        "today": now,
        "is_past": day < now,
        "filters": chosen.to_query() | asked.view.to_query(),
        "kept": {name: text for name, text in chosen.to_query().items() if name not in (*_PICKED, "page", "limit")},
        "choices": {
            "units": list(wording.labels(known.units).items()),
            "categories": list(wording.labels(known.categories).items()),
            "months": MONTHS,
        },
        "months_shown": asked.view.months,
        "count": found.projects,
        "without_plan": found.without_plan,
        "projects_url": links.projects(chosen),
        "unplanned_url": links.curve_part(chosen, "unplanned", day) if scope.everything else "",
        "strip": texts.strip(found, sums, chosen, opens=scope.everything),
        "curve": texts.chart(found, ahead.get(Measure.COMPLETED), year),
        "rows": texts.month_rows(found, chosen if scope.everything else None),
        "judged": f"{found.judged.month:%Y-%m}" if found.judged else "",
        "units": texts.unit_rows(
            curves.unit_courses(scope, chosen=chosen, today=now),
            known.units,
            chosen,
            curves.last_month_over(day) if scope.everything else None,
        ),
        "year": year,
        "year_end": texts.year_end(
            ahead,
            sums,
            test,
            of_year=year == day.year,
            urls={measure: links.curve_part(chosen, measure, day) for measure in ahead} if scope.everything else {},
        ),
        "computed": test.origin is not None,
        "origin": wording.day(origin_of(day)),
        "tests": forecasting.test_rows(test),
        "tested_until": wording.day(test.origin),
        "late": texts.late_rows(late, known.units),
        "own_rows": not scope.everything,
    }
    return render(request, "dashboard/curves.html", context)


def _past(asked: date | None, now: date) -> date:
    if asked is not None and asked > now:
        raise bad("as_of", asked.isoformat(), f"截止日不能晚于今天（{now}）")
    return asked or now


def _file(scope: Scope, asked: CurveAsked, known: city.Names, file_format: str, now: date) -> HttpResponseBase:
    part, chosen = asked.view.part, asked.filter
    rows: Sequence[Sequence[Cell]] = list(_cells(scope, asked, known, now))
    notes = (f"数据截至 {chosen.as_of or now}", *_notes(part, chosen.as_of or now))
    words = frame.filter_words(
        chosen, {"unit": "属地管理单位", "category": "项目类别"}, {"unit": known.units, "category": known.categories}
    )
    return frame.file_answer(
        scope,
        key=f"curves-{part}",
        sheet=Sheet(files.NAMES[part], files.COLUMNS[part], (*notes, words)),
        file_format=file_format,
        chosen=chosen,
        count=len(rows),
        rows=rows,
        now=timezone.now(),
    )


def _cells(scope: Scope, asked: CurveAsked, known: city.Names, now: date) -> Iterable[Sequence[Cell]]:
    chosen = asked.filter
    match asked.view.part:
        case "units":
            return files.unit_cells(curves.unit_courses(scope, chosen=chosen, today=now), known.units)
        case "late":
            late = curves.late_projects(scope, chosen=chosen, today=now, most=LATE_IN_A_FILE)
            return files.late_cells(late, known.units)
        case "tests":
            return files.test_cells(curves.back_test())
        case _:
            found = curves.course(scope, chosen=chosen, today=now, months=int(asked.view.months))
            return files.month_cells(found)


def _notes(part: str, day: date) -> tuple[str, ...]:
    month = curves.last_month_over(day)
    return {
        "months": ("各月末累计数", "年度计划按十二个月平均分摊", "没有年度计划的项目不计入计划"),
        "units": (f"截至 {month:%Y-%m} 月末", "计划和完成投资只计有年度计划的项目", "SPI = 完成投资 ÷ 计划"),
        "tests": ("过去 12 个月可检验的预测，全市所有项目",),
        "late": (f"预测依据 {curves.month_end(month)} 以前的数据", "区间为 80%"),
    }[part]
