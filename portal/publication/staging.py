"""From the record to the public database: copy, compare, close and open rows. One function a step."""

from typing import Any

from django.db import connections, transaction
from psycopg import sql

from portal.publication.allowlist import TABLES, PublishedTable

RECORD, PUBLISHER = "default", "publisher"


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _stage(table: PublishedTable) -> sql.Identifier:
    return sql.Identifier(f"stage_{table.name}")


def fill_stages(parameters: dict[str, Any]) -> None:
    """Copies every published query out of one REPEATABLE READ transaction of the record into temporary tables.

    Runs inside a transaction on `publisher`; the temporary tables end with it.
    """
    with transaction.atomic(using=RECORD), connections[RECORD].cursor() as source:
        source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in TABLES:
            _fill(source, table, parameters)


def _fill(source: Any, table: PublishedTable, parameters: dict[str, Any]) -> None:
    out = sql.SQL("COPY (SELECT {} FROM ({}) AS q) TO STDOUT").format(_names(table.columns), sql.SQL(table.query))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(_stage(table), _names(table.columns))
    with connections[PUBLISHER].cursor() as target:
        target.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                _stage(table), _names(table.columns), sql.Identifier(table.name)
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
        target.execute(sql.SQL("ANALYZE {}").format(_stage(table)))


def merge(table: PublishedTable, number: int) -> tuple[int, int]:
    """Closes rows that changed or went, opens new and changed ones; returns (closed, opened)."""
    names = {
        "table": sql.Identifier(table.name),
        "stage": _stage(table),
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
        return closed, cursor.rowcount


# What must never be in a public text: a mobile number, an identity number, a bank account number.
_PERSONAL = {
    "手机号码": r"(^|\D)1[3-9]\d{9}(\D|$)",
    "身份证号码": r"(^|\D)\d{17}[\dXx](\D|$)",
    "银行账号": r"(^|\D)\d{16,19}(\D|$)",
}


def personal_findings() -> list[tuple[str, str, str]]:
    """(column, kind, key of the row) of every staged text that looks like personal data."""
    found: list[tuple[str, str, str]] = []
    with connections[PUBLISHER].cursor() as cursor:
        for table in TABLES:
            for column in _text_columns(table):
                for kind, pattern in _PERSONAL.items():
                    cursor.execute(
                        sql.SQL("SELECT {key}::text FROM {stage} WHERE {column}::text ~ {pattern} LIMIT 20").format(
                            key=sql.Identifier(table.key),
                            stage=_stage(table),
                            column=sql.Identifier(column),
                            pattern=sql.Literal(pattern),
                        )
                    )
                    found += [(column, kind, row[0]) for row in cursor.fetchall()]
    return found


def _text_columns(table: PublishedTable) -> list[str]:
    """Columns that people fill; codes and keys of ours are digits by nature and stay out."""
    fields = {f.column: f.get_internal_type() for f in table.model._meta.local_fields}
    kinds = {"CharField", "TextField", "ArrayField"}
    codes = {"code", "project_code", "parent_code", "key", "contract_key", "region", "unit", "township", "category"}
    numbers = {"years"}
    return [c for c in table.columns if fields[c] in kinds and c not in codes | numbers]
