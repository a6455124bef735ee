"""The sums behind the leaders' screen: every project read once, added up by place and by category.

The city is asked for by itself in a second statement, so that the screen can say whether the parts add up to it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.contrib.gis.db.models import Extent
from django.db.models import Count, Q
from django.db.models.functions import Left

from geodata.projects.choices import NOT_BEGUN, Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.regions import Area, PlaceSums, nothing
from geodata.summary.sums import Totals, aggregates, columns_of
from geodata.tiles.thinning import THINNED_BELOW

FIGURES: Final = frozenset(
    (
        *("budget", "arrived", "disbursed", "complaints_raw", "complaints_merged"),
        *("annual", "disbursement", "on_time_start", "behind", "complaint", "investment"),
    )
)
BRANCH: Final = 2  # digits of a category that name its branch: 0101 is a part of 01
STARTED: Final = tuple(status for status in Status if status not in NOT_BEGUN)
FINISHED: Final = tuple(STARTED[STARTED.index(Status.WORKS_COMPLETED) :])
THINNED: Final = range(1, THINNED_BELOW + 1)  # zooms of tiles that leave projects out
_STATES: Final = {"started": STARTED, "finished": FINISHED, "suspended": (Status.SUSPENDED,)}


@dataclass(frozen=True, slots=True)
class Sum:
    """Sums over some projects, and how many of them have begun, are finished, stand still."""

    totals: Totals
    started: int = 0
    finished: int = 0
    suspended: int = 0
    extent: tuple[float, float, float, float] | None = None  # of the anchors in EPSG:3857, of a whole
    by_zoom: Mapping[int, int] = field(default_factory=dict)  # located projects by the zoom of their tile, of a whole

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.totals + other.totals,
            self.started + other.started,
            self.finished + other.finished,
            self.suspended + other.suspended,
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """The sums of every county, unit and branch of categories that has a project."""

    as_of: date
    areas: tuple[Area, ...]
    parts: Mapping[tuple[str | None, str | None, str], Sum]
    rows: ProjectRows

    def places(self, *, branch: str = "") -> PlaceSums:
        """The sums by county and unit, of one branch or of all: what the two dimensions are added up from."""
        groups: dict[tuple[str | None, str | None], Totals] = {}
        for (region, unit, of), part in self.parts.items():
            if of.startswith(branch):
                groups[region, unit] = groups.get((region, unit), nothing(FIGURES)) + part.totals
        return PlaceSums(as_of=self.as_of, areas=self.areas, groups=groups, rows=self.rows, figures=FIGURES)

    def branches(self, *, unit: str = "", region: str = "") -> dict[str, Sum]:
        """The sums of each branch of categories within a unit and a county."""
        found: dict[str, Sum] = {}
        for (county, of_unit, branch), part in self.parts.items():
            if unit in {"", of_unit} and region in {"", county}:
                found[branch] = found[branch] + part if branch in found else part
        return dict(sorted(found.items()))

    def within(self, *, unit: str = "", region: str = "", branch: str = "") -> Sum:
        """The sums of a unit, a county and a branch; without limits those of the city."""
        found = self.branches(unit=unit, region=region)
        return added(part for code, part in found.items() if code.startswith(branch))


def added(parts: Iterable[Sum]) -> Sum:
    return sum(parts, Sum(nothing(FIGURES)))


def groups(scope: Scope, *, chosen: ProjectFilter, areas: Collection[Area], today: date) -> Groups:
    """The whole city under the filter's limits. One query. Raises NotPermitted."""
    scope.require(Action.VIEW_CITY_FIGURES)
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    by: Any = rows.annotate(branch=Left("category", BRANCH)).values("region", "unit", "branch")
    return Groups(
        as_of=as_of,
        areas=tuple(areas),
        parts={(g["region"], g["unit"], g["branch"] or ""): _sum(g) for g in by.annotate(**_wanted(rows, as_of))},
        rows=rows,
    )


def townships(scope: Scope, *, chosen: ProjectFilter, today: date) -> dict[tuple[str, str], Sum]:
    """(code, name) → sums of the townships that the filtered projects lie in, by code; ("", "") lies in none known.

    One query. Raises NotPermitted.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    by: Any = rows.values("township", "township_name")
    found = {(g["township"] or "", g["township_name"] or ""): _sum(g) for g in by.annotate(**_wanted(rows, as_of))}
    return dict(sorted(found.items(), key=lambda item: (not item[0][0], item[0])))


def whole(scope: Scope, *, chosen: ProjectFilter, today: date) -> Sum:
    """The filtered projects as one sum, not added up from parts: what the parts are held against. One query."""
    scope.require(Action.VIEW_CITY_FIGURES)
    as_of = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(as_of, today=today)).order_by()
    zooms = {f"zoom_{z}": Count("pk", filter=Q(is_located=True, tile_zoom=z)) for z in THINNED}
    found = rows.aggregate(**_wanted(rows, as_of), **zooms, extent=Extent("anchor_3857"))
    return replace(_sum(found), extent=found["extent"], by_zoom={z: found[f"zoom_{z}"] for z in THINNED})


def _wanted(rows: ProjectRows, as_of: date) -> dict[str, Any]:
    counts = {f"state_{name}": Count("pk", filter=Q(status__in=known)) for name, known in _STATES.items()}
    return aggregates(columns_of(rows), as_of=as_of, figures=FIGURES) | counts


def _sum(found: Mapping[str, Any]) -> Sum:
    return Sum(Totals.from_aggregate(dict(found)), *(found[f"state_{name}"] for name in _STATES))
