"""The rows behind the curves' sums of a month: what each project had planned, completed and been paid."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.curves import selectors as curves
from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal.dashboard import links
from portal.dashboard.curves import behind as texts
from portal.dashboard.people import place_of, require_city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {"month": parameters.month, "by": parameters.one_of(*curves.BY)}


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The projects behind a month of the curves, most of what was clicked first; ?format=csv or xlsx gives them all."""
    require_city(scope)
    file_format = frame.asked_format(request)
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    asked = parameters.read({name: request.GET.get(name, "") for name in _READERS}, _READERS)
    now = today()
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    month, by = asked.get("month", day.replace(day=1)), asked.get("by", "completed")
    if month > day:
        raise parameters.bad("month", f"{month:%Y-%m}", f"晚于截止日期 {day}，请选较早的月份")
    found = curves.month_behind(scope, chosen=chosen, month=month, by=by, today=now)
    until = min(curves.month_end(month), day)
    if file_format:
        notes = (f"{month:%Y-%m} 月末累计数，计至 {until}", f"数据截至 {day}", "年度计划按十二个月平均分摊")
        return frame.file_answer(
            scope,
            key="curve_rows",
            sheet=Sheet("投资曲线构成明细", texts.COLUMNS, notes),
            file_format=file_format,
            chosen=chosen,
            count=len(found.rows) + 1,
            rows=texts.cells(found, today=now),
            now=timezone.now(),
        )
    part = frame.page_of(chosen, len(found.rows))
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": place_of(chosen, day),
        "limited": chosen != ProjectFilter(as_of=chosen.as_of, page=chosen.page, limit=chosen.limit),
        "until": until,
        "month": f"{month:%Y-%m}",
        "figures": texts.figures(found.whole, month, chosen, day, by=by),
        "whole": texts.amounts(found.whole),
        "rows": texts.rows(found.rows[frame.span(part)], day, today=now),
        "page_obj": part,
        "count": len(found.rows),
        "by": by,
        "curves_url": texts.curves_url(chosen),
        "list_url": links.projects(chosen),
    }
    return render(request, "dashboard/curve_rows.html", context)
