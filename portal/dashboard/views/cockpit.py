"""The leaders' screen: every figure with its denominator, its day and the way to its rows; the address is its state."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.choropleths.selectors import Choropleth
from dashboards.cockpit import selectors as cockpit
from dashboards.cockpit import tasks
from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.known import require_known
from geodata.tiles.render import left_out
from portal import maps, wording
from portal.dashboard import changed, links, panels, timeline
from portal.dashboard import files as screen_files
from portal.dashboard import units as unit_table
from portal.dashboard.people import require_city
from portal.dashboard.strip import strip
from portal.dashboard.view import Depth, ScreenAsked
from portal.dashboard.views.parts import MADE
from portal.dashboard.works import tasks as files
from portal.workbench.city_map import choices, layers, marks, painting, texts
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.addresses import TILES_IGNORE, map_addresses, offline_url
from portal.workbench.city_map.view import PROJECTS
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

# what the page fetches once it is drawn (views/parts.py)
PARTS = {"dashboard:warnings": "lights red feed", "dashboard:works": "curve tasks", "dashboard:month": "month"}


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The screen as of a day; in leader's mode three figures and the red list; ?format=csv or xlsx gives its tables."""
    require_city(scope)
    file_format = frame.asked_format(request)
    asked = ScreenAsked.from_query({name: text for name, text in request.GET.items() if name != frame.FORMAT})
    day = today()
    require_known(asked.filter)
    as_of = asked.filter.as_of or day
    require_past(as_of, day)
    asked.require_earlier(as_of)
    view = asked.view
    known = city.names(as_of, points=None if view.symbols == PROJECTS else view.painted)
    found = cockpit.screen(
        scope,
        chosen=asked.plain,
        dimension=view.dimension,
        areas=known.areas,
        against=view.against,
        today=day,
    )
    if file_format:
        return _file(scope, asked, found, known.categories, file_format)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    painted, map_texts = _painted(scope, asked, found, known, day)
    context: dict[str, Any] = {
        "as_of": as_of,
        "is_today": as_of == day,
        "filters": asked.filter.to_query(),
        "view": view.to_query(),
        "depth": asked.depth.value,
        "crumbs": panels.crumbs(asked, units, found.towns),
        "limits": panels.limits(asked, known),
        "strip": strip(found, few=bool(view.mode)),
        "against": wording.day(view.against) if view.against else "",
        "changed_url": changed.since_url(view.against, as_of, asked.plain) if view.against else "",
        "comparisons": timeline.comparisons(asked, as_of=as_of),
        "clear_against": asked.url_of(against=None),
        "branches": panels.branches(found, asked, categories),
        **_parts(scope, asked, day),
        "units": unit_table.table(
            found,
            asked,
            painted,
            {area.code: area.kind for area in known.areas},
            unit_table.before(scope, asked, painted, today=day),
        ),
        "towns": unit_table.towns(found, asked) if asked.depth == Depth.UNIT else [],
        "town_rows": unit_table.projects(found.listed),
        "reconciliation": panels.reconciliation(found.reconciliation),
        "timeline": timeline.timeline(asked, as_of=as_of, today=day),
        "statuses": wording.status_legend(),
        **map_texts,
        # the table's, although townships are painted as places
        "dimensions": texts.dimension_choices(asked.view.dimension),
        **_map(asked, found, known, units, categories, is_today=as_of == day),
    }
    return render(request, "dashboard/cockpit.html", context)


def _file(
    scope: Scope, asked: ScreenAsked, found: cockpit.Screen, categories: Mapping[str, str], file_format: str
) -> HttpResponseBase:
    rows = list(screen_files.cells(found, categories))
    notes = (f"数据截至 {found.as_of}", "汇总比率为合计之比", "单位、区划和类别各自合计，互不相加")
    return frame.file_answer(
        scope,
        key="cockpit",
        sheet=Sheet("驾驶舱分组数字", screen_files.COLUMNS, notes),
        file_format=file_format,
        chosen=asked.filter,
        count=len(rows),
        rows=rows,
        now=timezone.now(),
    )


def _parts(scope: Scope, asked: ScreenAsked, day: date) -> dict[str, Any]:
    """The parts of this address and the slots that each fills; `full` asks for their content at once instead."""
    known = dict(PARTS)
    if asked.view.mode:
        known = {"dashboard:warnings": "lights red"}
    elif asked.view.against:
        known |= {"dashboard:warnings": "lights red", "dashboard:changes": "changes"}
    if asked.view.full:
        made = {name.partition(":")[2]: MADE[name](scope, asked, asked.plain, day) for name in known}
        return {"full": made}
    parts = [{"url": f"{reverse(name)}?{asked.querystring}", "slots": slots} for name, slots in known.items()]
    return {"parts": parts, "full_url": asked.url_of(full="1")}


def _painted(
    scope: Scope, asked: ScreenAsked, found: cockpit.Screen, known: city.Names, day: date
) -> tuple[Choropleth | None, dict[str, Any]]:
    """What the map is painted with; nothing in leader's mode, which has no map."""
    if asked.view.mode:
        return None, {}
    same = asked.view.painted == asked.view.dimension
    by_unit = found.by_unit if same else found.groups.places().by(asked.view.painted)
    return painting.paint(scope, asked, by_unit, known, today=day)


def _map(
    asked: ScreenAsked,
    found: cockpit.Screen,
    known: city.Names,
    units: dict[str, str],
    categories: dict[str, str],
    *,
    is_today: bool,
) -> dict[str, Any]:
    """The map with its marks, its layers, the ways from it; nothing of that in leader's mode."""
    if asked.view.mode:
        return {}
    chosen, shown, whole = asked.filter, asked.shown(is_today=is_today), found.whole
    legend = marks.mark_legend(shown, categories)
    drawn = maps.map_context(
        tiles=f"/staff-tiles/{known.version}",
        querystring=chosen.querystring(without=TILES_IGNORE),
        labels=marks.labels(shown, legend, units=units, categories=categories),
        unlocated=whole.totals.unlocated,
        undrawn=left_out(whole.by_zoom),
        bounds=maps.bounds_of_web(whole.extent) if asked.unit or asked.town else "",
        more=asked.view.tiles,
    )
    return {
        "map": drawn | map_addresses(chosen) | {"unlocated_url": links.projects(asked.plain, located="no")},
        "marks": choices.marks(shown),
        "mark_legend": legend,
        "offline_url": offline_url(asked),
        **layers.context(asked),
    }


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def task(request: HttpRequest, scope: Scope, number: int) -> HttpResponseBase:
    """One 民生实事: target, done, and the projects that serve it; ?format=csv or xlsx gives these."""
    require_city(scope)
    parameters.read(request.GET, {}, allow=(frame.FORMAT,))
    file_format, day = frame.asked_format(request), today()
    one = tasks.task(scope, number)
    pairs = tasks.serving(scope, number, today=day)
    if file_format:
        return frame.file_answer(
            scope,
            key="task",
            sheet=Sheet("民生实事项目", files.COLUMNS, (*files.notes(one), f"项目情况截至 {day}")),
            file_format=file_format,
            chosen=frame.Named(of=str(number)),
            count=len(pairs) + (3 if files.sums(one) else 0),
            rows=files.cells(pairs, one),
            now=timezone.now(),
        )
    context = {
        "as_of": day,
        "task": panels.task(one),
        "count": len(pairs),
        "rows": [panels.serving(*pair, one) for pair in pairs],
        "sums": panels.served((quantity for _row, quantity in pairs), one),
    }
    return render(request, "dashboard/task.html", context)
