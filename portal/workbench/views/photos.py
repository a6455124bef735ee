"""Photos of the works: the picture itself for those who may see its project, and taking it from sight."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geodata.errors import BadParameter, NotFound, Refused
from geodata.progress import photo_files
from geodata.progress.selectors import photo_of
from geodata.progress.services import remove_photo
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff
from portal.workbench.project_page.asked import Asked
from portal.workbench.views.project import PHOTOS

logger = logging.getLogger(__name__)
KEPT_SECONDS = 3600  # by the person's own browser: a photo that is removed or out of scope is gone within the hour


@require_safe
@staff(Action.VIEW_PROJECTS)
def picture(request: HttpRequest, scope: Scope, photo_id: int) -> HttpResponse:
    """The JPEG file, `?size=small` for the small one."""
    photo = photo_of(scope, photo_id)
    try:
        content = photo_files.place(photo.sha256, _size(request)).read_bytes()
    except FileNotFoundError as error:
        logger.exception("photo %s has no file", photo.pk)
        raise NotFound("照片文件缺失，请联系系统管理员从备份中恢复") from error
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response.headers["Content-Disposition"] = "inline"
    return response


def _size(request: HttpRequest) -> photo_files.Size:
    asked = request.GET.get("size", photo_files.Size.LARGE)
    try:
        return photo_files.Size(asked)
    except ValueError as error:
        raise BadParameter("size 只能是 large 或 small") from error


@staff(Action.VIEW_PROJECTS)
@require_POST
def remove(request: HttpRequest, scope: Scope, photo_id: int) -> HttpResponse:
    """For a reason that must be given; back to the photos of the project."""
    shown = photo_of(scope, photo_id)
    try:
        remove_photo(scope, photo_id=photo_id, reason=request.POST.get("reason", ""), now=timezone.now())
        messages.success(request, _("The photo is removed."), extra_tags=PHOTOS)
    except Refused as refusal:
        messages.error(request, refusal.message, extra_tags=PHOTOS)
    asked = Asked.from_query({name: request.POST[name] for name in Asked.READERS if name in request.POST}).querystring()
    address = reverse("workbench:project", args=[shown.project.serial_no])
    return redirect(f"{address}{'?' if asked else ''}{asked}#photos")
