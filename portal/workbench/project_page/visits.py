"""Who was on site, how far that was from the shape, and what it says of the shape. Staff alone see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.progress.models import Photo
from geodata.visits.models import CheckIn
from geodata.visits.selectors import Visits
from portal import wording
from portal.workbench.checkin import texts
from portal.workbench.trust import badge, distance_text, trust_legend

MOST_SPOTS: Final = 200  # of photos on the small map


def check_in_texts(check_in: CheckIn, number: int, warn_m: Any) -> dict[str, Any]:
    """One line of the list; `number` stands beside its mark on the map."""
    now_away = getattr(check_in, "away_m", None)
    moved = now_away is not None and check_in.distance_m is not None and abs(now_away - check_in.distance_m) > 1
    return {
        "number": number,
        "id": check_in.pk,
        "when": texts.moment(check_in),
        "who": check_in.display_name or check_in.username,  # type: ignore[attr-defined]
        "was": texts.was(check_in),
        "accuracy": distance_text(check_in.accuracy_m),
        "note": check_in.note,
        "photo_url": reverse("workbench:photo", args=[check_in.photo_id]) if check_in.photo_id else "",
        # the shape has been changed since
        "now": _("now %(distance)s") % {"distance": distance_text(now_away)} if moved else "",
        "is_far": moved and now_away is not None and now_away > warn_m,
    }


def spots(check_ins: Sequence[CheckIn], photos: Iterable[Photo], visits: Visits, first: int) -> list[dict[str, Any]]:
    """What the small map shows beside the shape: places of check-ins by their number, places of photos."""
    found: list[dict[str, Any]] = [
        {
            "kind": "visit",
            "number": number,
            "lon": float(one.lon),  # type: ignore[attr-defined]
            "lat": float(one.lat),  # type: ignore[attr-defined]
            "radius": float(one.accuracy_m),
            "label": f"{number} · {texts.moment(one)}",
        }
        for number, one in enumerate(check_ins, start=first)
        if one.lon is not None  # type: ignore[attr-defined] # forgotten after its term
    ]
    placed = [photo for photo in photos if photo.lon is not None]  # type: ignore[attr-defined]
    found += [
        {
            "kind": "photo",
            "lon": float(photo.lon),  # type: ignore[attr-defined]
            "lat": float(photo.lat),  # type: ignore[attr-defined]
            "is_far": photo.away_m is not None and photo.away_m > visits.warn_m,  # type: ignore[attr-defined]
            "label": " · ".join(filter(None, [_("photo"), wording.day(photo.taken_on), photo.caption])),
        }
        for photo in placed[:MOST_SPOTS]
    ]
    return found


def photo_place(photo: Photo, visits: Visits) -> dict[str, Any]:
    """How far the camera stood from the shape; empty without a place or a shape."""
    away_m = getattr(photo, "away_m", None)
    if away_m is None:
        return {"away": "", "is_far": False}
    return {
        "away": _("taken %(distance)s from the shape") % {"distance": distance_text(away_m)}
        if away_m >= 0.5
        else _("taken inside the shape"),
        "is_far": away_m > visits.warn_m,
    }


def trust_context(visits: Visits) -> dict[str, Any]:
    """The badge of the shape, and the legend of all of them."""
    return {"trust": badge(visits.evidence), **trust_legend(visits.near_m, visits.warn_m)}
