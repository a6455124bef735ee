"""A unit's place among those that can be compared: enough projects, an indicator that may be ranked. Pure."""

from typing import NamedTuple

from dashboards.choropleths.selectors import FEWEST, AreaValue, Choropleth
from dashboards.indicators.catalogue import Direction


class Rank(NamedTuple):
    """Place 1 is the best; equal values share a place and the next one is left out."""

    place: int
    of: int


def ranks(found: Choropleth) -> dict[str, Rank]:
    """Places by code; nothing for complaints, which are watched and never ranked."""
    direction = found.indicator.direction
    if direction == Direction.NONE:
        return {}
    compared = [area for area in found.areas if area.value is not None and area.n >= FEWEST]
    sign = -1 if direction == Direction.LOWER else 1

    def better(one: AreaValue, than: AreaValue) -> bool:
        return sign * (one.value or 0) > sign * (than.value or 0)

    return {area.code: Rank(1 + sum(better(other, area) for other in compared), len(compared)) for area in compared}
