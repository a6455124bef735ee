"""What the address of the page of curves asks: which projects, how many months, and which table as a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from geodata.parameters import Chosen, Reader, one_of
from geodata.summary.filters import ProjectFilter
from portal.workbench.lists.frame import FORMAT

MONTHS: Final = ("12", "24", "36")
PARTS: Final = ("months", "units", "late", "tests")


@dataclass(frozen=True)
class CurveView(Chosen):
    """`months`: how many are shown. `part`: the table that a file holds."""

    months: str = "24"
    part: str = PARTS[0]

    READERS: ClassVar[Mapping[str, Reader]] = {"months": one_of(*MONTHS), "part": one_of(*PARTS)}


@dataclass(frozen=True)
class CurveAsked:
    """The filter of the projects, and what is shown of their course."""

    filter: ProjectFilter
    view: CurveView

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> CurveAsked:
        """Raises BadParameter."""
        return cls(
            ProjectFilter.from_query(query, allow=(*CurveView.READERS, FORMAT)),
            CurveView.from_query(query, allow=(*ProjectFilter.READERS, FORMAT)),
        )
