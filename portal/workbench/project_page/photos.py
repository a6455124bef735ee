"""The photos of the page: newest first, each with its day and who sent it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal import wording

SMALL_SIDE = 480  # pixels of the longest side, as the sandbox draws them


def photo_texts(photo: Any, project_name: str) -> dict[str, Any]:
    """One photo; without a caption its alternative text says whose it is and of which day."""
    day = wording.day(photo.taken_on)
    scale = min(1.0, SMALL_SIDE / max(photo.width, photo.height))
    address = reverse("workbench:photo", args=[photo.pk])
    return {
        "id": photo.pk,
        "url": address,
        "small_url": f"{address}?size=small",
        "small_width": max(1, round(photo.width * scale)),
        "small_height": max(1, round(photo.height * scale)),
        "caption": photo.caption,
        "alt": photo.caption or _("Photo of %(name)s, %(date)s") % {"name": project_name, "date": day},
        "day": day,
        "who": photo.display_name or photo.username,
    }
