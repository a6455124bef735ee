"""The rows behind a figure: the projects that make an indicator's value, and what each of them gives to it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.cockpit.selectors import COUNTY_DIGITS
from dashboards.indicators.areas import areas_of
from dashboards.indicators.behind import TASKS, Behind, Place, indicator_that_opens, rows_behind
from dashboards.indicators.catalogue import CATALOGUE, Indicator
from dashboards.indicators.tasks import tasks_counted
from dashboards.indicators.values import CITY, REST, Level
from geodata import parameters
from geodata.errors import NotFound
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal import wording
from portal.dashboard import links
from portal.dashboard.figures import behind as texts
from portal.dashboard.figures.divided import DIVISION, DIVISIONS, MANAGEMENT, read_division
from portal.dashboard.people import require_city
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {DIVISION: read_division, "place": parameters.phrase}
_NOT_LIMITS: Final = ("as_of", "page", "limit", "sort")


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope, indicator: str) -> HttpResponseBase:
    """The projects behind a value in a place on a day; ?format=csv or xlsx gives all of them."""
    require_city(scope)
    if indicator == TASKS:
        return _tasks(request, scope)
    known = indicator_that_opens(indicator)
    if known is None:
        raise NotFound("没有这个指标，或者它的数不由项目构成")
    file_format = frame.asked_format(request)
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    now = today()
    require_past(chosen.as_of or now, now)
    require_known(chosen)
    place = _place(request, chosen)
    found = rows_behind(scope, known, place=place, chosen=chosen, today=now)
    if file_format:
        return _file(scope, found, known, chosen=chosen, file_format=file_format)
    part = frame.page_of(chosen, len(found.rows))
    shown = found.rows[frame.span(part)]
    context: dict[str, Any] = {
        "as_of": found.as_of,
        "scope_text": wording.label(place.name),
        "indicator": known.id,
        "label": wording.label(known.label),
        "formula": wording.label(known.formula),
        "counts": wording.label(known.counts),
        "period": found.period if known.periodic else None,
        "figure": texts.figure(found.figure, known),
        "divides": found.figure.denominator is not None,
        "rows": texts.rows(shown, known, texts.projects(shown, found.as_of, today=now)),
        "page_obj": part,
        "count": len(found.rows),
        "limited": bool(set(chosen.to_query()) - set(_NOT_LIMITS)),
        "list_url": links.projects(chosen),
    }
    return render(request, "dashboard/behind.html", context)


def _tasks(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The tasks that I17 counts; limits to projects do not touch them."""
    file_format, now = frame.asked_format(request), today()
    chosen = ProjectFilter.from_query(request.GET, allow=(*_READERS, frame.FORMAT))
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    found = list(tasks_counted(day).order_by("seq_no", "pk"))
    if file_format:
        return frame.file_answer(
            scope,
            key="indicator_rows",
            sheet=Sheet("I17 构成明细", texts.TASK_COLUMNS, (f"数据截至 {day}", f"公式 {CATALOGUE[TASKS].formula}")),
            file_format=file_format,
            chosen=chosen,
            count=len(found),
            rows=texts.task_cells(found),
            now=timezone.now(),
        )
    context = {"as_of": day, "scope_text": "", "count": len(found), **texts.tasks(found)}
    return render(request, "dashboard/tasks_behind.html", context)


def _place(request: HttpRequest, chosen: ProjectFilter) -> Place:
    """The place that the address names, by default the whole city. Raises BadParameter. One query for areas."""
    asked = parameters.read({name: request.GET.get(name, "") for name in _READERS}, _READERS)
    code, by = asked.get("place", ""), DIVISIONS[asked.get(DIVISION, MANAGEMENT.key)]
    if not code:
        return Place(CITY, Level.CITY, by.dimension, ())
    is_town = by.level == Level.UNIT and code.isdigit() and len(code) > COUNTY_DIGITS
    level = Level.TOWNSHIP if is_town else by.level
    areas = areas_of(level, by.dimension, chosen=ProjectFilter(), day=chosen.as_of or today())
    if code == links.REST_PLACE:
        return Place(REST, level, by.dimension, areas)
    if code not in {area.code for area in areas}:
        raise parameters.bad("place", code, "这一天没有这个区域或单位")
    return Place(code, level, by.dimension, areas)


def _file(
    scope: Scope, found: Behind, indicator: Indicator, *, chosen: ProjectFilter, file_format: str
) -> HttpResponseBase:
    first, last = found.period
    notes = [f"{indicator.label}，{found.figure.name}，数据截至 {found.as_of}", f"公式 {indicator.formula}"]
    if indicator.periodic:
        notes.append(f"统计期 {first} 至 {last}")
    return frame.file_answer(
        scope,
        key="indicator_rows",
        sheet=Sheet(f"{indicator.id} 构成明细", texts.COLUMNS, tuple(notes)),
        file_format=file_format,
        chosen=chosen,
        count=len(found.rows) + 1,
        rows=texts.cells(found, indicator, today=today()),
        now=timezone.now(),
    )
