"""One account: who it is, which roles it holds and held, and what an administrator may do about it."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from geodata.errors import BadParameter, Conflict, DomainError, NotPermitted, Refused
from geodata.parameters import day
from geodata.stewards import selectors, services
from geodata.stewards.models import User
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import Scope
from portal.accounts import selectors as factors
from portal.accounts.services import decide_reset, request_reset
from portal.administration.people_rows import grant_row
from portal.errors import status_of
from portal.workbench.people import staff, today
from portal.workbench.selectors import unit_names

Act = Callable[[HttpRequest, Scope, User], HttpResponse | str]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_ACCOUNTS)
def person(request: HttpRequest, scope: Scope, user_id: int) -> HttpResponse:
    shown = selectors.account(scope, user_id)
    if request.method != "POST":
        return _page(request, scope, shown)
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise BadParameter("请从页面上的按钮操作")
    try:
        done = act(request, scope, shown)
    except (Refused, Conflict, NotPermitted) as error:
        return _page(request, scope, shown, error)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, done)
    return HttpResponseRedirect(reverse("administration:person", args=[user_id]))


def _update(request: HttpRequest, scope: Scope, shown: User) -> str:
    fields = {name: request.POST.get(name, "") for name in ("display_name", "staff_no", "office_phone")}
    services.update_account(scope, user_id=shown.pk, **fields)
    return _("Saved.")


def _close(request: HttpRequest, scope: Scope, shown: User) -> str:
    services.set_active(scope, user_id=shown.pk, active=False, today=today())
    return _("The account is closed; its sessions have ended.")


def _open(request: HttpRequest, scope: Scope, shown: User) -> str:
    services.set_active(scope, user_id=shown.pk, active=True, today=today())
    return _("The account is open again.")


@sensitive_variables("password")
def _password(request: HttpRequest, scope: Scope, shown: User) -> HttpResponse:
    password = services.set_temporary_password(scope, user_id=shown.pk)
    return render(request, "administration/password.html", {"person": shown, "password": password, "made": False})


def _grant(request: HttpRequest, scope: Scope, shown: User) -> str:
    services.grant_role(
        scope,
        user_id=shown.pk,
        role=request.POST.get("role", ""),
        unit_code=request.POST.get("unit", ""),
        organisation_name=request.POST.get("organisation", ""),
        valid_from=_day(request, "valid_from", "开始日期"),
        valid_to=_day(request, "valid_to", "截止日期"),
        now=timezone.now(),
    )
    return _("Role given.")


def _end(request: HttpRequest, scope: Scope, shown: User) -> str:
    services.end_grant(scope, grant_id=_number(request, "grant"), today=today(), now=timezone.now())
    return _("Role ended.")


def _ask_reset(request: HttpRequest, scope: Scope, shown: User) -> str:
    request_reset(scope, user_id=shown.pk, reason=request.POST.get("reason", ""), now=timezone.now())
    return _("Request noted: another administrator has to confirm it.")


def _decide(request: HttpRequest, scope: Scope, shown: User) -> str:
    agreed = request.POST.get("agreed") == "1"
    decide_reset(scope, reset_id=_number(request, "reset"), agreed=agreed, now=timezone.now())
    return _("One-time codes reset: the person sets them up anew.") if agreed else _("Request refused.")


_ACTS: dict[str, Act] = {
    "update": _update,
    "close": _close,
    "open": _open,
    "password": _password,
    "grant": _grant,
    "end": _end,
    "ask_reset": _ask_reset,
    "decide_reset": _decide,
}


def _day(request: HttpRequest, name: str, label: str) -> date | None:
    text = request.POST.get(name, "").strip()
    try:
        return day(label, [text]) if text else None
    except BadParameter as bad:
        raise Refused(f"{label}不正确，应为日期，例如 2026-03-31", code="bad-day") from bad


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadParameter("请从页面上的按钮操作")
    return int(text)


def _page(request: HttpRequest, scope: Scope, shown: User, error: DomainError | None = None) -> HttpResponse:
    rows = [grant_row(grant, today()) for grant in selectors.terms(scope, shown.pk)]
    resets = [reset for reset in factors.open_resets(scope) if reset.user_id == shown.pk]
    context = {
        "person": shown,
        "rows": [row for row in rows if row.state != "over"],
        "past": [row for row in rows if row.state == "over"],
        "has_factor": bool(factors.with_factor(scope, [shown.pk])),
        "reset": resets[0] if resets else None,
        "may_decide": bool(resets) and scope.user_id not in {resets[0].requested_by_id, shown.pk},
        "is_self": scope.user_id == shown.pk,
        "roles": Role.choices,
        "units": unit_names().items(),
        "typed": request.POST if error else {},
        "error": error.message if error else "",
    }
    return render(request, "administration/person.html", context, status=status_of(error) if error else 200)
