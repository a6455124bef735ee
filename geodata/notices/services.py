"""Telling people: one INSERT an event; reading; settling what somebody has decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from geodata.errors import Refused
from geodata.notices.models import Notice

LONGEST_TEXT: Final = 400


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, and whom to tell. Subject and its number say which page a notice leads to."""

    people: Collection[int]
    key: str
    text: str
    project_code: str = ""
    subject: str = ""
    subject_id: int | None = None


def notify(
    *,
    people: Iterable[int],
    kind: str,
    event_key: str,
    text: str,
    project_code: str = "",
    subject: str = "",
    subject_id: int | None = None,
    now: datetime,
) -> int:
    """Tell people of an event, each once however often this is called; how many had not been told before.

    `event_key` begins with what can be settled together, as "report:17:submitted:3". A long text is cut.
    Raises Refused for an unknown kind or an event without key or text: a caller's mistake, which nothing must hide.
    """
    event = Event(frozenset(people), event_key, text, project_code, subject, subject_id)
    return notify_each(events=[event], kind=kind, now=now)


@transaction.atomic
def notify_each(*, events: Iterable[Event], kind: str, now: datetime) -> int:
    """As `notify`, of many events of a kind at once: two statements, however many there are."""
    held = list(events)
    if kind not in Notice.Kind.values or not all(event.key and event.text.split() for event in held):
        raise Refused("消息不完整：请写明种类、事件编号和内容", code="bad-notice")
    keys = [event.key for event in held]
    told = set(Notice.objects.filter(event_key__in=keys).values_list("person_id", "event_key"))
    rows = [
        Notice(
            person_id=person_id,
            kind=kind,
            event_key=event.key,
            text=_cut(" ".join(event.text.split())),
            project_code=event.project_code,
            subject=event.subject,
            subject_id=event.subject_id,
            happened_at=now,
        )
        # in order, so that two events at once cannot wait for each other
        for person_id, event in sorted(
            ((person_id, event) for event in held for person_id in event.people), key=lambda row: (row[0], row[1].key)
        )
        if (person_id, event.key) not in told
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


@transaction.atomic
def settle(*, event_prefix: str, now: datetime) -> int:
    """What was to be approved is decided: it leaves the inbox of everybody who was asked; how many were.

    The prefix must end a part of the key: give "report:1:", not "report:1", by which "report:17" would be settled, too.
    Raises Refused for any other.
    """
    if not event_prefix.endswith(":"):
        raise Refused("事件编号的前缀要以冒号结束", code="bad-notice")
    waiting = Notice.objects.filter(
        event_key__startswith=event_prefix, kind=Notice.Kind.SUBMITTED, settled_at__isnull=True
    )
    return waiting.update(read_at=Coalesce("read_at", Value(now)), settled_at=now, updated_at=now)


@transaction.atomic
def mark_read(*, person_id: int, ids: Iterable[int] | Literal["all"], now: datetime) -> int:
    """The person has read these of their own, or all; others' rows stay as they are. How many became read."""
    chosen = Q() if ids == "all" else Q(pk__in=list(ids))
    unread = Notice.objects.filter(chosen, person_id=person_id, read_at__isnull=True)
    return unread.update(read_at=now, updated_at=now)
