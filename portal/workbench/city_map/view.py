"""What the staff map paints, as its address says it: the rate, the territorial dimension, the marks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from dashboards.choropleths.selectors import RATES
from geodata.parameters import Chosen, one_of, sorting
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension

OFF: Final = "off"
PROJECTS, COUNT, BUDGET = "projects", "count", "budget"
SYMBOLS: Final = (PROJECTS, COUNT, BUDGET)
# the limit that choosing a unit sets
PLACE: Final = {Dimension.ADMIN: "region", Dimension.MANAGEMENT: "unit"}


@dataclass(frozen=True)
class MapView(Chosen):
    """`rate`: one of RATES, or off. `symbols`: marks of projects, or circles for their number or their investment.

    `tab` and `by` say which list beside the map is open and how its units are sorted: the page's script reads them.
    """

    rate: str = RATES[0]
    dimension: Dimension = Dimension.MANAGEMENT
    symbols: str = PROJECTS
    tab: str = ""
    by: str = ""

    READERS: ClassVar = {
        "rate": one_of(*RATES, OFF),
        "dimension": lambda name, texts: Dimension(one_of(*Dimension)(name, texts)),
        "symbols": one_of(*SYMBOLS),
        "tab": one_of("projects", "units"),
        "by": sorting("order", "value", "projects", "budget"),
    }


@dataclass(frozen=True)
class Asked:
    """An address of the map: which projects, and what is painted."""

    filter: ProjectFilter
    view: MapView

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> "Asked":
        """Raises BadParameter."""
        return cls(
            ProjectFilter.from_query(query, allow=MapView.READERS),
            MapView.from_query(query, allow=ProjectFilter.READERS),
        )

    def url(self, **limits: Any) -> str:
        """The address with these limits changed, on the first page of its list."""
        chosen = replace(self.filter, page=1, **limits)
        return f"?{urlencode(chosen.to_query() | self.view.to_query())}"

    def url_of_place(self, code: str, dimension: Dimension) -> str:
        """The address of one unit: the other limits of place go."""
        limits: dict[str, Any] = {"unit": "", "region": "", "bbox": None, PLACE[dimension]: code}
        return self.url(**limits)

    @property
    def place(self) -> tuple[Dimension, str] | None:
        """The unit that the address chooses, that of the painted dimension first."""
        dimensions = sorted(Dimension, key=lambda dimension: dimension != self.view.dimension)
        found = ((dimension, getattr(self.filter, PLACE[dimension])) for dimension in dimensions)
        return next(((dimension, code) for dimension, code in found if code), None)
