"""What every answer passes: security headers, errors as pages or problem+json, the wall between the two sites."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from geodata.errors import DomainError, TooLarge
from portal.errors import answer, is_away, record_away
from portal.maps import TIANDITU_HOST

Respond = Callable[[HttpRequest], HttpResponse]


def policy(*, tianditu_key: str) -> str:
    """The content security policy: nothing from elsewhere, but pictures of Tianditu where the city has its key."""
    images = f"'self' data: {TIANDITU_HOST}" if tianditu_key else "'self' data:"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {images}",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        ]
    )


POLICY = policy(tianditu_key=settings.TIANDITU_KEY)


def is_public_address(request: HttpRequest) -> bool:
    """Whether the address belongs to the citizens' site; one that nothing answers belongs to neither."""
    try:
        return not {"public", "opendata"}.isdisjoint(resolve(request.path_info).namespaces)
    except Resolver404:
        return False


class SecurityHeadersMiddleware:
    """Headers of every answer, static files and errors included; staff pages are never stored by a cache."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class DomainErrorMiddleware:
    """Turns the errors of geodata/errors.py into a status with a Chinese message, by the table in portal/errors.py; a
    record that cannot be reached is a 503."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return answer(request, exception)
        return record_away(request) if is_away(exception) else None


View = TypeVar("View", bound=Callable[..., Any])
LARGEST_BODY: Final = 20 * 1024 * 1024  # a photo of 15 MB with its form


def largest_body(size: int) -> Callable[[View], View]:
    """The greatest body, in bytes, that a view takes; the outermost decorator, so that the middleware sees it."""

    def decorate(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return decorate


class LargestBodyMiddleware:
    """Refuses a body by the length that it announces, before anything reads it: the check of a form's token already
    would write all of it to disk. A body that announces no length is taken as empty by the server."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        largest = getattr(view, "largest_body", LARGEST_BODY)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdigit() and int(said) <= largest:
            return None
        return answer(request, TooLarge(f"上传内容超过 {largest // 1024 // 1024} MB。请缩小或拆分后再上传。"))


class RecordTouchedError(RuntimeError):
    """A public address asked the record's database: a bug, found here before it can become a leak."""


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> None:
    raise RecordTouchedError(f"a public address queried the record: {sql[:200]}")


class OneSiteMiddleware:
    """For a process that serves both halves: a query on `default` or `publisher` during a public address raises."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_public_address(request):
            return self.get_response(request)
        with connections["default"].execute_wrapper(_refuse), connections["publisher"].execute_wrapper(_refuse):
            return self.get_response(request)
