"""All projects that changed between two days: the rows behind the counts of the panel on the leaders' screen."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.indicators.changes import changed_between
from geodata import parameters
from geodata.errors import BadParameter
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal.dashboard import changed as texts
from portal.dashboard.people import place_of, require_city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {"against": parameters.day, "what": parameters.one_of(*texts.KINDS)}
MOST: Final = 20_000  # projects listed, those with another status and the most money first


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """What has changed in each project since the day `against`; ?format=csv or xlsx gives all of them."""
    require_city(scope)
    file_format = frame.asked_format(request)
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    asked = parameters.read({name: request.GET.get(name, "") for name in _READERS}, _READERS)
    earlier, what = asked.get("against"), asked.get("what", "")
    now = today()
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    if earlier is None:
        raise BadParameter("请先选择要对比的日期（参数 against）")
    found = changed_between(scope, earlier=earlier, later=day, chosen=chosen, today=now, limit=MOST)
    moved = texts.of_kind(found, what)
    if file_format:
        return frame.file_answer(
            scope,
            key="changes",
            sheet=Sheet("变化的项目", texts.COLUMNS, (f"{earlier} 与 {day} 对比", f"数据截至 {day}")),
            file_format=file_format,
            chosen=chosen,
            count=len(moved),
            rows=texts.cells(moved),
            now=timezone.now(),
        )
    part = frame.page_of(chosen, len(moved))
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": place_of(chosen, day),
        "changes": texts.texts(found, chosen, rows=moved[frame.span(part)]),
        "screen_url": texts.screen_url(found, chosen),
        "page_obj": part,
        "count": len(moved),
        "what": what,
    }
    return render(request, "dashboard/changed.html", context)
