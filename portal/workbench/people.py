"""Who is asking: every staff view starts here."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from geodata.errors import NotPermitted
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope, scope_of
from portal.accounts import gate
from portal.errors import wants_page

View = Callable[..., HttpResponseBase]


def today() -> date:
    """The city's calendar day."""
    return timezone.localdate()


def staff(action: Action) -> Callable[[View], View]:
    """A view for people with a role that allows the action; it receives their scope as second argument.

    Without log-in a browser goes to the log-in page, a program gets 403; the same while a code or a new password is
    owed. With log-in and without the role both get 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, User):
                if wants_page(request):
                    return redirect_to_login(request.get_full_path())
                raise NotPermitted("请先登录")
            scope: Scope = scope_of(request.user, today=today())
            detour = gate.detour(request, scope)
            if detour is not None:
                if wants_page(request):
                    return HttpResponseRedirect(detour)
                raise NotPermitted("请先完成二次验证或更换临时口令", code="second-factor")
            request.scope = scope  # type: ignore[attr-defined] # the navigation shows what the person may do
            scope.require(action)
            return view(request, scope, *args, **kwargs)

        asked.required_action = action  # type: ignore[attr-defined] # read by the permission matrix
        return asked

    return decorate
