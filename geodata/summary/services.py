"""Holding the stored totals against the definition, computing them anew, and keeping the lights that the rules gave."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet

from geodata.projects.models import Project
from geodata.summary.lights import LASTING
from geodata.summary.models import ProjectLight, ProjectRow, ProjectTotals

SHOWN: Final = 20

CHUNK: Final = 5_000  # projects a statement: each compares what one moment of the database says of them

# Whole rows are compared first, and only those that differ are taken apart. A stored row of a project that is gone or
# deleted differs in its code; of a row that is missing everything differs that is not empty.
_APART: Final = """
SELECT coalesce(defined.code, stored.code), each.key,
    coalesce(to_jsonb(stored) -> each.key, 'null')::text, each.value::text
FROM stored FULL JOIN defined ON defined.{key} = stored.{key}
CROSS JOIN LATERAL jsonb_each(coalesce(to_jsonb(defined), '{{"code": null}}')) AS each (key, value)
WHERE stored IS DISTINCT FROM defined AND coalesce(to_jsonb(stored) -> each.key, 'null') <> each.value
ORDER BY 1, 2
"""
_TOTALS: Final = f"""
WITH defined AS MATERIALIZED (SELECT * FROM project_sums(%(ids)s::bigint[], 'infinity')),
     stored AS MATERIALIZED (SELECT * FROM project_totals WHERE project_id = ANY (%(ids)s::bigint[]))
{_APART.format(key="project_id")}"""  # noqa: S608 - constants of this module
# The rows that pages read, against those of the history.
_ROWS: Final = """
WITH defined AS MATERIALIZED (SELECT {columns} FROM project_summary_of(%(ids)s::bigint[], %(day)s::date)),
     stored AS MATERIALIZED (SELECT {columns} FROM project_rows_today(%(day)s::date) WHERE id = ANY (%(ids)s::bigint[]))
"""
_SHAPES: Final = {"geom", "geom_3857", "anchor_3857"}  # not stored in the totals, or compared there


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure whose stored value is not what the definition gives; values as JSON texts, money in 元."""

    code: str
    column: str
    stored: str
    defined: str


def differences(*, today: date, told: Callable[[int, int], None] = lambda done, of: None) -> list[Difference]:
    """Every stored figure that differs from its definition, to the fen: over all facts, and as pages show it today.

    `told` hears how many projects are done, of how many. Rows are compared only as long as the sums agree.
    """
    columns = ", ".join(field.name for field in ProjectRow._meta.get_fields() if field.name not in _SHAPES)
    rows = _ROWS.format(columns=columns) + _APART.format(key="id")
    ids = sorted({*Project.objects.values_list("pk", flat=True), *ProjectTotals.objects.values_list("pk", flat=True)})
    found: list[Difference] = []
    with connection.cursor() as cursor:
        for start in range(0, len(ids), CHUNK):
            chunk: dict[str, Any] = {"ids": ids[start : start + CHUNK], "day": today}
            cursor.execute(_TOTALS, chunk)
            found += [Difference(*row) for row in cursor.fetchall()]
            if not found:
                cursor.execute(rows, chunk)
                found += [Difference(*row) for row in cursor.fetchall()]
            told(min(start + CHUNK, len(ids)), len(ids))
    return found


@transaction.atomic
def rebuild_totals() -> None:
    """Computes the totals of all projects anew from the facts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT project_totals_rebuild(NULL)")


def refresh_statistics() -> None:
    """Planner statistics of the whole record anew: after a bulk load, before the first wide reads. About a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_statistics()")


@dataclass(frozen=True, slots=True)
class GivenLight:
    """The light of a project as the rules gave it, and as people are to see it (geodata/summary/lights.py)."""

    project_id: int
    light: str
    computed: str
    sentence: str
    overridden_until: date | None = None


_CHANGED: Final = """
SELECT * FROM jsonb_to_recordset(%(changed)s::jsonb)
    AS n(project_id bigint, light text, computed text, sentence text, overridden_until date)
"""
# Of the same day the row is corrected; an earlier one ends, and the next begins where it ended.
_CORRECTED: Final = f"""
UPDATE summary_projectlight l
SET light = n.light, computed = n.computed, sentence = n.sentence, overridden_until = n.overridden_until,
    light_since = CASE WHEN l.light = n.light THEN l.light_since ELSE l.since END
FROM ({_CHANGED}) n WHERE n.project_id = l.project_id AND l.until = '9999-12-31' AND l.since = %(day)s
"""  # noqa: S608 - constants of this module
_ENDED: Final = f"""
UPDATE summary_projectlight l SET until = %(day)s
FROM ({_CHANGED}) n WHERE n.project_id = l.project_id AND l.until = '9999-12-31' AND l.since < %(day)s
"""  # noqa: S608 - constants of this module
_BEGUN: Final = f"""
INSERT INTO summary_projectlight
    (project_id, light, computed, sentence, overridden_until, light_since, since, until)
SELECT n.project_id, n.light, n.computed, n.sentence, n.overridden_until, coalesce(past.light_since, %(day)s), %(day)s,
    '9999-12-31'
FROM ({_CHANGED}) n
LEFT JOIN summary_projectlight past
    ON past.project_id = n.project_id AND past.until = %(day)s AND past.light = n.light
WHERE NOT EXISTS (SELECT FROM summary_projectlight l WHERE l.project_id = n.project_id AND l.until = '9999-12-31')
ORDER BY n.project_id
"""  # noqa: S608 - constants of this module


@transaction.atomic
def keep_lights(*, lights: Iterable[GivenLight], day: date, whole: bool) -> int:
    """Writes down the lights of a scan day, where they differ from those that hold; how many did.

    `whole`: all projects were judged, so that one which is not among them has no light any more. Four statements.
    """
    given = {light.project_id: light for light in lights}
    present = ProjectLight.objects.filter(until=LASTING)
    if not whole:
        present = present.filter(project__in=list(given))
    columns = ("project_id", "light", "computed", "sentence", "overridden_until")
    known = {row[0]: GivenLight(*row) for row in present.values_list(*columns)}
    changed = [light for pk, light in given.items() if known.get(pk) != light]
    _write_lights(changed, day)
    if whole and (gone := known.keys() - given.keys()):
        _end_lights(present.filter(project__in=gone), day)
    return len(changed)


def _write_lights(changed: list[GivenLight], day: date) -> None:
    if not changed:
        return
    rows = [
        {
            "project_id": one.project_id,
            "light": str(one.light),
            "computed": str(one.computed),
            "sentence": one.sentence,
            "overridden_until": one.overridden_until.isoformat() if one.overridden_until else None,
        }
        for one in changed
    ]
    parameters: dict[str, Any] = {"changed": json.dumps(rows), "day": day}
    with connection.cursor() as cursor:
        for statement in (_CORRECTED, _ENDED, _BEGUN):
            cursor.execute(statement, parameters)


def _end_lights(rows: QuerySet[ProjectLight], day: date) -> None:
    rows.filter(since=day).delete()
    rows.update(until=day)
