"""One project as staff see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from geodata.projects.choices import Disclosure
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Where a project of one's scope is shown: its public page, or the map for one that is not public."""
    row = summary.project_row(scope, code, today=today())
    if row.disclosure in {Disclosure.PUBLIC, Disclosure.PARTIAL}:
        return redirect("public:project", code=row.code)
    return redirect(f"{reverse('workbench:map')}?{urlencode({'q': row.code})}")
