"""The features of a file (shapes, GeoPackage, GeoJSON) through the importers' own reader, for one project to choose."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs.systems import name_of
from geodata.crs.transforms import PRECISION
from geodata.errors import Refused
from geodata.exchange.datasets.projects_layouts import SHAPES
from geodata.exchange.judging import Shape, judge
from geodata.exchange.shape_intake.documents import (
    Evidence,
    Fault,
    FileIntake,
    Intake,
    IntakeFeature,
    Option,
    Question,
    original_of,
    refuse,
)
from geodata.exchange.shape_intake.drawing import LABELS, LINE, POINT, POLYGON, as_geojson
from geodata.exchange.shape_intake.systems import Doubt, Reading, Wish, settle
from geodata.exchange.shape_intake.targets import Target
from geodata.exchange.shapes import Shapes, declared_system, place_shapes, unknown_system
from geodata.exchange.tables.reading import Row, Table
from geodata.projects.codes import normalise_name
from geodata.regions.selectors import city_extent
from geodata.sandbox import door
from geodata.sandbox.documents import DEFAULT, MIB, FeatureLayer, FeatureRow

# One project's shape: far less than a dataset of the whole city.
FILE_LIMITS: Final = replace(DEFAULT, file_bytes=20 * MIB, rows=20_000, vertices_per_file=200_000)
MOST_FEATURES: Final = 300
_KINDS: Final = {"MultiPoint": POINT, "MultiLineString": LINE, "MultiPolygon": POLYGON}
_NAMING: Final = (
    "平台编号",
    "项目代码",
    "项目名称",
    "工程名称",
    "地块名称",
    "名称",
    "name",
    "NAME",
    "Name",
    "编号",
    "id",
)


@dataclass(slots=True, kw_only=True)
class _Layer:
    """A layer as it was read: its features by number, and in which system they are."""

    layer: FeatureLayer
    table: Table
    originals: list[BaseGeometry]
    declared: str
    found: Reading | Doubt | None = None
    shapes: Shapes | None = None


def read_features(place: Target, *, path: Path, wish: Wish, sha256: str, chosen: Collection[int] = ()) -> FileIntake:
    """What a feature file holds for a project. `chosen` names features by number, whose union becomes `geometry`."""
    if wish.packed:
        raise Refused("度.分秒 写法只用于键入的坐标，文件请按其坐标系选择", code="not-packed")
    layers = [_layer(layer, wish, place) for layer in door.read_features(path, limits=FILE_LIMITS).layers if layer.rows]
    doubtful = next((one for one in layers if isinstance(one.found, Doubt)), None)
    if doubtful is not None and isinstance(doubtful.found, Doubt):
        return FileIntake(
            question=_question(doubtful.found, doubtful.originals),
            note=f"图层“{doubtful.layer.name}”的坐标系没有确定",
            evidence=Evidence(declared_crs=doubtful.declared, original_sha256=sha256),
        )
    for one in layers:
        if isinstance(one.found, Reading):
            one.shapes = place_shapes(one.table, option=str(one.found.source), extent=city_extent(), area=place.area)
    judge([one.shapes for one in layers if one.shapes is not None])
    faults = tuple(fault for one in layers for fault in _faults(one, several=len(layers) > 1))
    features, shapes = _features(layers, place)
    if not features and faults:
        raise refuse(faults[0].message, row=faults[0].row)
    if not features:
        raise refuse("文件里没有图形。请确认导出的是带图形的图层")
    return _answer(layers, features, shapes, faults, sha256, chosen)


def _layer(layer: FeatureLayer, wish: Wish, place: Target) -> _Layer:
    rows = [Row(sheet=layer.name, number=row.number, feature=row) for row in layer.rows]
    table = Table(layout=SHAPES, sheet=layer.name, rows=rows, source=layer)
    originals = [shapely.from_wkb(row.wkb) for row in layer.rows if row.wkb]
    points = shapely.get_coordinates(originals)
    said = declared_system(table, "", points)
    if layer.crs_source == "placemark":
        wish = Wish()  # each feature's own word goes before one on the whole file
    declared = wish.source if wish.source is not None else said
    name = name_of(declared)[:60] if declared is not None else ""
    found = None
    if originals:
        found = settle(
            points,
            wish=wish,
            said=said,
            extent=city_extent(),
            area=place.area,
            unit=place.unit,
        )
    strange = unknown_system(table)
    if strange and wish.source is None and isinstance(found, Reading):
        found = Doubt(f"文件写明的坐标系“{strange}”不认识，数值符合{found.label}，请确认", (found,))
    return _Layer(layer=layer, table=table, originals=originals, declared=name, found=found)


def _question(doubt: Doubt, originals: Sequence[BaseGeometry]) -> Question:
    whole = shapely.force_2d(shapely.GeometryCollection(list(originals)))
    return Question(
        message=doubt.message,
        options=tuple(
            Option(crs=one.crs, label=one.label, geometry=as_geojson(_replaced(whole, one))) for one in doubt.readings
        ),
    )


def _replaced(whole: BaseGeometry, reading: Reading) -> BaseGeometry:
    moved = np.round(reading.moved, PRECISION)
    return shapely.set_coordinates(whole, moved)


def _faults(one: _Layer, *, several: bool) -> Iterator[Fault]:
    problems: Mapping[int, str] = one.shapes.problems if one.shapes else {}
    unread = {row.number: row.problem for row in one.layer.rows if row.problem}
    for number, message in sorted({**unread, **problems}.items()):
        where = f"图层“{one.layer.name}”第 {number} 个图形" if several else f"第 {number} 个图形"
        yield Fault(f"{where}:{message}", number)


def _features(layers: Sequence[_Layer], place: Target) -> tuple[list[IntakeFeature], dict[int, Shape]]:
    """All usable features, numbered through; of very many only those that name the project."""
    features: list[IntakeFeature] = []
    shapes: dict[int, Shape] = {}
    number = 0
    for one in layers:
        for row in one.layer.rows:
            number += 1
            shape = one.shapes.shapes.get(row.number) if one.shapes else None
            if shape is None:
                continue
            shapes[number] = shape
            features.append(_feature(number, row, shape, one.layer.name if len(layers) > 1 else "", place))
    if len(features) > MOST_FEATURES:
        named = [feature for feature in features if feature.suggested]
        if not named or len(named) > MOST_FEATURES:
            raise Refused(
                f"文件里有 {len(features)} 个图形，超过 {MOST_FEATURES} 个。请只导出本项目的图形，"
                "或在属性里写上平台编号或项目名称",
                code="too-many-features",
            )
        features = named
    return features, shapes


def _feature(number: int, row: FeatureRow, shape: Shape, layer: str, place: Target) -> IntakeFeature:
    geometry = shape.geometry
    kind = _KINDS[geometry.geom_type]
    label = " · ".join(part for part in (layer, _named(row.values) or f"图形 {number}", _size(shape, kind)) if part)
    return IntakeFeature(
        number=number,
        label=label,
        geometry=as_geojson(geometry),
        kind=kind,
        original_wkt=shape.original_wkt,
        suggested=_names_project(row.values, place),
    )


def _named(values: Mapping[str, Any]) -> str:
    wanted = [str(values[title]) for title in _NAMING if values.get(title)]
    texts = [value for value in values.values() if isinstance(value, str) and value.strip()]
    return " ".join((wanted or texts)[:2])[:60]


def _size(shape: Shape, kind: str) -> str:
    if kind == POLYGON and shape.area_m2:
        return f"面 {shape.area_m2:,.0f} 平方米"
    if kind == LINE and shape.length_m:
        return f"线 {shape.length_m:,.0f} 米"
    return LABELS[kind]


def _names_project(values: Mapping[str, Any], place: Target) -> bool:
    """Whether some column holds the project's number, its code or its very name."""
    texts = {str(value).strip() for value in values.values() if isinstance(value, str)}
    wanted = {place.serial_no, place.project_code} - {""}
    return bool(texts & wanted) or normalise_name(place.name) in {normalise_name(text) for text in texts}


def _answer(
    layers: Sequence[_Layer],
    features: Sequence[IntakeFeature],
    shapes: Mapping[int, Shape],
    faults: tuple[Fault, ...],
    sha256: str,
    chosen: Collection[int],
) -> FileIntake:
    numbers = list(chosen) or ([features[0].number] if len(features) == 1 and not faults else [])
    by_number = {feature.number: feature for feature in features}
    unknown = [number for number in numbers if number not in by_number]
    if unknown:
        raise refuse(f"文件里没有第 {unknown[0]} 个图形，或它不能用。请重新选择", row=unknown[0])
    picked = [by_number[number] for number in numbers]
    whole = _union([shapes[number] for number in numbers], {feature.kind for feature in picked})
    return FileIntake(
        features=tuple(features),
        geometry=as_geojson(whole) if whole is not None else None,
        evidence=_evidence(layers, picked, sha256),
        note=_note(layers, features),
        faults=faults,
    )


def _union(shapes: Sequence[Shape], kinds: Collection[str]) -> BaseGeometry | None:
    """The chosen features as one Multi* geometry: areas dissolved, lines and points side by side as they are."""
    if not shapes:
        return None
    if len(kinds) > 1:
        raise Refused("选中的图形里点、线、面混在一起，一个项目的图形只能是其中一种", code="mixed-kinds")
    if len(shapes) == 1:
        return shapes[0].geometry
    if kinds == {POLYGON}:
        whole = shapely.from_wkb(door.union([shape.wkb for shape in shapes]))
        return whole if whole.geom_type == "MultiPolygon" else shapely.MultiPolygon(list(shapely.get_parts(whole)))
    parts = [part for shape in shapes for part in shapely.get_parts(shape.geometry)]
    if kinds == {LINE}:
        return shapely.MultiLineString(parts)
    return shapely.MultiPoint(list(dict.fromkeys((point.x, point.y) for point in parts)))


def _evidence(layers: Sequence[_Layer], picked: Sequence[IntakeFeature], sha256: str) -> Evidence:
    first = next(one for one in layers if isinstance(one.found, Reading))
    reading = first.found
    if not isinstance(reading, Reading):  # the line above found one
        return Evidence(original_sha256=sha256)
    return Evidence(
        declared_crs=first.declared,
        detected_crs=reading.label[:60],
        crs_confidence=reading.confidence.value,
        pipeline=reading.steps,
        original_wkt=original_of([feature.original_wkt for feature in picked]),
        original_sha256=sha256,
        accuracy_m=reading.accuracy_m,
    )


def _note(layers: Sequence[_Layer], features: Sequence[IntakeFeature]) -> str:
    systems = dict.fromkeys(one.found.label for one in layers if isinstance(one.found, Reading))
    words = [f"读到 {len(features)} 个图形", f"坐标系：{'、'.join(systems)}"]
    words += [note for one in layers if isinstance(one.found, Reading) for note in one.found.notes]
    words += [notice for one in layers for notice in one.layer.notices]
    remarks = [
        issue.message for one in layers if one.shapes for issue in one.shapes.issues if "GCJ-02" in issue.message
    ]
    return "；".join([*words, *dict.fromkeys(remarks)])


def read_geojson_text(place: Target, *, text: str, wish: Wish) -> Intake:
    """Pasted GeoJSON: every feature of it, as one geometry."""
    content = text.encode("utf-8", "surrogatepass")
    with TemporaryDirectory(prefix="onemap-intake-") as folder:
        path = Path(folder) / "pasted.geojson"
        path.write_bytes(content)
        seen = read_features(place, path=path, wish=wish, sha256=hashlib.sha256(content).hexdigest())
        if seen.question is None and seen.geometry is None:
            if seen.faults:
                raise refuse(seen.faults[0].message, row=seen.faults[0].row)
            everything = [feature.number for feature in seen.features]
            digest = seen.evidence.original_sha256
            seen = read_features(place, path=path, wish=wish, sha256=digest, chosen=everything)
    return Intake(geometry=seen.geometry, evidence=seen.evidence, note=seen.note, question=seen.question)
