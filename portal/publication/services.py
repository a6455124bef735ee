"""Publishing a numbered snapshot, and checking the chain of what has been published."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Max, QuerySet, Sum

from geodata.errors import Refused
from geodata.funding.models import Disbursement
from geodata.organisations.models import Organisation
from geodata.organisations.names import is_natural_person
from geodata.tiles.services import assign_tile_zooms
from portal.public.models import ChainEntry, PublishedPayment, PublishedProject, Snapshot
from portal.publication import chain, staging
from portal.publication.allowlist import TABLES
from portal.publication.models import PublicationRun

LOCK = 7_306_430_600  # any number of ours: one publication at a time


def publish(*, as_of: date, now: datetime, user_id: int | None = None) -> Snapshot:
    """Copies the allow-list into the public database as the next snapshot; all or nothing.

    Raises Refused when the city's map approval number is missing (outside a demo) or when a text to be published looks
    like personal data; the sentence names the places.
    """
    if not settings.DEMO and not settings.MAP_APPROVAL_NO:
        raise Refused("尚未设置审图号(ONEMAP_MAP_APPROVAL_NO),不能向社会公开地图")
    assign_tile_zooms()
    run = _open_run(as_of=as_of, now=now, user_id=user_id)
    try:
        with transaction.atomic(using=staging.PUBLISHER):
            snapshot, counts = _publish(run.number, as_of, now)
    except Refused:
        PublicationRun.objects.filter(pk=run.pk).update(state=PublicationRun.State.REFUSED, finished_at=now)
        raise
    PublicationRun.objects.filter(pk=run.pk).update(
        state=PublicationRun.State.PUBLISHED, finished_at=now, counts=counts
    )
    return snapshot


def _open_run(*, as_of: date, now: datetime, user_id: int | None) -> PublicationRun:
    published = Snapshot.objects.using(staging.PUBLISHER).aggregate(last=Max("number"))["last"] or 0
    tried = PublicationRun.objects.aggregate(last=Max("number"))["last"] or 0
    return PublicationRun.objects.create(number=max(published, tried) + 1, as_of=as_of, started_at=now, user_id=user_id)


def _publish(number: int, as_of: date, now: datetime) -> tuple[Snapshot, dict[str, int]]:
    with connections[staging.PUBLISHER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    staging.fill_stages({"as_of": as_of, "persons": _person_names()})
    findings = staging.personal_findings()
    if findings:
        places = "；".join(f"{key} 的 {column} 含疑似{kind}" for column, kind, key in findings[:10])
        raise Refused(f"发布前检查未通过:{places}。请在原数据中删去后重新发布")
    counts: dict[str, int] = {}
    for table in TABLES:
        counts[f"{table.name}_closed"], counts[f"{table.name}_opened"] = staging.merge(table, number)
    _extend_chain(number)
    return _close_snapshot(number, as_of, now), counts


def _person_names() -> list[str]:
    """Payees and suppliers that are not marked as persons but do not bear a body's name either: published as a person.

    A name that the register of bodies knows is a body's, whatever it looks like.
    """
    bodies = set(Organisation.objects.filter(is_natural_person=False).values_list("name", flat=True))
    payees = Disbursement.objects.filter(payee_is_person=False).values_list("payee_name", flat=True).distinct()
    return [name for name in payees if name not in bodies and is_natural_person(name)]


def _extend_chain(number: int) -> None:
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


def _close_snapshot(number: int, as_of: date, now: datetime) -> Snapshot:
    payments = PublishedPayment.objects.using(staging.PUBLISHER).filter(to_snapshot__isnull=True)
    last = ChainEntry.objects.using(staging.PUBLISHER).order_by("-sequence").first()
    return Snapshot.objects.using(staging.PUBLISHER).create(
        number=number,
        as_of=as_of,
        published_at=now,
        projects=PublishedProject.objects.using(staging.PUBLISHER).filter(to_snapshot__isnull=True).count(),
        payments=payments.count(),
        disbursed=payments.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        chain_length=last.sequence if last else 0,
        chain_head=last.hash if last else chain.GENESIS,
        is_demo=settings.DEMO,
    )


def chain_faults() -> list[str]:
    """Checks the whole chain, its head in every snapshot, and that the newest entries are what the tables show."""
    entries = ChainEntry.objects.using(staging.PUBLISHER).order_by("sequence")
    found = chain.faults(_links(entries))
    heads = dict(entries.values_list("sequence", "hash"))
    for snapshot in Snapshot.objects.using(staging.PUBLISHER).order_by("number"):
        if snapshot.chain_length and heads.get(snapshot.chain_length) != snapshot.chain_head:
            found.append(f"第 {snapshot.number} 期快照的链头与第 {snapshot.chain_length} 条不符")
    return found + _table_faults(entries)


def _links(entries: "QuerySet[ChainEntry]") -> Iterator[chain.Link]:
    for e in entries.iterator(chunk_size=5000):
        yield chain.Link(e.sequence, e.kind, e.key, e.values, e.salts, e.digests, e.previous, e.hash)


def _table_faults(entries: "QuerySet[ChainEntry]") -> list[str]:
    """Rows on show whose newest chain entry says otherwise, or that no entry vouches for."""
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
        if said is None or any(actual.get(name) != value for name, value in said.items()):
            found.append(f"支付 {row.number}(项目 {row.code})与公开链不符")
    for (kind, key_text), values in newest.items():
        if kind == ChainEntry.Kind.PAYMENT and (kind, key_text) not in shown and "withdrawn" not in values:
            found.append(f"支付 {key_text} 在公开链上,却不在公开表中")
    return found
