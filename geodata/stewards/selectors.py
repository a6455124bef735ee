"""Reading who holds which role."""

from datetime import date
from typing import Final

from django.db.models import F, Prefetch, Q, QuerySet

from geodata.errors import NotFound
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import ALLOWED, CITY_WIDE, Action, Role
from geodata.stewards.scope import Scope, grants_on

_DECIDING: Final = [role for role in Role if Action.APPROVE in ALLOWED[role]]
_HEADQUARTERS: Final = [role for role in _DECIDING if role in CITY_WIDE]
_ENOUGH: Final = 2  # one of them may be the one who submitted


def approvers(*, unit_id: int, headquarters_only: bool, today: date) -> list[int]:
    """Whom to tell that something of a unit waits for a decision: ids of active people, in order. One query.

    The unit's own people; headquarters where it must decide, or where the unit has not two persons to do it.
    """
    of_unit = Q(role__in=_DECIDING, unit=unit_id)
    holding = (
        grants_on(today)
        .filter(Q(role__in=_HEADQUARTERS) | of_unit, user__is_active=True)
        .values_list("user_id", "role", "user__staff_no")
    )
    own: dict[int, str] = {}
    headquarters: set[int] = set()
    for user_id, role, staff_no in holding:
        if role in _HEADQUARTERS:
            headquarters.add(user_id)
        else:
            own[user_id] = staff_no or f"#{user_id}"
    if headquarters_only:
        return sorted(headquarters)
    return sorted(own if len(set(own.values())) >= _ENOUGH else headquarters | own.keys())


def accounts(scope: Scope, *, q: str = "", role: str = "", today: date) -> QuerySet[User]:
    """People with the roles that they hold today in `held`, by name. Everything that is searched must occur."""
    scope.only(Action.VIEW_ACCOUNTS)
    held = grants_on(today).select_related("unit", "organisation").order_by("role", "pk")
    people = User.objects.prefetch_related(Prefetch("grants", queryset=held, to_attr="held"))
    for word in q.split():
        people = people.filter(
            Q(username__icontains=word)
            | Q(display_name__icontains=word)
            | Q(staff_no__icontains=word)
            | Q(grants__unit__name__icontains=word)
        )
    if role:
        people = people.filter(grants__in=grants_on(today).filter(role=role))
    return people.distinct().order_by("-is_active", "username")


def account(scope: Scope, user_id: int) -> User:
    """Raises NotFound."""
    scope.only(Action.VIEW_ACCOUNTS)
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound("没有这个账号")
    return found


def terms(scope: Scope, user_id: int) -> list[RoleGrant]:
    """All roles that the person holds, held and will hold, the newest first."""
    scope.only(Action.VIEW_ACCOUNTS)
    rows = RoleGrant.objects.filter(user=user_id).select_related("unit", "organisation", "granted_by")
    return list(rows.order_by(F("valid_to").desc(nulls_first=True), "-valid_from", "-pk"))
