"""Looking at a caller's data: one order at a time, for a reason, and on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localtime

from geodata.complaints.models import PersonReveal, WorkOrder, WorkOrderPerson
from geodata.complaints.sealing import unseal
from geodata.complaints.selectors import visible_orders
from geodata.errors import NotFound, NotPermitted, Refused, TooFast
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

SHORTEST_REASON: Final = 4
# More than a day's work: looking up callers in bulk is stopped.
DAILY_REVEALS: Final = 50


@dataclass(frozen=True, slots=True, repr=False)
class Caller:
    """In clear. No repr, so that no log can show it."""

    name: str
    phone: str
    content: str
    reply: str


def reveal_person(scope: Scope, *, order_no: str, reason: str, now: datetime) -> Caller:
    """The caller of an order, after the look has been recorded for good.

    Raises NotPermitted without the role, NotFound outside the scope, Refused without a reason, TooFast beyond the daily
    number of looks.
    """
    revealing = scope.only(Action.REVEAL_PERSON)
    if scope.user_id is None:
        raise NotPermitted("查看诉求人信息须以本人账号登录")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明查看理由（不少于 {SHORTEST_REASON} 个字）")
    order = visible_orders(revealing).filter(order_no=order_no).first()
    if order is None:
        raise NotFound("没有这个工单")
    _record(order, scope.user_id, reason.strip(), now)
    person = WorkOrderPerson.objects.filter(order=order).first()
    if person is None:
        raise NotFound("这个工单没有诉求人信息")
    return Caller(
        name=unseal(person.name_encrypted, order_no=order_no, field="name"),
        phone=unseal(person.phone_encrypted, order_no=order_no, field="phone"),
        content=unseal(person.content_encrypted, order_no=order_no, field="content"),
        reply=unseal(person.reply_encrypted, order_no=order_no, field="reply"),
    )


@transaction.atomic
def _record(order: WorkOrder, user_id: int, reason: str, now: datetime) -> None:
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if PersonReveal.objects.filter(user_id=user_id, revealed_at__gte=midnight).count() >= DAILY_REVEALS:
        raise TooFast(f"今天已查看 {DAILY_REVEALS} 次诉求人信息，如确有需要请联系安全管理员", retry_after=3600)
    PersonReveal.objects.create(order=order, user_id=user_id, reason=reason, revealed_at=now)
