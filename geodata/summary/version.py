"""In which state the record is, so that a figure may be kept exactly as long as nothing that it is made of changes.

Every table of the record that people or files change is audited: each change is a row of an event table, written by the
same transaction. The newest numbers of all of them are the version. A transaction that is under way may already hold a
lower number than one that has committed, and would not be noticed when it commits; so a state counts as `quiet` only
where nobody in this database is writing. What is computed after a quiet state was read may be kept under its text:
whoever writes later takes higher numbers.

Not audited, and therefore not in it: lights (summary/lights.py), batches, findings about shapes, the base layer.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.apps import apps
from django.db import connection
from pghistory.models import Event

_WRITERS: Final = """
    SELECT NOT EXISTS (
        SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
          AND a.datname = current_database()
    )
"""


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """`text` changes with every committed change of the record."""

    text: str
    quiet: bool


def record_version() -> RecordVersion:
    """The state of the record now. One query, an index's end for each table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({_WRITERS}), {_numbers()}")
        quiet, *numbers = cursor.fetchone()
    return RecordVersion("-".join(map(str, numbers)), quiet)


@cache
def _numbers() -> str:
    """The newest number of each table of events, as columns."""
    quote = connection.ops.quote_name
    tables = sorted(
        (model._meta.db_table, str(model._meta.pk.column))
        for model in apps.get_models()
        if issubclass(model, Event) and model.__module__.startswith("geodata.")
    )
    columns = (f"coalesce((SELECT max({quote(key)}) FROM {quote(table)}), 0)" for table, key in tables)  # noqa: S608
    return ", ".join(columns)  # the names are those of our own models
