"""The own password: changed by choice, or because an administrator has set a temporary one."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from geodata.errors import DomainError, Refused, TooFast
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from geodata.stewards.services import change_password
from portal.accounts import gate, services
from portal.accounts.views.second_factor import known
from portal.errors import status_of


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@known
def password(request: HttpRequest, user: User) -> HttpResponse:
    """Wrong old passwords are counted as failed log-ins are."""
    if gate.owed(request):
        return HttpResponseRedirect(gate.question(reverse("accounts:password")))
    if request.method != "POST":
        return _page(request, user)
    who = {"username": user.username, "address": request.META["REMOTE_ADDR"]}
    old, new, again = (request.POST.get(name, "")[:128] for name in ("old", "new", "again"))
    try:
        services.require_not_locked(**who, now=timezone.now())
        changed = change_password(user=user, old=old, new=new, again=again)
    except (Refused, TooFast) as error:
        if error.code == "wrong-password":
            services.record_failure(**who, now=timezone.now())
        return _page(request, user, error)
    services.forget_failures(**who)
    update_session_auth_hash(request, changed)
    services.end_sessions(user_id=user.pk, but=request.session.session_key, now=timezone.now())
    messages.success(request, _("Your password is changed."))
    return HttpResponseRedirect(reverse("accounts:security"))


def _page(request: HttpRequest, user: User, error: DomainError | None = None) -> HttpResponse:
    request.scope = scope_of(user, today=timezone.localdate())  # type: ignore[attr-defined] # for the navigation
    context = {"temporary": user.password_temporary, "error": error.message if error else ""}
    return render(request, "accounts/password.html", context, status=status_of(error) if error else 200)
