"""The nodes of a project: their days, documents, and the word of another person on key nodes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geodata.errors import BadParameter, Busy, Conflict, NotPermitted, Refused, TooLarge
from geodata.progress.node_sheets import NodeSheet, node_sheet
from geodata.progress.services import begin_milestones, confirm_milestone, return_milestone, save_milestone
from geodata.progress.waiting import milestone_code
from geodata.projects.selectors import reaches
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.errors import status_of
from portal.middleware import largest_body
from portal.workbench.people import staff, today
from portal.workbench.reporting import nodes, papers


@largest_body(papers.BODY)
@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """All nodes; POST writes one of them, or gives a project without nodes the usual ones."""
    held = node_sheet(scope, code)
    if request.method == "POST":
        return _sent(request, scope, held)
    return _shown(request, scope, held)


@staff(Action.APPROVE)
@require_POST
def decide(request: HttpRequest, scope: Scope, milestone_id: int) -> HttpResponse:
    """Confirm the day of a key node, or send it back with a word."""
    code = milestone_code(scope, milestone_id)
    word = request.POST.get("decision", "")
    act = {"approve": confirm_milestone, "return": return_milestone}.get(word)
    if act is None:
        raise BadParameter("请用页面上的“确认”或“退回”按钮")
    try:
        row = act(
            scope,
            milestone_id=milestone_id,
            expected_version=revision(request),
            comment=request.POST.get("comment", ""),
            now=timezone.now(),
        )
    except (Refused, Conflict, NotPermitted) as refusal:
        if isinstance(refusal, NotPermitted) and refusal.code == "not-permitted":
            raise
        messages.error(request, refusal.message)
        return redirect("workbench:milestones", code=code)
    said = _("“%(name)s” is confirmed.") if word == "approve" else _("“%(name)s” is returned.")
    messages.success(request, said % {"name": row.name})
    return redirect(f"{reverse('workbench:milestones', args=[code])}#{row.code}")


def revision(request: HttpRequest) -> int:
    """The number of the version that the form was made of. Raises BadParameter."""
    said = request.POST.get("revision", "")
    if not said.isdigit() or len(said) > 9:
        raise BadParameter("表单缺少版本号，请重新打开页面后再保存")
    return int(said)


def _shown(
    request: HttpRequest, scope: Scope, held: NodeSheet, *, status: int = 200, typed: Any = None
) -> HttpResponse:
    context = nodes.nodes_context(
        scope,
        held,
        may_edit=reaches(scope, held.project.pk, Action.EDIT_PROJECTS),
        may_approve=reaches(scope, held.project.pk, Action.APPROVE),
        today=today(),
        typed=typed,
    )
    return render(request, "workbench/reporting/milestones.html", context, status=status)


def _sent(request: HttpRequest, scope: Scope, held: NodeSheet) -> HttpResponse:
    scope.require(Action.EDIT_PROJECTS)
    address = reverse("workbench:milestones", args=[held.project.serial_no])
    action = request.POST.get("action", "")
    if action == "begin":
        made = begin_milestones(scope, code=held.project.serial_no)
        messages.success(request, _("%(n)s nodes are set up.") % {"n": made})
        return redirect(address)
    if action != "save":
        raise BadParameter("请用页面上的“保存”按钮")
    try:
        row = save_milestone(
            scope,
            code=held.project.serial_no,
            node=request.POST.get("node", "")[:8],
            days=nodes.days_sent(request.POST),
            override_reason=request.POST.get("override_reason", ""),
            papers=papers.sent(request),
            expected_version=revision(request),
            today=today(),
            now=timezone.now(),
        )
    except (Refused, TooLarge, Busy, Conflict) as refusal:
        typed = nodes.typed_again(request.POST, refusal)
        return _shown(request, scope, held, status=status_of(refusal), typed=typed)
    waits = _("“%(name)s” is saved and waits to be confirmed.") if row.reported_on else _("“%(name)s” is saved.")
    messages.success(request, waits % {"name": row.name})
    return redirect(f"{address}#{row.code}")
