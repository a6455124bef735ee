"""Photos and documents that people let out, from the public folder and nowhere else."""

import logging
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata.errors import NotFound
from portal.public import media
from portal.public.views.answers import FOR_EVER, FRESH, without_parameters

log = logging.getLogger(__name__)
# A document is a stranger's file: whatever a browser makes of it may run nothing and reach nothing.
_LOCKED: Final = "default-src 'none'; sandbox"


@require_safe
@without_parameters
def photo(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A JPEG of ours, drawn anew when it was taken in."""
    with transaction.atomic(using="public"):
        path = media.photo_of(code, name)
    return _file(request, path, "image/jpeg", content_disposition_header(False, f"{code}-{name[:8]}.jpg"))


@require_safe
@without_parameters
def document(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Always a download."""
    with transaction.atomic(using="public"):
        found, path = media.document_of(code, name)
    named = content_disposition_header(True, f"{found.title}{media.ENDING[found.media_type]}")
    response = _file(request, path, found.media_type, named, etag=f"{media.CLEANING}-{name}")
    response.headers["Cache-Control"] = FRESH  # it may be cleaned once more
    response.headers["Content-Security-Policy"] = _LOCKED
    return response


def _file(request: HttpRequest, path: Path, media_type: str, named: str | None, *, etag: str = "") -> HttpResponse:
    """Never kept for an outage, for it is streamed: what was taken back must not come again from there."""
    etag = f'"{etag or path.name}"'
    held: HttpResponse | None = get_conditional_response(request, etag)
    response: Any = held if held is not None else _opened(path, media_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Disposition"] = named or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    answer: HttpResponse = response  # a FileResponse is one in all that a view asks of it
    return answer


def _opened(path: Path, media_type: str) -> FileResponse:
    try:
        return FileResponse(path.open("rb"), content_type=media_type)
    except FileNotFoundError as error:
        log.error("a public row names a file that is not there: %s", path.name)
        raise NotFound(_("The file is missing for now; the next publication brings it back")) from error
