"""Reading visits: the works near a person, who was at a project, and what that says of its shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.expressions import Combinable
from django.utils.timezone import localdate, make_aware

from geodata import distances, searching
from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible, within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.catalogue import BY_KEY
from geodata.thresholds.selectors import as_column
from geodata.visits.models import CheckIn
from geodata.visits.rules import MOST_ALLOWANCE_M, metres
from geodata.visits.trust import Evidence, Spot, weighed

NEAR: Final = "checkin_near_m"
FAR: Final = "photo_distance_warn_m"
NEAREST: Final = 12
UNLOCATED: Final = 8
RECENT: Final = 8
_NEAR: Final = ("serial_no", "name", "management_unit__name", "status")
_CHECK_IN: Final = ("id", "received_at", "accuracy_m", "distance_m", "inside", "note", "photo_id")
_PLACE: Final = ("lon", "lat", "away_m")


@dataclass(frozen=True, slots=True)
class Near:
    """A project that one may check in at; `away_m` is empty where it has no shape yet."""

    code: str
    name: str
    unit_name: str
    status: str
    away_m: Decimal | None


def nearest(scope: Scope, *, lon: float, lat: float, q: str = "") -> list[Near]:
    """The person's own projects with a shape, nearest first, by geography. One query.

    Raises NotPermitted without a role that may record anything.
    """
    here = distances.point(lon, lat)
    rows = _own(scope, q).filter(geom__isnull=False).annotate(away_m=distances.away("geom", here))
    # the index orders by the plane, which differs from the ellipsoid by less than 0.03 % in the city
    found = rows.order_by(distances.nearness("geom", here))[: NEAREST + 4].values_list(*_NEAR, "away_m")
    near = [_near(row, metres(row[-1])) for row in found]
    return sorted(near, key=lambda one: (one.away_m or Decimal(0), one.code))[:NEAREST]


def unlocated(scope: Scope, *, q: str = "") -> list[Near]:
    """The person's own projects without a shape, newest first. One query."""
    rows = _own(scope, q).filter(geom__isnull=True).order_by("-plan_year", "-serial_no")[:UNLOCATED]
    return [_near(row, None) for row in rows.values_list(*_NEAR)]


def _near(row: Sequence[Any], away_m: Decimal | None) -> Near:
    code, name, unit_name, status = row[: len(_NEAR)]
    return Near(code, name, unit_name, status, away_m)


def _own(scope: Scope, q: str) -> QuerySet[Project]:
    own = visible(scope.only(Action.EDIT_PROJECTS))
    return searching.holding(own, q) if q else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The check-ins of a project, newest first, each with `person_name`, `lon`, `lat` and `away_m`, its distance in
    metres from the present shape (of one whose position is no longer kept the distance of its day); and what speaks for
    that shape, None where there is none."""

    check_ins: Sequence[CheckIn] = ()
    evidence: Evidence | None = None
    near_m: Decimal = BY_KEY[NEAR].default
    warn_m: Decimal = BY_KEY[FAR].default


def visit_columns(*, upto: date) -> list[Combinable]:
    """What `visits_of` reads, as columns of a statement over projects: a project's page has no query to spare."""
    next_day = make_aware(datetime.combine(upto + timedelta(days=1), time.min))
    rows = CheckIn.objects.filter(project=OuterRef("pk"), received_at__lt=next_day).order_by("-received_at", "-pk")
    placed = rows.annotate(
        lon=distances.coordinate("position", "X"),
        lat=distances.coordinate("position", "Y"),
        away_m=distances.away_or_kept("position", "project__geom", "distance_m"),
    )
    names = {"display_name": "person__display_name", "username": "person__username"}
    return [gathered(placed, *_CHECK_IN, *_PLACE, **names), as_column(NEAR), as_column(FAR)]


def visits_of(columns: Sequence[Any], photos: Iterable[Photo], *, source: str | None) -> Visits:
    """The columns read, weighed with the project's photos, which bear `away_m`; `source` is that of the present shape,
    None where there is none or it is not the one that the page shows."""
    rows, near_m, warn_m = columns
    check_ins = opened(CheckIn, rows)
    if source is None:
        for one in (*check_ins, *photos):
            one.away_m = None  # type: ignore[attr-defined] # measured from another shape than the one shown
        return Visits(check_ins=check_ins, near_m=near_m, warn_m=warn_m)
    seen = [one for one in check_ins if one.away_m is not None]  # type: ignore[attr-defined]
    spots = [Spot(_tenth(one), one.accuracy_m, one.received_at) for one in seen]
    distances = [_tenth(photo) for photo in photos if photo.away_m is not None]  # type: ignore[attr-defined]
    evidence = weighed(source, spots, distances, near_m=near_m, warn_m=warn_m)
    return Visits(check_ins=check_ins, evidence=evidence, near_m=near_m, warn_m=warn_m)


def _tenth(row: Any) -> Decimal:
    return metres(float(row.away_m))


_EVIDENCE: Final = """
WITH limits AS (
    SELECT coalesce((SELECT value FROM thresholds_thresholdvalue WHERE key = %(near)s), %(near_default)s) AS near_m,
        coalesce((SELECT value FROM thresholds_thresholdvalue WHERE key = %(far)s), %(far_default)s) AS warn_m
)
SELECT p.id, p.geom_source, v.visits, v.last_visit, f.photos, f.far, f.farthest_m
FROM projects_project p CROSS JOIN limits
CROSS JOIN LATERAL (
    SELECT count(*) AS visits, max(c.received_at) AS last_visit
    FROM visits_checkin c
    WHERE c.project_id = p.id
        AND coalesce(round(ST_Distance(c.position::geography, p.geom::geography)::numeric, 1), c.distance_m)
            <= limits.near_m + least(c.accuracy_m, %(most)s)
) v
CROSS JOIN LATERAL (
    SELECT count(*) AS photos, count(*) FILTER (WHERE away_m > limits.warn_m) AS far, max(away_m) AS farthest_m
    FROM (
        SELECT coalesce(round(ST_Distance(photo.position::geography, p.geom::geography)::numeric, 1), photo.distance_m)
            AS away_m
        FROM progress_photo photo
        WHERE photo.project_id = p.id AND photo.removed_at IS NULL
            AND (photo.position IS NOT NULL OR photo.distance_m IS NOT NULL)
    ) placed
) f
WHERE p.id = ANY(%(projects)s) AND p.geom IS NOT NULL
"""


def evidence_of(project_ids: Sequence[int]) -> dict[int, Evidence]:
    """What speaks for the present shapes of projects that the caller has found within a scope. One query."""
    if not project_ids:
        return {}
    values: dict[str, Any] = {
        "projects": list(project_ids),
        "most": MOST_ALLOWANCE_M,
        "near": NEAR,
        "far": FAR,
        "near_default": BY_KEY[NEAR].default,
        "far_default": BY_KEY[FAR].default,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVIDENCE, values)
        return {project: Evidence(*columns) for project, *columns in cursor.fetchall()}


def evidence_of_project(scope: Scope, code: str) -> Evidence | None:
    """The same of one project; None for one without a shape. Raises NotFound outside the scope. Two queries."""
    found = visible(scope).filter(serial_no=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return evidence_of([found]).get(found)


def own_check_ins(scope: Scope) -> list[CheckIn]:
    """The person's own newest check-ins at projects that are within the scope still. One query."""
    rows = CheckIn.objects.filter(person=scope.user_id, project__is_deleted=False)
    columns = ("serial_no", "name", "geom_source")
    ordered = within(rows, scope, project="project").order_by("-received_at", "-pk")
    return list(ordered.select_related("project").only(*_CHECK_IN, *(f"project__{name}" for name in columns))[:RECENT])


def visited_days(scope: Scope, project_id: int) -> frozenset[date]:
    """The days on which somebody checked in at a project of the scope. One query."""
    rows = within(CheckIn.objects.filter(project=project_id), scope, project="project")
    return frozenset(localdate(moment) for moment in rows.values_list("received_at", flat=True))


def check_in_of(scope: Scope, number: int) -> CheckIn:
    """A check-in at a project of the scope. Raises NotFound."""
    rows = within(CheckIn.objects.filter(project__is_deleted=False), scope, project="project")
    found = rows.select_related("project").filter(pk=number).first()
    if found is None:
        raise NotFound("没有这条签到记录，或者它不在您的工作范围内")
    return found
