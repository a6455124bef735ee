"""Whether the codes of an address exist: an empty screen would look as if nothing were there."""

from collections.abc import Container
from typing import Any, Final

from django.db.models import F, QuerySet, Value

from geodata.funding.models import FundingSource
from geodata.parameters import Chosen, bad
from geodata.projects.models import Category
from geodata.projects.visibility import visible
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope

_Kind = AreaUnit.Kind
_TABLES: Final[dict[str, tuple[QuerySet[Any], str]]] = {
    "unit": (AreaUnit.objects.filter(kind__in=(_Kind.COUNTY, _Kind.ZONE)), "没有这个属地管理单位"),
    "region": (AreaUnit.objects.filter(kind__in=(_Kind.COUNTY, _Kind.TOWNSHIP)), "没有这个县市区或乡镇（街道）"),
    "category": (Category.objects.all(), "没有这个项目类别"),
    "source": (FundingSource.objects.all(), "没有这种资金来源"),
}


def require_known(chosen: Chosen, seen: Container[str] = ()) -> None:
    """Raises BadParameter for a code that no unit, area, category or source ever had: those no longer in force still
    have rows of the past. One query, none where no code limits but those that the caller has `seen`."""
    asked = {name: code for name in _TABLES if (code := getattr(chosen, name, "")) and code not in seen}
    if not asked:
        return
    first, *others = (
        _TABLES[name][0].order_by().filter(code=code).annotate(of=Value(name)).values_list("of", F("code"))
        for name, code in asked.items()
    )
    found = {name for name, _code in first.union(*others, all=True)}
    for name, code in asked.items():
        if name not in found:
            raise bad(name, code, f"{_TABLES[name][1]}，请从页面上的筛选项重新选择")


def require_project(scope: Scope, code: str, name: str = "project") -> None:
    """Raises BadParameter for a project that the person does not see, whether or not there is one. One query."""
    if not visible(scope).filter(serial_no=code).exists():
        raise bad(name, code, "没有这个项目，或者它不在您的工作范围内")
