"""The sums behind the leaders' screen: every project read once, added up by place and by category.

The database adds up the whole beside the parts, so that the screen can say whether the parts add up to it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.contrib.gis.db.models import Extent
from django.db import connections
from django.db.models import Count, Q, TextField, Value
from django.db.models.functions import Coalesce, Left

from geodata.projects.choices import NOT_BEGUN, Status
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRows
from geodata.summary.regions import Area, PlaceSums, Shared, nothing, shares_of_shared
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
_UNUSED: Final = "freshness_days"  # what is stale has a list of its own; of a past day it costs a fifth of the reading
_ZOOMS: Final = {f"zoom_{z}": Count("pk", filter=Q(is_located=True, tile_zoom=z)) for z in THINNED}
_PLACES: Final = re.compile(r"\d+(, \d+)*")
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
    total: Sum
    shared: tuple[tuple[str, Shared], ...] = ()  # by their branch

    def places(self, *, branch: str = "") -> PlaceSums:
        """The sums by county and unit, of one branch or of all: what the two dimensions are added up from."""
        groups: dict[tuple[str | None, str | None], Totals] = {}
        for (region, unit, of), part in self.parts.items():
            if of.startswith(branch):
                groups[region, unit] = groups.get((region, unit), nothing(FIGURES)) + part.totals
        shared = tuple(one for of, one in self.shared if of.startswith(branch))
        return PlaceSums(as_of=self.as_of, areas=self.areas, groups=groups, shared=shared, figures=FIGURES)

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
    as_of = chosen.as_of or today
    rows = city_rows(scope, chosen, today=today)
    branched = rows.annotate(branch=Left("category", BRANCH), shares=shares_of_shared())
    by = branched.values("region", "unit", "branch", "shares")
    found, total = _read(by.annotate(**_wanted(rows, as_of), **_ZOOMS), always="branch")
    parts: dict[tuple[str | None, str | None, str], Sum] = {}
    shared: list[tuple[str, Shared]] = []
    for group in found:
        place, one = (group["region"], group["unit"], group["branch"]), _sum(group)
        parts[place] = parts[place] + one if place in parts else one
        if group["shares"]:
            shared.append((group["branch"], Shared(group["region"], group["shares"], one.totals)))
    return Groups(as_of=as_of, areas=tuple(areas), parts=parts, total=_whole(total), shared=tuple(shared))


def townships(scope: Scope, *, chosen: ProjectFilter, today: date) -> tuple[dict[tuple[str, str], Sum], Sum]:
    """(code, name) → sums of the townships that the filtered projects lie in, by code; ("", "") lies in none known.
    Beside them the whole of the filtered projects.

    One query. Raises NotPermitted.
    """
    as_of = chosen.as_of or today
    rows = city_rows(scope, chosen, today=today)
    by = rows.annotate(
        town=Coalesce("township", Value("", TextField())), town_name=Coalesce("township_name", Value("", TextField()))
    )
    extra = {**_ZOOMS, "extent": Extent("anchor_3857")}
    parts, total = _read(by.values("town", "town_name").annotate(**_wanted(rows, as_of), **extra), always="town")
    found = {(g["town"], g["town_name"]): _sum(g) for g in parts}
    return dict(sorted(found.items(), key=lambda item: (not item[0][0], item[0]))), _whole(total)


def whole(scope: Scope, *, chosen: ProjectFilter, today: date) -> Sum:
    """The filtered projects as one sum. One query. Raises NotPermitted."""
    as_of = chosen.as_of or today
    rows = city_rows(scope, chosen, today=today)
    return _whole(rows.aggregate(**_wanted(rows, as_of), **_ZOOMS))


def _wanted(rows: ProjectRows, as_of: date) -> dict[str, Any]:
    counts = {f"state_{name}": Count("pk", filter=Q(status__in=known)) for name, known in _STATES.items()}
    columns = [name for name in columns_of(rows) if name != _UNUSED]
    return aggregates(columns, as_of=as_of, figures=FIGURES) | counts


def _read(grouped: Any, *, always: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The groups and, added up by the database in the same reading of the rows, the whole of them.

    The ORM knows no GROUPING SETS: its GROUP BY by places is given one set more. `always` is a column that no group
    leaves empty; the whole does.
    """
    sql, parameters = grouped.query.get_compiler(using=grouped.db, elide_empty=False).as_sql()
    before, by, places = sql.rpartition(" GROUP BY ")
    if not by or not _PLACES.fullmatch(places):
        raise RuntimeError("the groups of a statement are not written by their places")
    names = [*grouped.query.values_select, *grouped.query.annotation_select]
    with connections[grouped.db].cursor() as cursor:
        cursor.execute(f"{before} GROUP BY GROUPING SETS (({places}), ())", parameters)
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    parts = [group for group in found if group[always] is not None]
    return parts, next(group for group in found if group[always] is None)


def _sum(found: Mapping[str, Any]) -> Sum:
    return Sum(Totals.from_aggregate(dict(found)), *(found[f"state_{name}"] for name in _STATES))


def _whole(found: Mapping[str, Any]) -> Sum:
    """With what only a whole has: the box around it, and its located projects by the zoom of their tile."""
    by_zoom = {z: found[f"zoom_{z}"] for z in THINNED}
    return replace(_sum(found), extent=_box(found.get("extent")), by_zoom=by_zoom)


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    """PostGIS's BOX(1 2,3 4) as numbers."""
    if text is None:
        return None
    west, south, east, north = (float(number) for number in re.split("[ ,]", text[4:-1]))
    return west, south, east, north
