"""Who has to do with the project, and where it lies: bodies, people in charge, the shape with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.figures.wording import half_up
from geodata.projects.choices import GeometrySource, PartyRole, VersionState
from geodata.projects.models import GeometryVersion, Project, ProjectParty
from portal import wording


def party_texts(parties: Sequence[ProjectParty], day: date) -> list[dict[str, Any]]:
    """The bodies in the order of their roles; those whose time is over come last and say so."""
    order = list(PartyRole.values)
    ranked = sorted(parties, key=lambda party: (_is_over(party, day), order.index(party.role)))
    return [
        {
            "role": wording.label(PartyRole(party.role).label),
            "name": party.organisation_name,  # type: ignore[attr-defined]
            "organisation_id": party.organisation_id,
            "person": party.lead_person,
            "since": wording.day(party.valid_from) if party.valid_from else "",
            "until": wording.day(party.valid_to) if party.valid_to else "",
            "is_over": _is_over(party, day),
        }
        for party in ranked
    ]


def _is_over(party: ProjectParty, day: date) -> bool:
    return party.valid_to is not None and party.valid_to <= day


def people(project: Project) -> list[tuple[str, str]]:
    """Officials in post with their office telephone: never a mobile of their own."""
    held = [
        (_("Person in charge"), project.person_in_charge),
        (_("Office telephone"), project.office_phone),
        (_("Leader in contact"), project.sponsor_leader),
    ]
    return [(name, text) for name, text in held if text]


def shape_facts(version: GeometryVersion | None, versions: Sequence[GeometryVersion]) -> list[tuple[str, str]]:
    """Where the drawn shape comes from and how far it is to be trusted."""
    if version is None:
        return []
    size = _size(version)
    crs = wording.label(version.declared_crs or version.detected_crs)
    if version.detected_crs and version.declared_crs and version.detected_crs != version.declared_crs:
        crs = _("%(declared)s, detected as %(detected)s") % {
            "declared": wording.label(version.declared_crs),
            "detected": wording.label(version.detected_crs),
        }
    approved = wording.day(localtime(version.approved_at).date()) if version.approved_at else "—"
    number = _("version %(number)s") % {"number": version.number}
    held = [
        (_("Source of the shape"), wording.label(GeometrySource(version.source).label)),
        (_("Accuracy"), _accuracy(version)),
        (_("Coordinates of the file"), crs or _("not stated")),
        (
            _("Version"),
            _("%(version)s, valid from %(day)s") % {"version": number, "day": wording.day(version.valid_from)},
        ),
        (_("Approved on"), approved),
        (_("Size"), size),
        (_("Waiting"), _waiting(versions)),
    ]
    return [(name, text) for name, text in held if text]


def _accuracy(version: GeometryVersion) -> str:
    if version.accuracy_m is None:
        return _("not stated")
    return _("about %(metres)s m") % {"metres": f"{half_up(version.accuracy_m, 1).normalize():f}"}


def _size(version: GeometryVersion) -> str:
    if version.area_m2:
        return _("%(n)s m²") % {"n": f"{half_up(version.area_m2, 0):,}"}
    if version.length_m:
        return _("%(n)s m") % {"n": f"{half_up(version.length_m, 0):,}"}
    return ""


def _waiting(versions: Sequence[GeometryVersion]) -> str:
    count = sum(version.state == VersionState.SUBMITTED for version in versions)
    return _("%(n)s newer versions wait for approval") % {"n": count} if count else ""
