"""Panels that the leaders' screen asks for once it is drawn: each a piece of the page under the same address."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.cockpit.month import month_figures
from dashboards.cockpit.tasks import tasks_of
from dashboards.curves.selectors import course
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from portal.dashboard import course as course_texts
from portal.dashboard import panels, strip
from portal.dashboard.people import require_city
from portal.dashboard.view import ScreenAsked
from portal.workbench.people import staff, today

Context = dict[str, Any]
Part = Callable[[Scope, ScreenAsked, ProjectFilter, date], Context]


def _part(template: str) -> Callable[[Part], Callable[..., HttpResponse]]:
    """A view that renders one piece: for those who see the whole city, never kept by a proxy."""

    def decorate(made: Part) -> Callable[..., HttpResponse]:
        @require_safe
        @staff(Action.VIEW_CITY_FIGURES)
        @wraps(made)
        def view(request: HttpRequest, scope: Scope) -> HttpResponse:
            require_city(scope)
            asked, day = ScreenAsked.from_query(request.GET), today()
            as_of = asked.filter.as_of or day
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
        "curve": course_texts.texts(course(scope, chosen=chosen, today=day)),
        "tasks": panels.tasks(tasks_of(scope, year=(chosen.as_of or day).year)),
    }


@_part("dashboard/cockpit/_part_month.html")
def month(scope: Scope, asked: ScreenAsked, chosen: ProjectFilter, day: date) -> Context:
    """What the hotline and the reports say of the month."""
    found = month_figures(scope, chosen=chosen, today=day)
    return {"strip": [strip.month(found, chosen, chosen.as_of or day)]}
