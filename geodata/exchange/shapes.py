"""Shapes of a feature file brought into EPSG:4490: which system they are in, what was wrong with each, what was done.

The system is decided once for a layer, from the option, the file and all its vertices; each shape is then judged alone:
readable, of one dimension, inside the city, valid. The judgement on validity is the sandbox's, nothing is repaired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs.declared import parse_declared
from geodata.crs.detection import Confidence, Decision, Extent, decide
from geodata.crs.gcj02 import ACCURACY_M
from geodata.crs.systems import BD09, GCJ02, Source, name_of
from geodata.crs.transforms import pipeline, transform_geometries
from geodata.errors import Refused
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.tables.reading import Row, Table
from geodata.sandbox import door

SHIFTED: Final = (GCJ02, BD09)
_MULTI: Final[dict[str, Callable[..., BaseGeometry]]] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "LinearRing": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}
_STORED: Final = ("MultiPoint", "MultiLineString", "MultiPolygon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape in EPSG:4490 with its evidence."""

    wkb: bytes
    original_wkt: str
    original_sha256: str
    area_m2: Decimal | None
    length_m: Decimal | None

    @property
    def geometry(self) -> BaseGeometry:
        """For checks in memory; the WKB is what is stored."""
        return shapely.from_wkb(self.wkb)


@dataclass(slots=True, kw_only=True)
class Shapes:
    """The shapes of a layer by row number, the refusals by row number, and what is to be said of the whole layer."""

    declared: Source | None
    decision: Decision
    shapes: dict[int, Shape] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether the layer's system is known; otherwise nothing of it may come in."""
        return self.decision.system is not None and self.decision.confidence is not Confidence.REFUSED

    @property
    def declared_name(self) -> str:
        return name_of(self.declared) if self.declared is not None else ""

    @property
    def detected_name(self) -> str:
        return name_of(self.decision.system) if self.decision.system is not None else ""

    @property
    def pipeline(self) -> str:
        """The transformation applied, as text."""
        return pipeline(self.decision.system, swapped=self.decision.swapped) if self.decision.system is not None else ""

    @property
    def accuracy_m(self) -> Decimal | None:
        """What is known of the accuracy from the system alone."""
        return Decimal(str(ACCURACY_M)) if self.decision.system in SHIFTED else None


def read_shapes(
    table: Table,
    *,
    option: str,
    extent: Extent | None,
    city: BaseGeometry | None = None,
    area: BaseGeometry | None = None,
) -> Shapes:
    """The shapes of a feature table.

    `option` is what the person said (--crs); it wins over the file. `extent` None accepts features anywhere. `city` is
    the boundary that every feature must touch, None for no such rule.
    """
    declared = declared_system(table, option)
    rows = [row for row in table.rows if row.ok and row.feature is not None and row.feature.wkb]
    originals = list(shapely.from_wkb([row.feature.wkb for row in rows if row.feature and row.feature.wkb]))
    decision = decide(shapely.get_coordinates(originals), extent=extent, declared=declared, area=area)
    result = Shapes(declared=declared, decision=decision, issues=_remarks(table, option, decision))
    for row in table.rows:
        if row.feature is not None and row.feature.problem:
            result.problems[row.number] = row.feature.problem
    if result.usable and rows:
        _convert(result, rows, originals, city)
    return result


def declared_system(table: Table, option: str = "") -> Source | None:
    """What the person says of a layer's system, else what the file says of it."""
    if option:
        said = parse_declared(option)
        if said is None:
            raise Refused(f"不认识坐标系“{option}”,请写 EPSG 代码(如 4526)、GCJ02 或 BD09")
        return said
    source = table.source
    if source is None:
        return None
    return source.epsg or parse_declared(source.crs_wkt) or parse_declared(source.crs_name)


def _remarks(table: Table, option: str, decision: Decision) -> list[Issue]:
    """One remark on the layer as a whole; a refusing one keeps the whole layer out."""
    if decision.confidence is Confidence.REFUSED:
        return [_issue(table, Severity.ERROR, decision.question or "")]
    if decision.system is None:
        return [_issue(table, Severity.QUESTION, decision.question or "坐标系不明,请用 --crs 注明")]
    evidence = ";".join(decision.evidence)
    if decision.confidence is Confidence.LIKELY:
        question = f";{decision.question}" if decision.question else ""
        return [_issue(table, Severity.WARNING, f"坐标系按{name_of(decision.system)}处理({evidence}){question}")]
    remarks = [_issue(table, Severity.NOTICE, f"坐标系:{name_of(decision.system)}({evidence})")]
    if not option and decision.system == 4326:
        remarks.append(
            _issue(table, Severity.NOTICE, "如坐标取自高德、腾讯(GCJ-02)或百度(BD-09),须用 --crs 注明后重新导入")
        )
    return remarks


def _issue(table: Table, severity: Severity, message: str) -> Issue:
    return Issue(severity=severity, message=message, sheet=table.sheet)


def _convert(result: Shapes, rows: Sequence[Row], originals: Sequence[BaseGeometry], city: BaseGeometry | None) -> None:
    system = result.decision.system
    if system is None:
        return
    moved = transform_geometries(originals, system, swapped=result.decision.swapped)
    promoted = [_promoted(shape) for shape in moved]
    outside = _outside(promoted, city)
    candidates = []
    for index, (row, shape) in enumerate(zip(rows, promoted, strict=True)):
        if shape is None:
            result.problems[row.number] = "几何类型不支持:须为点、线或面(可为多部分),不能混合"
        elif outside[index]:
            result.problems[row.number] = '几何位于本市以外;如确属本市项目,请在映射文件中写明 outside_city = "accept"'
        else:
            candidates.append((row, originals[index], shape))
    wkb = [shapely.to_wkb(shape, byte_order=1) for _row, _original, shape in candidates]
    checks = door.check_geometries(wkb) if wkb else []
    for (row, original, _shape), body, check in zip(candidates, wkb, checks, strict=True):
        if not check.valid:
            result.problems[row.number] = check.problem or "几何无效"
            continue
        result.shapes[row.number] = Shape(
            wkb=body,
            original_wkt=shapely.to_wkt(original, rounding_precision=-1),
            original_sha256=hashlib.sha256(shapely.to_wkb(original, byte_order=1)).hexdigest(),
            area_m2=check.area_m2,
            length_m=check.length_m,
        )


def _promoted(shape: BaseGeometry | None) -> BaseGeometry | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in _STORED:
        return shape
    multi = _MULTI.get(shape.geom_type)
    return multi([shape]) if multi else None


def _outside(shapes: Sequence[BaseGeometry | None], city: BaseGeometry | None) -> Sequence[bool]:
    if city is None or not shapes:
        return [False] * len(shapes)
    shapely.prepare(city)
    inside = shapely.intersects(city, np.asarray(shapes, dtype=object))
    return [shape is not None and not bool(hit) for shape, hit in zip(shapes, inside, strict=True)]
