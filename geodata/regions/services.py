"""Writing areas, their populations and the base layer. Bulk, idempotent, one transaction each.

Geometry arrives as WKB of EPSG:4490 that the sandbox has found valid; the tables' own constraints refuse anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.models.functions import Now

from geodata.errors import Refused
from geodata.record import Origin, Outcome
from geodata.regions.entries import AreaEntry
from geodata.regions.models import AreaPopulation, AreaUnit
from geodata.sandbox import door
from geodata.srid import STORAGE_SRID

LEVELS = (AreaUnit.Kind.CITY, AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE, AreaUnit.Kind.TOWNSHIP)
# Coordinates are stored to 1e-8 degree (1 mm): closer than a tenth of that is the same vertex.
TOLERANCE = 1e-9
_OPTIONAL = (
    "code_system",
    "nbs_code",
    "short_name",
    "boundary_source",
    "official_order",
    "valid_from",
    "is_schematic",
)
_FIELDS = (
    "name",
    "kind",
    "code_system",
    "nbs_code",
    "short_name",
    "aliases",
    "official_order",
    "valid_from",
    "is_schematic",
    "boundary_source",
    "geom",
    "parent_id",
)


@transaction.atomic
def record_area_units(*, entries: Iterable[AreaEntry], batch: int | None = None) -> Outcome:
    """Create or change areas by code, then renew the management boundaries. The city's own row is made if missing."""
    held = list(entries)
    known = {area.code: area for area in AreaUnit.objects.select_for_update()}
    _ensure_city(known, held, batch)
    outcome = Outcome()
    for level in LEVELS:
        outcome += _record_level([entry for entry in held if entry.kind == level], known, batch)
    _record_hosts(held, known)
    _record_populations(held, known, batch)
    refresh_management_boundaries()
    return outcome


def _ensure_city(known: dict[str, AreaUnit], held: Sequence[AreaEntry], batch: int | None) -> None:
    """Boundary files often hold the counties alone: their parent is then made from the settings."""
    code = settings.CITY_CODE
    named = {entry.code for entry in held} | known.keys()
    if code not in named and any(entry.parent_code == code for entry in held):
        city = AreaUnit(code=code, kind=AreaUnit.Kind.CITY, name=f"{settings.CITY_NAME}市", official_order=0)
        city.origin, city.batch = Origin.IMPORT, batch
        city.save(force_insert=True)
        known[code] = city


def _values(entry: AreaEntry, known: Mapping[str, AreaUnit]) -> dict[str, Any]:
    """The columns that the entry speaks of."""
    values: dict[str, Any] = {"name": entry.name, "kind": entry.kind}
    values.update({name: getattr(entry, name) for name in _OPTIONAL if getattr(entry, name) not in (None, "")})
    if entry.aliases is not None:
        values["aliases"] = list(entry.aliases)
    if entry.geom is not None:
        values["geom"] = GEOSGeometry(memoryview(entry.geom), srid=STORAGE_SRID)
    if entry.parent_code:
        if entry.parent_code not in known:
            raise Refused(f"区划 {entry.code} 的上级 {entry.parent_code} 不存在，请先导入上级区划")
        values["parent_id"] = known[entry.parent_code].pk
    return values


def _record_level(entries: Sequence[AreaEntry], known: dict[str, AreaUnit], batch: int | None) -> Outcome:
    created: list[AreaUnit] = []
    changed: list[AreaUnit] = []
    for entry in entries:
        values = _values(entry, known)
        area = known.get(entry.code)
        if area is None:
            created.append(AreaUnit(code=entry.code, origin=Origin.IMPORT, batch=batch, **values))
        elif _differs(area, values):
            for name, value in values.items():
                setattr(area, name, value)
            area.updated_at = Now()
            changed.append(area)
    for area in AreaUnit.objects.bulk_create(created):
        known[area.code] = area
    AreaUnit.objects.bulk_update(changed, [*_FIELDS, "updated_at"], batch_size=200)
    return Outcome(len(created), len(changed), len(entries) - len(created) - len(changed))


def _differs(area: AreaUnit, values: Mapping[str, Any]) -> bool:
    for name, value in values.items():
        old = getattr(area, name)
        if name == "geom":
            if old is None or not old.equals_exact(value, TOLERANCE):
                return True
        elif old != value:
            return True
    return False


def _record_hosts(held: Sequence[AreaEntry], known: Mapping[str, AreaUnit]) -> None:
    """Which counties each zone is cut out of; a zone's list in the file replaces the recorded one."""
    through = AreaUnit.hosts.through
    wanted: set[tuple[int, int]] = set()
    zones: set[int] = set()
    for entry in held:
        if entry.hosts is None:
            continue
        zones.add(known[entry.code].pk)
        for code in entry.hosts:
            if code not in known:
                raise Refused(f"功能区 {entry.code} 所在的县区 {code} 不存在，请先导入县区")
            wanted.add((known[entry.code].pk, known[code].pk))
    rows = through.objects.filter(from_areaunit_id__in=zones)
    present = {(row.from_areaunit_id, row.to_areaunit_id): row.pk for row in rows}
    through.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    through.objects.bulk_create(
        [through(from_areaunit_id=zone, to_areaunit_id=host) for zone, host in sorted(wanted - present.keys())]
    )


def _record_populations(held: Sequence[AreaEntry], known: Mapping[str, AreaUnit], batch: int | None) -> None:
    rows = [
        AreaPopulation(
            area=known[entry.code],
            year=entry.population.year,
            residents=entry.population.residents,
            source=entry.population.source,
            origin=Origin.IMPORT,
            batch=batch,
        )
        for entry in held
        if entry.population is not None
    ]
    present = {(row.area_id, row.year): (row.residents, row.source) for row in AreaPopulation.objects.all()}
    AreaPopulation.objects.bulk_create(
        [row for row in rows if present.get((row.area_id, row.year)) != (row.residents, row.source)],
        update_conflicts=True,
        unique_fields=["area", "year"],
        update_fields=["residents", "source", "batch"],
    )


@transaction.atomic
def refresh_management_boundaries() -> int:
    """Management boundary = a county less the zones cut out of it, and a zone as it is. Returns how many changed."""
    areas = list(
        AreaUnit.objects.select_for_update()
        .filter(kind__in=[AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE], geom__isnull=False)
        .order_by("code")
    )
    cut: dict[int, list[bytes]] = {}
    zones = {area.pk: area.geom for area in areas if area.kind == AreaUnit.Kind.ZONE and area.geom}
    through = AreaUnit.hosts.through.objects.filter(from_areaunit_id__in=zones)
    for zone_id, host_id in through.order_by("from_areaunit_id").values_list("from_areaunit_id", "to_areaunit_id"):
        cut.setdefault(host_id, []).append(bytes(zones[zone_id].wkb))
    changed = []
    for area in areas:
        if area.geom is None:
            continue
        boundary = _less(area.geom, cut.get(area.pk, []))
        if area.management_geom is None or not area.management_geom.equals_exact(boundary, TOLERANCE):
            area.management_geom = boundary
            changed.append(area)
    AreaUnit.objects.bulk_update(changed, ["management_geom"])
    return len(changed)


def _less(geom: MultiPolygon, zones: Sequence[bytes]) -> MultiPolygon:
    if not zones:
        return geom
    rest = GEOSGeometry(memoryview(door.subtract(bytes(geom.wkb), zones)), srid=STORAGE_SRID)
    return rest if isinstance(rest, MultiPolygon) else MultiPolygon(rest, srid=STORAGE_SRID)


def same_shape(recorded: GEOSGeometry, wkb: bytes) -> bool:
    """Whether a boundary is the recorded one, vertex by vertex."""
    return bool(recorded.equals_exact(GEOSGeometry(memoryview(wkb), srid=STORAGE_SRID), TOLERANCE))
