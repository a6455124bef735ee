"""Drawing an area's boundary anew. The sandbox judges the shape, nothing repairs it; management boundaries follow."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

import pghistory
from django.db import transaction

from geodata.errors import NotFound, Refused, StaleEdit
from geodata.projects.checking.findings import Finding
from geodata.projects.checking.reading import POLYGON, read_shape
from geodata.regions.entries import AreaEntry
from geodata.regions.models import AreaUnit
from geodata.regions.services import record_area_units, same_shape
from geodata.sandbox import door
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_SOURCE: Final = 200


def version_of(unit: AreaUnit) -> str:
    """Changes with every change of the row: who saves says which one he looked at."""
    return unit.updated_at.isoformat()


def save_boundary(
    scope: Scope, *, code: str, geometry: object, source: str, expected: str, now: datetime, after: Callable[[], object]
) -> AreaUnit:
    """`geometry` is GeoJSON in longitude and latitude; `after` asks for the projects to be located anew.

    Raises NotPermitted without the role, NotFound, StaleEdit when somebody saved in between, Refused for a shape that
    is no valid area, that did not change, or that comes without a source.
    """
    scope.only(Action.MANAGE_CODES)
    said = " ".join(source.split())
    if not said or len(said) > LONGEST_SOURCE or "\x00" in said:
        raise Refused(
            f"请写明边界依据（不超过 {LONGEST_SOURCE} 字），例如“2026 年勘界成果，湘民函〔2026〕3 号”",
            code="missing-source",
        )
    wkb, area_m2 = _checked(geometry)  # some tenths of a second, with no row locked
    with transaction.atomic():
        unit = AreaUnit.objects.select_for_update(of=("self",)).filter(code=code).first()
        if unit is None:
            raise NotFound("没有这个单位")
        if version_of(unit) != expected:
            raise StaleEdit("打开页面之后这个边界已被他人修改，没有保存。请重新打开页面，在新的边界上再改")
        if unit.geom is not None and same_shape(unit.geom, wkb) and unit.boundary_source == said:
            raise Refused("边界没有变化，没有保存", code="unchanged")
        with pghistory.context(**_trace(unit, wkb, area_m2)):
            entry = AreaEntry(code=code, name=unit.name, kind=unit.kind, boundary_source=said, geom=wkb)
            record_area_units(entries=[entry])
            AreaUnit.objects.filter(pk=unit.pk).update(is_schematic=False, updated_at=now)
        after()
    unit.refresh_from_db()
    return unit


def _checked(geometry: object) -> tuple[bytes, Decimal]:
    shape = read_shape(geometry)
    if isinstance(shape, Finding):
        raise Refused(shape.message, code=shape.code)
    if shape.kind != POLYGON:
        raise Refused("边界须是面，请画成面", code="not-an-area")
    check = door.check_geometries([shape.wkb])[0]
    if not check.valid or check.area_m2 is None:
        raise Refused(f"图形无效，没有保存：{check.problem or '请检查是否自相交'}", code="invalid-shape")
    return shape.wkb, check.area_m2


def _trace(unit: AreaUnit, wkb: bytes, area_m2: Decimal) -> dict[str, object]:
    """What the audit trail keeps of the shapes, whose coordinates it leaves out: fingerprints and size."""
    before = bytes(unit.geom.wkb) if unit.geom is not None else b""
    return {
        "boundary": unit.code,
        "before_sha256": hashlib.sha256(before).hexdigest() if before else "",
        "after_sha256": hashlib.sha256(wkb).hexdigest(),
        "after_area_km2": f"{area_m2 / 1_000_000:.3f}",
    }
