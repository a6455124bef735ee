"""Saying what a work order is about."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geodata.complaints.models import OrderMatch
from geodata.complaints.selectors import match_to_decide
from geodata.complaints.services import confirm_match, reject_match
from geodata.errors import Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff
from portal.workbench.project_page.asked import Asked


@staff(Action.VIEW_PROJECTS)
@require_POST
def confirm(request: HttpRequest, scope: Scope, match_id: int) -> HttpResponse:
    """The order is about the project."""

    def decide(match: OrderMatch) -> str:
        confirm_match(scope, order_id=match.order_id, project_id=match.project_id, now=timezone.now())
        return _("Work order %(number)s is confirmed for this project.")

    return _decided(request, scope, match_id, decide)


@staff(Action.VIEW_PROJECTS)
@require_POST
def reject(request: HttpRequest, scope: Scope, match_id: int) -> HttpResponse:
    """It is not, for a reason that must be given."""
    reason = request.POST.get("reason", "")

    def decide(match: OrderMatch) -> str:
        reject_match(scope, order_id=match.order_id, project_id=match.project_id, reason=reason, now=timezone.now())
        return _("Work order %(number)s is rejected and will not be suggested again.")

    return _decided(request, scope, match_id, decide)


def _decided(request: HttpRequest, scope: Scope, match_id: int, decide: Callable[[OrderMatch], str]) -> HttpResponse:
    """Back to where the person was, with a word on what came of it."""
    match = match_to_decide(scope, match_id)
    try:
        messages.success(request, decide(match) % {"number": match.order.order_no})
    except Refused as refusal:
        messages.error(request, refusal.message)
    asked = Asked.from_query({name: request.POST[name] for name in Asked.READERS if name in request.POST}).querystring()
    address = reverse("workbench:project", args=[match.project.serial_no])
    return redirect(f"{address}{'?' if asked else ''}{asked}#orders")
