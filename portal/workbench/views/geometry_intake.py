"""Coordinates that are typed or pasted, and a file, on their way into the geometry editor. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from geodata.errors import BadParameter, FileRefused, Refused, TooLarge
from geodata.exchange.shape_intake.coordinates import read_coordinates
from geodata.exchange.shape_intake.documents import CoordinatesRefused, Fault
from geodata.exchange.shape_intake.features import FILE_LIMITS
from geodata.exchange.shape_intake.files import read_upload
from geodata.projects.selectors import reached
from geodata.sandbox.documents import MIB
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.errors import TITLE
from portal.middleware import largest_body
from portal.workbench.people import staff
from portal.workbench.shapes.asked import body_of, text_of
from portal.workbench.shapes.sealing import told_intake

_FORM: Final = 64 * 1024  # what the form adds to its file
MOST_CHOSEN: Final = 300


@staff(Action.EDIT_PROJECTS)
@require_POST
def coordinates(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """{text, crs, kind} → {geometry, evidence, note, question}; 422 with every fault by row and column."""
    reached(scope, code, Action.EDIT_PROJECTS)  # before the body is read
    body = body_of(request)
    text, crs, kind = body.get("text"), text_of(body, "crs", "auto"), text_of(body, "kind")
    if not isinstance(text, str):
        raise BadParameter("text 须是文字")
    try:
        return _json(told_intake(read_coordinates(scope, code=code, text=text, crs=crs, kind=kind), scope, code))
    except Refused as refused:
        return _refused(refused)


@largest_body(FILE_LIMITS.file_bytes + _FORM)
@staff(Action.EDIT_PROJECTS)
@require_POST
def file(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """A form with file, crs, kind and chosen ("1,3") → {features, geometry, evidence, note, question, issues}.

    `geometry` is the union of the chosen features, or the only one of the file.
    """
    reached(scope, code, Action.EDIT_PROJECTS)
    sent = request.FILES.get("file")
    chosen = _chosen(request.POST.get("chosen", ""))
    try:
        if not isinstance(sent, UploadedFile):
            raise Refused("请先选择文件", code="missing-file")
        if (sent.size or 0) > FILE_LIMITS.file_bytes:
            raise TooLarge(f"文件超过 {FILE_LIMITS.file_bytes // MIB} MB。请只导出本项目的图形，或先简化。")
        with TemporaryDirectory(prefix="onemap-intake-") as folder:
            path = Path(folder) / "sent"
            with path.open("wb") as target:
                target.writelines(sent.chunks())
            found = read_upload(
                scope,
                code=code,
                path=path,
                name=sent.name or "",
                crs=request.POST.get("crs", "auto"),
                kind=request.POST.get("kind", ""),
                chosen=chosen,
            )
        return _json(told_intake(found, scope, code))
    except Refused as refused:
        return _refused(refused)


def _chosen(text: str) -> list[int]:
    words = [word for word in text.replace(" ", "").split(",") if word]
    if len(words) > MOST_CHOSEN or not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        raise BadParameter("chosen 须是图形的编号，以逗号分隔")
    return list(dict.fromkeys(int(word) for word in words))


def _json(told: Mapping[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), content_type="application/json")


def _refused(refused: Refused) -> HttpResponse:
    """problem+json with the faults by row and column."""
    if isinstance(refused, CoordinatesRefused):
        faults = refused.faults
    elif isinstance(refused, FileRefused) and refused.row:
        column = refused.column if isinstance(refused.column, int) else 0
        faults = (Fault(refused.message, refused.row, column),)
    else:
        faults = ()
    first = faults[0] if faults else Fault("")
    problem = {
        "type": "about:blank",
        "title": TITLE[422],
        "status": 422,
        "detail": refused.message,
        "code": refused.code,
        "row": first.row or None,
        "column": first.column or None,
        "issues": [fault.as_json() for fault in faults],
    }
    return HttpResponse(orjson.dumps(problem), status=422, content_type="application/problem+json")
