"""An address of a selection: the filter of the lists, and a ring where the choice is no box. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from geodata import parameters
from geodata.parameters import Reader
from geodata.summary.filters import ProjectFilter
from geodata.summary.rings import Ring, written
from geodata.summary.rings import ring as read_ring


@dataclass(frozen=True)
class Selection:
    """Which projects are chosen: those that pass the filter and touch the box in it, or the ring."""

    filter: ProjectFilter
    ring: Ring = ()

    READERS: ClassVar[Mapping[str, Reader]] = {"ring": read_ring}

    @classmethod
    def from_query(cls, query: Mapping[str, Any], *, allow: tuple[str, ...] = ()) -> "Selection":
        """Raises BadParameter naming the parameter."""
        found = parameters.read(query, cls.READERS, allow=(*ProjectFilter.READERS, *allow))
        chosen = ProjectFilter.from_query(query, allow=(*cls.READERS, *allow))
        return cls(chosen, found.get("ring", ()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been drawn yet."""
        return not self.ring and self.filter.bbox is None

    def to_query(self) -> dict[str, str]:
        """The address's parameters that differ from the default."""
        found = self.filter.to_query()
        return found | {"ring": written(self.ring)} if self.ring else found

    def querystring(self, *, page: int = 1) -> str:
        """The address of a page of the selection."""
        return urlencode(replace(self, filter=replace(self.filter, page=page)).to_query())
