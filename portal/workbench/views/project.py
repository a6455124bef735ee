"""One project as staff see it; a photo that is sent to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import Busy, Refused, TooLarge
from geodata.progress.models import Photo
from geodata.progress.services import add_photo
from geodata.projects.selectors import Dossier, dossier
from geodata.sandbox.documents import MIB
from geodata.sandbox.door import PHOTO_LIMITS
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.errors import status_of
from portal.workbench.people import staff, today
from portal.workbench.project_page.asked import Asked
from portal.workbench.project_page.page import columns, page_context

PHOTOS, LIGHT, DOCUMENTS = "photos", "light", "documents"  # tags of messages that belong to those sections


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """All that is recorded of a project of one's scope; a 统一项目代码 leads to the platform's own permanent code.

    POST takes in a photo; what is wrong with it is said on the page, with the status that it deserves.
    """
    asked, now = Asked.from_query(request.GET), today()
    day = asked.day(now)
    found = dossier(scope, code, upto=day, beside=columns(day))
    if request.method == "POST":
        return _photo_sent(request, scope, found, asked, now)
    if found.project.serial_no != code:
        return redirect(_address(found, asked))
    return shown(request, scope, found, asked, now)


def _address(found: Dossier, asked: Asked) -> str:
    query = asked.querystring()
    address = reverse("workbench:project", args=[found.project.serial_no])
    return f"{address}?{query}" if query else address


def shown(
    request: HttpRequest, scope: Scope, found: Dossier, asked: Asked, now: date, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page, with what else a form of it has to say."""
    said = list(get_messages(request))
    context = {
        **page_context(scope, found, asked, today=now),
        "messages": [message for message in said if not {PHOTOS, LIGHT, DOCUMENTS} & set(message.tags.split())],
        "photo_messages": [message for message in said if PHOTOS in message.tags.split()],
        "document_messages": [message for message in said if DOCUMENTS in message.tags.split()],
        "light_messages": [message for message in said if LIGHT in message.tags.split()],
        **more,
    }
    return render(request, "workbench/project.html", context, status=status)


def _photo_sent(request: HttpRequest, scope: Scope, found: Dossier, asked: Asked, now: date) -> HttpResponse:
    scope.require(Action.EDIT_PROJECTS)
    try:
        _taken_in(request, scope, found.project.pk, now)
    except (Refused, TooLarge, Busy) as refusal:
        typed = {name: request.POST.get(name, "") for name in ("caption", "taken_on")}
        status = status_of(refusal)
        return shown(request, scope, found, asked, now, status=status, photo_error=refusal.message, photo_typed=typed)
    messages.success(request, _("The photo is kept."), extra_tags=PHOTOS)
    return redirect(f"{_address(found, asked.at(PHOTOS, 1))}#photos")


def _taken_in(request: HttpRequest, scope: Scope, project_id: int, now: date) -> Photo:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused("请先选择照片文件", code="missing-file")
    if (file.size or 0) > PHOTO_LIMITS.file_bytes:  # before it is read into memory
        raise TooLarge(f"照片超过 {PHOTO_LIMITS.file_bytes // MIB} MB。请缩小后再上传。")
    return add_photo(
        scope,
        project_id=project_id,
        content=file.read(),
        caption=request.POST.get("caption", ""),
        taken_on=_day(request.POST.get("taken_on", "")),
        today=now,
        now=timezone.now(),
    )


def _day(text: str) -> date | None:
    """The day typed; nothing leaves it to the camera."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused("拍摄日期认不出来，请写成 2026-03-30 这样的形式", code="bad-day") from error
