"""From the record to the public database: copy, hold back, compare, close and open rows. One function a step."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connections
from psycopg import sql

from portal.public.models import WITHDRAWN, Published, PublishedContract, PublishedProject
from portal.publication import naming
from portal.publication.allowlist import TABLES, PublishedTable
from portal.publication.models import Withdrawal
from portal.publication.naming import NAMED

RECORD, PUBLISHER = "default", "publisher"
MANY_ROWS: Final = 5_000


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def stage(name: str) -> sql.Identifier:
    """The temporary table behind a published table."""
    return sql.Identifier(f"stage_{name}")


def fill_stages(parameters: dict[str, Any], *, on_table: Callable[[int], None] = lambda _done: None) -> None:
    """Copies every published query out of one REPEATABLE READ transaction of the record into temporary tables.

    Runs inside a transaction on `publisher`; the temporary tables end with it. The record is read through a session of
    its own, so that the run's progress can be written and seen meanwhile.
    """
    reading = connections[RECORD].copy()
    try:
        with reading.cursor() as source:
            source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for done, table in enumerate(TABLES, start=1):
                _fill(source, table, parameters)
                on_table(done)
            source.execute("ROLLBACK")
    finally:
        reading.close()


def hold_back() -> None:
    """Takes out of the stage what people have withdrawn and not released: whole projects, names, single texts."""
    standing = Withdrawal.objects.filter(lifted_at__isnull=True)
    codes = list(standing.filter(kind=Withdrawal.Kind.PROJECT).values_list("code", flat=True))
    names = list(standing.filter(kind=Withdrawal.Kind.NAME).values_list("value", flat=True).distinct())
    contracts = list(standing.filter(kind=Withdrawal.Kind.TEXT).values_list("key", flat=True))
    with connections[PUBLISHER].cursor() as cursor:
        for table in TABLES:
            if "code" in table.columns:
                cursor.execute(sql.SQL("DELETE FROM {} WHERE code = ANY(%s)").format(stage(table.name)), [codes])
        _blank(cursor, PublishedProject, "parent_code", "parent_code", codes, None)
        for model, column in NAMED:
            _blank(cursor, model, column, column, names, WITHDRAWN)
        for name in names:
            _take_out(cursor, name)
        _blank(cursor, PublishedContract, "name", "key", contracts, WITHDRAWN)


def _take_out(cursor: Any, name: str) -> None:
    """A withdrawn name out of the texts in which it is told."""
    for place in naming.places_of(name):
        model, column = place
        cursor.execute(
            sql.SQL("UPDATE {} SET {} = {} WHERE {}").format(
                stage(model._meta.db_table),
                sql.Identifier(column),
                naming.without(place, name),
                naming.holds(place, name),
            )
        )


def _blank(cursor: Any, model: type[Published], column: str, where: str, values: list[str], put: str | None) -> None:
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE {} = ANY(%s)")
    names = (stage(model._meta.db_table), sql.Identifier(column), sql.Identifier(where))
    cursor.execute(statement.format(*names), [put, values])


def _fill(source: Any, table: PublishedTable, parameters: dict[str, Any]) -> None:
    out = sql.SQL("COPY (SELECT {} FROM ({}) AS q) TO STDOUT").format(_names(table.columns), sql.SQL(table.query))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(stage(table.name), _names(table.columns))
    with connections[PUBLISHER].cursor() as target:
        target.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                stage(table.name), _names(table.columns), sql.Identifier(table.name)
            )
        )
        with (
            connections[RECORD].wrap_database_errors,
            connections[PUBLISHER].wrap_database_errors,
            source.copy(out, parameters) as reading,
            target.copy(into) as writing,
        ):
            for block in reading:
                writing.write(block)
        target.execute(sql.SQL("ANALYZE {}").format(stage(table.name)))


def merge(table: PublishedTable, number: int) -> tuple[int, int]:
    """Closes rows that changed or went, opens new and changed ones; returns (closed, opened).

    After many rows the table is looked over: what is read next in the same transaction would else be planned for an
    empty table, which a first publication of 100,000 projects paid with a quarter of an hour."""
    names = {
        "table": sql.Identifier(table.name),
        "stage": stage(table.name),
        "key": sql.Identifier(table.key),
        "columns": _names(table.columns),
        "number": sql.Literal(number),
    }
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "UPDATE {table} t SET to_snapshot = {number} WHERE t.to_snapshot IS NULL AND NOT EXISTS ("
                "SELECT FROM {stage} s WHERE s.{key} = t.{key} AND md5(s::text) = t.digest)"
            ).format(**names)
        )
        closed = cursor.rowcount
        cursor.execute(
            sql.SQL(
                "INSERT INTO {table} ({columns}, from_snapshot, digest) SELECT {columns}, {number}, md5(s::text) "
                "FROM {stage} s WHERE NOT EXISTS ("
                "SELECT FROM {table} t WHERE t.to_snapshot IS NULL AND t.{key} = s.{key}) "
                "ORDER BY s.{key}"
            ).format(**names)
        )
        opened = cursor.rowcount
        if closed + opened >= MANY_ROWS:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
        return closed, opened


def tidy(counts: Mapping[str, int]) -> None:
    """After a publication that wrote much: fresh statistics, and room marked as seen by all, without which the lists'
    indexes would still look each row up. The database does the same by itself, but only after some minutes."""
    if connections[PUBLISHER].in_atomic_block:
        return
    with connections[PUBLISHER].cursor() as cursor:
        for table in TABLES:
            if counts[f"{table.name}_closed"] + counts[f"{table.name}_opened"] >= MANY_ROWS:
                cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table.name)))
