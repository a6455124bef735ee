"""ProjectFilter: what the address of every list, map, tile and file may ask for, with the same names everywhere.

It is compiled against column names only, so the same filter works on ProjectRow and on the published table, and a list,
its count, its file and its tiles can never disagree. No model is imported: the public site has none of the record's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, ClassVar, Final, Self, TypeVar

from django.contrib.gis.geos import Polygon
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from geodata.parameters import PAGE_SIZE, Chosen, bad
from geodata.searching import holding, reading
from geodata.srid import STORAGE_SRID
from geodata.summary import parameters
from geodata.summary.silence import stale

Rows = TypeVar("Rows", bound=QuerySet[Any])

# the order of a list for people: what moves most money stands first
LARGEST_FIRST: Final = (F("budget").desc(nulls_last=True), "code")
STAFF_ONLY: Final = ("stale", "light", "as_of", "no_area")
# what is asked of the day's figures; all other limits a project passes on every day or on none
MOVING: Final = ("status", "stage", "source", "bbox", "stale", "light")


@dataclass(frozen=True)
class ProjectFilter(Chosen):
    """Empty means no limit. `as_of`, `sort`, `page`, `limit` leave `apply` alone: they say which day, order and part.

    `stale` (staff): under construction and too long without an approved report (silence.py). `located`: "yes" or "no".
    `light` (staff): colours, as the day's scan gave them. `sort`: a column of parameters.SORTABLE, falling
    with a minus before it; empty is LARGEST_FIRST. `no_area` (staff): "region" or "township" for projects that lie in
    none that is known, the rest beside a table of areas.
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
    light: tuple[str, ...] = ()
    as_of: date | None = None
    no_area: str = ""
    sort: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar = parameters.READERS

    @property
    def singles_out(self) -> bool:
        """Whether a limit can be drawn around one project whose name or place one knows: words, or a box."""
        return bool(self.q) or self.bbox is not None

    @property
    def lasting(self) -> Self:
        """Without the limits that a project passes on one day and not on another."""
        none = type(self)()
        return replace(self, **{name: getattr(none, name) for name in MOVING})

    @property
    def moving(self) -> Q:
        """Those limits; empty where there is none. With `lasting` they are what `apply` asks."""
        return reduce(and_, (LIMITS[name](value) for name in MOVING if (value := getattr(self, name))), Q())

    def apply(self, rows: Rows, *, few: bool = False) -> Rows:
        """The rows that pass, out of a queryset with the columns of columns.py.

        `few`: the rows are those of a tile or the like, so that their texts are read instead of looked up in the index.
        """
        for name, limit in LIMITS.items():
            if value := getattr(self, name):
                rows = rows.filter(limit(value))
        return reading(rows, self.q) if few else holding(rows, self.q)

    def ordered(self, rows: Rows) -> Rows:
        """The rows in the order asked for, what is unknown last. Raises BadParameter for a column that they lack."""
        column = self.sort.removeprefix("-")
        if not column:
            return rows.order_by(*LARGEST_FIRST)
        if column not in {field.name for field in rows.model._meta.get_fields()}:
            raise bad("sort", self.sort, _("this site has no such column"))
        falling = self.sort.startswith("-")
        first = F(column).desc(nulls_last=True) if falling else F(column).asc(nulls_last=True)
        return rows.order_by(first, "code")


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
    "light": lambda colours: Q(light__in=colours),
    "no_area": lambda level: Q(**{level: ""}) | Q(**{f"{level}__isnull": True}),
}
