"""The monthly table: all own projects in one page, saved row by row."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from geodata.errors import BadParameter, TooLarge
from geodata.progress import periods
from geodata.progress.consistency import limits_from
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from portal import wording
from portal.workbench.lists import frame
from portal.workbench.monthly import saving, texts
from portal.workbench.monthly.asked import MonthFilter
from portal.workbench.monthly.selectors import MOST, month_rows, projects_of
from portal.workbench.people import staff, today
from portal.workbench.selectors import scope_text, unit_names

LARGEST_BODY: Final = 2_000_000  # 300 rows of full texts; one row has far less
_PERIOD: Final = "period"


@require_safe
@staff(Action.EDIT_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The table of a month, by default of the one that is over."""
    day = today()
    chosen = MonthFilter.from_query(request.GET)
    period = periods.parse(chosen.period, today=day)
    projects = projects_of(scope, period, unit=chosen.unit, q=chosen.q)
    count = projects.count()
    shown = frame.page_of(chosen, count)
    values, columns = thresholds(), texts.columns()
    limits = limits_from(values)
    shown_rows = month_rows(scope, projects, period, today=day, part=frame.span(shown))
    rows = [texts.row(row, period, limits, columns) for row in shown_rows]
    many = scope.everything or len(scope.unit_ids) > 1
    context = {
        "period": period,
        "period_text": wording.day(period.end, "month"),
        "before": period.before.key,
        "after": period.after.key if periods.reportable(period.after, day) else "",
        "scope_text": "" if scope.everything else scope_text(scope.unit_ids),
        "columns": columns,
        "rows": rows,
        "counts": texts.counts(rows),
        "count": count,
        "page_obj": shown,
        "units": list(wording.labels(unit_names()).items()) if many else [],
        "warnings": {row["code"]: row["warnings"] for row in rows if row["warnings"]},
        "words": texts.words(),
        "chosen": chosen,
        "due_on": wording.day(period.due_on(int(values["report_due_day"]))),
    }
    return render(request, "workbench/monthly/page.html", context)


@staff(Action.EDIT_PROJECTS)
@require_POST
def row(request: HttpRequest, scope: Scope) -> JsonResponse:
    """One row: {period, code, revision, values, submit} → its new state; 422 by cells, 412 with what stands there."""
    data, now = _body(request), timezone.now()
    period = periods.parse(_text(data, _PERIOD), today=today())
    submit = data.get("submit", False) is True
    kept = saving.save_row(scope, saving.sent(data), period=period, submit=submit, today=today(), now=now)
    status = 200 if kept.saved else 412 if kept.stale else 422
    return JsonResponse(texts.answer(kept), status=status)


@staff(Action.EDIT_PROJECTS)
@require_POST
def check(request: HttpRequest, scope: Scope) -> JsonResponse:
    """Rows as typed: {period, rows: [{code, revision, values}]} → {rows: {code: {errors, warnings}}}; none is kept."""
    data = _body(request)
    period = periods.parse(_text(data, _PERIOD), today=today())
    rows = data.get("rows")
    if not isinstance(rows, list) or len(rows) > MOST:
        raise BadParameter(f"一次检查 1 到 {MOST} 行")
    judged = saving.judge(scope, [saving.sent(one) for one in rows], period=period, today=today())
    return JsonResponse({"rows": {code: texts.answer(kept) for code, kept in judged.items()}})


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LARGEST_BODY:
        raise TooLarge("一次提交的内容过大，请分几次保存")
    try:
        data = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise BadParameter("请求无法识别，请刷新页面后重试") from error
    if not isinstance(data, dict):
        raise BadParameter("请求无法识别，请刷新页面后重试")
    return data


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""
