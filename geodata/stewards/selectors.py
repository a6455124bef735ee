"""Reading who holds which role."""

from datetime import date
from typing import Final

from django.db.models import Q

from geodata.stewards.roles import ALLOWED, CITY_WIDE, Action, Role
from geodata.stewards.scope import grants_on

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
