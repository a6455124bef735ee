"""The state of the leaders' screen as its address says it: the staff map's, a day to compare with, the mode. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlencode

from dashboards.cockpit.selectors import COUNTY_DIGITS
from geodata.errors import BadParameter
from geodata.parameters import day, one_of
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from portal.workbench.city_map.view import LIGHT, STATUS, Asked, MapView


class Depth(StrEnum):
    """How far one has gone down: the city, one of its units, a township."""

    CITY = "city"
    UNIT = "unit"
    TOWNSHIP = "township"


@dataclass(frozen=True)
class ScreenView(MapView):
    """`against`: the earlier day that the figures are compared with. `mode`: "leader" shows three numbers, larger.
    `full`: "1" puts every panel into the page itself, for browsers without scripts. `marks`: without any they tell the
    light today, and the status on a past day, of which there may be no scan."""

    marks: str = ""
    against: date | None = None
    mode: str = ""
    full: str = ""

    READERS: ClassVar = {**MapView.READERS, "against": day, "mode": one_of("leader"), "full": one_of("1")}


@dataclass(frozen=True)
class ScreenAsked(Asked):
    """An address of the leaders' screen."""

    view: ScreenView

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> "ScreenAsked":
        """Raises BadParameter."""
        return cls(
            ProjectFilter.from_query(query, allow=ScreenView.READERS),
            ScreenView.from_query(query, allow=ProjectFilter.READERS),
        )

    def require_earlier(self, as_of: date) -> None:
        """Raises BadParameter where the day to compare with does not lie before the day shown."""
        if self.view.against and self.view.against >= as_of:
            raise BadParameter(
                f"查询参数“against”的值“{self.view.against}”不正确：对比日期须早于截止日期 {as_of.isoformat()}"
            )

    def url_of(self, **view: Any) -> str:
        """The address with these parts of the view changed."""
        return f"?{urlencode(self.filter.to_query() | replace(self.view, **view).to_query())}"

    def shown(self, *, is_today: bool) -> ScreenView:
        """The view with what the marks tell."""
        return replace(self.view, marks=self.view.marks or (LIGHT if is_today else STATUS))

    @property
    def querystring(self) -> str:
        """All that the address asks for, as a part of the page asks for it, too."""
        return urlencode(self.plain.to_query() | self.view.to_query())

    @property
    def plain(self) -> ProjectFilter:
        """The filter without order and page: they mean nothing to a sum."""
        none = ProjectFilter()
        return replace(self.filter, sort=none.sort, page=none.page, limit=none.limit)

    @property
    def town(self) -> str:
        """The township code that the address chooses: nine digits or more, where a county has six."""
        code = self.filter.region
        return code if len(code) > COUNTY_DIGITS else ""

    @property
    def unit(self) -> tuple[Dimension, str] | None:
        """The county or unit that the address chooses."""
        if self.filter.unit:
            return Dimension.MANAGEMENT, self.filter.unit
        if self.filter.region and not self.town:
            return Dimension.ADMIN, self.filter.region
        return None

    @property
    def depth(self) -> Depth:
        if self.town:
            return Depth.TOWNSHIP
        return Depth.UNIT if self.unit else Depth.CITY
