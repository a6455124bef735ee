"""What the file holds, within a person's scope: painted units with their shapes, the ground, the projects."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.db.models import F, Func, QuerySet
from django.db.models.functions import Coalesce

from dashboards.choropleths.painted import Choropleth
from dashboards.choropleths.selectors import choropleth
from geodata.regions.models import AreaUnit, BaseFeature
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import LARGEST_FIRST, ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension
from geodata.summary.selectors import project_rows, totals
from geodata.summary.sums import Totals

MOST_PROJECTS: Final = 3000  # by investment; the file says how many it leaves out
_COARSE: Final = 0.0015  # degrees, about 150 m: a page of the whole city shows no more
_DIGITS: Final = 4  # of a degree: about 10 m
_COLUMNS: Final = (
    *("code", "name", "status", "unit_name", "category_name", "budget", "physical_pct", "annual_rate"),
    *("disbursed", "disbursement_rate", "complaints_merged", "light", "last_report_on", "anchor_3857"),
)


@dataclass(frozen=True, slots=True)
class OfflineFacts:
    """`shapes`: GeoJSON geometry by code of area; `names`: the short name of each and a point inside it, longitude and
    latitude, in official order; `ground`: (kind, geometry); `left_out`: projects beyond the most.

    `units` is None for a person who may not see the city's figures.
    """

    as_of: date
    chosen: ProjectFilter
    units: Choropleth | None
    shapes: dict[str, dict[str, Any]]
    names: tuple[tuple[str, float, float], ...]
    ground: tuple[tuple[str, dict[str, Any]], ...]
    projects: tuple[ProjectRow, ...]
    totals: Totals
    left_out: int


def offline_facts(scope: Scope, *, chosen: ProjectFilter, rate: str, dimension: Dimension, today: date) -> OfflineFacts:
    """Everything that the file shows. About eight queries. Raises BadParameter for a rate that cannot be painted."""
    found = None
    if scope.allows(Action.VIEW_CITY_FIGURES):
        found = choropleth(scope, rate=rate, dimension=dimension, chosen=chosen, today=today)
    rows = project_rows(scope, chosen, today=today).order_by(*LARGEST_FIRST).only(*_COLUMNS)
    whole = totals(scope, chosen, today=today)
    projects: tuple[ProjectRow, ...] = tuple(rows[:MOST_PROJECTS])
    shapes, names = _shapes(dimension)
    return OfflineFacts(
        as_of=chosen.as_of or today,
        chosen=chosen,
        units=found,
        shapes=shapes,
        names=names,
        ground=_ground(),
        projects=projects,
        totals=whole,
        left_out=whole.projects - len(projects),
    )


def _shapes(dimension: Dimension) -> tuple[dict[str, dict[str, Any]], tuple[tuple[str, float, float], ...]]:
    """Counties, less their zones where these are units of their own, and where their names stand. One query."""
    management = dimension == Dimension.MANAGEMENT
    outline: Any = Coalesce("management_geom", "geom") if management else F("geom")
    kinds = [AreaUnit.Kind.COUNTY, *([AreaUnit.Kind.ZONE] if management else [])]
    rows = AreaUnit.objects.filter(kind__in=kinds, geom__isnull=False, valid_to__isnull=True)
    found = _coarse(rows, outline).annotate(inside=PointOnSurface(outline)).order_by("official_order", "code")
    shapes, names = {}, []
    for code, text, short, name, inside in found.values_list("code", "json", "short_name", "name", "inside"):
        if text:
            shapes[code] = json.loads(text)
            names.append((short or name, round(inside.x, _DIGITS), round(inside.y, _DIGITS)))
    return shapes, tuple(names)


def _ground() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Lakes, the large rivers and the main roads. One query."""
    kinds = BaseFeature.Kind
    rows = BaseFeature.objects.filter(kind__in=[kinds.LAKE, kinds.RIVER], rank__lte=2) | BaseFeature.objects.filter(
        kind=kinds.ROAD, rank=1
    )
    found = _coarse(rows.order_by("kind", "pk"), F("geom")).values_list("kind", "json")
    return tuple((kind, json.loads(text)) for kind, text in found if text)


def _coarse(rows: QuerySet[Any], shape: Any) -> QuerySet[Any]:
    """The same rows with their shapes simplified, as GeoJSON."""
    simple = Func(shape, _COARSE, function="ST_SimplifyPreserveTopology", output_field=AreaUnit._meta.get_field("geom"))
    return rows.annotate(json=AsGeoJSON(simple, precision=_DIGITS))


__all__ = ["MOST_PROJECTS", "OfflineFacts", "offline_facts"]
