"""Holding the stored totals against the definition, and computing them anew."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction

from geodata.summary.models import ProjectRow

SHOWN: Final = 20

# A project without a totals row must have no fact: the missing row counts as an empty one. Whole rows are compared
# first, and only those that differ are taken apart.
_APART: Final = """
SELECT both_rows.code, each.key, coalesce(stored -> each.key, 'null')::text, each.value::text
FROM both_rows CROSS JOIN LATERAL jsonb_each(defined) AS each (key, value)
WHERE stored IS DISTINCT FROM defined AND coalesce(stored -> each.key, 'null') <> each.value
ORDER BY both_rows.code, each.key
"""
_TOTALS: Final = f"""
WITH both_rows AS MATERIALIZED (
    SELECT p.serial_no AS code, to_jsonb(t) - 'project_id' AS stored, to_jsonb(s) - 'project_id' AS defined
    FROM project_sums(NULL, 'infinity') s
    JOIN projects_project p ON p.id = s.project_id
    LEFT JOIN project_totals t ON t.project_id = s.project_id
) {_APART}"""  # noqa: S608 - constants of this module
# The rows that pages read, against those of the history.
_ROWS: Final = f"""
WITH today AS MATERIALIZED (SELECT {{columns}} FROM project_rows_today(%(day)s::date)),
     history AS MATERIALIZED (SELECT {{columns}} FROM project_summary_at(%(day)s::date)),
     both_rows AS MATERIALIZED (
    SELECT history.code, to_jsonb(today) AS stored, to_jsonb(history) AS defined
    FROM history LEFT JOIN today ON today.id = history.id
) {_APART}"""  # noqa: S608 - constants of this module
_SHAPES: Final = {"geom", "geom_3857", "anchor_3857"}  # not stored in the totals


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure whose stored value is not what the definition gives; values as JSON texts, money in 元."""

    code: str
    column: str
    stored: str
    defined: str


@transaction.atomic
def differences(*, today: date) -> list[Difference]:
    """Every stored figure that differs from its definition, to the fen: over all facts, and as pages show it today."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        found = [Difference(*row) for row in cursor.fetchall()]
        if not found:
            columns = [field.name for field in ProjectRow._meta.get_fields() if field.name not in _SHAPES]
            cursor.execute(_ROWS.format(columns=", ".join(columns)), {"day": today})
            found = [Difference(*row) for row in cursor.fetchall()]
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
