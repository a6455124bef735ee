"""How every public answer is made: from one instant of the published tables, and with a word to caches."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.errors import DomainError
from portal import errors
from portal.errors import wants_page
from portal.public import selectors
from portal.public.models import Snapshot
from portal.validators import validated

P = ParamSpec("P")
R = TypeVar("R")
Answers = Callable[..., HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"
# headers that a script of another site may read, and those that it may send besides what it may always send
_READ: Final = (
    "Accept-Ranges, Age, Content-Crs, Content-Disposition, Content-Range, ETag, Onemap-Kept, RateLimit-Limit,"
    " RateLimit-Remaining, RateLimit-Reset, Repr-Digest, Retry-After"
)
_SENT: Final = "If-Modified-Since, If-None-Match, If-Range, Range"
_DAY: Final = "86400"
_SHARED: Final = frozenset(("from", "isappinstalled", "scene", "clicktime", "enterid"))  # what WeChat adds to a link


def public(response: HttpResponse, cache: str = FRESH) -> HttpResponse:
    response.headers["Cache-Control"] = cache
    return response


def for_other_sites(response: HttpResponse) -> HttpResponse:
    """Read by scripts of every origin: nothing here depends on who asks, and nothing can be written."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _READ
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def open_to_scripts(view: Answers) -> Answers:
    """Answers the question that a browser asks first when a script of another site sends a validator or a range; such
    a script reads what was wrong, too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "OPTIONS":
            try:
                return view(request, *args, **kwargs)
            except DomainError as refused:
                return for_other_sites(errors.answer(request, refused))
        response = for_other_sites(public(HttpResponse(status=204)))
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = _SENT
        response.headers["Access-Control-Max-Age"] = _DAY
        return response

    return answer


def page(view: View[P]) -> Answers:
    """A page of one snapshot: read in one REPEATABLE READ transaction, so that all its figures are of one
    publication even when the next one comes in between. Reads only, GET and HEAD only. A link that came through
    WeChat leads to the page that was shared.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _SHARED.intersection(request.GET) and wants_page(request):
            return public(redirect(_as_shared(request)))
        with transaction.atomic(using="public"):
            response = view(request, *args, **kwargs)
            return response if response.has_header("Cache-Control") else public(response)

    return answer


def _as_shared(request: HttpRequest) -> str:
    """The address without what WeChat hangs on it; a path alone, so that it leads nowhere else."""
    query = request.GET.copy()
    for name in _SHARED:
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def without_parameters(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """For an address that has none: a parameter is refused by name, so that nobody takes the answer for a filtered
    one. Raises BadParameter."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        parameters.read(request.GET, {})
        return view(request, *args, **kwargs)

    return answer


def rows_file(view: Callable[Concatenate[HttpRequest, Snapshot, P], tuple[str, bytes]]) -> Answers:
    """A CSV file of one snapshot, under the name that the view gives with its bytes: read by scripts of every origin,
    304 for whoever has these bytes."""

    @open_to_scripts
    @page
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        name, body = view(request, snapshot_of(request), *args, **kwargs)
        response = HttpResponse(body, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return for_other_sites(validated(request, response))

    return answer


def snapshot_of(request: Any) -> Snapshot:
    """The snapshot that an address names (portal/public/views/editions.py), else the newest. A request asks once."""
    number: int | None = getattr(request, "edition", None)
    return selectors.current_snapshot() if number is None else selectors.as_published(number)
