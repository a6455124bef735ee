"""How an answer for other systems is made: of one snapshot, in JSON or as a page, open to scripts of every origin, and
304 for whoever has it already."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from geodata.parameters import available, bad, unknown
from portal.errors import wants_page
from portal.opendata.exact import as_json
from portal.opendata.ogc.asked import FORMATS
from portal.opendata.ogc.documents import HTML, JSON
from portal.public import selectors
from portal.public.models import Snapshot
from portal.public.views.answers import for_other_sites, open_to_scripts, public

P = ParamSpec("P")
Answer = Callable[Concatenate[HttpRequest, Snapshot, P], HttpResponse]


def of_a_snapshot(view: Answer[P]) -> Callable[..., HttpResponse]:
    """Hands the newest snapshot to the view and reads in one transaction of it; what a client holds of the same
    snapshot is not written again."""

    @open_to_scripts
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with transaction.atomic(using="public"):
            snapshot = selectors.current_snapshot()
            etag = _etag(request, snapshot)
            response = get_conditional_response(request, etag) or view(request, snapshot, *args, **kwargs)
            return open_to_all(response, etag)

    return answer


def _etag(request: HttpRequest, snapshot: Snapshot) -> str:
    """Of the snapshot, the address and the form: within a snapshot an answer never changes."""
    asked = f"{request.get_full_path()} {as_page(request)}"
    return f'"{snapshot.number}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"'


def open_to_all(response: HttpResponse, etag: str) -> HttpResponse:
    """With a validator, and open to scripts of every origin."""
    response.headers["ETag"] = etag
    patch_vary_headers(response, ("Accept",))
    return for_other_sites(public(response))


def as_page(request: HttpRequest) -> bool:
    """Whether a person is to read it: by `f`, else by what the client accepts."""
    asked = request.GET.get("f", "")
    return asked == "html" if asked in FORMATS else wants_page(request)


def only(request: HttpRequest, *names: str) -> None:
    """Raises BadParameter for every parameter but `f` and those named."""
    for name in request.GET:
        if name not in {"f", *names}:
            raise unknown(name, ("f", *names))
    if request.GET.get("f", "json") not in FORMATS:
        raise bad("f", request.GET["f"], available(FORMATS))


def written(document: Any, media: str = JSON) -> HttpResponse:
    """As JSON; a Decimal is a number with all its digits."""
    return HttpResponse(as_json(document), content_type=media)


def address_of(request: HttpRequest) -> Callable[..., str]:
    """Makes full addresses of places below the interface, in the language that was asked for."""
    root = request.build_absolute_uri(reverse("opendata:landing"))

    def address(place: str, **query: str) -> str:
        return f"{root}{place}" + (f"?{urlencode(query)}" if query else "")

    return address


SHOWN: Final = {True: HTML, False: JSON}
