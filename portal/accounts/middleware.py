"""Sessions and people for the staff half only: a public address passes by without a session, a cookie or a user."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from portal.middleware import is_public_address


def staff_only(middleware: Any) -> Any:
    """The same middleware, stepped around on public addresses."""

    class StaffOnly(middleware):
        def __call__(self, request: HttpRequest) -> HttpResponse:
            if is_public_address(request):
                return self.get_response(request)
            return super().__call__(request)

    return StaffOnly


class SparingSessionMiddleware(SessionMiddleware):
    """Does not ask for the session again after a failure, of which none is saved: while the database is away every
    question waits for it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return response if response.status_code >= 500 else super().process_response(request, response)


StaffSessionMiddleware = staff_only(SparingSessionMiddleware)
StaffAuthenticationMiddleware = staff_only(AuthenticationMiddleware)
StaffMessageMiddleware = staff_only(MessageMiddleware)


class ActingUserMiddleware:
    """Opens the audit context of a writing request, so that every change in it carries the person and the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not hasattr(request, "user"):
            return self.get_response(request)
        with pghistory.context(user=request.user.pk, reason=f"{request.method} {request.path}"):
            return self.get_response(request)
