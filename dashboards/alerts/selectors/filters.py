"""What the address of the list of warnings may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db.models import Q

from dashboards.alerts.choices import OPEN_STATES, Level, State
from dashboards.alerts.rules import RULES
from geodata import parameters
from geodata.parameters import PAGE_SIZE, Chosen

ALL: Final = "all"
# what a list of warnings can be sorted by: the columns of a falling order, of which red comes before yellow
ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "level": ("level", "opened_on"),
    "opened": ("-opened_on", "level"),
    "rule": ("-rule", "level"),
    "project": ("-project__name", "level"),
    "unit": ("-project__management_unit__official_order", "level"),
}


@dataclass(frozen=True)
class AlertFilter(Chosen):
    """Empty means no limit, but `state`: empty is what is still open, "all" every state. `silenced`: "yes" or "no",
    empty for both. `q` is looked for in the names and codes of the projects. `since` and `until` limit the day on which
    it was opened; `project` is a platform number. `sort`: one of ORDERS, falling with a minus; empty is the newest
    step first."""

    rule: str = ""
    level: str = ""
    state: str = ""
    unit: str = ""
    q: str = ""
    silenced: str = ""
    project: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar[Mapping[str, parameters.Reader]] = {
        "rule": parameters.one_of(*(rule.id for rule in RULES)),
        "level": parameters.one_of(*Level.values),
        "state": parameters.one_of(ALL, *State.values),
        "unit": parameters.code,
        "q": parameters.phrase,
        "silenced": parameters.one_of("yes", "no"),
        "project": parameters.code,
        "since": parameters.day,
        "until": parameters.day,
        "sort": parameters.sorting(*ORDERS),
        "page": parameters.page,
        "limit": parameters.limit,
    }

    def ordering(self) -> tuple[str, ...]:
        """The columns of the order asked for."""
        if not self.sort:
            return ("-level_since", "level", "-pk")
        columns = (*ORDERS[self.sort.removeprefix("-")], "pk")
        if self.sort.startswith("-"):
            return columns
        return (_turned(columns[0]), *columns[1:])

    def states(self) -> Q:
        """The limit by state."""
        if self.state == ALL:
            return Q()
        return Q(state=self.state) if self.state else Q(state__in=OPEN_STATES)


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"
