"""What importers and the workbench hand to the services of regions: plain rows, geometry as WKB of EPSG:4490."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationEntry:
    """Permanent residents of a year, with the bulletin they come from."""

    year: int
    residents: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaEntry:
    """An area, found again by its code. None and "" mean that the file does not say and leave the record as it is."""

    code: str
    name: str
    kind: str
    parent_code: str = ""
    code_system: str = ""
    nbs_code: str = ""
    short_name: str = ""
    aliases: tuple[str, ...] | None = None
    official_order: int | None = None
    valid_from: date | None = None
    is_schematic: bool | None = None
    boundary_source: str = ""
    geom: bytes | None = None  # a checked MultiPolygon
    hosts: tuple[str, ...] | None = None  # codes of the counties that a zone is cut out of
    population: PopulationEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEntry:
    """A feature of the base layer, found again by kind, name and its place among those of the same kind and name."""

    kind: str
    name: str
    rank: int
    geom: bytes
    is_schematic: bool = False
