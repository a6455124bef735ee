"""The change of a project's status: asking for it, its review, taking it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geodata.errors import BadParameter, Busy, Conflict, NotPermitted, Refused, TooLarge
from geodata.progress.models import StatusRequest
from geodata.progress.node_sheets import StatusSheet, status_sheet
from geodata.progress.services import (
    approve_status,
    request_status,
    request_stop_report,
    return_status,
    withdraw_status,
)
from geodata.progress.standing import papers_of_request, request_of
from geodata.progress.status_moves import is_start
from geodata.projects.selectors import reaches
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.visits.selectors import visited_days
from portal.errors import status_of
from portal.middleware import largest_body
from portal.workbench.people import staff, today
from portal.workbench.reporting import papers, site, status
from portal.workbench.reporting.review import decision
from portal.workbench.reporting.uploads import day


@largest_body(papers.BODY)
@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Where the project stands and may go; `?to=` opens the form of a move, POST asks for it."""
    held = status_sheet(scope, code, today=today(), has_contract=False)
    contract = status.has_contract(scope, held.project.pk, today=today())
    held = _with_contract(held, contract)
    if request.method == "POST":
        return _asked(request, scope, held, contract)
    return _shown(request, scope, held, target=request.GET.get("to", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def review(request: HttpRequest, scope: Scope, request_id: int) -> HttpResponse:
    """One request with its documents, to read and to decide on."""
    found = request_of(scope, request_id)
    if request.method == "POST":
        return _decided(request, scope, found)
    return _reviewed(request, scope, found)


@staff(Action.EDIT_PROJECTS)
@require_POST
def withdraw(request: HttpRequest, scope: Scope, request_id: int) -> HttpResponse:
    """Taken back before it was decided."""
    found = request_of(scope, request_id)
    try:
        withdraw_status(scope, request_id=request_id, now=timezone.now())
        messages.success(request, _("The request is withdrawn."))
    except Conflict as refusal:
        messages.error(request, refusal.message)
    return redirect("workbench:status", code=found.project.serial_no)


@largest_body(papers.BODY)
@staff(Action.EDIT_PROJECTS)
@require_POST
def report_stop(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """The report of a stop, handed in after the stop was recorded; another person decides on it."""
    held = status_sheet(scope, code, today=today(), has_contract=False)
    try:
        made = request_stop_report(
            scope,
            code=code,
            reported_on=day(request.POST.get("reported_on", ""), "报送日期"),
            doc_no=request.POST.get("doc_no", ""),
            papers=papers.sent(request),
            today=today(),
            now=timezone.now(),
        )
    except (Refused, TooLarge, Busy, Conflict) as refusal:
        typed = {name: request.POST.get(name, "")[:80] for name in ("reported_on", "doc_no")}
        held = _with_contract(held, status.has_contract(scope, held.project.pk, today=today()))
        return _shown(
            request, scope, held, status_code=status_of(refusal), stop_refusal=refusal.message, stop_typed=typed
        )
    messages.success(request, _("The request is submitted. Another person reviews it."))
    return redirect("workbench:status_review", request_id=made.pk)


def _with_contract(held: StatusSheet, contract: bool) -> StatusSheet:
    return replace(held, known=replace(held.known, has_contract=contract))


def _shown(
    request: HttpRequest, scope: Scope, held: StatusSheet, *, status_code: int = 200, target: str = "", **more: Any
) -> HttpResponse:
    typed = more.pop("typed", None)
    context = status.status_context(
        held,
        may_edit=reaches(scope, held.project.pk, Action.EDIT_PROJECTS),
        today=today(),
        typed=typed,
        target=target,
    )
    if is_start(held.project.status, target):
        begun = status.effective_day(typed) or today()
        visited = visited_days(scope, held.project.pk)
        context["began"] = site.site_context(held.project, visited=visited, start=begun)
    return render(request, "workbench/reporting/status.html", {**context, **more}, status=status_code)


def _asked(request: HttpRequest, scope: Scope, held: StatusSheet, contract: bool) -> HttpResponse:
    scope.require(Action.EDIT_PROJECTS)
    try:
        made = request_status(
            scope,
            code=held.project.serial_no,
            wanted=status.wanted_sent(request.POST),
            expected_status=request.POST.get("expected_status", ""),
            papers=papers.sent(request),
            photo=site.site_photo_sent(request),
            has_contract=contract,
            visited=visited_days(scope, held.project.pk),
            today=today(),
            now=timezone.now(),
        )
    except (Refused, TooLarge, Busy, Conflict) as refusal:
        faults = [text for text in getattr(refusal, "findings", ()) if isinstance(text, str)]
        typed = {name: value[:1000] for name, value in request.POST.items() if isinstance(value, str)}
        return _shown(
            request,
            scope,
            held,
            status_code=status_of(refusal),
            target=request.POST.get("status", ""),
            typed=typed,
            refusal=refusal.message,
            faults=faults,
        )
    messages.success(request, _("The request is submitted. Another person reviews it."))
    return redirect("workbench:status_review", request_id=made.pk)


def _reviewed(
    request: HttpRequest, scope: Scope, found: StatusRequest, *, status_code: int = 200, **more: Any
) -> HttpResponse:
    waits = found.state == StatusRequest.State.SUBMITTED
    context = status.review_context(found, papers_of_request(found), judged=[])
    if is_start(found.from_status, found.status):
        visited = visited_days(scope, found.project_id)
        context["began"] = site.site_context(found.project, visited=visited, start=found.effective_on)
    context["decision"] = decision(
        scope, found.project_id, found.hands, waits=waits, needs_headquarters=found.needs_headquarters
    )
    context["may_withdraw"] = waits and reaches(scope, found.project_id, Action.EDIT_PROJECTS)
    return render(request, "workbench/reporting/status_review.html", {**context, **more}, status=status_code)


def _decided(request: HttpRequest, scope: Scope, found: StatusRequest) -> HttpResponse:
    comment, word = request.POST.get("comment", ""), request.POST.get("decision", "")
    if word not in {"approve", "return"}:
        raise BadParameter("请用页面上的“批准”或“退回”按钮")
    try:
        if word == "approve":
            approve_status(
                scope,
                request_id=found.pk,
                comment=comment,
                has_contract=status.has_contract(scope, found.project_id, today=today()),
                visited=visited_days(scope, found.project_id),
                now=timezone.now(),
            )
        else:
            return_status(scope, request_id=found.pk, comment=comment, now=timezone.now())
    except NotPermitted as refusal:
        if refusal.code == "not-permitted":
            raise
        return _reviewed(request, scope, found, status_code=403, refusal=refusal.message, typed_comment=comment)
    except (Refused, Conflict) as refusal:
        return _reviewed(
            request, scope, found, status_code=status_of(refusal), refusal=refusal.message, typed_comment=comment
        )
    done = _("The report of the stop is recorded.") if found.is_stop_report else _("The status is changed.")
    messages.success(request, done if word == "approve" else _("The request is returned."))
    return redirect("workbench:status_review", request_id=found.pk)
