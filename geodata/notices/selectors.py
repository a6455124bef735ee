"""Reading one person's notices. There is no way to anybody else's."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from geodata.errors import NotFound
from geodata.notices.models import Notice


def inbox(person_id: int, *, kind: str = "", unread: bool = False) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    rows = Notice.objects.filter(person_id=person_id)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(read_at__isnull=True) if unread else rows


def unread_count(person_id: int) -> int:
    """How many the person has not read yet."""
    return Notice.objects.filter(person_id=person_id, read_at__isnull=True).count()


def counts(person_id: int) -> dict[str, tuple[int, int]]:
    """(all, unread) of each kind, one query; kinds without any are left out."""
    rows = Notice.objects.filter(person_id=person_id).order_by().values("kind")
    counted = rows.annotate(n=Count("pk"), fresh=Count("pk", filter=Q(read_at__isnull=True)))
    return {row["kind"]: (row["n"], row["fresh"]) for row in counted}


def notice_of(person_id: int, notice_id: int) -> Notice:
    """One notice of the person. Raises NotFound."""
    found = Notice.objects.filter(person_id=person_id, pk=notice_id).first()
    if found is None:
        raise NotFound("没有这条消息，或者它不是发给您的")
    return found
