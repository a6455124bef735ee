"""Whether a publication took something from the public that an answer kept for an outage may still show."""

from collections.abc import Mapping
from typing import Final

from django.db import connections
from django.db.models import Model
from psycopg import sql

from portal.public.models import PublishedContract, PublishedPayment, Snapshot
from portal.publication.allowlist import PERSON, TABLES, PublishedTable
from portal.publication.staging import PUBLISHER

# names in whose place PERSON may come to stand: somebody turned out to be no body
_HIDDEN: Final[dict[type[Model], str]] = {PublishedPayment: "payee", PublishedContract: "supplier"}


def last_loss(number: int, counts: Mapping[str, int]) -> int:
    """The newest snapshot that took something away: this one, where a row closed in it has no successor or a name gave
    way to PERSON, else what the one before says. `counts` as publishing makes them."""
    if any(_lost(table, number) for table in TABLES if counts[f"{table.name}_closed"]):
        return number
    before = Snapshot.objects.using(PUBLISHER).order_by("-number").values_list("whole__gone", flat=True).first()
    return int(before or 0)


def _lost(table: PublishedTable, number: int) -> bool:
    """Whether a row closed by this snapshot has none in its place, or one that hides the name it showed."""
    shown: sql.Composable = sql.SQL("true")
    if column := _HIDDEN.get(table.model):
        names = {"name": sql.Identifier(column), "person": sql.Literal(PERSON)}
        shown = sql.SQL("(o.{name} <> {person} OR c.{name} = {person})").format(**names)
    statement = sql.SQL(
        "SELECT EXISTS (SELECT FROM {table} c WHERE c.to_snapshot = {number} AND NOT EXISTS ("
        "SELECT FROM {table} o WHERE o.{key} = c.{key} AND o.to_snapshot IS NULL AND {shown}))"
    ).format(
        table=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        number=sql.Literal(number),
        shown=shown,
    )
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(statement)
        return bool(cursor.fetchone()[0])
