"""Scope: which rows a person may see. Every staff selector takes one first; lists, tiles and exports go through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from geodata.errors import NotPermitted
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import ALLOWED, CITY_WIDE, Action, Role


@dataclass(frozen=True)
class Scope:
    """The rows and actions of one person on one day. `everything` makes the three sets irrelevant.

    Rows and actions are unions over the person's roles: what is seen is what any role shows. A write must not mix them
    ("audits all" and "edits one county" is not "edits all"), so it goes through `only`.
    """

    everything: bool = False
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    organisation_ids: frozenset[int] = field(default_factory=frozenset)
    assigned_to: int | None = None  # user whose assigned projects are visible
    actions: frozenset[Action] = field(default_factory=frozenset)
    user_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    grants: tuple[Scope, ...] = ()  # each role by itself; empty where there is but one

    def allows(self, action: Action) -> bool:
        return action in self.actions

    def require(self, action: Action) -> None:
        """Raises NotPermitted when none of the person's roles allows the action."""
        if not self.allows(action):
            raise NotPermitted(f"您的角色没有“{action.label}”权限，请联系指挥部办公室")

    def only(self, *actions: Action) -> Scope:
        """What the person would have by those roles alone that allow one of the actions: rows and actions.

        Every write and every decision takes its rows from here. Raises NotPermitted when no role allows any of them.
        """
        if not any(self.allows(action) for action in actions):
            self.require(actions[0])
        if not self.grants:
            return self
        return _union([grant for grant in self.grants if grant.actions.intersection(actions)])

    @property
    def headquarters(self) -> bool:
        """Whether one role by itself approves over the whole city."""
        return any(grant.everything and grant.allows(Action.APPROVE) for grant in self.grants or (self,))

    @property
    def key(self) -> str:
        """A text that two people share only if they see the same rows: part of every cache key."""
        if self.everything:
            return "all"
        units = ",".join(map(str, sorted(self.unit_ids)))
        bodies = ",".join(map(str, sorted(self.organisation_ids)))
        return f"u{units};o{bodies};p{self.assigned_to or ''}"


CITY = Scope(everything=True, actions=frozenset(Action))


def grants_on(day: date) -> QuerySet[RoleGrant]:
    """The grants in force on a day: from the first day on, until the day before the last."""
    started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return RoleGrant.objects.filter(started, Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def scope_of(user: User, *, today: date) -> Scope:
    """The scope of a person: the union of the roles granted on that day. One query."""
    grants = [_of_grant(grant) for grant in grants_on(today).filter(user=user)]
    return _union(grants) if grants else Scope(user_id=user.pk)


def _of_grant(grant: RoleGrant) -> Scope:
    actions = ALLOWED[grant.role]
    if Action.VIEW_PROJECTS not in actions:
        return Scope(actions=actions, user_id=grant.user_id, roles=frozenset({grant.role}))
    return Scope(
        everything=grant.role in CITY_WIDE,
        unit_ids=frozenset({grant.unit_id} if grant.unit_id else ()),
        organisation_ids=frozenset({grant.organisation_id} if grant.organisation_id else ()),
        assigned_to=grant.user_id if grant.role == Role.EVALUATOR else None,
        actions=actions,
        user_id=grant.user_id,
        roles=frozenset({grant.role}),
    )


def _union(grants: Iterable[Scope]) -> Scope:
    parts = tuple(grants)
    return Scope(
        everything=any(part.everything for part in parts),
        unit_ids=frozenset().union(*(part.unit_ids for part in parts)),
        organisation_ids=frozenset().union(*(part.organisation_ids for part in parts)),
        assigned_to=next((part.assigned_to for part in parts if part.assigned_to is not None), None),
        actions=frozenset().union(*(part.actions for part in parts)),
        user_id=parts[0].user_id,
        roles=frozenset().union(*(part.roles for part in parts)),
        grants=parts,
    )
