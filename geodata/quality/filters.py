"""What the address of the quality report and of its rows may ask for, and what each number of the report counts.

Report, rows and file count by the same conditions, so that a number always opens to exactly as many rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db.models import Q, QuerySet

from geodata import parameters
from geodata.parameters import PAGE_SIZE, Chosen
from geodata.projects.choices import GeometrySource
from geodata.quality.choices import Kind
from geodata.quality.models import GeometryFinding
from geodata.visits.models import CheckIn

UNLOCATED, UNVERIFIED, LOCATED = "unlocated", "unverified", "located"
# in the order in which people read and mend them
FINDINGS: Final = (UNLOCATED, Kind.OUTSIDE, Kind.INVALID, Kind.DUPLICATE, Kind.OVERLAP, UNVERIFIED)
_UNTRUSTED: Final = (GeometrySource.DECLARED, GeometrySource.DRAWN, "")


@dataclass(frozen=True)
class QualityDay(Chosen):
    """The day of the report."""

    as_of: date | None = None

    READERS: ClassVar[Mapping[str, parameters.Reader]] = {"as_of": parameters.day}


@dataclass(frozen=True)
class QualityFilter(Chosen):
    """`finding`: one of FINDINGS, or LOCATED for what lies on the map, empty for every project with any finding."""

    unit: str = ""
    finding: str = ""
    as_of: date | None = None
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar[Mapping[str, parameters.Reader]] = {
        "unit": parameters.code,
        "finding": parameters.one_of(*(str(value) for value in FINDINGS), LOCATED),
        "as_of": parameters.day,
        "page": parameters.page,
        "limit": parameters.limit,
    }


def findings_on(day: date) -> QuerySet[GeometryFinding]:
    """The findings that held on a day."""
    return GeometryFinding.objects.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def condition(finding: str, day: date) -> Q:
    """Which rows of ProjectRow a number of the report counts."""
    return _CONDITIONS[finding](day)


def _found(kind: Kind) -> Callable[[date], Q]:
    return lambda day: Q(is_located=True, pk__in=findings_on(day).filter(kind=kind).values("project"))


def _unverified(day: date) -> Q:
    """Of a source that proves nothing, and nobody has checked in at the shape by the end of the day."""
    visited = CheckIn.objects.filter(distance_m__isnull=False, received_at__date__lte=day).values("project")
    return Q(geom_source__in=_UNTRUSTED) & ~Q(pk__in=visited)


_CONDITIONS: Final[dict[str, Callable[[date], Q]]] = {
    LOCATED: lambda _day: Q(is_located=True),
    UNLOCATED: lambda _day: Q(is_located=False),
    UNVERIFIED: lambda day: Q(is_located=True) & _unverified(day),
    **{kind: _found(kind) for kind in Kind},
    "": lambda day: (
        Q(is_located=False) | _unverified(day) | Q(is_located=True, pk__in=findings_on(day).values("project"))
    ),
}
