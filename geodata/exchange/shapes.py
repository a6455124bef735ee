"""Shapes of a feature file brought into EPSG:4490: which system they are in, what was wrong with each, what was done.

The system is decided once for a layer, from the option, the file and all its vertices; each shape is then judged alone:
readable, of one dimension, inside the city, valid. The judgement on validity is the sandbox's, nothing is repaired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs.control import BOUND_M, Fit
from geodata.crs.control import read as read_control
from geodata.crs.declared import PACKED, parse_declared
from geodata.crs.detection import Confidence, Decision, Extent, decide
from geodata.crs.recalled import Feature, weighed
from geodata.crs.systems import Source, name_of
from geodata.crs.transforms import Coordinates, accuracy_of, pipeline, transform_geometries
from geodata.errors import Refused
from geodata.exchange import nesting
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.judging import Shape, Waiting
from geodata.exchange.mixed import all_promoted, one_kind
from geodata.exchange.tables.reading import Row, Table

HOW_TO_ANSWER: Final = (
    "请选择坐标系后重新导入"
    "（命令行用 --crs：测绘、RTK、GPS、天地图写 4490，高德、腾讯、奥维写 GCJ02，百度写 BD09，其他写 EPSG 代码）"
)
_OPEN: Final = (Confidence.ASK, Confidence.REFUSED)
# The box in which the published formulas of GCJ-02 shift at all.
CHINA: Final = Extent(72.004, 0.8293, 137.8347, 55.8271)


@dataclass(slots=True, kw_only=True)
class Shapes:
    """The shapes of a layer by row number, the refusals by row number, and what is to be said of the whole layer."""

    declared: Source | None
    decision: Decision
    fit: Fit | None = None  # by control points, before the system
    shapes: dict[int, Shape] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)  # placed, but not yet judged
    issues: list[Issue] = field(default_factory=list)
    _evidence: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def evidence(self) -> Mapping[str, Any]:
        """What every shape of the layer is kept with, found out once: attributes of `GeometryEntry`."""
        if not self._evidence:
            self._evidence.update(
                accuracy_m=self.accuracy_m,
                declared_crs=self.declared_name[:60],
                detected_crs=self.detected_name[:60],
                crs_confidence=self.decision.confidence.value,
                pipeline=self.pipeline,
            )
        return self._evidence

    @property
    def usable(self) -> bool:
        """Whether the layer's system is known; otherwise nothing of it may come in."""
        return usable(self.decision)

    @property
    def declared_name(self) -> str:
        return name_of(self.declared) if self.declared is not None else ""

    @property
    def detected_name(self) -> str:
        return name_of(self.decision.system) if self.decision.system is not None else ""

    @property
    def pipeline(self) -> str:
        """The transformation applied, as text."""
        before = f"控制点（{self.fit.said()}）；" if self.fit else ""
        return before + self._to_storage

    @property
    def _to_storage(self) -> str:
        return pipeline(self.decision.system, swapped=self.decision.swapped) if self.decision.system is not None else ""

    @property
    def accuracy_m(self) -> Decimal | None:
        """What is known of the accuracy from the system and the control points alone."""
        known = [accuracy_of(self.decision.system), self.fit.accuracy_m if self.fit else None]
        accuracy = max((one for one in known if one is not None), default=None)
        return None if accuracy is None else Decimal(str(round(accuracy, 3)))


def place_shapes(
    table: Table,
    *,
    option: str,
    extent: Extent | None,
    city: BaseGeometry | None = None,
    area: BaseGeometry | None = None,
    areas: Mapping[int, BaseGeometry] | None = None,
    recorded: Mapping[int, Sequence[BaseGeometry]] | None = None,
    control: str = "",
) -> Shapes:
    """The shapes of a feature table in EPSG:4490; they wait for the judgement of `judge`, with those of other tables.

    `option` is what the person said (--crs); it wins over the file. `extent` None accepts features anywhere. `city` is
    the boundary that every feature must touch, None for no such rule. `areas` are the 属地 of rows by their number:
    where nothing was declared, they decide between systems, and a system that leaves most of them becomes a question.
    `recorded` are the shapes that the record has of a row's project: what is in it already needs no question.
    `control` are control points that bring a drawing's own coordinates into a system first.
    """
    rows = [row for row in table.rows if row.ok and row.feature is not None and row.feature.wkb]
    originals = list(shapely.from_wkb([row.feature.wkb for row in rows if row.feature and row.feature.wkb]))
    fitted = read_control(control) if control else None
    placed = [shapely.transform(shapely.force_2d(one), fitted.apply) for one in originals] if fitted else originals
    points = shapely.get_coordinates(placed)
    # what the file says of its system holds for its own numbers, not for those of the control points
    declared = (parse_declared(option) if option else None) if fitted else declared_system(table, option, points)
    decision = decide(points, extent=extent, declared=declared, area=area)
    if declared is None and extent is not None:
        decision = weighed(decision, points, extent, _features(rows, placed, areas or {}, recorded or {}))
    strange = "" if fitted else unknown_system(table)
    if strange and declared is None and usable(decision):
        decision = Decision(
            None, Confidence.ASK, question=f"文件写明的坐标系“{strange}”不认识", evidence=decision.evidence
        )
    result = Shapes(declared=declared, decision=decision, fit=fitted, issues=_remarks(table, option, decision))
    if fitted:
        result.issues += _of_control(table, fitted)
    result.problems = {
        row.number: row.feature.problem for row in table.rows if row.feature is not None and row.feature.problem
    }
    if not rows and result.problems:
        result.issues = []  # each row says for itself why it has no place
    result.issues += [_notice(table, text) for text in (table.source.notices if table.source else ())]
    if table.source:
        told = nesting.remarks(table.source.columns, [row.number for row in rows], placed)
        result.issues += [_notice(table, text) for text in told]
    if result.usable and rows and not (fitted and fitted.too_far):
        _convert(result, rows, originals, placed, city)
    return result


def _features(
    rows: Sequence[Row],
    placed: Sequence[BaseGeometry],
    areas: Mapping[int, BaseGeometry],
    recorded: Mapping[int, Sequence[BaseGeometry]],
) -> list[Feature]:
    return [
        Feature(shapely.get_coordinates(one), areas.get(row.number), recorded.get(row.number, ()))
        for row, one in zip(rows, placed, strict=True)
    ]


def declared_system(table: Table, option: str = "", points: Coordinates | None = None) -> Source | None:
    """What the person says of a layer's system, else what the file says of it.

    A placemark's own word goes before the person's, who speaks of the file as a whole. A format's standard is no word
    at all where GCJ-02 exists: map services' own exports follow WGS 84 by name and are shifted.
    """
    source = table.source
    said = None if source is None else source.epsg or parse_declared(source.crs_wkt) or parse_declared(source.crs_name)
    if source is not None and source.crs_source == "placemark" and said is not None:
        return said
    if option.endswith(PACKED):
        raise Refused("度.分秒 写法只用于表格里的坐标，图形文件请按其坐标系选择")
    if option:
        chosen = parse_declared(option)
        if chosen is None:
            raise Refused(f"不认识坐标系“{option}”，请写 EPSG 代码（如 4526）、GCJ02 或 BD09")
        return chosen
    if source is not None and source.crs_source == "standard" and (points is None or shifted_abroad(points)):
        return None
    return said


def unknown_system(table: Table) -> str:
    """The name of a system that the file states and nobody here knows: numbers must not decide against it."""
    source = table.source
    if source is None or source.crs_source == "standard" or not (source.crs_wkt or source.crs_name):
        return ""
    known_here = source.epsg or parse_declared(source.crs_wkt) or parse_declared(source.crs_name)
    return "" if known_here else (source.crs_name or "未命名")[:60]


def _notice(table: Table, text: str) -> Issue:
    """A reader's remark; one that asks to be checked weighs more."""
    return _issue(table, Severity.WARNING if "请核对" in text or "请在导入时" in text else Severity.NOTICE, text)


def shifted_abroad(points: Coordinates) -> bool:
    """Whether any of the points, read as degrees, lies where maps of services are shifted: mainland China's box."""
    return bool(CHINA.holds(points).any())


def usable(decision: Decision) -> bool:
    """Whether a decision may be acted on: a system is known, and nobody has to be asked about it."""
    return decision.system is not None and not decision.question and decision.confidence not in _OPEN


def _remarks(table: Table, option: str, decision: Decision) -> list[Issue]:
    """One remark on the layer as a whole; a refusing one keeps the whole layer out."""
    if decision.confidence is Confidence.REFUSED:
        return [_issue(table, Severity.ERROR, decision.question or "")]
    if decision.system is None or not usable(decision):
        return [_issue(table, Severity.QUESTION, f"{decision.question or '坐标系不明'}。{HOW_TO_ANSWER}")]
    evidence = "；".join(decision.evidence)
    if decision.confidence is Confidence.LIKELY:
        return [_issue(table, Severity.WARNING, f"坐标系按{name_of(decision.system)}处理（{evidence}）")]
    remarks = [_issue(table, Severity.NOTICE, f"坐标系：{name_of(decision.system)}（{evidence}）")]
    if not option and decision.system == 4326:
        remarks.append(
            _issue(
                table,
                Severity.NOTICE,
                "如坐标取自高德、腾讯（GCJ-02）或百度（BD-09），须选择坐标系后重新导入（命令行用 --crs）",
            )
        )
    return remarks


def _of_control(table: Table, fitted: Fit) -> list[Issue]:
    """The residuals for the person to look at; too large ones keep the layer out."""
    if fitted.too_far:
        message = f"控制点对不上：{fitted.said()}，超过 {BOUND_M:g} 米的限差，请检查控制点的坐标和顺序"
        return [_issue(table, Severity.ERROR, message)]
    remarks = [_issue(table, Severity.NOTICE, f"按控制点换算：{fitted.said()}")]
    if fitted.spread is None:
        remarks.append(_issue(table, Severity.WARNING, "控制点没有多余的点，残差检验不了，请在图上核对位置"))
    return remarks


def _issue(table: Table, severity: Severity, message: str) -> Issue:
    return Issue(severity=severity, message=message, sheet=table.sheet)


def _convert(
    result: Shapes,
    rows: Sequence[Row],
    originals: Sequence[BaseGeometry],
    placed: Sequence[BaseGeometry],
    city: BaseGeometry | None,
) -> None:
    """The shapes from where they are placed in the system; the evidence keeps them as the file has them."""
    system = result.decision.system
    if system is None:
        return
    moved = transform_geometries(placed, system, swapped=result.decision.swapped)
    stored = all_promoted(_in_one_kind(result, rows, moved))
    outside = _outside(stored, city)
    candidates = []
    for index, (row, shape) in enumerate(zip(rows, stored, strict=True)):
        if shape is None:
            result.problems[row.number] = "几何类型不支持：须为点、线或面（可为多部分），不能混合"
        elif outside[index]:
            result.problems[row.number] = '几何位于本市以外；如确属本市项目，请在映射文件中写明 outside_city = "accept"'
        else:
            candidates.append((row, originals[index], shape))
    wkb = shapely.to_wkb([shape for _row, _original, shape in candidates], byte_order=1).tolist()
    held = [original for _row, original, _shape in candidates]
    texts = shapely.to_wkt(held, rounding_precision=-1).tolist()
    bodies = shapely.to_wkb(held, byte_order=1).tolist()
    for (row, _original, _shape), body, text, original in zip(candidates, wkb, texts, bodies, strict=True):
        digest = hashlib.sha256(original).hexdigest()
        result.waiting.append(Waiting(number=row.number, wkb=body, original_wkt=text, original_sha256=digest))


def _in_one_kind(
    result: Shapes, rows: Sequence[Row], shapes: Sequence[BaseGeometry | None]
) -> Iterator[BaseGeometry | None]:
    """Collections as one multi-geometry; the points left out of one are said."""
    for row, shape in zip(rows, shapes, strict=True):
        whole, labels = one_kind(shape)
        if labels:
            message = f"图形里另有 {labels} 个点（多为标注位置），没有采用，只取线或面"
            result.issues.append(Issue(severity=Severity.WARNING, message=message, sheet=row.sheet, row=row.number))
        yield whole


def _outside(shapes: Sequence[BaseGeometry | None], city: BaseGeometry | None) -> Sequence[bool]:
    if city is None or not shapes:
        return [False] * len(shapes)
    shapely.prepare(city)
    inside = shapely.intersects(city, np.asarray(shapes, dtype=object))
    return [shape is not None and not bool(hit) for shape, hit in zip(shapes, inside, strict=True)]
