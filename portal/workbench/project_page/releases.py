"""Which photos and documents of a project are public, and who may decide it; the documents of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.complaints.masks import given_away
from geodata.errors import Refused
from geodata.progress.models import PeriodReport, StatusRequest
from geodata.progress.services import may_release
from geodata.progress.services.releasing import DOCUMENTS_OF, PHOTOS_OF
from geodata.projects.choices import Status
from geodata.projects.selectors import Dossier
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.reporting.papers import paper_texts


@dataclass(frozen=True, slots=True)
class Rights:
    """What the person may do with what is shown: `person` may not let out what he sent himself."""

    person: int | None
    releases: bool
    takes_back: bool
    disclosure: str

    @classmethod
    def of(cls, scope: Scope, dossier: Dossier, *, is_past: bool) -> Self:
        return cls(
            person=scope.user_id,
            releases=not is_past and may_release(scope) and dossier.allows(scope, Action.APPROVE),
            takes_back=not is_past and dossier.allows(scope, Action.EDIT_PROJECTS),
            disclosure=dossier.project.disclosure,
        )


def photo_release(photo: Any, rights: Rights) -> dict[str, Any]:
    addresses = _addresses("photo", photo_id=photo.pk)
    return {"release": _release_texts(photo, rights, addresses, can_be=rights.disclosure in PHOTOS_OF)}


def document_texts(document: Any, rights: Rights) -> dict[str, Any]:
    """One document: what it is, what it belongs to, whether it is public."""
    addresses = _addresses("document", attachment_id=document.pk)
    can_be = rights.disclosure in DOCUMENTS_OF and _is_approved(document)
    return {
        **paper_texts(document),
        "day": wording.day(localtime(document.uploaded_at).date()),
        "who": document.display_name or document.username,
        "subject": _subject(document),
        "release": _release_texts(document, rights, addresses, can_be=can_be),
    }


def refuse_numbers(text: str) -> None:
    """Raises Refused for a caption or title by which a person could be reached: it would stop the next publication."""
    found = given_away(text)
    if found:
        kind, masked = found[0]
        raise Refused(f"说明或标题里有{kind}（{masked}），不能公开；请移除后重新上传", code="number")


def _addresses(name: str, **arguments: int) -> dict[str, str]:
    return {
        "release_url": reverse(f"workbench:{name}_release", kwargs=arguments),
        "take_back_url": reverse(f"workbench:{name}_take_back", kwargs=arguments),
    }


def _release_texts(thing: Any, rights: Rights, addresses: dict[str, str], *, can_be: bool) -> dict[str, Any]:
    since = _day_of(thing.released_at)
    own = thing.uploaded_by_id == rights.person
    return {
        **addresses,
        "is_public": bool(since),
        "since": since,
        "by": thing.released_by or "",
        "may_release": not since and can_be and rights.releases and not own,
        "needs_another": not since and can_be and rights.releases and own,
        "may_take_back": bool(since) and rights.takes_back,
    }


def _day_of(moment: str | None) -> str:
    return wording.day(localtime(datetime.fromisoformat(moment)).date()) if moment else ""


def _is_approved(document: Any) -> bool:
    """As geodata/progress/services/releasing.py judges it when it comes to it."""
    return bool(
        document.report_state == PeriodReport.State.APPROVED
        or document.reached_on
        or document.request_state == StatusRequest.State.APPROVED
    )


def _subject(document: Any) -> str:
    if document.period_end:
        return _("Report up to %(date)s") % {"date": wording.day(datetime.fromisoformat(document.period_end).date())}
    if document.node:
        return _("Milestone: %(name)s") % {"name": wording.label(document.node)}
    return _("Change of status: %(status)s") % {"status": wording.label(Status(document.wanted).label)}
