"""The rows behind what the curves say beside their months: a year's end, the cost index, who has no plan."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal.dashboard import links
from portal.dashboard.curves import parts
from portal.dashboard.curves.behind import curves_url
from portal.dashboard.people import place_of, require_city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {"of": parameters.one_of(*parts.OF)}
_NOT_LIMITS: Final = ("as_of", "page", "limit", "sort")


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The projects behind the figure that `of` names, with its sum at the foot; ?format=csv or xlsx gives them all."""
    require_city(scope)
    file_format = frame.asked_format(request)
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    of = parameters.read({"of": request.GET.get("of", "")}, _READERS).get("of", next(iter(parts.OF)))
    now = today()
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    found = parts.OF[of](scope, chosen, now)
    if file_format:
        return frame.file_answer(
            scope,
            key="curve_parts",
            sheet=Sheet(found.name, parts.columns(found), (f"数据截至 {day}", *found.notes)),
            file_format=file_format,
            chosen=chosen,
            count=len(found.rows) + len(found.foot),
            rows=parts.cells(found, day, today=now),
            now=timezone.now(),
        )
    part = frame.page_of(chosen, len(found.rows))
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": place_of(chosen, day),
        "found": parts.texts(found),
        "rows": parts.rows(found, frame.span(part), day, today=now),
        "page_obj": part,
        "count": len(found.rows),
        "limited": bool(set(chosen.to_query()) - set(_NOT_LIMITS)),
        "curves_url": curves_url(chosen),
        "list_url": links.projects(chosen),
    }
    return render(request, "dashboard/curve_parts.html", context)
