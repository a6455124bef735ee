"""A person's word on what a work order is about. It outlives every later run of the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from geodata.complaints.choices import MatchMethod, MatchState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.complaints.selectors import visible_orders
from geodata.complaints.services.matching import lock_matching, match_orders
from geodata.errors import NotFound, NotPermitted, Refused
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_REASON: Final = 200
_DECIDING: Final = (Action.IMPORT_ORDERS, Action.EDIT_PROJECTS)
_REPLACED: Final = "另一项目已由人工确认"


@transaction.atomic
def confirm_match(scope: Scope, *, order_id: int, project_id: int, reason: str = "", now: datetime) -> OrderMatch:
    """The order is about this project, proposed by a rule or not. Another confirmed project gives way: the rule's
    becomes a suggestion, a person's is rejected. Orders merged into this one follow.

    Raises NotPermitted without a role, NotFound when order or project lie outside the scope.
    """
    order = _order(scope, order_id, project_id)
    earlier = OrderMatch.objects.filter(order=order, state=MatchState.CONFIRMED).exclude(project=project_id)
    earlier.filter(method=MatchMethod.RULE).update(state=MatchState.SUGGESTED, decided_at=None, updated_at=now)
    earlier.update(state=MatchState.REJECTED, reason=_REPLACED, decided_at=now, updated_at=now)
    match = _write(scope, order, project_id, MatchState.CONFIRMED, reason, now)
    _follow(order, now)
    return match


@transaction.atomic
def reject_match(scope: Scope, *, order_id: int, project_id: int, reason: str, now: datetime) -> OrderMatch:
    """The order is not about this project, and no rule shall say so again. Raises as `confirm_match` does, and Refused
    without a reason."""
    order = _order(scope, order_id, project_id)
    if not reason.strip():
        raise Refused("请写明否定的理由，例如“地点不符”")
    match = _write(scope, order, project_id, MatchState.REJECTED, reason, now)
    _follow(order, now)
    return match


def may_decide(scope: Scope) -> bool:
    """Whether the person's roles allow a decision at all; which orders and projects, the selectors say."""
    return scope.user_id is not None and any(scope.allows(action) for action in _DECIDING)


def _order(scope: Scope, order_id: int, project_id: int) -> WorkOrder:
    if not may_decide(scope):
        raise NotPermitted("您的角色不能认定工单所属的项目，请联系12345热线管理员或指挥部办公室")
    lock_matching()
    deciding = scope.only(*_DECIDING)
    order = visible_orders(deciding).filter(pk=order_id).first()
    if order is None or not visible(deciding).filter(pk=project_id).exists():
        raise NotFound("没有这个工单或项目")
    return order


def _write(
    scope: Scope, order: WorkOrder, project_id: int, state: MatchState, reason: str, now: datetime
) -> OrderMatch:
    said = {
        "state": state,
        "method": MatchMethod.PERSON,
        "decided_by_id": scope.user_id,
        "decided_at": now,
        "reason": reason.strip()[:LONGEST_REASON],
        "updated_at": now,
    }
    match, _ = OrderMatch.objects.update_or_create(
        order=order, project_id=project_id, defaults=said, create_defaults={**said, "score": 0}
    )
    return match


def _follow(order: WorkOrder, now: datetime) -> None:
    """The rules look again at this order and at those merged into it."""
    match_orders(order_ids=[order.pk], now=now)
