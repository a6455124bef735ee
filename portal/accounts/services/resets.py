"""Taking away a second factor whose phone is lost: one administrator asks, another decides."""

from datetime import datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.accounts.models import FactorReset, SecondFactor

LONGEST_REASON: Final = 200


@transaction.atomic
def request_reset(scope: Scope, *, user_id: int, reason: str, now: datetime) -> FactorReset:
    """Raises NotPermitted without the role or for oneself, Refused without a reason, Conflict when nothing is to be
    reset or a request is open."""
    administrator = _administrator(scope)
    require_other_person(reviewer_id=administrator, hands=[user_id])
    said = " ".join(reason.split())
    if not said:
        raise Refused("请写明重置的理由和核实身份的方式，例如“手机遗失，已当面核对工作证”", code="missing-reason")
    if len(said) > LONGEST_REASON:
        raise Refused(f"理由不能超过 {LONGEST_REASON} 字", code="long-reason")
    if not SecondFactor.objects.select_for_update().filter(user=user_id, confirmed_at__isnull=False).exists():
        raise Conflict("该账号没有启用二次验证，无需重置")
    if FactorReset.objects.filter(user=user_id, state=FactorReset.State.OPEN).exists():
        raise Conflict("该账号已有一个待确认的重置申请")
    return FactorReset.objects.create(user_id=user_id, reason=said, requested_by_id=administrator, requested_at=now)


@transaction.atomic
def decide_reset(scope: Scope, *, reset_id: int, agreed: bool, now: datetime) -> FactorReset:
    """Raises NotPermitted to the one who asked and to the person concerned, NotFound, Conflict when decided before."""
    administrator = _administrator(scope)
    reset = FactorReset.objects.select_for_update().filter(pk=reset_id).first()
    if reset is None:
        raise NotFound("没有这个重置申请")
    if reset.state != FactorReset.State.OPEN:
        raise Conflict("这个重置申请已经处理过了")
    require_other_person(reviewer_id=administrator, hands=[reset.requested_by_id, reset.user_id])
    reset.state = FactorReset.State.DONE if agreed else FactorReset.State.REFUSED
    reset.decided_by_id, reset.decided_at = administrator, now
    reset.save(update_fields=["state", "decided_by", "decided_at"])
    if agreed:
        SecondFactor.objects.filter(user=reset.user_id).delete()
    return reset


def _administrator(scope: Scope) -> int:
    scope.only(Action.MANAGE_USERS, Action.MANAGE_GRANTS)
    if scope.user_id is None or not User.objects.filter(pk=scope.user_id, is_active=True).exists():
        raise NotPermitted("请以本人账号登录")
    return scope.user_id
