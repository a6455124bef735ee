"""Reading the parameters of an address: one reader a parameter, each refusing with a sentence that names it. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from geodata.errors import BadParameter
from geodata.projects.choices import Stage, Status

LARGEST_LIMIT: Final = 1000
LARGEST_PAGE: Final = 100_000
LONGEST_SEARCH: Final = 60
# columns by which a list can be sorted; the published table lacks some of them
SORTABLE: Final = (
    "code",
    "budget",
    "disbursed",
    "physical_pct",
    "annual_rate",
    "deviation",
    "disbursement_rate",
    "complaints_merged",
    "freshness_days",
    "planned_end_on",
    "updated",
)
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_CATEGORY: Final = re.compile(r"\d{2}(\d{2})?")


def texts_of(query: Mapping[str, Any], name: str) -> list[str]:
    getlist: Callable[[str], list[str]] | None = getattr(query, "getlist", None)
    values = getlist(name) if getlist else [query[name]]
    return [str(value).strip() for value in values]


def shown(text: str) -> str:
    """A parameter's name or value as an error message may repeat it: short and without control characters."""
    return "".join(c for c in text[:40] if c.isprintable())


def bad(name: str, text: str, hint: str) -> BadParameter:
    return BadParameter(f"查询参数“{name}”的值“{shown(text)}”不正确:{hint}")


def _one(name: str, texts: list[str]) -> str:
    if len(set(texts)) > 1:
        raise BadParameter(f"查询参数“{name}”只能给一个值")
    return texts[0]


def _code(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if not _CODE.fullmatch(text):
        raise bad(name, text, "应为代码,只含字母、数字、横线和下划线")
    return text


def _category(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if not (text.isascii() and _CATEGORY.fullmatch(text)):
        raise bad(name, text, "应为 2 位或 4 位数字的项目类别代码")
    return text


def _choices(known: type[Status] | type[Stage]) -> Callable[[str, list[str]], tuple[str, ...]]:
    def read(name: str, texts: list[str]) -> tuple[str, ...]:
        asked = [part for text in texts for part in text.split(",")]
        for part in asked:
            if part not in known.values:
                raise bad(name, part, f"可用的有 {'、'.join(known.values)}")
        return tuple(value for value in known.values if value in asked)

    return read


def _whole(low: int, high: int) -> Callable[[str, list[str]], int]:
    def read(name: str, texts: list[str]) -> int:
        text = _one(name, texts)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise bad(name, text, f"应为 {low} 到 {high} 之间的整数")
        return int(text)

    return read


def _one_of(*known: str) -> Callable[[str, list[str]], str]:
    def read(name: str, texts: list[str]) -> str:
        text = _one(name, texts)
        if text not in known:
            raise bad(name, text, f"可用的有 {'、'.join(known)}")
        return text

    return read


def _flag(name: str, texts: list[str]) -> bool:
    text = _one(name, texts)
    if text not in {"0", "1"}:
        raise bad(name, text, "应为 1(是)或 0(否)")
    return text == "1"


def _phrase(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if len(text) > LONGEST_SEARCH:
        raise bad(name, text, f"最多 {LONGEST_SEARCH} 个字")
    if "\x00" in text:
        raise bad(name, text, "含有不能使用的字符")
    return text


def _day(name: str, texts: list[str]) -> date:
    text = _one(name, texts)
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2100:
        raise bad(name, text, "应为日期,例如 2026-03-31")
    return day


def _bbox(name: str, texts: list[str]) -> tuple[float, float, float, float]:
    text = _one(name, texts)
    hint = "应为四个数“最小经度,最小纬度,最大经度,最大纬度”,单位为度"
    parts = text.split(",")
    if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", part) for part in parts):
        raise bad(name, text, hint)
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise bad(name, text, hint)
    return west, south, east, north


READERS: Final[dict[str, Callable[[str, list[str]], Any]]] = {
    "region": _code,
    "unit": _code,
    "category": _category,
    "status": _choices(Status),
    "stage": _choices(Stage),
    "year": _whole(1990, 2100),
    "source": _code,
    "q": _phrase,
    "bbox": _bbox,
    "located": _one_of("yes", "no"),
    "stale": _flag,
    "as_of": _day,
    "sort": _one_of(*SORTABLE, *(f"-{column}" for column in SORTABLE)),
    "page": _whole(1, LARGEST_PAGE),
    "limit": _whole(1, LARGEST_LIMIT),
}


def written(value: object) -> str:
    if value is True:
        return "1"
    if isinstance(value, tuple):
        return ",".join(f"{part:.12g}" if isinstance(part, float) else str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)
