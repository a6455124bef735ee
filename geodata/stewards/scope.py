"""Scope: which rows a person may see. Every staff selector takes one first; lists, tiles and exports go through it."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from geodata.errors import NotPermitted
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import ALLOWED, CITY_WIDE, Action, Role


@dataclass(frozen=True)
class Scope:
    """The rows and actions of one person on one day. `everything` makes the three sets irrelevant."""

    everything: bool = False
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    organisation_ids: frozenset[int] = field(default_factory=frozenset)
    assigned_to: int | None = None  # user whose assigned projects are visible
    actions: frozenset[Action] = field(default_factory=frozenset)
    user_id: int | None = None

    def allows(self, action: Action) -> bool:
        return action in self.actions

    def require(self, action: Action) -> None:
        """Raises NotPermitted when none of the person's roles allows the action."""
        if not self.allows(action):
            raise NotPermitted(f"您的角色没有“{action.label}”权限,请联系指挥部办公室")

    @property
    def key(self) -> str:
        """A text that two people share only if they see the same rows: part of every cache key."""
        if self.everything:
            return "all"
        units = ",".join(map(str, sorted(self.unit_ids)))
        bodies = ",".join(map(str, sorted(self.organisation_ids)))
        return f"u{units};o{bodies};p{self.assigned_to or ''}"


CITY = Scope(everything=True, actions=frozenset(Action))


def scope_of(user: User, *, today: date) -> Scope:
    """The scope of a person: the union of the roles granted on that day. One query."""
    grants = list(
        RoleGrant.objects.filter(user=user)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    )
    viewing = [g for g in grants if Action.VIEW_PROJECTS in ALLOWED[g.role]]
    return Scope(
        everything=any(g.role in CITY_WIDE for g in viewing),
        unit_ids=frozenset(g.unit_id for g in viewing if g.unit_id),
        organisation_ids=frozenset(g.organisation_id for g in viewing if g.organisation_id),
        assigned_to=user.pk if any(g.role == Role.EVALUATOR for g in viewing) else None,
        actions=frozenset().union(*(ALLOWED[g.role] for g in grants)) if grants else frozenset(),
        user_id=user.pk,
    )
