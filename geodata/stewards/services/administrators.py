"""Never without an administrator: whoever ends a role or closes an account asks here first."""

from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Q

from geodata.errors import Conflict
from geodata.stewards.exclusion import Term
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Role
from geodata.stewards.scope import grants_on

# without them nobody could give the roles back
NEEDED: Final = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
_LOCK: Final = (20201, 1)  # a pair of numbers that no other advisory lock of ours has


def lock_roles() -> None:
    """Until the end of the transaction nobody else gives or takes a role: of two administrators who remove each other
    at the same moment, one succeeds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)


def require_others(*, role: str, user_id: int, day: date) -> None:
    """Raises Conflict when on that day nobody but this person would be the administrator. Call under `lock_roles`."""
    if role not in NEEDED:
        return
    others = grants_on(day).filter(role=role, user__is_active=True).exclude(user=user_id)
    if not others.filter(valid_to__isnull=True).exists():
        raise Conflict(
            f"这是最后一位没有期限的{Role(role).label}，停用后将无人能管理账号或权限，请先另授一人",
            code="last-administrator",
        )


def terms_of(user: User) -> list[Term]:
    """All roles of the person, under any account that is open."""
    same = User.objects.filter(is_active=True, staff_no__iexact=user.staff_no).exclude(staff_no="").values("pk")
    grants = RoleGrant.objects.filter(Q(user=user) | Q(user__in=same))
    return [Term(grant.role, grant.valid_from, grant.valid_to) for grant in grants]
