"""What an address of items asks for. Every parameter that is not known is refused by name (OGC 17-069r4 §7.15.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from geodata.parameters import Reader, one, one_of, read, whole
from portal.opendata.ogc.collections import Collection
from portal.opendata.ogc.moments import Days, days
from portal.opendata.ogc.systems import CRS84, SYSTEMS, Box, System, boxes, system

PAGE: Final = 100  # features of a page for whoever names no limit
MOST: Final = 1000
_DEEPEST: Final = 99_999_999
FORMATS: Final = ("json", "html")


def _text(name: str, texts: list[str]) -> str:
    return one(name, texts)


COMMON: Final[Mapping[str, Reader]] = {
    "limit": whole(1, 999_999_999),
    "offset": whole(0, _DEEPEST),
    "datetime": lambda name, texts: days(one(name, texts)),
    "bbox": _text,
    "bbox-crs": lambda name, texts: system(name, one(name, texts)),
    "crs": lambda name, texts: system(name, one(name, texts)),
    "f": one_of(*FORMATS),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of a collection: at most `limit` features from `offset` on, in `crs`.

    A limit above MOST counts as MOST, as the standard has it; `next_limit` is what the link to the next page names.
    """

    limits: Mapping[str, Any]
    limit: int = PAGE
    next_limit: int = MOST
    offset: int = 0
    period: Days | None = None
    within: tuple[Box, ...] = ()
    crs: System = SYSTEMS[CRS84]

    @classmethod
    def of(cls, collection: Collection, query: Mapping[str, Any]) -> Self:
        """Raises BadParameter, naming the parameter."""
        found = read(query, {**COMMON, **collection.limits})
        box_system = found.get("bbox-crs", SYSTEMS[CRS84])
        limit = min(found["limit"], MOST) if "limit" in found else PAGE
        return cls(
            limits={name: value for name, value in found.items() if name in collection.limits},
            limit=limit,
            next_limit=limit if "limit" in found else MOST,
            offset=found.get("offset", 0),
            period=found.get("datetime"),
            within=boxes(found["bbox"], box_system) if "bbox" in found else (),
            crs=found.get("crs", SYSTEMS[CRS84]),
        )

    @property
    def is_whole(self) -> bool:
        """Whether nothing limits what is found."""
        return not (self.limits or self.period or self.within)
