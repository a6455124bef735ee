"""Holding the stored totals against the definition, and computing them anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection, transaction

from geodata.projects.models import Project
from geodata.summary.models import ProjectRow, ProjectTotals

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
