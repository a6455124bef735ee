"""What may be asked of the sums by unit, category and year, and what their columns mean."""

from collections.abc import Mapping
from typing import Any, Final, cast

from django.core.cache import cache
from django.utils.translation import gettext as _

from geodata.errors import BadParameter
from geodata.parameters import Reader, choices, read, whole
from geodata.summary.filters import ProjectFilter
from portal.opendata.ogc.collections import OF_PROJECTS
from portal.public import selectors
from portal.public.models import Snapshot

BY: Final = ("unit", "category", "year")
READERS: Final[Mapping[str, Reader]] = {**OF_PROJECTS, "year": whole(1990, 2100), "by": choices(BY)}
_KEPT_SECONDS: Final = 24 * 3600
YEARLY: Final = {
    "projects": "该年有计划、预算下达或支付的项目数",
    "planned": "年度计划投资（元），有调整的取调整后",
    "allocated": "该年预算下达(元)",
    "paid": "该年支付(元)",
    "payments": "该年支付笔数",
}
STANDING: Final = {
    "projects": "项目数",
    "budget": "总投资(元)",
    "completed": "累计完成投资(元)",
    "arrived": "资金到位(元)",
    "disbursed": "已拨付(元)",
    "contract_total": "合同总价（元，含变更）",
    "payments": "支付笔数",
}


def asked(query: Mapping[str, Any]) -> tuple[tuple[str, ...], int | None, ProjectFilter]:
    """What to add up by, the year, the filter. Raises BadParameter."""
    found = read(query, READERS)
    by, year = found.pop("by", BY), found.pop("year", None)
    if year is not None and "year" not in by:
        raise BadParameter(_("A limit of the year needs year among the values of by"))
    return by, year, ProjectFilter(**found)


def sums(snapshot: Snapshot, by: tuple[str, ...], year: int | None, chosen: ProjectFilter) -> list[dict[str, Any]]:
    """One question; those over all projects, which most ask for and which take longest, once a snapshot."""
    if chosen != ProjectFilter():
        return selectors.sums(by, year, chosen)
    key = f"sums:{snapshot.number}:{snapshot.chain_head}:{','.join(by)}:{year}"
    found = cache.get_or_set(key, lambda: selectors.sums(by, year, chosen), _KEPT_SECONDS)
    return cast("list[dict[str, Any]]", found)
