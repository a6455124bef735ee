"""ProjectFilter: what the address of every list, map, tile and file may ask for, with the same names everywhere.

It is compiled against column names only, so the same filter works on ProjectRow and on the published table, and a list,
its count, its file and its tiles can never disagree. No model is imported: the public site has none of the record's.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.contrib.gis.geos import Polygon
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.lookups import PostgresOperatorLookup

from geodata.errors import BadParameter
from geodata.projects.choices import Stage, Status
from geodata.srid import STORAGE_SRID

Rows = TypeVar("Rows", bound=QuerySet[Any])

# the order of a list for people: what moves most money stands first
LARGEST_FIRST: Final = (F("budget").desc(nulls_last=True), "code")
PAGE_SIZE: Final = 50
LARGEST_LIMIT: Final = 1000
LARGEST_PAGE: Final = 100_000
LONGEST_SEARCH: Final = 60
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_CATEGORY: Final = re.compile(r"\d{2}(\d{2})?")


@dataclass(frozen=True)
class ProjectFilter:
    """Empty means no limit. `as_of`, `page` and `limit` say which day and which part; they leave `apply` alone."""

    region: str = ""
    unit: str = ""
    category: str = ""
    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    year: int | None = None
    source: str = ""
    q: str = ""
    bbox: tuple[float, float, float, float] | None = None
    as_of: date | None = None
    page: int = 1
    limit: int = PAGE_SIZE

    @classmethod
    def from_query(cls, query: Mapping[str, Any], *, allow: Iterable[str] = ()) -> "ProjectFilter":
        """The filter of an address. `query` is a QueryDict or a mapping of texts; blank values count as absent.

        `allow` names other parameters that the caller reads itself. Raises BadParameter naming the parameter when it
        is unknown, given twice with different values (except status and stage, which may be several), or malformed.
        """
        others = set(allow)
        found: dict[str, Any] = {}
        for name in query:
            if name in others:
                continue
            if name not in _READERS:
                raise BadParameter(f"不认识的查询参数“{_shown(name)}”,可用的有:{'、'.join(_READERS)}")
            texts = [text for text in _texts(query, name) if text]
            if texts:
                found[name] = _READERS[name](name, texts)
        return cls(**found)

    def to_query(self) -> dict[str, str]:
        """The parameters that differ from the default, as texts; several statuses joined by commas."""
        return {
            field.name: _written(value)
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != field.default
        }

    def querystring(self, *, without: Iterable[str] = ()) -> str:
        """`to_query` encoded for an address, in the order of the fields."""
        dropped = set(without)
        return urlencode({name: text for name, text in self.to_query().items() if name not in dropped})

    def apply(self, rows: Rows) -> Rows:
        """The rows that pass, out of a queryset with the columns of columns.py."""
        for name, limit in _LIMITS.items():
            if value := getattr(self, name):
                rows = rows.filter(limit(value))
        return _search(rows, self.q)


def search_terms(q: str) -> list[str]:
    """The words of a search in the form of search_text: half-width, lower case; all of them must occur."""
    return unicodedata.normalize("NFKC", q).lower().split()


class Bigrams(Func):
    """Pairs of neighbouring characters, the SQL function behind the search index (sql/search_v1.sql)."""

    function = "bigrams"
    output_field = TextField()


class _Holds(PostgresOperatorLookup):
    """left @> right, for two arrays of texts."""

    lookup_name = "holds"
    postgres_operator = "@>"
    prepare_rhs = False


def _search(rows: Rows, q: str) -> Rows:
    """Rows whose search_text holds every word. LIKE decides; the bigrams let the index find the candidates.

    A model says by `has_bigrams` that its database has the function and the index.
    """
    for term in search_terms(q):
        rows = rows.filter(search_text__contains=term)
        if len(term) > 1 and getattr(rows.model, "has_bigrams", False):
            rows = rows.filter(_Holds(Bigrams(F("search_text")), Bigrams(Value(term))))
    return rows


def _box(bbox: tuple[float, float, float, float]) -> Polygon:
    box = Polygon.from_bbox(bbox)
    box.srid = STORAGE_SRID
    return box


_LIMITS: Final[dict[str, Callable[[Any], Q]]] = {
    "region": lambda code: Q(region=code) | Q(township=code),
    "unit": lambda code: Q(unit=code),
    "category": lambda code: Q(category__startswith=code),
    "status": lambda codes: Q(status__in=codes),
    "stage": lambda codes: Q(stage__in=codes),
    "year": lambda year: Q(years__contains=[year]),
    "source": lambda code: Q(sources__contains=[code]),
    "bbox": lambda bbox: Q(geom__intersects=_box(bbox)),
}


# --- reading ----------------------------------------------------------------------------------------------------


def _texts(query: Mapping[str, Any], name: str) -> list[str]:
    getlist: Callable[[str], list[str]] | None = getattr(query, "getlist", None)
    values = getlist(name) if getlist else [query[name]]
    return [str(value).strip() for value in values]


def _shown(text: str) -> str:
    """A parameter's name or value as an error message may repeat it: short and without control characters."""
    return "".join(c for c in text[:40] if c.isprintable())


def _bad(name: str, text: str, hint: str) -> BadParameter:
    return BadParameter(f"查询参数“{name}”的值“{_shown(text)}”不正确:{hint}")


def _one(name: str, texts: list[str]) -> str:
    if len(set(texts)) > 1:
        raise BadParameter(f"查询参数“{name}”只能给一个值")
    return texts[0]


def _code(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if not _CODE.fullmatch(text):
        raise _bad(name, text, "应为代码,只含字母、数字、横线和下划线")
    return text


def _category(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if not (text.isascii() and _CATEGORY.fullmatch(text)):
        raise _bad(name, text, "应为 2 位或 4 位数字的项目类别代码")
    return text


def _choices(known: type[Status] | type[Stage]) -> Callable[[str, list[str]], tuple[str, ...]]:
    def read(name: str, texts: list[str]) -> tuple[str, ...]:
        asked = [part for text in texts for part in text.split(",")]
        for part in asked:
            if part not in known.values:
                raise _bad(name, part, f"可用的有 {'、'.join(known.values)}")
        return tuple(value for value in known.values if value in asked)

    return read


def _whole(low: int, high: int) -> Callable[[str, list[str]], int]:
    def read(name: str, texts: list[str]) -> int:
        text = _one(name, texts)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise _bad(name, text, f"应为 {low} 到 {high} 之间的整数")
        return int(text)

    return read


def _phrase(name: str, texts: list[str]) -> str:
    text = _one(name, texts)
    if len(text) > LONGEST_SEARCH:
        raise _bad(name, text, f"最多 {LONGEST_SEARCH} 个字")
    if "\x00" in text:
        raise _bad(name, text, "含有不能使用的字符")
    return text


def _day(name: str, texts: list[str]) -> date:
    text = _one(name, texts)
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2100:
        raise _bad(name, text, "应为日期,例如 2026-03-31")
    return day


def _bbox(name: str, texts: list[str]) -> tuple[float, float, float, float]:
    text = _one(name, texts)
    hint = "应为四个数“最小经度,最小纬度,最大经度,最大纬度”,单位为度"
    parts = text.split(",")
    if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", part) for part in parts):
        raise _bad(name, text, hint)
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise _bad(name, text, hint)
    return west, south, east, north


_READERS: Final[dict[str, Callable[[str, list[str]], Any]]] = {
    "region": _code,
    "unit": _code,
    "category": _category,
    "status": _choices(Status),
    "stage": _choices(Stage),
    "year": _whole(1990, 2100),
    "source": _code,
    "q": _phrase,
    "bbox": _bbox,
    "as_of": _day,
    "page": _whole(1, LARGEST_PAGE),
    "limit": _whole(1, LARGEST_LIMIT),
}


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{part:.12g}" if isinstance(part, float) else str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)
