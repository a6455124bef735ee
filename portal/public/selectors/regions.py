"""Figures of areas in the two readings: what an area answers for (属地管理), and what lies inside it (行政区划).

Never added together. In the first, the 13 units and the rest (未归属) are the city; in the second, the nine counties
and the rest (未定位).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsSVG, Envelope, PointOnSurface
from django.db.models import Case, F, Func, Q, QuerySet, When
from django.db.models.functions import Coalesce, Substr

from geodata.summary.filters import LARGEST_FIRST, ProjectFilter
from geodata.summary.sums import Totals, aggregates, columns_of
from portal.public.models import PublishedArea, PublishedProject
from portal.public.selectors.rows import Edition, all_projects, areas

ADMIN: Final = "admin"
MANAGEMENT: Final = "management"
# reading: (column of a project row, kinds of area that make up the city)
READINGS: Final = {MANAGEMENT: ("unit", ("county", "zone")), ADMIN: ("region", ("county",))}
LARGEST: Final = 10
# metres of EPSG:3857, below a pixel of the small map: of the city by its units, of a county by its townships
OF_THE_CITY: Final = 500
OF_A_COUNTY: Final = 60


@dataclass(frozen=True)
class AreaFigures:
    """One area (or, without a code, the rest) and the figures of its projects; `statuses` counts by status."""

    code: str
    kind: str
    totals: Totals
    statuses: dict[str, int]


@dataclass(frozen=True)
class Breakdown:
    """All figures of one set of projects: totals, number by status, totals by two-digit category."""

    totals: Totals
    statuses: dict[str, int]
    categories: dict[str, Totals]


def filter_of(area: PublishedArea, reading: str) -> ProjectFilter:
    """The list's filter for the projects of an area in a reading; townships are known by where a project lies."""
    if area.kind == "township" or (area.kind == "county" and reading == ADMIN):
        return ProjectFilter(region=area.code)
    return ProjectFilter(unit=area.code) if area.kind != "city" else ProjectFilter()


def rows_of(edition: Edition, area: PublishedArea, reading: str) -> QuerySet[PublishedProject]:
    """The column itself instead of the filter's "here or in this township": one index serves it."""
    rows = all_projects(edition)
    if area.kind == "township":
        return rows.filter(township=area.code)
    if area.kind == "county" and reading == ADMIN:
        return rows.filter(region=area.code)
    return rows.filter(unit=area.code) if area.kind != "city" else rows


def largest(rows: QuerySet[PublishedProject]) -> QuerySet[PublishedProject]:
    return rows.order_by(*LARGEST_FIRST).defer("geom", "geom_3857", "search_text", "scope_content")[:LARGEST]


def breakdown(rows: QuerySet[PublishedProject]) -> Breakdown:
    """Totals, statuses and categories out of one grouped query, so that they cannot disagree."""
    totals, statuses, categories = Totals(), dict[str, int](), dict[str, Totals]()
    for group in _grouped(rows, major=Substr("category", 1, 2), state=F("status")):
        part = Totals.from_aggregate(group)
        totals += part
        statuses[group["state"]] = statuses.get(group["state"], 0) + part.projects
        categories[group["major"]] = categories.get(group["major"], Totals()) + part
    return Breakdown(totals, statuses, dict(sorted(categories.items())))


def city_by_area(edition: Edition, reading: str, known: dict[str, str]) -> tuple[list[AreaFigures], AreaFigures]:
    """Figures of every area of a reading in the order of `known` (code → kind), and those of the rest. One query."""
    column, _kinds = READINGS[reading]
    found: dict[str, tuple[Totals, dict[str, int]]] = {code: (Totals(), {}) for code in ("", *known)}
    for group in _grouped(all_projects(edition), place=F(column), state=F("status")):
        code = group["place"] if group["place"] in known else ""
        totals, statuses = found[code]
        part = Totals.from_aggregate(group)
        statuses[group["state"]] = statuses.get(group["state"], 0) + part.projects
        found[code] = (totals + part, statuses)
    return [AreaFigures(code, kind, *found[code]) for code, kind in known.items()], AreaFigures("", "", *found[""])


def _grouped(rows: QuerySet[PublishedProject], **by: Any) -> QuerySet[PublishedProject, dict[str, Any]]:
    return rows.order_by().annotate(**by).values(*by).annotate(**aggregates(columns_of(rows)))


def by_township(rows: QuerySet[PublishedProject]) -> dict[str | None, Totals]:
    """Township → figures of these projects; those without one under None. One query."""
    return {group["place"]: Totals.from_aggregate(group) for group in _grouped(rows, place=F("township"))}


def townships(edition: Edition, parent: str, also: set[str]) -> QuerySet[Any]:
    """The townships of a county and then those others in which its projects lie, as `drawn`; one without a shape has
    no path."""
    rows = areas(edition).filter(Q(parent_code=parent) | Q(code__in=also), kind="township")
    elsewhere = Case(When(parent_code=parent, then=0), default=1)
    return _drawn(rows, OF_A_COUNTY).order_by(elsewhere, "parent_code", "official_order", "code")


def drawn(edition: Edition, kinds: tuple[str, ...]) -> QuerySet[Any]:
    """Areas with `path` (SVG, metres of EPSG:3857, south down), `spot` for a label, and `frame`, the box around."""
    return _drawn(areas(edition).filter(kind__in=kinds, geom__isnull=False), OF_THE_CITY)


def _drawn(rows: QuerySet[PublishedArea], tolerance: int) -> QuerySet[Any]:
    shape: Callable[[], Any] = lambda: Coalesce("management_3857", "geom_3857")  # noqa: E731
    slim = Func(shape(), tolerance, function="ST_SimplifyPreserveTopology", output_field=_geometry())
    found = rows.annotate(path=AsSVG(slim, precision=0), spot=PointOnSurface(shape()), frame=Envelope("geom"))
    return found.order_by("official_order", "code").defer("geom", "management_geom", "geom_3857", "management_3857")


def _geometry() -> Any:
    return PublishedArea._meta.get_field("geom_3857").output_field
