"""What was published last: payments, statuses and reached milestones of one project, of some, or of the city.

The order is that of publication, then of the day of the fact: what is recorded late stands first all the same, so that
nobody who follows misses it. Each question is limited before anything is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from portal.public.models import ChainEntry, PublishedMilestone, PublishedPayment, PublishedProject, Snapshot
from portal.public.selectors.rows import NEWEST, all_projects, at

MOST: Final = 100
LOOKED_AT: Final = 1000
PAYMENT, STATUS, MILESTONE = "payment", "status", "milestone"


@dataclass(frozen=True, slots=True)
class News:
    """One fact. `day` is its own day, `snapshot` the one that said it first; `key` never changes.

    `what` is the status, the milestone's name, or what was paid for; `payee` and `amount` belong to a payment.
    """

    kind: str
    key: str
    code: str
    day: date
    snapshot: int
    what: str
    payee: str = ""
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Told:
    """The news, the newest first; `names`: project → name; `said`: snapshot → when it was published."""

    news: list[News]
    names: dict[str, str]
    said: dict[int, Any]


def latest(limits: dict[str, Any]) -> Told:
    """Of the projects that `limits` (columns of the published project) leave; of the whole city when empty.

    The statuses of the first snapshot of all are news to those alone who follow one project. Seven questions at most.
    """
    chosen = all_projects(NEWEST).filter(**limits).order_by() if limits else None
    whole = "code" in limits
    kinds = (_payments, _milestones, _statuses)
    found = [one for kind in kinds for one in kind(chosen, whole=whole)]
    found.sort(key=lambda one: (-one.snapshot, -one.day.toordinal(), one.kind, one.key))
    del found[MOST:]
    codes = {one.code for one in found}
    names = dict(all_projects(NEWEST).filter(code__in=codes).values_list("code", "name"))
    numbers = {one.snapshot for one in found}
    said = dict(Snapshot.objects.filter(number__in=numbers).values_list("number", "published_at"))
    return Told([one for one in found if one.code in names], names, said)


def _newest(rows: QuerySet[Any], chosen: QuerySet[PublishedProject] | None, *order: str, whole: bool) -> QuerySet[Any]:
    """The rows published last, in that order. The keys of rows grow from snapshot to snapshot: of many projects only
    the last ones are looked at, which the key gives without a sort of all."""
    if chosen is not None:
        rows = rows.filter(code__in=chosen.values("code"))
    if not whole:
        rows = at(rows.model, NEWEST).filter(pk__in=rows.order_by("-row").values("row")[:LOOKED_AT])
    return rows.order_by("-from_snapshot", *order)[:MOST]


def _payments(chosen: QuerySet[PublishedProject] | None, *, whole: bool) -> Iterable[News]:
    for row in _newest(at(PublishedPayment, NEWEST), chosen, "-paid_on", "-number", whole=whole):
        known = (row.code, row.paid_on, row.from_snapshot, row.purpose, row.payee, row.amount)
        yield News(PAYMENT, str(row.number), *known)


def _milestones(chosen: QuerySet[PublishedProject] | None, *, whole: bool) -> Iterable[News]:
    reached = at(PublishedMilestone, NEWEST).filter(actual_on__isnull=False)
    for row in _newest(reached, chosen, "-actual_on", "key", whole=whole):
        yield News(MILESTONE, row.node, row.code, row.actual_on, row.from_snapshot, row.name)


def _statuses(chosen: QuerySet[PublishedProject] | None, *, whole: bool) -> Iterable[News]:
    """The chain knows each status since when it has been published; the day is that of the snapshot."""
    rows = ChainEntry.objects.filter(kind=ChainEntry.Kind.STATUS, values__has_key="status")
    if chosen is not None:
        rows = rows.filter(key__in=chosen.values("code"))
    if not whole:
        first = Snapshot.objects.order_by("number").values_list("chain_length", flat=True).first()
        rows = rows.filter(sequence__gt=first or 0)
    entries = list(rows.order_by("-sequence").values_list("sequence", "key", "snapshot", "values")[:MOST])
    numbers = {number for _sequence, _code, number, _values in entries}
    days = dict(Snapshot.objects.filter(number__in=numbers).values_list("number", "as_of"))
    for sequence, code, number, values in entries:
        yield News(STATUS, str(sequence), code, days[number], number, values["status"])
