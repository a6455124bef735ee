"""The bodies of a project by role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from geodata.copying import copy_instances
from geodata.organisations.models import Organisation
from geodata.organisations.services import NamedBody, ensure_organisations
from geodata.projects.choices import PartyRole
from geodata.projects.models import ProjectParty
from geodata.record import Origin

Parties = Mapping[int, Mapping[str, tuple[str, ...]]]
_ENDINGS = (
    (("人民政府", "政府"), Organisation.Kind.COUNTY_GOVERNMENT),
    (("管委会", "管理委员会"), Organisation.Kind.ZONE_COMMITTEE),
    (("局", "委", "办", "办公室", "指挥部"), Organisation.Kind.GOVERNMENT),
    (("公司", "集团"), Organisation.Kind.CONTRACTOR),
    (("医院", "学校", "中心", "院", "所"), Organisation.Kind.INSTITUTION),
)


def kind_of(name: str) -> str:
    """The usual kind of a body from the ending of its name; a person can correct it."""
    return next((kind for endings, kind in _ENDINGS if name.endswith(endings)), Organisation.Kind.OTHER)


def record_parties(*, parties: Parties, today: date, batch: int | None) -> set[int]:
    """Make the current bodies of each named role those of the file; a body that left is dated, not deleted.

    Returns the projects that changed.
    """
    names = {name for roles in parties.values() for bodies in roles.values() for name in bodies}
    if not names:
        return set()
    bodies = ensure_organisations(bodies=[NamedBody(name, kind=kind_of(name)) for name in sorted(names)], batch=batch)
    wanted = {
        (project_id, role, bodies[name])
        for project_id, roles in parties.items()
        for role, listed in roles.items()
        for name in (listed[:1] if role == PartyRole.LEAD else listed)
    }
    spoken = {(project_id, role) for project_id, roles in parties.items() for role, listed in roles.items() if listed}
    current = {
        (party.project_id, party.role, party.organisation_id): party.pk
        for party in ProjectParty.objects.filter(project_id__in=parties, valid_to__isnull=True)
    }
    gone = {key: pk for key, pk in current.items() if key not in wanted and key[:2] in spoken}
    ProjectParty.objects.filter(pk__in=gone.values()).update(valid_to=today)
    new = sorted(wanted - current.keys())
    copy_instances(
        [
            ProjectParty(
                project_id=project_id,
                role=role,
                organisation_id=organisation_id,
                origin=Origin.IMPORT if batch else Origin.MANUAL,
                batch=batch,
            )
            for project_id, role, organisation_id in new
        ]
    )
    return {key[0] for key in (*gone, *new)}
