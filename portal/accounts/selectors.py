"""Reading second factors: one's own, and for administrators whose is in force."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from geodata.errors import Conflict
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.accounts import sealing
from portal.accounts.models import FactorReset, SecondFactor


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's own second factor: waiting for its first code, or in force since, with so many recovery codes."""

    waiting: bool = False
    since: datetime | None = None
    codes_left: int = 0


def standing(user: User) -> Standing:
    """One query."""
    unused = Count("codes", filter=Q(codes__used_at__isnull=True))
    found = SecondFactor.objects.filter(user=user).annotate(unused=unused).values_list("confirmed_at", "unused").first()
    return Standing() if found is None else Standing(found[0] is None, found[0], found[1])


def waiting_secret(user: User) -> bytes:
    """What the phone shall scan. Raises Conflict unless an enrolment waits for its first code: once in force, nobody
    sees the secret again."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None:
        raise Conflict("没有等待启用的二次验证，请重新开始")
    return sealing.unseal(factor.secret_sealed, user_id=user.pk)


def open_resets(scope: Scope) -> QuerySet[FactorReset]:
    """Requests that wait for another administrator, oldest first."""
    scope.only(Action.MANAGE_USERS, Action.MANAGE_GRANTS)
    return (
        FactorReset.objects.filter(state=FactorReset.State.OPEN)
        .select_related("user", "requested_by")
        .order_by("requested_at")
    )


def with_factor(scope: Scope, user_ids: list[int]) -> set[int]:
    """Which of the people log in with codes."""
    scope.only(Action.MANAGE_USERS, Action.MANAGE_GRANTS)
    found = SecondFactor.objects.filter(user__in=user_ids, confirmed_at__isnull=False)
    return set(found.values_list("user_id", flat=True))
