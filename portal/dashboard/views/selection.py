"""Projects chosen by a box or a lasso: their figures for the map, and a page with the figures and the projects.

For everybody who sees projects, and of nothing but their own rows.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.projects.choices import Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selections
from geodata.summary.known import require_known
from geodata.summary.rings import written
from portal import wording
from portal.dashboard.selection.asked import Selection
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.texts import strip
from portal.workbench.days import require_past
from portal.workbench.lists import frame, projects
from portal.workbench.people import staff, today

FORMAT = "format"


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The figures and the projects of a selection; ?format=json gives the figures alone, for the map, csv and xlsx the
    projects."""
    asked = Selection.from_query(request.GET, allow=(FORMAT,))
    readers = {FORMAT: parameters.one_of("json", "csv", "xlsx")}
    file_format = parameters.read({FORMAT: request.GET.get(FORMAT, "")}, readers).get(FORMAT, "")
    day = today()
    as_of = asked.filter.as_of or day
    require_past(as_of, day)
    require_known(asked.filter)
    known = city.names(as_of)
    context: dict[str, Any] = {
        "as_of": as_of,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "filters": asked.to_query(),
        "is_empty": asked.is_empty,
    }
    if asked.is_empty:
        return render(request, "dashboard/selection.html", context)
    context |= _figures(scope, asked)
    if file_format == "json":
        return _told(asked, context)
    if file_format:
        return _file(scope, asked, file_format, context["count"])
    page = frame.page_of(asked.filter, context["count"])
    part = frame.span(page)
    rows = selections.selection_page(scope, asked.filter, asked.ring, today=day, start=part.start, stop=part.stop)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    context |= {
        "rows": [projects.texts(row, units=units, categories=categories) for row in rows],
        "page_obj": page,
        "list_url": _list_url(asked),
        "map_url": f"{reverse('workbench:map')}?{asked.filter.querystring(without=('page', 'sort', 'limit', 'bbox'))}",
    }
    return render(request, "dashboard/selection.html", context)


def _figures(scope: Scope, asked: Selection) -> dict[str, Any]:
    day = today()
    totals = selections.selection_totals(scope, asked.filter, asked.ring, today=day, figures=city.FIGURES)
    statuses = selections.selection_statuses(scope, asked.filter, asked.ring, today=day)
    return {
        "count": totals.projects,
        "strip": strip(totals, asked.filter.as_of or day),
        "statuses": [
            {"label": wording.label(Status(code).label), "shape": wording.SHAPE[code], "n": statuses[code]}
            for code in Status.values
            if statuses.get(code)
        ],
        "budget_text": wording.money(totals.budget),
    }


def _told(asked: Selection, context: dict[str, Any]) -> JsonResponse:
    """What the panel on the map shows."""
    answer = JsonResponse(
        {
            "count": context["count"],
            "title": _("%(n)s projects selected") % {"n": f"{context['count']:,}"},
            "as_of": _("As of %(date)s") % {"date": wording.day(context["as_of"])},
            "scope": context["scope_text"] or _("The whole city"),
            "figures": [
                {"label": _("Total investment"), "text": context["budget_text"], "basis": ""},
                *context["strip"][1:],
            ],
            "statuses": context["statuses"],
            "url": f"{reverse('dashboard:selection')}?{asked.querystring()}",
        },
        json_dumps_params={"ensure_ascii": False},
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _file(scope: Scope, asked: Selection, file_format: str, count: int) -> HttpResponseBase:
    """The selected projects, with the columns of the list."""
    day = today()
    words = f"圈选范围 {written(asked.ring)}" if asked.ring else f"框选范围 {asked.to_query()['bbox']}"
    rows = selections.selected(scope, asked.filter, asked.ring, today=day)
    return frame.file_answer(
        scope,
        key="selection",
        sheet=Sheet("所选项目", projects.FILE_COLUMNS, (f"数据截至 {asked.filter.as_of or day}", words)),
        file_format=file_format,
        chosen=asked.filter,
        count=count,
        rows=projects.cells_of(asked.filter.ordered(rows)),
        now=timezone.now(),
    )


def _list_url(asked: Selection) -> str:
    """The list of projects with the same box; a ring has no place in its address."""
    if asked.ring:
        return ""
    return f"{reverse('workbench:projects')}?{asked.filter.querystring(without=('page', 'limit'))}"
