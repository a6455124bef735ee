"""How far the shape of a project is to be trusted (docs/visits.md): a pure rule over its source and who was there.

The level is where the shape comes from, raised to "verified on the spot" by a check-in beside the present shape. Photos
raise nothing, because they can be sent from anywhere; photos taken far away are a warning, whatever the level.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import models

from geodata.projects.choices import GeometrySource
from geodata.visits.rules import allowed_m


class Trust(models.TextChoices):
    """Least trusted first."""

    DECLARED = "declared", "填报"
    DRAWN = "drawn", "手绘"
    SURVEYED = "surveyed", "测绘"
    VERIFIED = "verified", "现场核验"


MEANING: Final[dict[str, str]] = {
    Trust.DECLARED: "位置由单位填报或随台账导入，没有在图上核对过",
    Trust.DRAWN: "工作人员对照底图手工绘制",
    Trust.SURVEYED: "来自测绘成果或界址点坐标",
    Trust.VERIFIED: "GPS 实测，或有人在现场签到，位置与图形相符",
}
_OF_SOURCE: Final[dict[str, Trust]] = {
    GeometrySource.DRAWN: Trust.DRAWN,
    GeometrySource.SURVEYED: Trust.SURVEYED,
    GeometrySource.GPS: Trust.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the present shape of a project. `visits` are the check-ins beside it; `photos` those that bear a
    place, `far` the ones of them beyond the warning distance, `farthest_m` the largest of all their distances."""

    source: str
    visits: int = 0
    last_visit: datetime | None = None
    photos: int = 0
    far: int = 0
    farthest_m: Decimal | None = None

    @property
    def level(self) -> Trust:
        if self.visits:
            return Trust.VERIFIED
        return _OF_SOURCE.get(self.source, Trust.DECLARED)

    @property
    def is_doubtful(self) -> bool:
        """Photos of the works were taken somewhere else: the shape or the photos are wrong."""
        return self.far > 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody was: metres from the present shape, how exactly, when."""

    away_m: Decimal
    accuracy_m: Decimal
    at: datetime


def weighed(
    source: str, spots: Iterable[Spot], photos_m: Iterable[Decimal], *, near_m: Decimal, warn_m: Decimal
) -> Evidence:
    """The evidence out of single check-ins and photos; geodata/visits/selectors.py has the same in SQL for lists."""
    beside = [spot for spot in spots if spot.away_m <= allowed_m(near_m, spot.accuracy_m)]
    distances = list(photos_m)
    return Evidence(
        source=source,
        visits=len(beside),
        last_visit=max((spot.at for spot in beside), default=None),
        photos=len(distances),
        far=sum(distance > warn_m for distance in distances),
        farthest_m=max(distances, default=None),
    )
