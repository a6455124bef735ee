"""Who sees the leaders' screen: those whose rows are the whole city; and of which place an address speaks."""

from datetime import date

from geodata.errors import NotPermitted
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.workbench.city_map import selectors as city


def require_city(scope: Scope) -> None:
    """Raises NotPermitted for people of one unit, with the place where their own figures are."""
    if not scope.everything:
        raise NotPermitted("驾驶舱供市领导和指挥部使用。本单位的项目和数字请到“地图”和“项目”查看，待办事项在“工作台”")


def place_of(chosen: ProjectFilter, day: date) -> str:
    """The unit or county that an address is limited to, for the head of a list; empty for the whole city. One query
    where there is such a limit."""
    code = chosen.unit or chosen.region
    return wording.label(city.names(day).units.get(code, code)) if code else ""
