"""Bulk writing: numbers from the sequence first, then one COPY a table.

A COPY returns nothing, so the rows of the dependent tables could not know their parents' numbers otherwise.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from geodata.audit import carry_context

# What these hold needs no preparation; preparing each took half of the time of a load.
_AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.DecimalField,
    models.ForeignKey,
)


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


def copy_instances(instances: Sequence[models.Model]) -> None:
    """Insert new instances of one model by one COPY; they get their numbers. As `bulk_create`, ten times as fast.

    A column with a default of the database is left to it unless the first instance says something else.
    """
    if not instances:
        return
    model = type(instances[0])
    for instance, number in zip(instances, take_ids(model, len(instances)), strict=True):
        instance.pk = number
        instance._state.adding = False
    fields = [field for field in model._meta.concrete_fields if _is_written(field, instances[0])]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        carry_context(cursor)
        statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            whole = attrgetter(*(field.attname for field in fields))
            prepared = [(at, field) for at, field in enumerate(fields) if not isinstance(field, _AS_IT_IS)]
            for instance in instances:
                row = list(whole(instance))
                for at, field in prepared:
                    row[at] = _as_text(field, instance)
                copy.write_row(row)


def _is_written(field: models.Field, example: models.Model) -> bool:
    return not field.generated and not isinstance(getattr(example, field.attname), DatabaseDefault)


def _as_text(field: models.Field, instance: models.Model) -> Any:
    value = field.pre_save(instance, add=True)
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode("ascii")
    return field.get_db_prep_save(value, connection)
