"""The chain over public payments and statuses in the database: extending it, heading a snapshot, checking it all."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Final

import psycopg.sql
from django.conf import settings
from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast

from portal.public.disclosure import kept
from portal.public.masking import made_of, written
from portal.public.models import OPEN, ChainEntry, Mask, PublishedPayment, PublishedProject, Snapshot
from portal.public.selectors.disclosure import facts_of
from portal.public.whole_city import packed
from portal.publication import chain, staging
from portal.publication.models import Withdrawal

PIECE: Final = 5000  # rows read, and entries written, at once
_LINK: Final = ("sequence", "kind", "key", "values", "salts", "digests", "previous", "hash")


def extend_chain(number: int) -> None:
    """Written while it is read: the entries of a first snapshot, of which a city has a million, are never all held."""
    last = ChainEntry.objects.using(staging.PUBLISHER).order_by("-sequence").first()
    previous, sequence = (last.hash, last.sequence) if last else (chain.GENESIS, 0)
    news = _news(number)
    while piece := list(islice(news, PIECE)):
        entries = []
        for kind, key, values in piece:
            sequence += 1
            entries.append(chain.link(previous, sequence, kind, key, values))
            previous = entries[-1].hash
        _write(number, entries)


def _write(number: int, entries: Iterable[chain.Link]) -> None:
    """By COPY, in a third of the time of an INSERT."""
    into = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(
        psycopg.sql.Identifier(ChainEntry._meta.db_table),
        psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, ("snapshot", *_LINK, "withdrawn_reason"))),
    )
    publisher = connections[staging.PUBLISHER]
    with publisher.cursor() as cursor, publisher.wrap_database_errors, cursor.copy(into) as copy:
        for entry in entries:
            values, salts, digests = (json.dumps(each) for each in (entry.values, entry.salts, entry.digests))
            row = (entry.sequence, entry.kind, entry.key, values, salts, digests, entry.previous, entry.hash)
            copy.write_row((number, *row, ""))


def _news(number: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(kind, key, values) of what this snapshot says for the first time, in a fixed order."""
    payments = PublishedPayment.objects.using(staging.PUBLISHER)
    for row in payments.filter(from_snapshot=number).order_by("paid_on", "number").iterator(chunk_size=PIECE):
        yield ChainEntry.Kind.PAYMENT, str(row.number), _payment_values(row)
    opened = payments.filter(from_snapshot=number).values("number")
    for row in (
        payments.filter(to_snapshot=number).exclude(number__in=opened).order_by("number").iterator(chunk_size=PIECE)
    ):
        yield ChainEntry.Kind.PAYMENT, str(row.number), {"withdrawn": "1"}
    projects = PublishedProject.objects.using(staging.PUBLISHER)
    before = dict(projects.filter(to_snapshot=number).values_list("code", "status"))
    said = projects.filter(from_snapshot=number).order_by("code").values_list("code", "status")
    for code, status in said.iterator(chunk_size=PIECE):
        if before.get(code) != status:
            yield ChainEntry.Kind.STATUS, code, {"code": code, "status": status}


def _payment_values(row: PublishedPayment) -> dict[str, str]:
    return {
        "code": row.code,
        "paid_on": row.paid_on.isoformat(),
        "amount": f"{row.amount:.2f}",
        "payee": row.payee,
        "source": row.source or "",
        "purpose": row.purpose,
        "status": row.status,
        "reverses": str(row.reverses or ""),
    }


def close_snapshot(number: int, as_of: date, now: datetime, *, gone: int) -> Snapshot:
    """`gone` as portal/publication/services/leaving.py says."""
    payments = PublishedPayment.objects.using(staging.PUBLISHER).filter(to_snapshot__isnull=True)
    projects = PublishedProject.objects.using(staging.PUBLISHER).filter(OPEN)
    last = ChainEntry.objects.using(staging.PUBLISHER).order_by("-sequence").first()
    Mask.objects.using(staging.PUBLISHER).all().delete()
    Mask.objects.using(staging.PUBLISHER).bulk_create(
        (Mask(snapshot=number, kind=kind, value=value, bits=bits) for kind, value, bits in written(made_of(projects))),
        batch_size=200,
    )
    return Snapshot.objects.using(staging.PUBLISHER).create(
        number=number,
        as_of=as_of,
        published_at=now,
        projects=projects.count(),
        payments=payments.count(),
        disbursed=payments.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        chain_length=last.sequence if last else 0,
        chain_head=last.hash if last else chain.GENESIS,
        is_demo=settings.DEMO,
        whole=packed(projects) | kept(facts_of(projects.order_by()), as_of) | {"gone": gone},
    )


def chain_faults() -> list[str]:
    """Checks the whole chain, its head in every snapshot, and that the newest entries are what the tables show."""
    entries = ChainEntry.objects.using(staging.PUBLISHER).order_by("sequence")
    return [*chain.faults(_links(entries)), *_snapshot_faults(entries), *_table_faults(entries)]


def _snapshot_faults(entries: "QuerySet[ChainEntry]") -> Iterator[str]:
    """Heads that are not the chain's; entries that name another snapshot than the one they came with, or a reason that
    nobody gave."""
    snapshots = list(Snapshot.objects.using(staging.PUBLISHER).order_by("number").defer("whole"))
    ends = {snapshot.chain_length: snapshot for snapshot in snapshots}
    reasons = {"", *Withdrawal.objects.values_list("reason", flat=True)}
    waiting, hashes = iter(snapshots), {0: chain.GENESIS}
    now = next(waiting, None)
    said = entries.values_list("sequence", "snapshot", "hash", "withdrawn_reason")
    for sequence, number, digest, reason in said.iterator(chunk_size=PIECE):
        while now and sequence > now.chain_length:
            now = next(waiting, None)
        if now and number != now.number:
            yield f"第 {sequence} 条所属的快照被改动（写的是第 {number} 期，应为第 {now.number} 期）"
        if reason not in reasons:
            yield f"第 {sequence} 条的撤下原因被改动"
        if sequence in ends:
            hashes[sequence] = digest
    for snapshot in snapshots:
        if hashes.get(snapshot.chain_length) != snapshot.chain_head:
            yield f"第 {snapshot.number} 期快照的链头与第 {snapshot.chain_length} 条不符"


def _links(entries: "QuerySet[ChainEntry]") -> Iterator[chain.Link]:
    for e in entries.iterator(chunk_size=PIECE):
        yield chain.Link(
            e.sequence, e.kind, e.key, e.values, e.salts, e.digests, e.previous, e.hash, e.withdrawn_reason
        )


def _table_faults(entries: "QuerySet[ChainEntry]") -> Iterator[str]:
    """Rows on show whose newest chain entry says otherwise, or that no entry vouches for; entries whose row is gone.

    An entry that has lost all its values belongs to a withdrawn project: its row must be gone. Row by row: the newest
    entry of each comes with it out of the index of the chain, so that a million of them take no memory."""
    kinds = ChainEntry.Kind
    open_payments = PublishedPayment.objects.using(staging.PUBLISHER).filter(to_snapshot__isnull=True)
    numbered = open_payments.annotate(text=Cast("number", TextField()))
    payments = numbered.annotate(said=_newest(entries, kinds.PAYMENT, "text"))
    for row in payments.order_by("number").iterator(chunk_size=PIECE):
        actual = _payment_values(row)
        said: dict[str, str] | None = getattr(row, "said")  # noqa: B009
        if not said or any(actual.get(name) != value for name, value in said.items()):
            yield f"支付 {row.number}（项目 {row.code}）与公开链不符"
    projects = PublishedProject.objects.using(staging.PUBLISHER).filter(OPEN)
    told = projects.annotate(said=_newest(entries, kinds.STATUS, "code")).order_by("code")
    for code, status, said_of_it in told.values_list("code", "status", "said").iterator(chunk_size=PIECE):
        if (said_of_it or {}).get("status") != status:
            yield f"项目 {code} 的状态与公开链不符"
    shown = numbered.filter(text=OuterRef("key")).order_by()
    later = entries.order_by().filter(kind=OuterRef("kind"), key=OuterRef("key"), sequence__gt=OuterRef("sequence"))
    gone = entries.filter(~Exists(shown), ~Exists(later), kind=kinds.PAYMENT).exclude(values={})
    for key in gone.exclude(values__has_key="withdrawn").values_list("key", flat=True).iterator(chunk_size=PIECE):
        yield f"支付 {key} 在公开链上，却不在公开表中"


def _newest(entries: "QuerySet[ChainEntry]", kind: str, column: str) -> Subquery:
    """What the newest entry says whose key is in this column of a row."""
    return Subquery(entries.filter(kind=kind, key=OuterRef(column)).order_by("-sequence").values("values")[:1])
