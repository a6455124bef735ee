"""Documents: handed to those who may see the project, always as a download; taking one from sight."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geodata.errors import Conflict, NotFound, Refused
from geodata.progress import paper_files
from geodata.progress.services import attachment_of, remove_attachment
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff

logger = logging.getLogger(__name__)


@require_safe
@staff(Action.VIEW_PROJECTS)
def download(request: HttpRequest, scope: Scope, attachment_id: int) -> HttpResponse:
    """The file, never shown within the site: a browser saves it."""
    found = attachment_of(scope, attachment_id)
    try:
        content = paper_files.place(found.sha256, found.media_type).read_bytes()
    except FileNotFoundError as error:
        logger.exception("attachment %s has no file", found.pk)
        raise NotFound("附件文件缺失，请联系系统管理员从备份中恢复") from error
    response = HttpResponse(content, content_type=found.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, paper_files.file_name(found)) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@staff(Action.EDIT_PROJECTS)
@require_POST
def remove(request: HttpRequest, scope: Scope, attachment_id: int) -> HttpResponse:
    """For a reason that must be given; back to the project's page."""
    found = attachment_of(scope, attachment_id)
    try:
        remove_attachment(scope, attachment_id=attachment_id, reason=request.POST.get("reason", ""), now=timezone.now())
        messages.success(request, _("The document is removed."))
    except (Refused, Conflict) as refusal:
        messages.error(request, refusal.message)
    target = "milestones" if found.milestone_id else "report" if found.report_id else "status"
    return redirect(f"workbench:{target}", code=found.project.serial_no)
