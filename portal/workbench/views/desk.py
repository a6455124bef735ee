"""The desk: what waits for this person, in order of urgency."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.progress.periods import owed
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.desk import work
from portal.workbench.people import staff, today
from portal.workbench.selectors import scope_text

_READERS = {"show": parameters.one_of(*work.SECTIONS)}


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The sections with their first rows; `show` gives all rows of one."""
    day, shown = today(), parameters.read(request.GET, _READERS).get("show", "")
    sections = work.sections(scope, today=day)
    full = [section for section in sections if section.rows]
    context = {
        "as_of": day,
        "weekday": wording.day(day),
        "scope_text": "" if scope.everything else scope_text(scope.unit_ids),
        "may_work": bool(sections),
        "sections": full,
        "empty": [section for section in sections if not section.rows],
        "shown": next((section for section in sections if section.key == shown), None) if shown else None,
        "period": owed(day).key,
    }
    return render(request, "workbench/desk/desk.html", context)
