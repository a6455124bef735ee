"""Making the findings: all projects every night, those that changed every few minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.gis.db.models.functions import AsWKB
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from geodata.errors import Busy
from geodata.projects.models import Project
from geodata.quality.examining import Found, Limits, Shape, examine
from geodata.quality.models import ExaminedProject, GeometryFinding, QualityRun
from geodata.quality.selectors import waiting
from geodata.regions.selectors import management_boundaries
from geodata.thresholds.selectors import thresholds

MOST_AT_ONCE: Final = 2000  # changed projects; beyond that comparing all of them is no dearer
_LOCK: Final = 4_490_022  # the advisory lock of whoever writes findings
_CHUNK: Final = 2000
_SQUARE_KM: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Result:
    """How many projects were compared, how many findings are new, how many are gone."""

    projects: int
    found: int
    gone: int


def examine_all(*, today: date, now: datetime) -> Result:
    """Compare every project with its unit and with all others."""
    shapes = _shapes(Project.objects.filter(is_deleted=False, geom__isnull=False))
    return _kept(examine(shapes, management_boundaries(), _limits()), shapes, None, today=today, now=now)


def examine_changed(*, today: date, now: datetime) -> Result:
    """Compare what changed since the last time, and what those shapes touch or used to touch."""
    present = Project.objects.filter(is_deleted=False)
    changed = set(waiting(present).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    vanished = GeometryFinding.objects.filter(until__isnull=True).filter(
        Q(project__geom__isnull=True) | Q(project__is_deleted=True)
    )
    changed |= set(vanished.values_list("project", flat=True)[: MOST_AT_ONCE + 1])
    if not changed:
        return Result(0, 0, 0)
    if len(changed) > MOST_AT_ONCE:
        return examine_all(today=today, now=now)
    focus = changed | _touching(changed) | _named(changed)
    if len(focus) > MOST_AT_ONCE * 2:
        return examine_all(today=today, now=now)
    located = present.filter(geom__isnull=False)
    shapes = _shapes(located.filter(pk__in=focus | _touching(focus)))
    found = examine(shapes, management_boundaries(), _limits(), only=frozenset(focus))
    return _kept(found, shapes, focus, today=today, now=now)


def _limits() -> Limits:
    known = thresholds()
    return Limits(
        margin_m=float(known["unit_margin_m"]),
        inside_pct=float(known["inside_share_pct"]),
        overlap_pct=float(known["overlap_ask_pct"]),
        largest_m2=float(known["max_area_km2"]) * _SQUARE_KM,
        smallest_m2=float(known["min_area_m2"]),
        shortest_m=float(known["min_length_m"]),
    )


def _shapes(rows: QuerySet[Project]) -> list[Shape]:
    columns = ("pk", "parent_id", "category_id", "management_unit_id", "category__geometry_kinds")
    found = rows.annotate(wkb=AsWKB("geom")).values_list(*columns, "wkb").order_by("pk")
    return [
        Shape(pk, parent, category, unit, tuple(kinds), bytes(wkb)) for pk, parent, category, unit, kinds, wkb in found
    ]


def _touching(ids: Iterable[int]) -> set[int]:
    """Projects whose boxes meet those of the ids: of the same category, or with the very same box."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT other.id FROM projects_project own JOIN projects_project other
               ON other.geom && own.geom AND NOT other.is_deleted
                  AND (other.category_id = own.category_id OR other.geom ~= own.geom)
               WHERE own.id = ANY (%s)""",
            [list(ids)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _named(ids: Iterable[int]) -> set[int]:
    """Projects about which a finding says that they meet one of the ids."""
    rows = GeometryFinding.objects.filter(until__isnull=True, other__in=list(ids))
    return set(rows.values_list("project", flat=True))


@transaction.atomic
def _kept(
    found: Sequence[Found], shapes: Sequence[Shape], focus: set[int] | None, *, today: date, now: datetime
) -> Result:
    """Write down what is new and close what is gone. `focus`: who was asked about; None for everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("图形质量检查正在进行，请几分钟后再试")
    open_rows = GeometryFinding.objects.filter(until__isnull=True)
    if focus is not None:
        open_rows = open_rows.filter(project__in=focus)
    known = {(row.project_id, row.kind): row for row in open_rows}
    new, changed = [], []
    for each in found:
        row = known.pop((each.project_id, each.kind), None)
        if row is None:
            new.append(_row(each, today))
        elif _differs(row, each):
            _take(row, each)
            changed.append(row)
    GeometryFinding.objects.filter(pk__in=[row.pk for row in known.values() if row.since >= today]).delete()
    GeometryFinding.objects.filter(pk__in=[row.pk for row in known.values() if row.since < today]).update(until=today)
    GeometryFinding.objects.bulk_create(new, batch_size=_CHUNK)
    GeometryFinding.objects.bulk_update(changed, ["other", "others", "share_pct", "detail"], batch_size=_CHUNK)
    asked = [shape.project_id for shape in shapes if focus is None or shape.project_id in focus]
    _mark(asked, now)
    result = Result(len(asked), len(new), len(known))
    QualityRun.objects.create(
        started_at=now,
        day=today,
        whole=focus is None,
        projects=result.projects,
        found=result.found,
        gone=result.gone,
    )
    return result


def _row(each: Found, today: date) -> GeometryFinding:
    row = GeometryFinding(project_id=each.project_id, kind=each.kind, since=today)
    _take(row, each)
    return row


def _take(row: GeometryFinding, each: Found) -> None:
    row.other_id, row.others, row.share_pct, row.detail = each.other_id, each.others, each.share_pct, each.detail


def _differs(row: GeometryFinding, each: Found) -> bool:
    kept = (row.other_id, row.others, row.share_pct, row.detail)
    return kept != (each.other_id, each.others, each.share_pct, each.detail)


def _mark(ids: Sequence[int], now: datetime) -> None:
    ExaminedProject.objects.bulk_create(
        [ExaminedProject(project_id=pk, examined_at=now) for pk in ids],
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=["examined_at"],
        batch_size=_CHUNK,
    )
