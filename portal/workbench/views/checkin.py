"""Checking in at the works with a phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geodata import parameters
from geodata.errors import Conflict, Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import threshold
from geodata.visits.rules import LONGEST_NOTE, MOST_ALLOWANCE_M, STALE_AFTER, WORST_ACCURACY_M, metres
from geodata.visits.selectors import NEAR, check_in_of, evidence_of_project, nearest, own_check_ins, unlocated
from geodata.visits.services import check_in, suggest_location
from portal.errors import wants_page
from portal.workbench.checkin import texts
from portal.workbench.checkin.asked import code_of, fix_of, key_of, photo_of, place_of
from portal.workbench.people import staff, today
from portal.workbench.trust import badge

READERS = {"project": parameters.code, "done": parameters.whole(1, 10**9 - 1)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.EDIT_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The phone's page; ?project= chooses one beforehand. POST records a check-in, for a script or for a browser."""
    if request.method == "POST":
        return _arrived(request, scope)
    asked = parameters.read(request.GET, READERS)
    recent = own_check_ins(scope)
    context: dict[str, Any] = {
        "as_of": today(),
        "project": asked.get("project", ""),
        "done": next((texts.own_texts(one) for one in recent if one.pk == asked.get("done")), None),
        "recent": [texts.own_texts(one) for one in recent],
        "near_m": threshold(NEAR),
        "worst_m": WORST_ACCURACY_M,
        "allowance_m": MOST_ALLOWANCE_M,
        "stale_seconds": int(STALE_AFTER.total_seconds()),
        "longest_note": LONGEST_NOTE,
    }
    return render(request, "workbench/checkin/page.html", context)


def _arrived(request: HttpRequest, scope: Scope) -> HttpResponse:
    made = check_in(
        scope,
        code=code_of(request.POST),
        fix=fix_of(request.POST),
        key=key_of(request.POST),
        note=request.POST.get("note", ""),
        photo=photo_of(request.FILES),
        today=today(),
        now=timezone.now(),
    )
    address = f"{reverse('workbench:checkin')}?done={made.pk}"
    return redirect(address) if wants_page(request) else JsonResponse({"url": address}, status=201)


@require_safe
@staff(Action.EDIT_PROJECTS)
def near(request: HttpRequest, scope: Scope) -> JsonResponse:
    """One's own projects around a position: the nearest first, then those without a place; both by ?q=, too."""
    asked = place_of(request.GET)
    near_m, accuracy = threshold(NEAR), metres(min(asked.get("accuracy", 0.0), 1e6))
    q = asked.get("q", "")
    found = [*nearest(scope, lon=asked["lon"], lat=asked["lat"], q=q), *unlocated(scope, q=q)]
    rows = [texts.near_texts(one, near_m=near_m, accuracy_m=accuracy) for one in found]
    response = JsonResponse(
        {"projects": rows, "allowed_m": float(near_m + min(accuracy, Decimal(MOST_ALLOWANCE_M)))},
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@staff(Action.EDIT_PROJECTS)
@require_POST
def suggest(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The place of a check-in as a draft of its project's shape; on to the editor."""
    found = check_in_of(scope, number)
    address = reverse("workbench:project", args=[found.project.serial_no])
    try:
        version = suggest_location(scope, number=number, today=today(), now=timezone.now())
    except (Conflict, Refused) as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{address}#visits")
    words = {"number": version.number, "name": found.project.name}
    messages.success(request, _("Draft %(number)s of the shape of %(name)s is kept. Look at it and submit it.") % words)
    try:
        return redirect(reverse("workbench:geometry", args=[found.project.serial_no]))
    except NoReverseMatch:  # a process without the editor
        return redirect(f"{address}#place")


@require_safe
@staff(Action.VIEW_PROJECTS)
def trust(request: HttpRequest, scope: Scope, code: str) -> JsonResponse:
    """The badge of a project's shape for the card of the map; {} for one without a shape."""
    found = badge(evidence_of_project(scope, code))
    response = JsonResponse(found or {}, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "private, no-store"
    return response
