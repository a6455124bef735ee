"""The texts of the list of projects without a place, and of the places that an address may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.projects.models import Project
from geodata.regions.addresses import AddressPlace
from portal import wording


def unplaced(rows: Sequence[Project]) -> list[dict[str, str]]:
    """Projects that wait for a place."""
    return [
        {
            "code": one.serial_no,
            "name": one.name,
            "unit_name": wording.label(one.management_unit.name),
            "location": one.location_text,
            "edit_url": reverse("workbench:geometry", args=[one.serial_no]),
            "url": reverse("workbench:project", args=[one.serial_no]),
        }
        for one in rows
    ]


def address_places(places: Sequence[AddressPlace]) -> list[dict[str, Any]]:
    """What an address may mean; a place that is too wide only shows where to look."""
    kinds = {
        "crossing": _("crossing"),
        "road": _("road"),
        "place": _("place name"),
        "township": _("township"),
    }
    return [
        {
            "key": one.key,
            "name": one.name,
            "kind": kinds[one.kind],
            "spot": f"{one.lon},{one.lat}",
            "metres": one.accuracy_m,
            "around": _("within about %(n)s m") % {"n": one.accuracy_m}
            if one.accuracy_m < 1000
            else _("within about %(n)s km") % {"n": f"{one.accuracy_m / 1000:.1f}"},
            "is_narrow": one.is_narrow,
        }
        for one in places
    ]
