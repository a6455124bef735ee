"""One project as staff see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.projects.selectors import dossier
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff, today
from portal.workbench.project_page.asked import Asked
from portal.workbench.project_page.page import page_context


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """All that is recorded of a project of one's scope; a 统一项目代码 leads to the platform's own permanent code."""
    asked, now = Asked.from_query(request.GET), today()
    found = dossier(scope, code, upto=asked.day(now))
    if found.project.serial_no != code:
        query = asked.querystring()
        address = reverse("workbench:project", args=[found.project.serial_no])
        return redirect(f"{address}?{query}" if query else address)
    return render(request, "workbench/project.html", page_context(scope, found, asked, today=now))
