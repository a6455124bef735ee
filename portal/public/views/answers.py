"""How every public answer is made: from one instant of the published tables, and with a word to caches."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

P = ParamSpec("P")
FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"


def public(response: HttpResponse, cache: str = FRESH) -> HttpResponse:
    response.headers["Cache-Control"] = cache
    return response


def for_other_sites(response: HttpResponse) -> HttpResponse:
    """Read by scripts of every origin: nothing here depends on who asks, and nothing can be written."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def page(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the newest snapshot: read in one REPEATABLE READ transaction, so that all its figures are of one
    publication even when the next one comes in between. Reads only, GET and HEAD only.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with transaction.atomic(using="public"):
            response = view(request, *args, **kwargs)
            return response if response.has_header("Cache-Control") else public(response)

    return answer
