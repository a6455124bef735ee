"""Recording work orders: bulk, idempotent by order number, callers sealed before anything reaches the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q

from geodata.complaints.entries import CallerEntry, WorkOrderEntry
from geodata.complaints.masks import redact
from geodata.complaints.merging import roots
from geodata.complaints.models import WorkOrder, WorkOrderPerson
from geodata.complaints.progression import is_older
from geodata.complaints.sealing import Field, phone_hash, seal, unseal
from geodata.record import Origin, Outcome
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User

_ANONYMOUS: Final = "匿名"
_SEALED: Final[tuple[Field, ...]] = ("name", "phone", "content", "reply")
# Columns that an entry holds under the same name.
_FACTS: Final = (
    "received_at",
    "channel",
    "kind",
    "category",
    "area_id",
    "area_text",
    "geocode_method",
    "is_urgent",
    "host_unit",
    "state",
    "dispatched_at",
    "signed_at",
    "due_at",
    "replied_at",
    "closed_at",
    "is_supervised",
    "return_count",
    "rework_count",
    "revisit_at",
    "revisit_method",
    "satisfaction",
)
_COLUMNS: Final = ("title", "address", "geom", *_FACTS)


@transaction.atomic
def record_work_orders(
    *, entries: Iterable[WorkOrderEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """Make orders that are new and carry known ones forward; an entry older than the record changes nothing.

    What a file does not say (empty) takes nothing away. Numbers and addresses that identify people are struck out of
    title and address; name, telephone, content and reply are kept sealed only. Links between orders are flattened to
    the root. Matching to projects is a step of its own (`match_orders`).
    """
    held = {entry.order_no: entry for entry in entries}
    known = {order.order_no: order for order in _locked(Q(order_no__in=list(held)))}
    origin = Origin.MANUAL if batch is None else Origin.IMPORT
    new = [
        WorkOrder(order_no=number, origin=origin, batch=batch, **_values(entry))
        for number, entry in held.items()
        if number not in known
    ]
    changed = [order for order in known.values() if _carry_forward(order, held[order.order_no], now, batch)]
    made = WorkOrder.objects.bulk_create(new)
    if changed:
        WorkOrder.objects.bulk_update(changed, [*_COLUMNS, "updated_at", "batch"], batch_size=500)
    callers = _record_callers({order.order_no: order for order in (*made, *known.values())}, held, now, batch)
    moved = {order.order_no for order in changed} | callers | _link(held)
    touched = len(moved & known.keys())
    return Outcome(created=len(made), changed=touched, unchanged=len(held) - len(made) - touched)


def _locked(which: Q) -> list[WorkOrder]:
    return list(WorkOrder.objects.select_for_update().filter(which).order_by("pk"))


def _values(entry: WorkOrderEntry) -> dict[str, Any]:
    """The columns in clear."""
    values = {name: getattr(entry, name) for name in _FACTS}
    values["title"], values["address"] = redact(entry.title), redact(entry.address)
    located = entry.lon is not None and entry.lat is not None
    values["geom"] = Point(entry.lon, entry.lat, srid=STORAGE_SRID) if located else None
    return values


def _carry_forward(order: WorkOrder, entry: WorkOrderEntry, now: datetime, batch: int | None) -> bool:
    """Take over what the entry says newly. Returns whether anything changed."""
    if is_older(entry, order):
        return False
    said = {name: value for name, value in _values(entry).items() if value not in (None, "")}
    if entry.rework_count > order.rework_count:
        said["closed_at"] = entry.closed_at  # back to work: the earlier closing no longer stands
    differing = {name: value for name, value in said.items() if getattr(order, name) != value}
    for name, value in differing.items():
        setattr(order, name, value)
    if differing:
        order.updated_at, order.batch = now, batch or order.batch
    return bool(differing)


def _record_callers(
    orders: Mapping[str, WorkOrder], held: Mapping[str, WorkOrderEntry], now: datetime, batch: int | None
) -> set[str]:
    """Seal the callers. Returns the numbers of the known orders whose caller or text changed."""
    people = {
        person.order_id: person
        for person in WorkOrderPerson.objects.select_for_update().filter(order__in=orders.values()).order_by("pk")
    }
    new, changed, numbers = [], [], set()
    for number, order in orders.items():
        person = people.get(order.pk)
        if person is None:
            new.append(_sealed(WorkOrderPerson(order=order, batch=batch), number, held[number].caller))
        elif not is_older(held[number], order) and _says_more(person, number, held[number].caller):
            person.updated_at = now
            changed.append(_sealed(person, number, held[number].caller))
            numbers.add(number)
    WorkOrderPerson.objects.bulk_create(new)
    if changed:
        columns = [*(f"{name}_encrypted" for name in _SEALED), "phone_hash", "updated_at"]
        WorkOrderPerson.objects.bulk_update(changed, columns, batch_size=500)
    return numbers


def _says_more(person: WorkOrderPerson, number: str, caller: CallerEntry) -> bool:
    return any(
        getattr(caller, name) and getattr(caller, name) != unseal(_column(person, name), order_no=number, field=name)
        for name in _SEALED
    )


def _column(person: WorkOrderPerson, name: str) -> bytes:
    return bytes(getattr(person, f"{name}_encrypted") or b"")


def _sealed(person: WorkOrderPerson, number: str, caller: CallerEntry) -> WorkOrderPerson:
    """The row with what the caller said; what is empty keeps what was sealed before."""
    for name in _SEALED:
        text = getattr(caller, name)
        setattr(person, f"{name}_encrypted", seal(text, order_no=number, field=name) if text else _column(person, name))
    if caller.phone:
        person.phone_hash = "" if caller.name.strip() == _ANONYMOUS else phone_hash(caller.phone)
    return person


def _link(held: Mapping[str, WorkOrderEntry]) -> set[str]:
    """Point every repeated order at the root of its chain. Returns the numbers of orders that now point elsewhere."""
    stated = {number: entry.duplicate_of for number, entry in held.items() if entry.duplicate_of}
    if not stated:
        return set()
    family = _family({*stated, *stated.values()})
    numbers = {order.order_no: order.pk for order in family}
    links = {order.pk: order.duplicate_of_id for order in family if order.duplicate_of_id is not None}
    for number, target in stated.items():
        if target in numbers and target != number:
            links[numbers[number]] = numbers[target]
    ends = roots(links, {order.pk: order.received_at for order in family})
    moved = [order for order in family if order.duplicate_of_id != ends.get(order.pk)]
    for order in moved:
        order.duplicate_of_id = ends.get(order.pk)
    WorkOrder.objects.bulk_update(moved, ["duplicate_of"], batch_size=1000)
    return {order.order_no for order in moved}


def _family(numbers: Iterable[str]) -> Sequence[WorkOrder]:
    """These orders, the roots they point to, and all orders that point to any of them."""
    named = list(WorkOrder.objects.filter(order_no__in=list(numbers)).values_list("pk", "duplicate_of"))
    keys = {key for pair in named for key in pair if key is not None}
    return _locked(Q(pk__in=keys) | Q(duplicate_of__in=keys))
