"""What the staff map paints, as its address says it: the rate, the territorial dimension, the marks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from dashboards.choropleths.classes import Scheme
from dashboards.choropleths.classing import schemes_of
from dashboards.choropleths.selectors import PAINTABLE, RATES, Level
from dashboards.indicators.catalogue import CATALOGUE
from geodata.parameters import Chosen, choices, one_of, sorting
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension

OFF: Final = "off"
PROJECTS, COUNT, BUDGET = "projects", "count", "budget"
SYMBOLS: Final = (PROJECTS, COUNT, BUDGET)
# what the colour and shape of a project's mark tell
STATUS, LIGHT, CATEGORY, TRUST = "status", "light", "category", "trust"
MARKS: Final = (STATUS, LIGHT, CATEGORY, TRUST)
# what can be laid over the map
COMPLAINTS, BOTTLENECKS, CONFLICTS = "complaints", "bottlenecks", "conflicts"
LAYERS: Final = (COMPLAINTS, BOTTLENECKS, CONFLICTS)
# the limit that choosing a unit sets
PLACE: Final = {Dimension.ADMIN: "region", Dimension.MANAGEMENT: "unit"}


@dataclass(frozen=True)
class MapView(Chosen):
    """`rate`: one of PAINTABLE, or off. `symbols`: marks of projects, or circles for their number or their investment.

    `level`: units or townships. `scheme`: how the classes are made, empty for the usual way of the rate. `marks`: what
    a mark tells; `layers`: what lies over the map.
    `tab` and `by` say which list beside the map is open and how its units are sorted: the page's script reads them.
    """

    rate: str = RATES[0]
    dimension: Dimension = Dimension.MANAGEMENT
    symbols: str = PROJECTS
    level: Level = Level.UNIT
    scheme: str = ""
    marks: str = STATUS
    layers: tuple[str, ...] = ()
    tab: str = ""
    by: str = ""

    READERS: ClassVar = {
        "rate": one_of(*PAINTABLE, OFF),
        "dimension": lambda name, texts: Dimension(one_of(*Dimension)(name, texts)),
        "symbols": one_of(*SYMBOLS),
        "level": lambda name, texts: Level(one_of(Level.UNIT, Level.TOWNSHIP)(name, texts)),
        "scheme": one_of(*Scheme),
        "marks": one_of(*MARKS),
        "layers": choices(LAYERS),
        "tab": one_of("projects", "units"),
        "by": sorting("order", "value", "projects", "budget"),
    }

    @property
    def townships(self) -> bool:
        """Whether townships are painted instead of units."""
        return self.level == Level.TOWNSHIP

    @property
    def tiles(self) -> tuple[str, ...]:
        """Layers of tiles that this view needs beside those of every map."""
        townships = ("townships",) if self.townships and self.rate != OFF else ()
        return (*townships, *(("complaint_density",) if COMPLAINTS in self.layers else ()))

    @property
    def painted(self) -> Dimension:
        """The dimension of the painted places: a township is a place, whatever units answer for its projects."""
        return Dimension.ADMIN if self.townships else self.dimension


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

    @property
    def scheme(self) -> Scheme | None:
        """How the classes are made; None is the usual way of the rate, and so is one that does not fit the rate."""
        found = Scheme(self.view.scheme) if self.view.scheme else None
        return found if found and self.view.rate != OFF and found in schemes_of(CATALOGUE[self.view.rate]) else None

    @property
    def kept(self) -> dict[str, str]:
        """What a form of the switches must send along: the filter and the rest of the view."""
        mine = {"rate", "scheme", "page"}
        return {
            name: text for name, text in (self.filter.to_query() | self.view.to_query()).items() if name not in mine
        }

    def url(self, **limits: Any) -> str:
        """The address with these limits changed, on the first page of its list."""
        chosen = replace(self.filter, page=1, **limits)
        return f"?{urlencode(chosen.to_query() | self.view.to_query())}"

    def url_of_view(self, **changes: Any) -> str:
        """The address with something else painted."""
        return f"?{urlencode(self.filter.to_query() | replace(self.view, **changes).to_query())}"

    @property
    def url_of_map(self) -> str:
        """The same map as the staff map, its layers and its files ask for it, whatever else a page's address says."""
        painted = {name: text for name, text in self.view.to_query().items() if name in MapView.READERS}
        return f"?{urlencode(replace(self.filter, page=1).to_query() | painted)}"

    def url_of_place(self, code: str, dimension: Dimension) -> str:
        """The address of one unit: the other limits of place go."""
        limits: dict[str, Any] = {"unit": "", "region": "", "bbox": None, PLACE[dimension]: code}
        return self.url(**limits)

    @property
    def place(self) -> tuple[Dimension, str] | None:
        """The unit or township that the address chooses, that of the painted dimension first."""
        dimensions = sorted(Dimension, key=lambda dimension: dimension != self.view.painted)
        found = ((dimension, getattr(self.filter, PLACE[dimension])) for dimension in dimensions)
        return next(((dimension, code) for dimension, code in found if code), None)
