"""An address that nothing answers, asked for by somebody who is logged in: the page keeps the staff's navigation."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from portal import errors
from portal.accounts import gate
from portal.middleware import is_public_address
from portal.workbench.people import today


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The handler of 404 in a process that serves the staff."""
    if not hasattr(request, "scope") and not is_public_address(request):
        _recognise(request)
    return errors.not_found(request, exception)


def _recognise(request: HttpRequest) -> None:
    """Sets the scope of whoever is logged in and owes neither a code nor a password; a record that is away knows
    nobody."""
    try:
        person = getattr(request, "user", None)
        scope = scope_of(person, today=today()) if isinstance(person, User) else None
        if scope is not None and gate.detour(request, scope) is None:
            request.scope = scope  # type: ignore[attr-defined] # as portal/workbench/people.py does
    except (OperationalError, InterfaceError):
        return
