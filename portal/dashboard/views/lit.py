"""The projects that showed a light on a day: the rows behind the lights of the leaders' screen."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.alerts import selectors as alerts
from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal.dashboard import lit as texts
from portal.dashboard import red_list
from portal.dashboard.people import place_of, require_city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

COLOUR: Final = "colour"
_READERS: Final = {COLOUR: parameters.one_of(*texts.COLOURS)}


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The projects of a colour with the sentence of each, dearest first; ?format=csv or xlsx gives all of them."""
    require_city(scope)
    file_format = frame.asked_format(request)
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    colour = parameters.read({COLOUR: request.GET.get(COLOUR, "")}, _READERS).get(COLOUR, texts.COLOURS[0])
    now = today()
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    found = alerts.Lights(scope, chosen=chosen, day=day, today=now)
    counts = found.counts()
    ids = list(found.keys(colour)) if counts.judged else []
    if file_format:
        return frame.file_answer(
            scope,
            key="lights",
            sheet=Sheet("亮灯项目", texts.COLUMNS, (f"数据截至 {day}", texts.judged_in_file(counts))),
            file_format=file_format,
            chosen=chosen,
            count=len(ids),
            rows=texts.cells(found, ids, day, today=now),
            now=timezone.now(),
        )
    part = frame.page_of(chosen, len(ids))
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": place_of(chosen, day),
        "tabs": texts.tabs(counts, colour, chosen),
        "judged": red_list.judged(counts),
        "is_judged": counts.judged,
        "rows": texts.rows(found, ids[frame.span(part)], day, today=now),
        "page_obj": part,
        "count": len(ids),
    }
    return render(request, "dashboard/lights.html", context)
