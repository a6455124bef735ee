"""ProjectFilter: what the address of every list, map, tile and file may ask for, with the same names everywhere.

It is compiled against column names only, so the same filter works on ProjectRow and on the published table, and a list,
its count, its file and its tiles can never disagree. No model is imported: the public site has none of the record's.
"""

import dataclasses
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
from geodata.projects.choices import Status
from geodata.srid import STORAGE_SRID
from geodata.summary import parameters

Rows = TypeVar("Rows", bound=QuerySet[Any])

# the order of a list for people: what moves most money stands first
LARGEST_FIRST: Final = (F("budget").desc(nulls_last=True), "code")
# A monthly report is due within ten days of the month's end: 31 days to the next end and those ten.
STALE_AFTER_DAYS: Final = 41
STAFF_ONLY: Final = ("stale", "as_of")
PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class ProjectFilter:
    """Empty means no limit. `as_of`, `sort`, `page`, `limit` leave `apply` alone: they say which day, order and part.

    `stale` (staff): under construction without an approved report of the last STALE_AFTER_DAYS days. `located`: "yes"
    or "no". `sort`: a column of parameters.SORTABLE, falling with a minus before it; empty is LARGEST_FIRST.
    """

    region: str = ""
    unit: str = ""
    category: str = ""
    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    year: int | None = None
    source: str = ""
    q: str = ""
    bbox: tuple[float, float, float, float] | None = None
    located: str = ""
    stale: bool = False
    as_of: date | None = None
    sort: str = ""
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
            if name not in parameters.READERS:
                raise BadParameter(
                    f"不认识的查询参数“{parameters.shown(name)}”,可用的有:{'、'.join(parameters.READERS)}"
                )
            texts = [text for text in parameters.texts_of(query, name) if text]
            if texts:
                found[name] = parameters.READERS[name](name, texts)
        return cls(**found)

    def to_query(self) -> dict[str, str]:
        """The parameters that differ from the default, as texts; several statuses joined by commas."""
        return {
            field.name: parameters.written(value)
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != field.default
        }

    def querystring(self, *, without: Iterable[str] = ()) -> str:
        """`to_query` encoded for an address, in the order of the fields."""
        dropped = set(without)
        return urlencode({name: text for name, text in self.to_query().items() if name not in dropped})

    def apply(self, rows: Rows) -> Rows:
        """The rows that pass, out of a queryset with the columns of columns.py."""
        for name, limit in LIMITS.items():
            if value := getattr(self, name):
                rows = rows.filter(limit(value))
        return _search(rows, self.q)

    def ordered(self, rows: Rows) -> Rows:
        """The rows in the order asked for, what is unknown last. Raises BadParameter for a column that they lack."""
        column = self.sort.removeprefix("-")
        if not column:
            return rows.order_by(*LARGEST_FIRST)
        if column not in {field.name for field in rows.model._meta.get_fields()}:
            raise parameters.bad("sort", self.sort, "本站没有这一列")
        falling = self.sort.startswith("-")
        first = F(column).desc(nulls_last=True) if falling else F(column).asc(nulls_last=True)
        return rows.order_by(first, "code")


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


def stale() -> Q:
    """Under construction without an approved report of the last STALE_AFTER_DAYS days."""
    late = Q(freshness_days__gt=STALE_AFTER_DAYS) | Q(freshness_days__isnull=True)
    return Q(status=Status.UNDER_CONSTRUCTION) & late


def _box(bbox: tuple[float, float, float, float]) -> Polygon:
    box = Polygon.from_bbox(bbox)
    box.srid = STORAGE_SRID
    return box


LIMITS: Final[dict[str, Callable[[Any], Q]]] = {
    "region": lambda code: Q(region=code) | Q(township=code),
    "unit": lambda code: Q(unit=code),
    "category": lambda code: Q(category__startswith=code),
    "status": lambda codes: Q(status__in=codes),
    "stage": lambda codes: Q(stage__in=codes),
    "year": lambda year: Q(years__contains=[year]),
    "source": lambda code: Q(sources__contains=[code]),
    "bbox": lambda bbox: Q(geom__intersects=_box(bbox)),
    "located": lambda answer: Q(is_located=answer == "yes"),
    "stale": lambda _yes: stale(),
}
