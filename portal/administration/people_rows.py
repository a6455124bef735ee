"""Accounts and roles as their pages show them."""

from dataclasses import dataclass
from datetime import date

from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import NEEDS_SECOND_FACTOR, Role


@dataclass(frozen=True)
class Row:
    """A person of the list; `held` are the roles of today."""

    person: User
    has_factor: bool

    @property
    def held(self) -> list[tuple[str, str]]:
        """Role and place."""
        return [(Role(grant.role).label, place(grant)) for grant in getattr(self.person, "held", [])]

    @property
    def lacks_factor(self) -> bool:
        """Whether a role of the person needs codes and none are set up."""
        roles = {grant.role for grant in getattr(self.person, "held", [])}
        return not self.has_factor and not NEEDS_SECOND_FACTOR.isdisjoint(roles)


@dataclass(frozen=True)
class GrantRow:
    """One term of a role: `state` is now, later or over."""

    grant: RoleGrant
    role: str
    place: str
    state: str


def place(grant: RoleGrant) -> str:
    if grant.unit is not None:
        return grant.unit.name
    return grant.organisation.name if grant.organisation is not None else ""


def grant_row(grant: RoleGrant, today: date) -> GrantRow:
    state = "now"
    if grant.valid_to is not None and grant.valid_to <= today:
        state = "over"
    elif grant.valid_from is not None and grant.valid_from > today:
        state = "later"
    return GrantRow(grant, Role(grant.role).label, place(grant), state)
