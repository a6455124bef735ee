"""The audit trail: every insert, change and deletion of a tracked table, with the acting user, also under bulk COPY.

Statement-level triggers with transition tables write the event rows; row-level ones make bulk loads many times slower.
Geometry columns stay out (GeometryVersion keeps every shape). The acting user and the reason stand in the context
that `acting` opens; middleware opens it for requests, commands and jobs open it themselves.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import pghistory
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def audited(*, exclude: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Class decorator: track a model's rows, without the columns named."""
    level = pghistory.Statement
    track: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(level=level),
        pghistory.UpdateEvent(level=level),
        pghistory.DeleteEvent(level=level),
        exclude=list(exclude),
    )
    return track


def audited_ledger() -> Callable[[M], M]:
    """Class decorator of append-only tables: one event a row with its context, and no copy of the columns.

    Such a row is its own history, because triggers refuse every change; the event adds by whom, when and why it came.
    Copying the columns too would make a bulk load a third slower and tell nothing new.
    """
    track: Callable[[M], M] = pghistory.track(pghistory.InsertEvent(level=pghistory.Statement), fields=[])
    return track


def carry_context(cursor: CursorWrapper) -> None:
    """Hand the context of `acting` to the database session: pghistory adds it to statements, never to a COPY."""
    cursor.execute("VALUES (1)")


@contextmanager
def acting(*, user_id: int | None, reason: str, batch: int | None = None) -> Iterator[UUID]:
    """All changes inside are recorded as this person's, for this reason. Gives the number of their common context."""
    facts: dict[str, object] = {"user": user_id, "reason": reason}
    if batch is not None:
        facts["batch"] = batch
    with pghistory.context(**facts) as context:
        yield context.id
