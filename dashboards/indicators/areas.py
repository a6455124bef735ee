"""The areas of a level in official order, and how many people live in them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Q

from dashboards.indicators.departments import municipal_departments
from dashboards.indicators.parts import Parts
from geodata.regions.models import AreaUnit
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import KINDS, REST_NAME, Dimension


class Level(StrEnum):
    """How finely the city is divided."""

    CITY = "city"
    UNIT = "unit"
    TOWNSHIP = "township"
    DEPARTMENT = "department"  # 市直责任单位: who leads the projects, wherever they lie


WHOLE: Final = ""  # stands for the city where areas are asked for by code
POPULATION: Final = "population"  # the measure under whose name facts.py tells the residents of areas


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a table; `parent` is the code of a township's county. A department's code is its name."""

    code: str
    name: str
    kind: str
    parent: str = ""


def column(level: Level, dimension: Dimension) -> str:
    """The column of a project row that says in which area of the level it lies; empty for the whole city."""
    fixed = {Level.TOWNSHIP: "township", Level.CITY: "", Level.DEPARTMENT: "lead_unit"}
    return fixed.get(level, "region" if dimension == Dimension.ADMIN else "unit")


def rest_name(level: Level, dimension: Dimension) -> str:
    """What the projects are called that lie in none of the areas."""
    fixed = {Level.TOWNSHIP: "未定到乡镇街道", Level.DEPARTMENT: "其他牵头单位"}
    return fixed.get(level, REST_NAME[dimension])


def areas_of(level: Level, dimension: Dimension, *, chosen: ProjectFilter, day: date) -> tuple[Area, ...]:
    """The areas valid on a day, townships after their county. One query, two for departments.

    Townships are those of the county that the filter names, where it names one.
    """
    if level == Level.DEPARTMENT:
        return tuple(Area(name, name, Level.DEPARTMENT) for name in municipal_departments(day))
    kinds = {
        Level.CITY: (AreaUnit.Kind.CITY,),
        Level.UNIT: KINDS[dimension],
        Level.TOWNSHIP: (AreaUnit.Kind.TOWNSHIP,),
    }[level]
    found = AreaUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        kind__in=kinds,
    )
    place = chosen.region or (chosen.unit if dimension == Dimension.ADMIN else "")
    if level == Level.TOWNSHIP and place:
        found = found.filter(Q(parent__code=place) | Q(code=place))
    ordered = found.order_by("parent__official_order", "official_order", "code") if level == Level.TOWNSHIP else found
    rows = ordered.values_list("code", "name", "kind", "parent__code")
    return tuple(Area(code, name, kind, parent or "") for code, name, kind, parent in rows)


@dataclass(frozen=True, slots=True)
class Population:
    """Permanent residents of an area by the newest figure that is not of a later year."""

    residents: int
    year: int


def populations(parts: Parts) -> dict[str, Population]:
    """Takes the populations out of what the statement told: by code, the city's under WHOLE, too."""
    codes = [code for measure, code in parts if measure == POPULATION]
    found = {code: parts.pop((POPULATION, code)) for code in codes}
    return {code: Population(int(part.above), int(part.below)) for code, part in found.items()}
