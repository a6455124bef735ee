"""The chain over public payments and statuses in the database: extending it, heading a snapshot, checking it all."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet, Sum

from portal.public.disclosure import kept
from portal.public.models import OPEN, ChainEntry, FacetCounts, PublishedPayment, PublishedProject, Snapshot
from portal.public.selectors.disclosure import facts_of
from portal.public.whole_city import by_facet, packed
from portal.publication import chain, staging
from portal.publication.models import Withdrawal


def extend_chain(number: int) -> None:
    last = ChainEntry.objects.using(staging.PUBLISHER).order_by("-sequence").first()
    previous, sequence = (last.hash, last.sequence) if last else (chain.GENESIS, 0)
    entries = []
    for kind, key, values in _news(number):
        sequence += 1
        entry = chain.link(previous, sequence, kind, key, values)
        previous = entry.hash
        entries.append(ChainEntry(snapshot=number, **vars(entry)))
    ChainEntry.objects.using(staging.PUBLISHER).bulk_create(entries, batch_size=2000)


def _news(number: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(kind, key, values) of what this snapshot says for the first time, in a fixed order."""
    payments = PublishedPayment.objects.using(staging.PUBLISHER)
    for row in payments.filter(from_snapshot=number).order_by("paid_on", "number"):
        yield ChainEntry.Kind.PAYMENT, str(row.number), _payment_values(row)
    opened = payments.filter(from_snapshot=number).values("number")
    for row in payments.filter(to_snapshot=number).exclude(number__in=opened).order_by("number"):
        yield ChainEntry.Kind.PAYMENT, str(row.number), {"withdrawn": "1"}
    projects = PublishedProject.objects.using(staging.PUBLISHER)
    before = dict(projects.filter(to_snapshot=number).values_list("code", "status"))
    for code, status in projects.filter(from_snapshot=number).order_by("code").values_list("code", "status"):
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
    FacetCounts.objects.using(staging.PUBLISHER).all().delete()
    FacetCounts.objects.using(staging.PUBLISHER).bulk_create(
        FacetCounts(snapshot=number, facet=facet, value=value, counted=counted)
        for facet, value, counted in by_facet(projects)
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
    for sequence, number, digest, reason in entries.values_list("sequence", "snapshot", "hash", "withdrawn_reason"):
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
    for e in entries.iterator(chunk_size=5000):
        yield chain.Link(
            e.sequence, e.kind, e.key, e.values, e.salts, e.digests, e.previous, e.hash, e.withdrawn_reason
        )


def _table_faults(entries: "QuerySet[ChainEntry]") -> list[str]:
    """Rows on show whose newest chain entry says otherwise, or that no entry vouches for.

    An entry that has lost all its values belongs to a withdrawn project: its row must be gone.
    """
    newest: dict[tuple[str, str], dict[str, str]] = {}
    for kind, key, values in entries.values_list("kind", "key", "values").iterator(chunk_size=5000):
        newest[(kind, key)] = values
    found = []
    shown: set[tuple[str, str]] = set()
    for row in PublishedPayment.objects.using(staging.PUBLISHER).filter(to_snapshot__isnull=True).iterator():
        entry_key = (ChainEntry.Kind.PAYMENT.value, str(row.number))
        shown.add(entry_key)
        said = newest.get(entry_key)
        actual = _payment_values(row)
        if not said or any(actual.get(name) != value for name, value in said.items()):
            found.append(f"支付 {row.number}（项目 {row.code}）与公开链不符")
    projects = PublishedProject.objects.using(staging.PUBLISHER).filter(OPEN)
    for code, status in projects.order_by("code").values_list("code", "status"):
        if (newest.get((ChainEntry.Kind.STATUS.value, code)) or {}).get("status") != status:
            found.append(f"项目 {code} 的状态与公开链不符")
    for (kind, key_text), values in newest.items():
        if kind == ChainEntry.Kind.PAYMENT and (kind, key_text) not in shown and values and "withdrawn" not in values:
            found.append(f"支付 {key_text} 在公开链上，却不在公开表中")
    return found
