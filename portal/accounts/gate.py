"""Whether a session has still to prove itself by a one-time code. It stands in the session: no query a request."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from geodata.stewards.roles import NEEDS_SECOND_FACTOR
from geodata.stewards.scope import Scope
from portal.accounts.models import SecondFactor

_MARK: Final = "second_factor"
_OWED, _PASSED = "owed", "passed"


def owe(request: HttpRequest) -> bool:
    """After the password: marks the session of a person who has set up codes. One query."""
    has_factor = SecondFactor.objects.filter(user=request.user.pk, confirmed_at__isnull=False).exists()
    if settings.SECOND_FACTOR == "off" or not has_factor:
        return False
    request.session[_MARK] = _OWED
    return True


def owed(request: HttpRequest) -> bool:
    return request.session.get(_MARK) == _OWED


def passed(request: HttpRequest) -> None:
    """The session has shown a code; it gets a new name, so that one fixed before is worth nothing."""
    request.session.cycle_key()
    request.session[_MARK] = _PASSED


def forget(request: HttpRequest) -> None:
    request.session.pop(_MARK, None)


def required_of(scope: Scope) -> bool:
    return settings.SECOND_FACTOR == "required" and not NEEDS_SECOND_FACTOR.isdisjoint(scope.roles)


def closed(request: HttpRequest, scope: Scope) -> bool:
    """Whether staff pages are still shut to the session."""
    if settings.SECOND_FACTOR == "off":
        return False
    return owed(request) or (required_of(scope) and request.session.get(_MARK) != _PASSED)


def detour(request: HttpRequest, scope: Scope) -> str | None:
    """Where the session has to go before any staff page: to its code, or to a password of its own."""
    if closed(request, scope):
        return question(request.get_full_path())
    return reverse("accounts:password") if getattr(request.user, "password_temporary", False) else None


def question(wanted: str) -> str:
    """The address that asks for the code, and leads on to the wanted one."""
    return f"{reverse('accounts:second_factor')}?{urlencode({'next': wanted})}"
