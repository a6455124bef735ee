"""Letting photos and documents out to everybody, and taking them back: forms of the project page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geodata.errors import Conflict, NotPermitted, Refused
from geodata.progress.selectors import photo_of
from geodata.progress.services import (
    attachment_of,
    release_document,
    release_photo,
    take_back_document,
    take_back_photo,
)
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.people import staff
from portal.workbench.project_page.asked import Asked
from portal.workbench.project_page.releases import refuse_numbers
from portal.workbench.views.project import DOCUMENTS, PHOTOS


@staff(Action.APPROVE)
@require_POST
def photo_release(request: HttpRequest, scope: Scope, photo_id: int) -> HttpResponse:
    """By another person than who sent it, who confirms what the page says."""
    photo = photo_of(scope, photo_id)

    def act() -> None:
        refuse_numbers(photo.caption)
        release_photo(scope, photo_id=photo_id, confirmed=_confirmed(request), now=timezone.now())

    return _done(request, act, _("The photo is public from the next publication on."), PHOTOS, photo.project.serial_no)


@staff(Action.EDIT_PROJECTS)
@require_POST
def photo_take_back(request: HttpRequest, scope: Scope, photo_id: int) -> HttpResponse:
    """For a reason that must be given."""
    photo = photo_of(scope, photo_id)

    def act() -> None:
        take_back_photo(scope, photo_id=photo_id, reason=request.POST.get("reason", ""), now=timezone.now())

    return _done(request, act, _("It leaves the public site within a minute."), PHOTOS, photo.project.serial_no)


@staff(Action.APPROVE)
@require_POST
def document_release(request: HttpRequest, scope: Scope, attachment_id: int) -> HttpResponse:
    """As `photo_release`."""
    found = attachment_of(scope, attachment_id)

    def act() -> None:
        refuse_numbers(found.title)
        release_document(scope, attachment_id=attachment_id, confirmed=_confirmed(request), now=timezone.now())

    word = _("The document is public from the next publication on.")
    return _done(request, act, word, DOCUMENTS, found.project.serial_no)


@staff(Action.EDIT_PROJECTS)
@require_POST
def document_take_back(request: HttpRequest, scope: Scope, attachment_id: int) -> HttpResponse:
    """As `photo_take_back`."""
    found = attachment_of(scope, attachment_id)

    def act() -> None:
        reason = request.POST.get("reason", "")
        take_back_document(scope, attachment_id=attachment_id, reason=reason, now=timezone.now())

    return _done(request, act, _("It leaves the public site within a minute."), DOCUMENTS, found.project.serial_no)


def _confirmed(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


def _done(request: HttpRequest, act: Callable[[], None], word: str, section: str, code: str) -> HttpResponse:
    """Back to the section of the page, with a word on how it went."""
    try:
        act()
        messages.success(request, word, extra_tags=section)
    except (Refused, Conflict, NotPermitted) as refusal:
        messages.error(request, refusal.message, extra_tags=section)
    asked = Asked.from_query({name: request.POST[name] for name in Asked.READERS if name in request.POST}).querystring()
    return redirect(f"{reverse('workbench:project', args=[code])}{'?' if asked else ''}{asked}#{section}")
