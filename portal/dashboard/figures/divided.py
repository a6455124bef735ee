"""By what the figures of a page are divided: the address's word, and the level and dimension that it stands for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy

from dashboards.indicators.values import Level
from geodata import parameters
from geodata.summary.regions import Dimension


class Division(NamedTuple):
    """`label` as the choice on the page says it, `words` as a file says it."""

    key: str
    level: Level
    dimension: Dimension
    label: Any
    words: str


MANAGEMENT: Final = Division(
    "management", Level.UNIT, Dimension.MANAGEMENT, gettext_lazy("Managing unit (13)"), "按属地管理单位"
)
DIVISIONS: Final[Mapping[str, Division]] = {
    "management": MANAGEMENT,
    "admin": Division("admin", Level.UNIT, Dimension.ADMIN, gettext_lazy("Administrative division (9)"), "按行政区划"),
    "department": Division(
        "department",
        Level.DEPARTMENT,
        Dimension.MANAGEMENT,
        gettext_lazy("Municipal department (lead unit)"),
        "按市直责任单位（牵头单位）",
    ),
}
DIVISION: Final = "dimension"  # the parameter of the address
read_division: Final = parameters.one_of(*DIVISIONS)
