"""Matching work orders to projects. Rules propose and, where the case is plain, confirm; a person's decision stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils.timezone import localtime

from geodata.complaints import categories
from geodata.complaints.choices import MatchMethod, MatchState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.complaints.scoring import Candidate, candidate, decide, twin_of
from geodata.complaints.sealing import unseal
from geodata.complaints.services.candidates import Known, known_projects, near
from geodata.record import Origin, Outcome

_CHUNK: Final = 2000
_LOCK: Final = (430_601, 2)
_PARTS: Final = ("score", "spatial_score", "text_score", "category_score", "distance_m", "state", "reason")
_BATCH: Final = 1000

Pair = tuple[int, int]


@transaction.atomic
def match_orders(*, order_ids: Collection[int] | None = None, now: datetime, batch: int | None = None) -> Outcome:
    """Match these orders with their duplicates, or all. Only projects count that were under way on the day of the
    order, or completed less than 24 months before. The texts of callers are opened in memory for this and nowhere kept.

    Orders for which a person has confirmed a project are passed over; a project that a person has rejected is not
    proposed again. An order that repeats another is about the same project.
    """
    lock_matching()
    numbers = _numbers(order_ids)
    standing = _standing(numbers)
    matches = {
        order: decide(one for one in found if (order, one.project_id) not in standing.decided)
        for order, found in _scored(numbers).items()
        if order not in standing.settled
    }
    _follow_roots(matches, standing, numbers)
    return _store(matches, standing, now, batch)


def lock_matching() -> None:
    """Until the end of the transaction nobody else matches or decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)


def _numbers(order_ids: Collection[int] | None) -> list[int]:
    orders = WorkOrder.objects.order_by("pk").values_list("pk", flat=True)
    if order_ids is None:
        return list(orders)
    wanted = list(order_ids)
    return sorted({*orders.filter(pk__in=wanted), *orders.filter(duplicate_of__in=wanted)})


def _scored(numbers: list[int]) -> dict[int, list[Candidate]]:
    """Every candidate of every order."""
    known = known_projects()
    found: dict[int, list[Candidate]] = {}
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        places = near(chunk)
        for order in WorkOrder.objects.filter(pk__in=chunk).select_related("person"):
            found[order.pk] = _candidates(order, places.get(order.pk, {}), known)
    return found


def _candidates(order: WorkOrder, distances: Mapping[int, float], known: Known) -> list[Candidate]:
    day = localtime(order.received_at).date()
    named = known.names.find(order.title, order.address, _content(order))
    return [
        candidate(
            order_id=order.pk,
            project_id=project,
            distance_m=distances.get(project),
            text=named.get(project, 0),
            category_fits=categories.fits(order.category, known.categories[project]),
        )
        for project in sorted({*distances, *named})
        if project in known.activities and known.activities[project].covers(day)
    ]


def _content(order: WorkOrder) -> str:
    person = getattr(order, "person", None)
    return unseal(person.content_encrypted, order_no=order.order_no, field="content") if person else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is recorded of these orders: the rules' rows, what people have decided, and for which project."""

    by_rule: Mapping[Pair, OrderMatch]
    decided: frozenset[Pair]
    settled: Mapping[int, int]  # order → the project that a person confirmed


def _standing(numbers: list[int]) -> Standing:
    by_rule: dict[Pair, OrderMatch] = {}
    decided: set[Pair] = set()
    settled: dict[int, int] = {}
    for row in OrderMatch.objects.filter(order__in=numbers):
        pair = (row.order_id, row.project_id)
        if row.method == MatchMethod.RULE:
            by_rule[pair] = row
            continue
        decided.add(pair)
        if row.state == MatchState.CONFIRMED:
            settled[row.order_id] = row.project_id
    return Standing(by_rule, frozenset(decided), settled)


def _follow_roots(matches: dict[int, list[Candidate]], standing: Standing, numbers: Collection[int]) -> None:
    """并单: where the root's project is known, its duplicates' is too."""
    twins = dict(WorkOrder.objects.filter(pk__in=numbers, duplicate_of__isnull=False).values_list("pk", "duplicate_of"))
    elsewhere = OrderMatch.objects.filter(order__in=set(twins.values()) - set(numbers), state=MatchState.CONFIRMED)
    projects = dict(elsewhere.values_list("order", "project"))
    projects.update(standing.settled)
    projects.update(_confirmed(found for order, found in matches.items() if order not in twins))
    for order, root in twins.items():
        project = projects.get(root) if root is not None else None
        if project is not None and order in matches and (order, project) not in standing.decided:
            matches[order] = twin_of(order, project, matches[order])


def _confirmed(matches: Iterable[list[Candidate]]) -> dict[int, int]:
    return {one.order_id: one.project_id for found in matches for one in found if one.state == MatchState.CONFIRMED}


def _store(matches: Mapping[int, list[Candidate]], standing: Standing, now: datetime, batch: int | None) -> Outcome:
    """Bring the rules' rows to what was found. What is no longer confirmed goes first: one confirmed match an order."""
    wanted = {(one.order_id, one.project_id): one for found in matches.values() for one in found}
    old = {pair: row for pair, row in standing.by_rule.items() if pair[0] in matches}
    gone = [row.pk for pair, row in old.items() if pair not in wanted]
    changed = [row for pair, row in old.items() if pair in wanted and _renew(row, wanted[pair], now)]
    OrderMatch.objects.filter(pk__in=gone).delete()
    for rows in (
        [row for row in changed if row.state != MatchState.CONFIRMED],
        [row for row in changed if row.state == MatchState.CONFIRMED],
    ):
        OrderMatch.objects.bulk_update(rows, [*_PARTS, "decided_at", "updated_at"], batch_size=_BATCH)
    new = [_row(one, now, batch) for pair, one in wanted.items() if pair not in old]
    OrderMatch.objects.bulk_create(sorted(new, key=lambda row: (row.project_id, row.order_id)))
    return Outcome(created=len(new), changed=len(changed) + len(gone), unchanged=len(old) - len(changed) - len(gone))


def _row(found: Candidate, now: datetime, batch: int | None) -> OrderMatch:
    row = OrderMatch(
        order_id=found.order_id,
        project_id=found.project_id,
        method=MatchMethod.RULE,
        origin=Origin.MANUAL if batch is None else Origin.IMPORT,
        batch=batch,
    )
    _renew(row, found, now)
    return row


def _renew(row: OrderMatch, found: Candidate, now: datetime) -> bool:
    """Write a candidate into a row. Returns whether it says anything new."""
    parts = {
        "score": found.score,
        "spatial_score": found.spatial,
        "text_score": found.text,
        "category_score": found.category,
        "distance_m": found.distance_m,
        "state": found.state,
        "reason": found.reason,
    }
    if all(getattr(row, name) == value for name, value in parts.items()):
        return False
    for name, value in parts.items():
        setattr(row, name, value)
    row.decided_at = now if found.state == MatchState.CONFIRMED else None
    row.updated_at = now
    return True
