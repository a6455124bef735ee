"""Bulk writing of ledger rows: numbers from the sequence first, then one COPY a table.

A COPY returns nothing, so the rows of the dependent tables could not know their parents' numbers otherwise.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from geodata.audit import carry_context


class Column(NamedTuple):
    """A column and its PostgreSQL type, which binary COPY must know."""

    name: str
    type: str


def take_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Numbers of the table's sequence, rising."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) s,"
            " generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """One binary COPY. Database errors come out as Django's; the audit context is carried into the session first."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.name) for column in columns)
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor:
        carry_context(cursor)
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.set_types([column.type for column in columns])
            for row in rows:
                copy.write_row(row)
