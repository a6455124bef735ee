"""The report of a period: the form, its check while typing, its review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geodata.errors import BadParameter, Busy, Conflict, NotPermitted, Refused, StaleEdit, TooLarge
from geodata.progress import periods
from geodata.progress.consistency import Finding
from geodata.progress.duty import due_day, is_weekly
from geodata.progress.services import (
    Saved,
    add_photo,
    approve_report,
    discard_report,
    may_discard,
    may_set_cycle,
    report_monthly,
    report_weekly,
    return_report,
    save_report,
)
from geodata.progress.sheets import Sheet, report_sheet, sheet
from geodata.projects.selectors import reaches
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.errors import status_of
from portal.middleware import largest_body
from portal.workbench.people import staff, today
from portal.workbench.reporting import fields, papers
from portal.workbench.reporting.elsewhere import elsewhere
from portal.workbench.reporting.page import finding_texts, findings_of, form_context, progress, suggested
from portal.workbench.reporting.review import review_context
from portal.workbench.reporting.uploads import photo_sent


@largest_body(papers.BODY)
@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def form(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """The report of a month or week of a project; POST saves a draft, submits it, or takes in a photo of the period."""
    weekly = is_weekly(scope, code, today())
    held = sheet(scope, code, _period(request, weekly=weekly))
    if request.method == "POST":
        return _sent(request, scope, held)
    return _shown(request, scope, held, weekly=weekly)


@staff(Action.VIEW_PROJECTS)
@require_POST
def cycle(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Headquarters sets how often the project reports: `cycle` is week or month."""
    wanted = request.POST.get("cycle", "")
    if wanted not in {periods.WEEK, periods.MONTH}:
        raise BadParameter("请用页面上的按钮选择按周或按月填报")
    try:
        if wanted == periods.WEEK:
            report_weekly(scope, code=code, today=today())
            messages.success(request, _("The project reports every week from this week on."))
        else:
            report_monthly(scope, code=code)
            messages.success(request, _("The project reports by the month again."))
    except Conflict as refusal:
        messages.error(request, refusal.message)
    return redirect("workbench:report", code=code)


@staff(Action.EDIT_PROJECTS)
@require_POST
def discard(request: HttpRequest, scope: Scope, report_id: int) -> HttpResponse:
    """An undecided report thrown away by one of those who wrote it; back to the empty form of its period."""
    held, _report = report_sheet(scope, report_id)
    try:
        discard_report(scope, report_id=report_id, expected_version=_expected(request.POST), now=timezone.now())
        messages.success(request, _("The draft is discarded."))
    except (Conflict, StaleEdit) as refusal:
        messages.error(request, refusal.message)
    return redirect(_address(held))


def _period(request: HttpRequest, *, weekly: bool) -> periods.Period:
    kind = periods.WEEK if weekly else periods.MONTH
    return periods.parse_any(request.GET.get("period", ""), today=today(), kind=kind)


@staff(Action.EDIT_PROJECTS)
@require_POST
def check(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """What contradicts itself in what is typed, and what follows from it; nothing is written."""
    held = sheet(scope, code, _period(request, weekly=False))
    typed = fields.read(request.POST, held.nodes)
    said = progress(held, typed)
    found = findings_of(held, typed, elsewhere(scope, held.project.pk, today=today()))
    return JsonResponse(
        {
            "progress": "" if said is None else fields.bare(said),
            "suggested": suggested(held, typed),
            "findings": finding_texts(found),
            "errors": typed.errors,
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def review(request: HttpRequest, scope: Scope, report_id: int) -> HttpResponse:
    """A version of a report, to read and to decide on."""
    held, report = report_sheet(scope, report_id)
    if request.method == "POST":
        return _decided(request, scope, held, report)
    return _reviewed(request, scope, held, report)


def _address(held: Sheet, anchor: str = "") -> str:
    return f"{reverse('workbench:report', args=[held.project.serial_no])}?period={held.period.key}{anchor}"


def _shown(request: HttpRequest, scope: Scope, held: Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    known = {"typed", "findings", "errors", "theirs", "reason"}
    context = form_context(
        held,
        may_edit=reaches(scope, held.project.pk, Action.EDIT_PROJECTS),
        today=today(),
        due=due_day(held.period),
        is_weekly=_weekly(scope, held, more.pop("weekly", None)),
        may_set_cycle=may_set_cycle(scope),
        may_discard=may_discard(scope, held.newest),
        **{name: value for name, value in more.items() if name in known},
    )
    rest = {name: value for name, value in more.items() if name not in known}
    return render(request, "workbench/reporting/report.html", {**context, **rest}, status=status)


def _weekly(scope: Scope, held: Sheet, known: bool | None) -> bool:
    return is_weekly(scope, held.project.serial_no, today()) if known is None else known


def _sent(request: HttpRequest, scope: Scope, held: Sheet) -> HttpResponse:
    scope.require(Action.EDIT_PROJECTS)
    action = request.POST.get("action", "")
    if action == "photo":
        return _photo(request, scope, held)
    if action not in {"save", "submit"}:
        raise BadParameter("请用页面上的“保存草稿”或“提交审核”按钮")
    return _saved(request, scope, held, submit=action == "submit")


def _photo(request: HttpRequest, scope: Scope, held: Sheet) -> HttpResponse:
    try:
        sent = photo_sent(request)
        kept = add_photo(scope, project_id=held.project.pk, today=today(), now=timezone.now(), **sent)
    except (Refused, TooLarge, Busy) as refusal:
        return _shown(request, scope, held, status=status_of(refusal), photo_error=refusal.message)
    if held.period.start <= kept.taken_on <= held.period.end:
        messages.success(request, _("The photo is kept."))
    else:
        said = _("The photo is kept. It was taken on %(day)s, so it stands with the photos of that time.")
        messages.success(request, said % {"day": wording.day(kept.taken_on)})
    return redirect(_address(held, "#photos"))


def _saved(request: HttpRequest, scope: Scope, held: Sheet, *, submit: bool) -> HttpResponse:
    typed = fields.read(request.POST, held.nodes)
    shown: dict[str, Any] = {"typed": typed, "reason": request.POST.get("reason", "")}
    if typed.errors:
        return _shown(request, scope, held, status=422, errors=typed.errors, refusal=_unread(typed.errors), **shown)
    try:
        saved = _written(request, scope, held, typed, submit=submit)
    except StaleEdit as stale:
        return _shown(request, scope, held, status=status_of(stale), theirs=True, refusal=stale.message, **shown)
    except (Refused, TooLarge, Busy, Conflict) as refusal:
        found = [one for one in getattr(refusal, "findings", ()) if isinstance(one, Finding)]
        return _shown(request, scope, held, status=status_of(refusal), findings=found, refusal=refusal.message, **shown)
    if submit:
        messages.success(request, _("The report is submitted. Another person reviews it."))
        return redirect("workbench:report_review", report_id=saved.report.pk)
    messages.success(request, _("The draft is saved."))
    return redirect(_address(held))


def _written(request: HttpRequest, scope: Scope, held: Sheet, typed: fields.Typed, *, submit: bool) -> Saved:
    return save_report(
        scope,
        code=held.project.serial_no,
        period=held.period,
        values=typed.values,
        submit=submit,
        expected_version=_expected(request.POST),
        reason=request.POST.get("reason", ""),
        elsewhere=elsewhere(scope, held.project.pk, today=today()),
        papers=papers.sent(request),
        today=today(),
        now=timezone.now(),
    )


def _expected(data: Mapping[str, str]) -> int:
    said = data.get("revision", "")
    if not said.isdigit() or len(said) > 9:
        raise BadParameter("表单缺少版本号，请重新打开页面后再保存")
    return int(said)


def _unread(errors: Mapping[str, str]) -> str:
    return _("Nothing is saved yet: %(n)s fields cannot be read.") % {"n": len(errors)}


def _reviewed(
    request: HttpRequest, scope: Scope, held: Sheet, report: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = review_context(scope, held, report, elsewhere(scope, held.project.pk, today=today()))
    return render(request, "workbench/reporting/review.html", {**context, **more}, status=status)


def _decided(request: HttpRequest, scope: Scope, held: Sheet, report: Any) -> HttpResponse:
    comment, word = request.POST.get("comment", ""), request.POST.get("decision", "")
    decide = {"approve": approve_report, "return": return_report}.get(word)
    if decide is None:
        raise BadParameter("请用页面上的“审核通过”或“退回”按钮")
    try:
        decide(
            scope,
            report_id=report.pk,
            expected_version=_expected(request.POST),
            comment=comment,
            now=timezone.now(),
        )
    except NotPermitted as refusal:
        if refusal.code != "same-person":
            raise
        return _reviewed(request, scope, held, report, status=403, refusal=refusal.message, typed_comment=comment)
    except (Refused, Conflict) as refusal:
        return _reviewed(
            request, scope, held, report, status=status_of(refusal), refusal=refusal.message, typed_comment=comment
        )
    said = _("The report is approved and frozen.") if word == "approve" else _("The report is returned.")
    messages.success(request, said)
    return redirect("workbench:report_review", report_id=report.pk)
