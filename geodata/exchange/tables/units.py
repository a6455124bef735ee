"""The unit of money that a title, a cell above a table or a file's name tells.

Staff write 万元, (万), (人民币万元), (单位：万元), _万元, 万元 without brackets, or 单位：万元 above the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_CURRENCY = r"(?:人民币|rmb|cny|¥)?"
_FULL = "百万元|亿元|万元|千元|元"
_BRACKETED = re.compile(
    rf"[(\[](?:金额)?(?:单位[:,]?)?{_CURRENCY}[:,/]?({_FULL}|亿|万|%)[,/]?{_CURRENCY}[)\]]", re.IGNORECASE
)
_TRAILING = re.compile(rf"(?:(?:金额)?单位)?[,:/_]{_CURRENCY}({_FULL}|%)$", re.IGNORECASE)
_BARE = re.compile(rf"(?<!单位)[-]?{_CURRENCY}({_FULL}|亿|万)$", re.IGNORECASE)
_CUT = re.compile(r"[(](?:单位:?)?(亿|万|千)?元?$")
_ABOVE = re.compile(
    rf"(?:金额|货币)?单位[:,]?[(]?{_CURRENCY}:?({_FULL}|[亿万](?![\u4e00-\u9fff\w]))[)]?", re.IGNORECASE
)
_STRANGE = re.compile(r"单位[:,][(]?([十百千万亿]*(?:[美欧日港澳加]?元|英镑|法郎|卢布|卢比))")
_OF_OTHERS = ("填报", "责任", "建设")  # 填报单位：… names an office
SHORT: Final = {"亿": "亿元", "万": "万元"}  # of people and of metres, too: money only where the column is money


def whole(unit: str) -> str:
    """万 is 万元."""
    return SHORT.get(unit, unit)


def parted(title: str) -> tuple[str, str]:
    """A squeezed title without the unit that stands in it, and that unit ("" for none; (万) stays 万)."""
    found = _BRACKETED.search(title) or _TRAILING.search(title)
    rest = title[: found.start()] + title[found.end() :] if found else ""
    return (rest, found[1]) if found and rest else (title, "")


def without_bare(title: str) -> tuple[str, str] | None:
    """年度计划投资万元, without brackets: title and unit."""
    found = _BARE.search(title)
    return (title[: found.start()], found[1]) if found and found.start() else None


def without_cut(title: str) -> tuple[str, str] | None:
    """总投资(万, cut amid its unit by a shapefile; one cut before it is unclear."""
    found = _CUT.search(title)
    if found is None or not (found[1] or found[0].endswith("元")):
        return None
    return title[: found.start()], f"{found[1] or ''}元"


def above(texts: Iterable[str]) -> str:
    """The unit that a squeezed text above the table names, as 单位:万元; 填报单位 is no unit. "" for none."""
    found = next(filter(None, map(_ABOVE.search, _own(texts))), None)
    return whole(found[1]) if found else ""


def strange_above(texts: Iterable[str]) -> str:
    """What such a text names instead of a unit that we can read: 万美元, 十万元. "" for none."""
    found = next(filter(None, map(_STRANGE.search, _own(texts))), None)
    return found[1] if found else ""


def _own(texts: Iterable[str]) -> Iterable[str]:
    return (text for text in texts if not text.startswith(_OF_OTHERS))


def in_name(name: str) -> str:
    """The unit that a file's squeezed name bears, as in 台账(万元).xlsx."""
    found = _BRACKETED.search(name)
    return whole(found[1]) if found and found[1] != "%" else ""
