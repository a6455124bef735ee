"""What an OC4IDS document of a project is made of, read for many projects at a time: one query a table."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.db.models import Func, TextField
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from portal.opendata.ogc.items import ANTICLOCKWISE
from portal.opendata.ogc.systems import CRS84, SYSTEMS
from portal.public import selectors
from portal.public.models import (
    Published,
    PublishedContract,
    PublishedContractChange,
    PublishedFunding,
    PublishedMilestone,
    PublishedPayment,
    PublishedPlanYear,
)

PIECE: Final = 500  # projects that are in memory at a time
_PARTS: Final[dict[str, tuple[type[Published], tuple[str, ...]]]] = {
    "funding": (PublishedFunding, ("code", "-amount", "key")),
    "years": (PublishedPlanYear, ("code", "year")),
    "contracts": (PublishedContract, ("code", "signed_on", "key")),
    "changes": (PublishedContractChange, ("code", "approved_on", "key")),
    "payments": (PublishedPayment, ("code", "paid_on", "number")),
    "milestones": (PublishedMilestone, ("code", "node", "key")),
}


@dataclass
class Known:
    """A project with everything that hangs on it. `shape`: its GeoJSON, None where it is not shown."""

    row: Any
    shape: dict[str, Any] | None
    places: list[str]
    funding: list[Any] = field(default_factory=list)
    years: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)
    payments: list[Any] = field(default_factory=list)
    milestones: list[Any] = field(default_factory=list)


def every_project() -> Iterator[Known]:
    """All public projects in the order of their numbers."""
    codes = list(selectors.all_projects(selectors.NEWEST).order_by("code").values_list("code", flat=True))
    for first in range(0, len(codes), PIECE):
        yield from _read(codes[first : first + PIECE])


def one_project(code: str) -> Known:
    """Raises NotFound, or Withdrawn with the reason, when no such project is public."""
    found = next(_read([code]), None)
    if found is None:
        selectors.project(selectors.NEWEST, code)
        raise NotFound(_("There is no such project, or it is not public"))
    return found


def _read(codes: Sequence[str]) -> Iterator[Known]:
    rows = selectors.all_projects(selectors.NEWEST).filter(code__in=codes).order_by("code")
    shape = Func(
        Func("geom", template=ANTICLOCKWISE),
        SYSTEMS[CRS84].decimals,
        0,
        function="ST_AsGeoJSON",
        output_field=TextField(),
    )
    found = list(rows.annotate(drawn=shape).defer("geom", "geom_3857", "anchor_3857", "search_text", "aliases"))
    names = selectors.names_of_areas(
        selectors.NEWEST, {code for row in found for code in (row.region, row.unit, row.township)}
    )
    parts = {name: _grouped(model, order, codes) for name, (model, order) in _PARTS.items()}
    for row in found:
        places = list(dict.fromkeys(code for code in (row.region, row.unit, row.township) if code in names))
        drawn: Any = row.drawn
        yield Known(
            row=row,
            shape=orjson.loads(drawn) if drawn else None,
            places=places,
            **{name: groups[row.code] for name, groups in parts.items()},
        )


def _grouped(model: type[Published], order: Sequence[str], codes: Sequence[str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    rows: Any = selectors.at(model, selectors.NEWEST)
    for row in rows.filter(code__in=codes).order_by(*order):
        groups[row.code].append(row)
    return groups
