"""The history of one project in one list: changes of status, versions of its shape, approvals of its cost, approved
reports, and what the audit trail says of its other columns. One statement, whatever the length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope


class Kind(StrEnum):
    """What changed."""

    STATUS = "status"
    SHAPE = "shape"
    INVESTMENT = "investment"
    REPORT = "report"
    RECORD = "record"  # columns of the project itself, from the audit trail


class Happening(NamedTuple):
    """`day` is the business date, for the audit trail the day of recording; `who` the person's name, empty for a job.

    `before` and `after` hold the columns that differ; of a first row `before` is empty.
    """

    kind: str
    day: date | None
    recorded_at: datetime
    who: str
    batch: int | None
    said: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class HistoryPage(NamedTuple):
    """Some of the happenings, newest first, and how many there are."""

    happenings: Sequence[Happening] = ()
    total: int = 0


# Columns that other rows of the list tell better, or that tell nothing.
_LEFT_OUT: Final = (
    "id",
    "pgh_id",
    "pgh_created_at",
    "pgh_label",
    "pgh_context_id",
    "pgh_obj_id",
    "created_at",
    "updated_at",
    "created_by_id",
    "origin",
    "batch",
    "version",
    "name_key",
    "source_key",
    "status",
    "stage",
    "geom_source",
    "is_deleted",
)

_PAGE: Final = """
WITH mine AS ({project}),
events AS (
    SELECT e.pgh_id, e.pgh_created_at AS recorded_at, e.pgh_context_id, e.batch,
        to_jsonb(e) - %(left_out)s::text[] AS after,
        lag(to_jsonb(e) - %(left_out)s::text[]) OVER (ORDER BY e.pgh_id) AS before
    FROM projects_projectevent e JOIN mine ON mine.id = e.pgh_obj_id
),
happenings AS (
    SELECT 'status' AS kind, c.id AS number, c.effective_on AS day, c.created_at AS recorded_at,
        coalesce(c.confirmed_by_id, c.submitted_by_id) AS person, c.batch, c.reason AS said,
        jsonb_build_object('status', c.from_status) AS before,
        jsonb_build_object('status', c.status, 'stage', c.stage, 'doc_no', c.doc_no, 'is_backward', c.is_backward,
            'suspension_kind', c.suspension_kind, 'expected_resume_on', c.expected_resume_on,
            'reported_on', c.reported_on) AS after
    FROM projects_statuschange c JOIN mine ON mine.id = c.project_id
    UNION ALL
    SELECT 'shape', v.id, v.valid_from, v.created_at, coalesce(v.approved_by_id, v.author_id), v.batch, v.reason,
        '{{}}',
        jsonb_build_object('number', v.number, 'state', v.state, 'source', v.source, 'area_m2', v.area_m2,
            'length_m', v.length_m)
    FROM projects_geometryversion v JOIN mine ON mine.id = v.project_id
    UNION ALL
    SELECT 'investment', a.id, a.approved_on, a.created_at, NULL, a.batch, a.doc_no,
        jsonb_build_object('amount',
            lag(a.amount) OVER (PARTITION BY a.project_id ORDER BY a.approved_on NULLS FIRST, a.id)),
        jsonb_build_object('amount', a.amount, 'basis', a.basis, 'approving_unit', a.approving_unit)
    FROM projects_investmentapproval a JOIN mine ON mine.id = a.project_id
    UNION ALL
    SELECT 'report', r.id, r.period_end, r.created_at, coalesce(r.reviewed_by_id, r.submitted_by_id), r.batch,
        r.correction_reason, '{{}}',
        jsonb_build_object('kind', r.kind, 'version', r.version, 'physical_pct', r.physical_pct,
            'invested_cumulative', r.invested_cumulative)
    FROM progress_periodreport r JOIN mine ON mine.id = r.project_id
    WHERE r.state = 'approved'
    UNION ALL
    SELECT 'record', e.pgh_id, (e.recorded_at AT TIME ZONE %(zone)s)::date, e.recorded_at,
        (context.metadata ->> 'user')::bigint, coalesce((context.metadata ->> 'batch')::bigint, e.batch), '',
        coalesce(e.before, '{{}}'),
        CASE WHEN e.before IS NULL THEN '{{}}' ELSE e.after END
    FROM events e LEFT JOIN pghistory_context context ON context.id = e.pgh_context_id
    WHERE e.before IS DISTINCT FROM e.after
),
page AS (
    SELECT *, count(*) OVER () AS total
    FROM happenings h
    WHERE coalesce(h.day, (h.recorded_at AT TIME ZONE %(zone)s)::date) <= %(upto)s
    ORDER BY coalesce(h.day, (h.recorded_at AT TIME ZONE %(zone)s)::date) DESC, h.recorded_at DESC, h.kind,
        h.number DESC
    LIMIT %(size)s OFFSET %(start)s
)
SELECT page.kind, page.day, page.recorded_at, coalesce(nullif(person.display_name, ''), person.username, ''),
    page.batch, page.said, page.before || named_before, page.after || named_after, page.total
FROM page
LEFT JOIN stewards_user person ON person.id = page.person
CROSS JOIN LATERAL ({named_before}) b (named_before)
CROSS JOIN LATERAL ({named_after}) a (named_after)
ORDER BY coalesce(page.day, (page.recorded_at AT TIME ZONE %(zone)s)::date) DESC, page.recorded_at DESC, page.kind,
    page.number DESC
"""

# Foreign keys as the names that people know.
_NAMED: Final = """
SELECT CASE WHEN page.{side} ? 'category_id' THEN jsonb_build_object(
    'category_id', (SELECT name FROM projects_category WHERE id = (page.{side} ->> 'category_id')::bigint),
    'management_unit_id', (SELECT name FROM regions_areaunit WHERE id = (page.{side} ->> 'management_unit_id')::bigint),
    'admin_area_id', (SELECT name FROM regions_areaunit WHERE id = (page.{side} ->> 'admin_area_id')::bigint),
    'township_id', (SELECT name FROM regions_areaunit WHERE id = (page.{side} ->> 'township_id')::bigint),
    'parent_id', (SELECT serial_no FROM projects_project WHERE id = (page.{side} ->> 'parent_id')::bigint)
) ELSE '{{}}' END"""


def history_page(scope: Scope, project_id: int, *, upto: date, start: int, size: int) -> HistoryPage:
    """Some of what became of a project by a day, newest first; empty outside the scope."""
    try:
        mine, parameters = visible(scope).filter(pk=project_id).values("id").query.sql_with_params()
    except EmptyResultSet:  # a scope that sees nothing
        return HistoryPage()
    numbered = {f"p{place}": value for place, value in enumerate(parameters)}
    statement = _PAGE.format(
        project=mine % tuple(f"%({name})s" for name in numbered),
        named_before=_NAMED.format(side="before"),
        named_after=_NAMED.format(side="after"),
    )
    values: dict[str, Any] = {
        "left_out": list(_LEFT_OUT),
        "zone": settings.TIME_ZONE,
        "upto": upto,
        "start": start,
        "size": size,
    }
    values.update(numbered)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    if not rows:
        return HistoryPage()
    return HistoryPage([_happening(row) for row in rows], rows[0][-1])


def _happening(row: Sequence[Any]) -> Happening:
    kind, day, recorded_at, who, batch, said, before, after, _total = row
    old, new = (json.loads(side, parse_float=Decimal) for side in (before, after))
    if kind == Kind.RECORD:
        differing = [name for name in {**old, **new} if old.get(name) != new.get(name)] if new else []
        old, new = ({name: side.get(name) for name in sorted(differing)} for side in (old, new))
    return Happening(kind, day, recorded_at, who, batch, said, old, new)
