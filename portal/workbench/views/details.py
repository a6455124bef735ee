"""Supplying what a project lacks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import Conflict, Refused
from geodata.projects.choices import InvestmentBasis
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.errors import status_of
from portal.workbench.desk import addresses, completing
from portal.workbench.desk.completing import Typed
from portal.workbench.desk.selectors import Gap, gap_of
from portal.workbench.people import staff, today


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.EDIT_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """A field for each thing that is missing; POST records those that were filled in."""
    gap = gap_of(scope.only(Action.EDIT_PROJECTS), code, today=today())
    if request.method != "POST":
        return _shown(request, gap, Typed({}, {}))
    typed = completing.read(request.POST.dict(), gap.missing)
    try:
        left = completing.complete(scope, code=code, typed=typed, today=today())
    except (Refused, Conflict) as refusal:
        return _shown(request, gap, typed, status=status_of(refusal), refusal=refusal.message)
    messages.success(request, _("%(name)s is completed.") % {"name": gap.name} if not left.missing else _("Kept."))
    return redirect(reverse("workbench:details", args=[code]) if left.missing else reverse("workbench:desk"))


def _shown(request: HttpRequest, gap: Gap, typed: Typed, *, status: int = 200, refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "gap": gap,
        "unit_name": wording.label(gap.unit),
        "missing": dict.fromkeys(gap.missing, True),
        "project_url": addresses.project(gap.code),
        "geometry_url": addresses.place("geometry", gap.code),
        "milestones_url": addresses.place("milestones", gap.code),
        "bases": wording.options(InvestmentBasis),
        "typed": request.POST.dict(),
        "errors": typed.errors,
        "refusal": refusal,
        "year": today().year,
    }
    return render(request, "workbench/desk/details.html", context, status=status)
