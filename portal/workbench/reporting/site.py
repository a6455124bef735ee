"""The photos that show where works began, as the request's form and its review have them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import TooLarge
from geodata.progress.models import Photo
from geodata.progress.services import SitePhoto, read_site_photo
from geodata.progress.standing import photo_rules, start_photos
from geodata.progress.start_photos import Rules, Shot, fault_of
from geodata.projects.models import Project
from geodata.sandbox.documents import MIB
from geodata.sandbox.door import PHOTO_LIMITS
from portal import wording
from portal.workbench.project_page.photos import photo_texts
from portal.workbench.trust import distance_text

MOST_SHOWN: Final = 6


def site_context(project: Project, *, visited: Collection[date], start: date) -> dict[str, Any]:
    """The photos of a project that is to start on a day: those that prove it first, each other with what it lacks."""
    rules = photo_rules()
    rows = [_shown(photo, shot, start, rules) for photo, shot in start_photos(project, visited=visited)]
    ordered = sorted(rows, key=lambda row: bool(row["fault"]))
    words = {"n": rules.days, "distance": distance_text(rules.near_m)}
    return {
        "photos": ordered[:MOST_SHOWN],
        "is_shown": any(not row["fault"] for row in rows),
        "start": wording.day(start),
        "rule": _(
            "Taken up to %(n)s days after the start and %(distance)s from the shape, or on a day of a check-in on site."
        )
        % words,
        "checkin_url": reverse("workbench:checkin"),
    }


def _shown(photo: Photo, shot: Shot, start: date, rules: Rules) -> dict[str, Any]:
    photo.display_name = photo.uploaded_by.display_name  # type: ignore[attr-defined]
    photo.username = photo.uploaded_by.username  # type: ignore[attr-defined]
    return {
        **photo_texts(photo, photo.caption),
        "shot_on": wording.day(shot.day),
        "by_camera": shot.by_camera,
        "visited": shot.visited,
        "away": "" if shot.away_m is None else _("taken %(distance)s from the shape") % _distance(shot),
        "fault": fault_of(shot, start, rules),
    }


def _distance(shot: Shot) -> dict[str, str]:
    return {"distance": distance_text(shot.away_m)}


def site_photo_sent(request: HttpRequest) -> SitePhoto | None:
    """The photo of the form, through the sandbox; none was sent: None. Raises Refused, TooLarge, Busy."""
    file = request.FILES.get("site_photo")
    if not isinstance(file, UploadedFile) or not file.name:
        return None
    if (file.size or 0) > PHOTO_LIMITS.file_bytes:  # before it is read into memory
        raise TooLarge(f"照片超过 {PHOTO_LIMITS.file_bytes // MIB} MB。请缩小后再上传。")
    return read_site_photo(file.read())
