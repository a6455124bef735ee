"""Panels that the leaders' screen asks for once it is drawn: each a piece of the page under the same address."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.alerts import selectors as alerts
from dashboards.cockpit.month import month_figures
from dashboards.cockpit.tasks import tasks_of
from dashboards.curves.selectors import course
from dashboards.indicators.changes import changed_between
from geodata.errors import BadParameter
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from portal.dashboard import changed, links, panels, red_list, strip
from portal.dashboard import course as course_texts
from portal.dashboard.people import require_city
from portal.dashboard.view import ScreenAsked
from portal.workbench.days import require_past
from portal.workbench.people import staff, today

FEED: Final = 4  # newest warnings below the map
CHANGED: Final = 60  # projects listed; the counts are of all
Context = dict[str, Any]
Part = Callable[[Scope, ScreenAsked, ProjectFilter, date], Context]
MADE: Final[dict[str, Part]] = {}  # by the name of its address: what fills each part


def _part(template: str) -> Callable[[Part], Callable[..., HttpResponseBase]]:
    """A view that renders one piece: for those who see the whole city, never kept by a proxy."""

    def decorate(made: Part) -> Callable[..., HttpResponseBase]:
        MADE[f"dashboard:{made.__name__}"] = made

        @require_safe
        @staff(Action.VIEW_CITY_FIGURES)
        @wraps(made)
        def view(request: HttpRequest, scope: Scope) -> HttpResponse:
            require_city(scope)
            asked, day = ScreenAsked.from_query(request.GET), today()
            require_known(asked.filter)
            as_of = asked.filter.as_of or day
            require_past(as_of, day)
            asked.require_earlier(as_of)
            context = {"as_of": as_of, "is_today": as_of == day, "view": asked.view.to_query()}
            response = render(request, template, context | made(scope, asked, asked.plain, day))
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return view

    return decorate


@_part("dashboard/cockpit/_part_course.html")
def works(scope: Scope, asked: ScreenAsked, chosen: ProjectFilter, day: date) -> Context:
    """The S-curve and the year's 民生实事."""
    return {
        "curve": course_texts.texts(course(scope, chosen=chosen, today=day), chosen),
        "tasks": panels.tasks(tasks_of(scope, year=(chosen.as_of or day).year)),
    }


@_part("dashboard/cockpit/_part_warnings.html")
def warnings(scope: Scope, asked: ScreenAsked, chosen: ProjectFilter, day: date) -> Context:
    """Lights of the filtered projects, the red ones among them, and the newest warnings."""
    as_of = chosen.as_of or day
    lights = alerts.Lights(scope, chosen=chosen, day=as_of, today=day)
    counts = lights.counts()
    feed = alerts.alert_feed(scope, chosen=chosen, day=as_of, today=day, limit=FEED) if shows_feed(asked) else []
    return {
        "strip": [red_list.lights(counts, chosen, as_of, today=day)],
        "red": red_list.rows(lights.red()),
        "red_of": counts.red,
        "red_url": links.lights(chosen, "red", as_of, today=day) if counts.judged else "",
        "is_scanned": counts.scanned_on is not None,
        "is_judged": counts.judged,
        "judged": red_list.judged(counts),
        "feed": [red_list.warning(alert, as_of) for alert in feed],
        "shows_feed": shows_feed(asked),
    }


def shows_feed(asked: ScreenAsked) -> bool:
    """The newest warnings stand where the changes stand while two days are compared; leader's mode has neither."""
    return not asked.view.mode and not asked.view.against


@_part("dashboard/cockpit/_changes.html")
def changes(scope: Scope, asked: ScreenAsked, chosen: ProjectFilter, day: date) -> Context:
    """What has changed since the day compared with; nothing where the address names none."""
    later, earlier = chosen.as_of or day, asked.view.against
    if earlier is None:
        raise BadParameter("请先选择要对比的日期（参数 against）")
    found = changed_between(scope, earlier=earlier, later=later, chosen=chosen, today=day, limit=CHANGED)
    return {"changes": changed.texts(found, chosen) | {"url": changed.rows_url(found, chosen)}}


@_part("dashboard/cockpit/_part_month.html")
def month(scope: Scope, asked: ScreenAsked, chosen: ProjectFilter, day: date) -> Context:
    """What the hotline and the reports say of the month."""
    found = month_figures(scope, chosen=chosen, today=day)
    return {"strip": [strip.month(found, chosen, chosen.as_of or day)]}
