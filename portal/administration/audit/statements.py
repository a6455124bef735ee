"""The SQL of the audit trail. Events number themselves, and newer ones bear greater numbers but for changes that ran at
the same time; so a page reads each table backwards from where the last page ended, by the primary key alone.

A day's first event is found by halving the range of numbers, some twenty looks a table, instead of an index that every
bulk load would have to keep. Names of tables come from the models; everything that a person typed is a parameter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from portal.administration.audit.tables import Table

Statement = tuple[str, list[Any]]
# An event bears the beginning of its transaction, its number the moment of writing: a long import stands out of line by
# as much. The range of numbers is taken wider by this; the exact moment is compared besides.
SLACK: Final = timedelta(hours=6)


def first_numbers(tables: Sequence[Table], moments: Sequence[datetime]) -> Statement:
    """(place of the table, index of the moment, the number of its first event not before the moment)."""
    parts, parameters = [], []
    for table in tables:
        for index, moment in enumerate(moments):
            parts.append(
                f"""(WITH RECURSIVE s(lo, hi) AS (
                    SELECT 0::bigint, coalesce((SELECT max(pgh_id) FROM "{table.events}"), 0)::bigint + 1
                    UNION ALL
                    SELECT CASE WHEN p.pgh_created_at < %s THEN p.pgh_id::bigint + 1 ELSE s.lo END,
                           CASE WHEN p.pgh_created_at < %s THEN s.hi ELSE (s.lo + s.hi) / 2 END
                    FROM s LEFT JOIN LATERAL (
                        SELECT pgh_id, pgh_created_at FROM "{table.events}"
                        WHERE pgh_id >= (s.lo + s.hi) / 2 AND pgh_id < s.hi ORDER BY pgh_id LIMIT 1) p ON true
                    WHERE s.lo < s.hi)
                SELECT {table.place}, {index}, lo FROM s WHERE lo >= hi)"""  # noqa: S608
            )
            parameters += [moment, moment]
    return " UNION ALL ".join(parts), parameters


class Choice:
    """The limits of a search, as conditions on the events of one table."""

    def __init__(
        self,
        *,
        users: Sequence[int] | None,
        project_id: int | None,
        action: str,
        since: datetime | None,
        until: datetime | None,
        numbers: Mapping[tuple[int, int], int],
        ends: Mapping[int, int],
    ) -> None:
        self.users, self.project_id, self.action = users, project_id, action
        self.since, self.until, self.numbers, self.ends = since, until, numbers, ends

    def conditions(self, table: Table) -> tuple[list[str], list[Any]]:
        found: list[tuple[str, Any]] = []
        if table.place in self.ends:
            found.append(("e.pgh_id < %s", self.ends[table.place]))
        if self.since is not None:
            found += [("e.pgh_id >= %s", self.numbers[table.place, 0]), ("e.pgh_created_at >= %s", self.since)]
        if self.until is not None:
            found += [("e.pgh_id < %s", self.numbers[table.place, 1]), ("e.pgh_created_at < %s", self.until)]
        if self.action:
            found.append(("e.pgh_label = %s", self.action))
        if self.project_id is not None:
            found.append((table.project_sql, self.project_id))
        texts, values = [text for text, _value in found], [value for _text, value in found]
        if self.users is not None:
            texts.append("e.pgh_context_id = ANY(ARRAY(SELECT id FROM theirs))")
        return texts, values


def newest(tables: Sequence[Table], choice: Choice, *, size: int) -> Statement:
    """(place, number) of the newest events that fit, newest first."""
    parts: list[str] = []
    parameters: list[Any] = []
    head = ""
    if choice.users is not None:
        head = (
            "WITH theirs AS MATERIALIZED (SELECT id FROM pghistory_context WHERE metadata->>'user' = ANY(%s)"
            " AND (%s::timestamptz IS NULL OR created_at >= %s) AND (%s::timestamptz IS NULL OR created_at < %s)) "
        )
        since = choice.since and choice.since - SLACK
        until = choice.until and choice.until + SLACK
        parameters += [[str(user) for user in choice.users], since, since, until, until]
    for table in tables:
        texts, values = choice.conditions(table)
        limits = f"WHERE {' AND '.join(texts)}" if texts else ""
        parts.append(
            f'(SELECT {table.place} AS place, e.pgh_id AS number, e.pgh_created_at AS at FROM "{table.events}" e '  # noqa: S608
            f"{limits} ORDER BY e.pgh_id DESC LIMIT %s)"
        )
        parameters += [*values, size]
    inner = " UNION ALL ".join(parts)
    return (
        f"{head}SELECT place, number FROM ({inner}) x ORDER BY at DESC, place, number DESC LIMIT %s",  # noqa: S608
        [*parameters, size],
    )


def in_full(tables: Sequence[Table], numbers: Mapping[int, Sequence[int]]) -> Statement:
    """The events named, each with what the row was before and with who did it why.

    `+ 0` keeps the planner from walking the primary key backwards for the event before: it has an index of the row.
    """
    parts: list[str] = []
    parameters: list[Any] = []
    for table in tables:
        if table.place not in numbers:
            continue
        parts.append(
            f"""(SELECT {table.place}, e.pgh_id, e.pgh_created_at, e.pgh_label, e.pgh_obj_id, to_jsonb(e),
                (SELECT to_jsonb(p) FROM "{table.events}" p WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id
                 ORDER BY p.pgh_id + 0 DESC LIMIT 1),
                c.metadata
            FROM "{table.events}" e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
            WHERE e.pgh_id = ANY(%s))"""  # noqa: S608
        )
        parameters.append(list(numbers[table.place]))
    return " UNION ALL ".join(parts), parameters
