"""序时进度 by months, by days and by project, and the weighted nodes of the works (形象进度).

Official bulletins count months: two of twelve at the end of February. Weekly lists count days and say so in the label.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple


def by_month(month: int) -> Decimal:
    """序时进度 at the end of a month: 2 → 2/12."""
    return Decimal(month) / 12


def by_months(as_of: date) -> Decimal:
    """Whole months of the year that are over on a day, of twelve; a month counts on its last day."""
    last = calendar.monthrange(as_of.year, as_of.month)[1]
    return by_month(as_of.month if as_of.day == last else as_of.month - 1)


def by_days(as_of: date) -> Decimal:
    """Days of the year that are over on a day, of 365 or 366."""
    days = 366 if calendar.isleap(as_of.year) else 365
    return Decimal(as_of.timetuple().tm_yday) / days


def of_project(as_of: date, start: date | None, end: date | None) -> Decimal | None:
    """Share of a project's own period that is over, between 0 and 1; None without a period."""
    if start is None or end is None or end <= start:
        return None
    share = Decimal((as_of - start).days) / (end - start).days
    return min(max(share, Decimal(0)), Decimal(1))


class WorkNode(NamedTuple):
    """A node of the works with its share in percent; the nodes of a template add to 100."""

    code: str
    name: str
    weight: Decimal


def _template(*nodes: tuple[str, int]) -> tuple[WorkNode, ...]:
    return tuple(
        WorkNode(f"M08{number:02d}", name, Decimal(weight)) for number, (name, weight) in enumerate(nodes, start=2)
    )


OLD_COMMUNITY: Final = _template(
    ("进场", 5), ("雨污管网", 30), ("外墙屋面", 20), ("道路铺装", 20), ("三线整治", 10), ("绿化照明", 10), ("配套", 5)
)
ROAD: Final = _template(("清表", 5), ("路基", 25), ("管线", 20), ("路面", 35), ("附属", 15))
PIPES: Final = _template(("沟槽", 20), ("敷设", 45), ("井室", 10), ("回填路面恢复", 20), ("检测CCTV", 5))
BUILDING: Final = _template(("基础", 20), ("主体", 40), ("二次结构与安装", 20), ("装饰", 15), ("室外", 5))
WATER_SUPPLY: Final = _template(("取水净水", 40), ("管网", 50), ("入户", 10))

# by the two leading digits of the category code; categories without works of their own have no template
TEMPLATES: Final[dict[str, tuple[WorkNode, ...]]] = {
    "01": OLD_COMMUNITY,
    "02": WATER_SUPPLY,
    "03": PIPES,
    "04": ROAD,
    "05": ROAD,
    "06": BUILDING,
    "07": BUILDING,
    "08": BUILDING,
    "09": BUILDING,
    "10": BUILDING,
    "11": PIPES,
    "15": BUILDING,
}


def template(category_code: str) -> tuple[WorkNode, ...]:
    """The nodes of the works that projects of a category usually have; empty where none is agreed."""
    return TEMPLATES.get(category_code[:2], ())


def physical_progress(nodes: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """形象进度 in percent from (weight in percent, done in percent) pairs; None without weights."""
    pairs = list(nodes)
    total = sum((weight for weight, _done in pairs), Decimal(0))
    if not total:
        return None
    return sum((weight * done for weight, done in pairs), Decimal(0)) / total
