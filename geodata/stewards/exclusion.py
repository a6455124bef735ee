"""The three administrators of GB/T 22239: apart from each other and from the business, and never without one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geodata.errors import Conflict
from geodata.stewards.roles import ADMINISTRATORS, Role


@dataclass(frozen=True, slots=True)
class Term:
    """A role from a day on, until the day before another; without days it has no beginning or no end."""

    role: str
    start: date | None = None
    end: date | None = None

    def meets(self, other: "Term") -> bool:
        """Whether both hold on some day."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or self.end > day)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


def require_compatible(wanted: Term, held: Iterable[Term]) -> None:
    """`held` are the terms of the same person, under any account. Raises Conflict naming the role in the way."""
    for other in held:
        pair = {wanted.role, other.role}
        if len(pair) == 2 and not ADMINISTRATORS.isdisjoint(pair) and wanted.meets(other):
            raise Conflict(
                f"“{Role(wanted.role).label}”与该人员已有的“{Role(other.role).label}”不能由同一人担任"
                "（系统、安全、审计三类管理员须彼此分开，也不得兼任业务角色），请先终止原角色或另选他人",
                code="exclusive-roles",
            )
