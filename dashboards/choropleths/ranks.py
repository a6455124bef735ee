"""A unit's place among those that can be compared: enough projects, an indicator that may be ranked. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, Protocol

from dashboards.choropleths.selectors import FEWEST, Choropleth
from dashboards.indicators.catalogue import Direction, Indicator


class Compared(Protocol):
    """A unit's value of an indicator and how many projects or orders stand behind it."""

    @property
    def code(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def n(self) -> int: ...


class Rank(NamedTuple):
    """Place 1 is the best; equal values share a place and the next one is left out."""

    place: int
    of: int


def ranks(found: Choropleth) -> dict[str, Rank]:
    """Places by code; nothing for complaints, which are watched and never ranked."""
    return ranks_of(found.indicator, found.areas)


def ranks_of(indicator: Indicator, areas: Iterable[Compared]) -> dict[str, Rank]:
    """The same of the values of any day."""
    if indicator.direction == Direction.NONE:
        return {}
    compared = [area for area in areas if area.value is not None and area.n >= FEWEST]
    sign = -1 if indicator.direction == Direction.LOWER else 1

    def better(one: Compared, than: Compared) -> bool:
        return sign * (one.value or 0) > sign * (than.value or 0)

    return {area.code: Rank(1 + sum(better(other, area) for other in compared), len(compared)) for area in compared}
