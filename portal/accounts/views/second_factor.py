"""The question for a one-time code after the password, and setting codes up, renewing and giving them up."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from geodata.errors import BadParameter, Conflict, Refused, TooFast
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from portal import qr
from portal.accounts import codes, gate, selectors, services
from portal.accounts.views.log_in import next_address

Trouble = Refused | TooFast | Conflict
PersonView = Callable[[HttpRequest, User], HttpResponse]


def known(view: PersonView) -> Callable[[HttpRequest], HttpResponse]:
    """For anybody who has given the password, whatever the roles."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user)

    return asked


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@known
def second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """Asks for the code that the session owes; who owes none is led on, or to setting codes up."""
    if not gate.owed(request):
        scope = scope_of(user, today=timezone.localdate())
        wanted = reverse("accounts:security") if gate.closed(request, scope) else next_address(request)
        return HttpResponseRedirect(wanted)
    if request.method != "POST":
        return _question(request)
    try:
        left = services.pass_factor(user=user, code=request.POST.get("code", ""), now=timezone.now())
    except (Refused, TooFast) as error:
        return _question(request, error)
    gate.passed(request)
    if left <= 2:
        messages.warning(request, _("Only %(left)s recovery codes are left: make new ones.") % {"left": left})
    return HttpResponseRedirect(next_address(request))


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@known
def security(request: HttpRequest, user: User) -> HttpResponse:
    """The person's own second factor."""
    if gate.owed(request):
        return HttpResponseRedirect(gate.question(reverse("accounts:security")))
    if request.method != "POST":
        return _security(request, user)
    action = _ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise BadParameter("请从页面上的按钮操作")
    try:
        return action(request, user)
    except (Refused, TooFast, Conflict) as error:
        return _security(request, user, error=error)


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    services.begin_enrolment(user=user)
    return HttpResponseRedirect(reverse("accounts:security"))


def _confirm(request: HttpRequest, user: User) -> HttpResponse:
    made = services.confirm_enrolment(user=user, code=request.POST.get("code", ""), now=timezone.now())
    gate.passed(request)
    # whoever got in with the password alone is out; the person's own session has a new key
    services.end_sessions(user_id=user.pk, but=request.session.session_key, now=timezone.now())
    return _security(request, user, fresh=made)


def _renew(request: HttpRequest, user: User) -> HttpResponse:
    made = services.renew_recovery_codes(user=user, code=request.POST.get("code", ""), now=timezone.now())
    return _security(request, user, fresh=made)


def _remove(request: HttpRequest, user: User) -> HttpResponse:
    services.remove_factor(user=user, code=request.POST.get("code", ""), now=timezone.now())
    gate.forget(request)
    messages.success(request, _("One-time codes are off for this account."))
    return HttpResponseRedirect(reverse("accounts:security"))


_ACTIONS: dict[str, PersonView] = {"begin": _begin, "confirm": _confirm, "renew": _renew, "remove": _remove}


def _question(request: HttpRequest, error: Trouble | None = None) -> HttpResponse:
    context = {"error": error.message if error else "", "next": next_address(request)}
    return _answer(render(request, "accounts/second_factor.html", context), error)


def _security(
    request: HttpRequest,
    user: User,
    *,
    fresh: list[str] | None = None,
    error: Refused | TooFast | Conflict | None = None,
) -> HttpResponse:
    standing = selectors.standing(user)
    scope = scope_of(user, today=timezone.localdate())
    request.scope = scope  # type: ignore[attr-defined] # the navigation shows what the person may do
    context: dict[str, object] = {
        "standing": standing,
        "fresh": fresh,
        "error": error.message if error else "",
        "required": gate.required_of(scope),
        "must_enrol": gate.closed(request, scope),
        "offered": settings.SECOND_FACTOR != "off",
        "account": user,
    }
    if standing.waiting:
        secret = selectors.waiting_secret(user)
        drawn = qr.drawing(codes.address(secret, account=user.username, issuer=settings.SITE_TITLE))
        context |= {"qr": drawn, "secret": codes.secret_text(secret)}
    return _answer(render(request, "accounts/security.html", context), error)


def _answer(response: HttpResponse, error: Trouble | None) -> HttpResponse:
    if isinstance(error, TooFast):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
    elif error is not None:
        response.status_code = 409 if isinstance(error, Conflict) else 422
    return response
