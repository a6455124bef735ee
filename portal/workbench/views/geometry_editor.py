"""The page of the geometry editor. The shape itself goes over JSON (geometry_json.py)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geodata.projects.selectors import reached
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.geometry_editor.page import page_context
from portal.workbench.people import staff


@require_safe
@staff(Action.EDIT_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """The editor for somebody who may change the shape of this project; NotFound outside his scope."""
    project = reached(scope, code, Action.EDIT_PROJECTS)
    return render(request, "workbench/geometry/editor.html", page_context(project))
