"""Giving and ending roles, each with its days and its unit or body."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.organisations.models import Organisation
from geodata.regions.models import AreaUnit
from geodata.stewards.exclusion import Term, require_compatible
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import Scope
from geodata.stewards.services.administrators import lock_roles, require_others, terms_of

_OF_A_UNIT: Final = frozenset({Role.COUNTY_STAFF})
_OF_A_BODY: Final = frozenset({Role.OWNER_UNIT, Role.LEAD_DEPT})
_UNITS: Final = frozenset({AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE})


@dataclass(frozen=True, slots=True)
class Place:
    """What a role is limited to."""

    unit: AreaUnit | None = None
    organisation: Organisation | None = None


@transaction.atomic
def grant_role(
    scope: Scope,
    *,
    user_id: int,
    role: str,
    unit_code: str = "",
    organisation_name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    now: datetime,
) -> RoleGrant:
    """The role holds from `valid_from` until the day before `valid_to`. The same role over the same place is one row:
    giving it again sets its days.

    Raises NotPermitted without the role or for oneself, NotFound, Refused for days or a place that do not fit, Conflict
    for roles that one person must not hold together.
    """
    giver = _giver(scope, user_id)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("没有这个账号")
    if not user.is_active:
        raise Refused("账号已停用，请先由系统管理员启用", code="closed-account")
    place = _place(_known(role), unit_code, organisation_name)
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise Refused("截止日期必须晚于开始日期", code="bad-days")
    lock_roles()
    wanted = Term(role, valid_from, valid_to)
    require_compatible(wanted, terms_of(user))
    held = RoleGrant.objects.filter(user=user, role=role, unit=place.unit, organisation=place.organisation).first()
    if held is not None and valid_to is not None:
        require_others(role=role, user_id=user_id, day=valid_to)
    days = {"valid_from": valid_from, "valid_to": valid_to}
    if held is None:
        return RoleGrant.objects.create(
            user=user, role=role, unit=place.unit, organisation=place.organisation, granted_by_id=giver, **days
        )
    RoleGrant.objects.filter(pk=held.pk).update(**days, granted_by=giver, updated_at=now)
    held.refresh_from_db()
    return held


@transaction.atomic
def end_grant(scope: Scope, *, grant_id: int, today: date, now: datetime) -> RoleGrant:
    """The role holds no longer, from today on; one that has not begun is ended before it begins.

    Raises NotPermitted without the role or for oneself, NotFound, Conflict when it has ended or nobody would be left.
    """
    grant = RoleGrant.objects.select_related("user").filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("没有这项授权")
    giver = _giver(scope, grant.user_id)
    lock_roles()
    grant.refresh_from_db()
    if grant.valid_to is not None and grant.valid_to <= today:
        raise Conflict("这项授权已经终止")
    if grant.user.is_active and Term(grant.role, grant.valid_from, grant.valid_to).holds(today):
        require_others(role=grant.role, user_id=grant.user_id, day=today)
    starts_later = grant.valid_from is not None and grant.valid_from >= today
    last = grant.valid_from if starts_later else today
    RoleGrant.objects.filter(pk=grant_id).update(valid_to=last, granted_by=giver, updated_at=now)
    grant.refresh_from_db()
    return grant


def _giver(scope: Scope, user_id: int) -> int:
    """Who gives or takes: somebody with the role, and never to or from himself."""
    scope.only(Action.MANAGE_GRANTS)
    if scope.user_id is None:
        raise NotPermitted("请以本人账号登录")
    try:
        require_other_person(reviewer_id=scope.user_id, hands=[user_id])
    except NotPermitted as same:
        raise NotPermitted(
            "不能给自己（或自己的另一个账号）授予或终止角色，请由另一位安全管理员办理", code=same.code
        ) from same
    return scope.user_id


def _known(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as error:
        raise Refused("没有这个角色，请从列表中选择", code="unknown-role") from error


def _place(role: Role, unit_code: str, organisation_name: str) -> Place:
    if role in _OF_A_UNIT:
        unit = AreaUnit.objects.filter(code=unit_code, kind__in=_UNITS).first()
        if unit is None:
            raise Refused(f"“{role.label}”须选择所属县市区或功能区", code="missing-unit")
        return Place(unit=unit)
    if role in _OF_A_BODY:
        body = Organisation.objects.filter(name=organisation_name.strip()).first()
        if body is None:
            raise Refused(f"“{role.label}”须填写系统中已有的单位全称", code="missing-organisation")
        return Place(organisation=body)
    return Place()
