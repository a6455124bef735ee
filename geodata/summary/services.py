"""Holding the stored totals against the definition, and computing them anew."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction

from geodata.summary.models import ProjectRow

SHOWN: Final = 20

# A project without a totals row must have no fact: the missing row counts as an empty one.
_TOTALS: Final = """
SELECT p.serial_no, key, coalesce(stored.value, 'null')::text, coalesce(defined.value, 'null')::text
FROM project_sums(NULL, 'infinity') s
JOIN projects_project p ON p.id = s.project_id
LEFT JOIN project_totals t ON t.project_id = s.project_id
CROSS JOIN LATERAL jsonb_each(to_jsonb(s)) AS defined (key, value)
LEFT JOIN LATERAL jsonb_each(to_jsonb(t)) AS stored (key, value) USING (key)
WHERE key <> 'project_id' AND coalesce(stored.value, 'null') IS DISTINCT FROM defined.value
ORDER BY p.serial_no, key
"""
# The rows that pages read, against those of the history.
_ROWS: Final = """
WITH today AS MATERIALIZED (SELECT {columns} FROM project_rows_today(%(day)s::date)),
     history AS MATERIALIZED (SELECT {columns} FROM project_summary_at(%(day)s::date))
SELECT coalesce(t.code, h.code), key, coalesce(stored.value, 'null')::text, coalesce(defined.value, 'null')::text
FROM today t FULL JOIN history h ON h.id = t.id
CROSS JOIN LATERAL jsonb_each(to_jsonb(h)) AS defined (key, value)
LEFT JOIN LATERAL jsonb_each(to_jsonb(t)) AS stored (key, value) USING (key)
WHERE coalesce(stored.value, 'null') IS DISTINCT FROM defined.value
ORDER BY 1, 2
"""
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


@transaction.atomic
def lock_totals(*, project_ids: list[int]) -> None:
    """Locks the totals of these projects in order until the end of the transaction.

    A service that writes facts of several projects in several statements calls this first: each statement by itself
    locks in order, two of them in one transaction do not.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT project_totals_lock(%s::bigint[])", [sorted(set(project_ids))])
