"""In which state the record is, so that a figure may be kept exactly as long as nothing that it is made of changes.

Every table of the record that people or files change is audited: each change is a row of an event table, written by the
same transaction. The newest numbers of all of them are the version. A transaction that is under way may already hold a
lower number than one that has committed, and would not be noticed when it commits; so a state counts as `quiet` only
where nobody in this database is writing. What is computed after a quiet state was read may be kept under its text:
whoever writes later takes higher numbers.

Not audited, and therefore not in it: lights (summary/lights.py), batches, findings about shapes, the base layer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import Model
from pghistory.models import Event

from geodata.gathering import Written
from geodata.projects.models import Project

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
    asked = version_asked()
    with connection.cursor() as cursor:
        cursor.execute(asked.sql)
        return version_of(cursor.fetchone())


def version_asked() -> Written:
    """What `version_of` reads, to stand beside other questions in one statement."""
    return Written(f"SELECT ({_WRITERS}), {_numbers()}", [], columns=1 + len(_tables()))


def version_of(row: Sequence[Any]) -> RecordVersion:
    """The state of the record out of the row of `version_asked`."""
    quiet, *numbers = row
    return RecordVersion("-".join(map(str, numbers)), bool(quiet))


def projects_since(version: str, *, of: Collection[type[Model]], most: int) -> set[int] | None:
    """The projects with a change in some tables after a quiet version, `most` of them at most; None where the version
    is of another schema. The tables are those of projects and of what belongs to one (`project`). One query."""
    numbers = dict(zip(_tables(), version.split("-"), strict=False))
    if len(numbers) != len(_tables()) or version.count("-") + 1 != len(numbers):
        return None
    quote = connection.ops.quote_name
    parts, parameters = [], []
    for (table, key), number in numbers.items():
        tracked = _tracked()[table]
        if tracked in of:
            project = "id" if tracked is Project else "project_id"
            parts.append(f"SELECT {quote(project)} FROM {quote(table)} WHERE {quote(key)} > %s")  # noqa: S608
            parameters.append(int(number))
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION '.join(parts)} LIMIT %s", [*parameters, most])
        return {pk for (pk,) in cursor.fetchall()}


def _numbers() -> str:
    """The newest number of each table of events, as columns."""
    quote = connection.ops.quote_name
    columns = (f"coalesce((SELECT max({quote(key)}) FROM {quote(table)}), 0)" for table, key in _tables())  # noqa: S608
    return ", ".join(columns)  # the names are those of our own models


@cache
def _tables() -> tuple[tuple[str, str], ...]:
    """Each table of events with the column of its numbers."""
    return tuple(sorted((model._meta.db_table, str(model._meta.pk.column)) for model in _events()))


@cache
def _tracked() -> dict[str, type[Model]]:
    return {model._meta.db_table: model.pgh_tracked_model for model in _events()}


def _events() -> list[type[Event]]:
    return [
        model for model in apps.get_models() if issubclass(model, Event) and model.__module__.startswith("geodata.")
    ]
