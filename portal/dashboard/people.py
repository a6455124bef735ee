"""Who sees the leaders' screen: those whose rows are the whole city."""

from geodata.errors import NotPermitted
from geodata.stewards.scope import Scope


def require_city(scope: Scope) -> None:
    """Raises NotPermitted for people of one unit, with the place where their own figures are."""
    if not scope.everything:
        raise NotPermitted("驾驶舱供市领导和指挥部使用。本单位的项目和数字请到“地图”和“项目”查看,待办事项在“工作台”")
