"""What would change, publishing with progress, and taking back: headquarters' pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geodata.errors import BadParameter, DomainError
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.publication import rows, selectors, services, texts
from portal.publication.jobs import carry_out_run
from portal.workbench.people import staff, today
from portal.workbench.selectors import unit_names

HISTORY, PAYMENTS = 12, 40


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.PUBLISH)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """GET shows where publishing stands; POST asks for a look ahead, a snapshot, or the release of a withdrawal."""
    if request.method == "POST":
        return _done(request, _chosen(request, _PAGE_ACTIONS), scope, "publication:page")
    services.settle(now=timezone.now())
    standing = selectors.standing(scope)
    review = standing.review
    history = Paginator(selectors.history(scope), HISTORY)
    history.count = standing.told  # a cached property, known already
    runs = history.get_page(request.GET.get("page"))
    places = wording.labels(unit_names())
    newest = standing.snapshot.number if standing.snapshot else None
    words = request.GET.get("q", "")[:60]
    context = {
        "as_of": today(),
        "snapshot": standing.snapshot,
        "now_public": texts.snapshot_counts(standing.snapshot) if standing.snapshot else None,
        "next_number": standing.next_number,
        "active": rows.run_texts(standing.active) if standing.active else None,
        "failure": rows.run_texts(standing.failure) if standing.failure else None,
        "review": review,
        "changes": texts.changes(review.report, places) if review else None,
        "checks": texts.checks(review.report) if review else None,
        "is_current": review is not None and review.report["base"] == newest and review.as_of == today(),
        "runs": [rows.history_row(run) for run in runs],
        "page_obj": runs,
        "querystring": "",
        "withdrawals": [rows.withdrawal_row(row) for row in selectors.withdrawals(scope)[:50]],
        "words": words,
        "found": selectors.find_projects(scope, words),
    }
    return render(request, "publication/page.html", context)


@require_safe
@staff(Action.PUBLISH)
def progress(request: HttpRequest, scope: Scope, run_id: int) -> HttpResponse:
    """Where a run is, for the module that polls it."""
    services.settle(now=timezone.now())
    return JsonResponse(rows.run_texts(selectors.run(scope, run_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.PUBLISH)
def project(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """What of a project is public; POST takes back the project, a name or a text."""
    if request.method == "POST":
        return _done(request, _chosen(request, _PROJECT_ACTIONS), scope, "publication:project", code)
    shown = selectors.published(scope, code)
    payments = Paginator(shown.payments, PAYMENTS).get_page(request.GET.get("page"))
    context = {
        "as_of": today(),
        "shown": shown,
        "project_url": texts.project_url(code),
        "payments": [
            {"row": row, "amount": texts.yuan_text(row.amount), "nameable": selectors.nameable(row.payee)}
            for row in payments
        ],
        "contracts": [{"row": row, "nameable": selectors.nameable(row.supplier)} for row in shown.contracts],
        "page_obj": payments,
        "querystring": "",
        "withdrawals": [
            rows.withdrawal_row(row) for row in selectors.withdrawals(scope).filter(code=code, lifted_at__isnull=True)
        ],
    }
    return render(request, "publication/project.html", context)


Act = Callable[..., str]


def _chosen(request: HttpRequest, actions: dict[str, Act]) -> Act:
    action = actions.get(request.POST.get("action", ""))
    if action is None:
        raise BadParameter("没有这项操作")
    return action


def _done(request: HttpRequest, act: Act, scope: Scope, route: str, *args: str) -> HttpResponse:
    """Does it and goes back to the page, which says what was done or why not."""
    try:
        said = act(request.POST, scope, *args)
        if said:  # a run speaks for itself
            messages.success(request, said)
    except DomainError as refused:
        if isinstance(refused, BadParameter):
            raise
        messages.error(request, refused.message)
    return HttpResponseRedirect(reverse(route, args=args))


def _review(_form: Any, scope: Scope) -> str:
    services.request_review(scope, as_of=today(), now=timezone.now(), defer=carry_out_run.defer)
    return ""


def _publish(form: Any, scope: Scope) -> str:
    if form.get("confirmed") != "1":
        raise BadParameter("请先确认已核对变更和检查结果")
    services.request_publication(scope, as_of=today(), now=timezone.now(), defer=carry_out_run.defer)
    return ""


def _lift(form: Any, scope: Scope) -> str:
    services.lift(scope, withdrawal_id=_number(form), reason=form.get("reason", ""), now=timezone.now())
    return _("Released: the next publication shows it again.")


def _carry_out(form: Any, scope: Scope) -> str:
    services.carry_out_now(scope, withdrawal_id=_number(form), now=timezone.now())
    return _("Withdrawn from the public site.")


def _number(form: Any) -> int:
    text = form.get("withdrawal", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise BadParameter("撤下记录的编号不正确")
    return int(text)


def _withdraw_project(form: Any, scope: Scope, code: str) -> str:
    services.withdraw_project(scope, code=code, reason=form.get("reason", ""), now=timezone.now())
    return _("Withdrawn from the public site: page, lists, map and files, in every snapshot.")


def _withdraw_item(form: Any, scope: Scope, code: str) -> str:
    """`item` is payment:<number>, supplier:<contract> or contract:<contract>."""
    kind, _colon, key = form.get("item", "").partition(":")
    reason, now = form.get("reason", ""), timezone.now()
    if kind == "contract":
        services.withdraw_text(scope, code=code, key=key, reason=reason, now=now)
        return _("The name of the contract is withdrawn.")
    name = selectors.published_name(scope, code, kind, key)
    services.withdraw_name(scope, code=code, key=key, name=name, reason=reason, now=now)
    left = selectors.mentions(scope, name)
    if left:
        places = "、".join(f"{found} {texts.column_label(column)}" for found, _table, column in left[:5])
        return _("The name is withdrawn. Other public texts still contain it: %(places)s") % {"places": places}
    return _("The name is withdrawn everywhere; no public text contains it any more.")


_PAGE_ACTIONS: dict[str, Act] = {"review": _review, "publish": _publish, "lift": _lift, "carry_out": _carry_out}
_PROJECT_ACTIONS: dict[str, Act] = {"project": _withdraw_project, "item": _withdraw_item}
