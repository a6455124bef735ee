"""The audit trail."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff


@require_safe
@staff(Action.VIEW_AUDIT)
def audit(request: HttpRequest, scope: Scope) -> HttpResponse:
    return HttpResponse("")
