"""A file of open data as it lies: whole, compressed on the way, or the part of it that was asked for (RFC 9110 §14)."""

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from portal.opendata.files import Manifest, OpenFile
from portal.opendata.views.answers import open_to_all

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_PIECE: Final = 64 * 1024
# what shrinks on the way; the others are handed over as they lie, so that a program may read a part of them
_SHRINKS: Final = (".csv", ".json", ".jsonl", ".geojson", ".py")


def handed_over(request: HttpRequest, made: Manifest, found: OpenFile) -> HttpResponse:
    """The digest of the file stands with its own bytes alone: compressed, they are others."""
    etag = f'"{found.sha256[:32]}"'
    held = get_conditional_response(request, etag)
    if held is not None:
        return open_to_all(held, etag)
    as_it_lies = "Range" in request.headers or not found.name.endswith(_SHRINKS)
    if as_it_lies:
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
    part = _part(request, found.size, etag)
    response = _answer(made.folder / found.name, found, part)
    response.headers["Accept-Ranges"] = "bytes"
    if as_it_lies or "gzip" not in request.headers.get("Accept-Encoding", ""):
        response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(found.sha256)).decode()}:"
    named = f"{made.as_of}-{found.name}" if found.name != "verify_chain.py" else found.name
    response.headers["Content-Disposition"] = content_disposition_header(True, named) or "attachment"
    return open_to_all(response, etag)


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of the one range that was asked for; None for the whole, as for several ranges, for what
    is no range and for a part of another file. A first byte behind the end cannot be satisfied."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if last else None
    end = min(int(last), size - 1) if last else size - 1
    return None if last and int(last) < int(first) else (int(first), end)


def _answer(path: Path, found: OpenFile, part: tuple[int, int] | None) -> Any:
    if part is None:
        return FileResponse(path.open("rb"), content_type=found.media)
    first, last = part
    if first > last:
        refused = HttpResponse(status=416)
        refused.headers["Content-Range"] = f"bytes */{found.size}"
        return refused
    response = StreamingHttpResponse(_bytes(path, first, last), status=206, content_type=found.media)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{found.size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return response


def _bytes(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as content:
        content.seek(first)
        while left and (piece := content.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece
