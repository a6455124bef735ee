"""Shapes of projects: every one a version with its evidence; an approved one is the project's geometry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from geodata.copying import copy_instances
from geodata.projects.choices import OPEN_VERSIONS, VersionState
from geodata.projects.entries import EVIDENCE, GeometryEntry, evidence_of
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.services import shape_notices
from geodata.projects.services.history import beginning
from geodata.record import Origin, Outcome
from geodata.regions.selectors import areas_of
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User

BATCH = 500
# the shapes stand in the database already: they are not sent twice
_ADOPT = """
UPDATE projects_project p
   SET geom = v.geom, geom_source = v.source, admin_area_id = found.county, township_id = found.township,
       updated_at = now()
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS found (version, county, township)
  JOIN projects_geometryversion v ON v.id = found.version
 WHERE p.id = v.project_id"""


@transaction.atomic
def record_geometries(
    *,
    entries: Iterable[GeometryEntry],
    now: datetime,
    user: User | None = None,
    batch: int | None = None,
    first_waits: bool = False,
) -> Outcome:
    """Record shapes. The first of a project is approved by its import and counts from the project's beginning, unless
    `first_waits`: then another person has to approve it like any other.

    A shape that differs from the recorded one becomes a version for another person to approve, and takes the place of a
    proposal that is still open; those who may approve it are told as of a drawn one. An equal shape is nothing. The
    checks run when somebody decides (services/reviews.py).
    """
    held = list(entries)
    projects = {
        project.pk: project
        for project in Project.objects.select_for_update()
        .filter(pk__in=[entry.project_id for entry in held])
        .only("pk", "plan_year", "planned_start_on", "township_id", "name", "serial_no", "management_unit_id")
    }
    versions = _versions(list(projects))
    beginnings = _beginnings(projects)
    first: list[GeometryVersion] = []
    later: list[GeometryVersion] = []
    for entry in held:
        recorded = versions.setdefault(entry.project_id, [])
        shape = GEOSGeometry(memoryview(entry.wkb), srid=STORAGE_SRID)
        if any(_same(version.geom, shape) for version in recorded if not _was_given_up(version)):
            continue
        version = _version(entry, shape, len(recorded) + 1, batch)
        version.author = user
        if recorded or first_waits:
            _up_for_approval(version, recorded, user, now)
            later.append(version)
        else:
            version.state, version.valid_from = VersionState.APPROVED, beginnings[entry.project_id]
            version.approved_by, version.approved_at = user, now
            first.append(version)
        recorded.append(version)
    _supersede(projects, [version.project_id for version in later], now)
    copy_instances([*first, *later])
    waiting = [(projects[version.project_id], version) for version in later if version.state == VersionState.SUBMITTED]
    shape_notices.tell_all_submitted(waiting, today=timezone.localdate(now), now=now)
    adopt(first, projects)
    return Outcome(len(first), len(later), len(held) - len(first) - len(later))


def _versions(project_ids: Sequence[int]) -> dict[int, list[GeometryVersion]]:
    found: dict[int, list[GeometryVersion]] = {}
    rows = GeometryVersion.objects.filter(project_id__in=project_ids).order_by("project_id", "number")
    for version in rows.only("project_id", "number", "state", "origin", "geom"):
        found.setdefault(version.project_id, []).append(version)
    return found


def _beginnings(projects: Mapping[int, Project]) -> dict[int, date]:
    first = dict(
        Project.objects.filter(pk__in=projects)
        .annotate(first_day=Min("status_changes__effective_on"))
        .values_list("pk", "first_day")
    )
    return {
        pk: beginning(first_change=first.get(pk), planned_start=project.planned_start_on, plan_year=project.plan_year)
        for pk, project in projects.items()
    }


def _was_given_up(version: GeometryVersion) -> bool:
    """A draft of somebody that never came to anything; what an import brought once stays known."""
    return version.state == VersionState.SUPERSEDED and version.origin != Origin.IMPORT


def _same(recorded: GEOSGeometry, shape: GEOSGeometry) -> bool:
    # 1e-9 degree is a tenth of a millimetre, below the precision that is stored
    return bool(recorded.geom_type == shape.geom_type and recorded.equals_exact(shape, 1e-9))


def _approved(recorded: Sequence[GeometryVersion]) -> GeometryVersion | None:
    approved = [version for version in recorded if version.state == VersionState.APPROVED and version.pk]
    return approved[-1] if approved else None


def _up_for_approval(
    version: GeometryVersion, recorded: Sequence[GeometryVersion], user: User | None, now: datetime
) -> None:
    """Submitted by its import; of two different shapes of one project in one file the later one."""
    for earlier in recorded:
        if earlier.pk is None and earlier.state == VersionState.SUBMITTED:
            earlier.state = VersionState.SUPERSEDED
    version.state, version.valid_from = VersionState.SUBMITTED, timezone.localdate(now)
    version.submitted_by, version.submitted_at = user, now
    version.parent = _approved(recorded)


def _supersede(projects: Mapping[int, Project], project_ids: Sequence[int], now: datetime) -> None:
    """What is open gives way; nobody needs to decide on it any more."""
    rows = GeometryVersion.objects.filter(project_id__in=project_ids, state__in=OPEN_VERSIONS)
    for version in rows.filter(state=VersionState.SUBMITTED).only("project_id", "number"):
        shape_notices.settle(projects[version.project_id], version, now=now)
    rows.update(state=VersionState.SUPERSEDED, updated_at=Now())


def _version(entry: GeometryEntry, shape: GEOSGeometry, number: int, batch: int | None) -> GeometryVersion:
    evidence = dict(zip(EVIDENCE, evidence_of(entry), strict=True))
    origin = Origin.IMPORT if batch else Origin.MANUAL
    return GeometryVersion(
        project_id=entry.project_id, number=number, geom=shape, origin=origin, batch=batch, **evidence
    )


def adopt(versions: Sequence[GeometryVersion], projects: Mapping[int, Project]) -> None:
    """Make approved versions the geometry of their projects and find the county and township that they lie in."""
    for version in versions:
        project = projects[version.project_id]
        project.geom, project.geom_source = version.geom, version.source
    changed = [projects[version.project_id] for version in versions]
    _locate(changed)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADOPT,
            [
                [version.pk for version in versions],
                [project.admin_area_id for project in changed],
                [project.township_id for project in changed],
            ],
        )


def _locate(projects: Sequence[Project]) -> None:
    if not projects:
        return
    shapes = [shapely.from_wkb(bytes(project.geom.wkb)) if project.geom else None for project in projects]
    for project, (county, township) in zip(projects, areas_of(shapes), strict=True):
        project.admin_area_id = county
        project.township_id = township or project.township_id


@transaction.atomic
def locate_projects() -> int:
    """Assign county and township anew, after boundaries have changed. Returns how many projects moved."""
    projects = list(
        Project.objects.select_for_update().filter(geom__isnull=False).only("geom", "admin_area_id", "township_id")
    )
    before = {project.pk: (project.admin_area_id, project.township_id) for project in projects}
    _locate(projects)
    moved = [project for project in projects if before[project.pk] != (project.admin_area_id, project.township_id)]
    Project.objects.bulk_update(moved, ["admin_area", "township"], batch_size=BATCH)
    return len(moved)
