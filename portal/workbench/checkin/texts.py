"""Check-ins and the projects near a person as texts, in the language of the page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.projects.choices import Status
from geodata.visits.models import CheckIn
from geodata.visits.rules import allowed_m
from geodata.visits.selectors import Near
from portal import wording
from portal.workbench.trust import distance_text


def near_texts(near: Near, *, near_m: Decimal, accuracy_m: Decimal) -> dict[str, Any]:
    """A project to check in at; `reach` tells whether the person is near enough: yes, no or free (without a shape)."""
    return {
        "code": near.code,
        "name": near.name,
        "unit": wording.label(near.unit_name),
        "status_label": wording.label(Status(near.status).label),
        "shape": wording.SHAPE[near.status],
        "url": reverse("workbench:project", args=[near.code]),
        "reach": _reach(near, allowed_m(near_m, accuracy_m)),
        "away": _away(near.away_m),
        "metres": None if near.away_m is None else float(near.away_m),
    }


def _reach(near: Near, allowed: Decimal) -> str:
    if near.away_m is None:
        return "free"
    return "yes" if near.away_m <= allowed else "no"


def _away(metres: Decimal | None) -> str:
    if metres is None:
        return _("not on the map yet")
    return _("you are inside") if metres == 0 else distance_text(metres)


def moment(check_in: CheckIn) -> str:
    """Day and minute of the city's clock."""
    received = localtime(check_in.received_at)
    return f"{wording.day(received.date())} {date_format(received, 'H:i')}"


def was(check_in: CheckIn) -> str:
    """How far the person was from the shape of that day."""
    if check_in.distance_m is None:
        return _("the project had no shape then")
    if check_in.inside:
        return _("inside the shape")
    return _("%(distance)s from the shape") % {"distance": distance_text(check_in.distance_m)}


def own_texts(check_in: CheckIn) -> dict[str, Any]:
    """A check-in of the person who looks, with its project."""
    project = check_in.project
    return {
        "id": check_in.pk,
        "code": project.serial_no,
        "name": project.name,
        "url": reverse("workbench:project", args=[project.serial_no]) + "#visits",
        "when": moment(check_in),
        "was": was(check_in),
        "accuracy": distance_text(check_in.accuracy_m),
        "note": check_in.note,
        "has_photo": check_in.photo_id is not None,
        "may_suggest": check_in.distance_m is None and not project.geom_source,
    }
