"""Another light than that of the rules, for a time and a reason: headquarters' word about one project."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboards.alerts.services import lift_override, override_light
from geodata.errors import BadParameter, Conflict, Refused
from geodata.projects.selectors import dossier
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.errors import status_of
from portal.workbench.people import staff, today
from portal.workbench.project_page.asked import Asked
from portal.workbench.project_page.page import columns
from portal.workbench.views.project import LIGHT, shown

_FIELDS = ("colour", "until", "reason")


@staff(Action.APPROVE)
@require_POST
def change(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Sets or lifts it; a refusal shows the project's page again with what was typed."""
    now = today()
    found = dossier(scope, code, upto=now, beside=columns(now))
    serial = found.project.serial_no
    try:
        said = _done(request, scope, serial, now)
    except (Refused, Conflict) as refusal:
        typed = {name: request.POST.get(name, "") for name in _FIELDS}
        status = status_of(refusal)
        return shown(request, scope, found, Asked(), now, status=status, light_error=refusal.message, light_typed=typed)
    messages.success(request, said, extra_tags=LIGHT)
    return redirect(f"{reverse('workbench:project', args=[serial])}#light")


def _done(request: HttpRequest, scope: Scope, code: str, now: date) -> str:
    match request.POST.get("act", ""):
        case "set":
            until = _day(request.POST.get("until", ""))
            colour, reason = request.POST.get("colour", ""), request.POST.get("reason", "").strip()
            override_light(scope, code=code, colour=colour, reason=reason, until=until, today=now, now=timezone.now())
            return _("The light is set until %(day)s.") % {"day": wording.day(until)}
        case "lift":
            lift_override(scope, code=code, today=now, now=timezone.now())
            return _("The light of the rules is shown again.")
    raise BadParameter("没有指明要做什么，请从项目页面上的按钮操作")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("请选择截止日期", code="bad-day") from error
