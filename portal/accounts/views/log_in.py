"""Log-in and log-out."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from geodata.errors import TooFast
from portal.accounts import demo, gate, services
from portal.accounts.landing import landing


def _asked_address(request: HttpRequest) -> str:
    """The address asked for before log-in, if it is ours; else nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def next_address(request: HttpRequest) -> str:
    """The address asked for, else where the person's work begins."""
    return _asked_address(request) or landing(request.user, today=timezone.localdate())


def _page(request: HttpRequest, form: AuthenticationForm, *, throttled_seconds: int = 0) -> HttpResponse:
    context = {
        "form": form,
        "throttled_seconds": throttled_seconds,
        "next": _asked_address(request),
        "demo_accounts": demo.SHOWN if settings.DEMO else [],
    }
    response = render(request, "accounts/login.html", context, status=429 if throttled_seconds else 200)
    if throttled_seconds:
        response.headers["Retry-After"] = str(throttled_seconds)
    return response


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_address(request))
        return _page(request, AuthenticationForm(request))
    return _log_in(request)


def _log_in(request: HttpRequest) -> HttpResponse:
    username, address, now = request.POST.get("username", "")[:150], request.META["REMOTE_ADDR"], timezone.now()
    form = AuthenticationForm(request, data=request.POST)
    try:
        services.require_not_locked(username=username, address=address, now=now)
    except TooFast as locked:
        return _page(request, AuthenticationForm(request), throttled_seconds=locked.retry_after)
    if not form.is_valid():
        services.record_failure(username=username, address=address, now=now)
        return _page(request, form)
    services.forget_failures(username=username, address=address)
    login(request, form.get_user())
    if gate.owe(request):
        return HttpResponseRedirect(gate.question(next_address(request)))
    return HttpResponseRedirect(next_address(request))


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)
