"""DXF drawings: entities by GDAL, one layer for each layer of the drawing, closed lines as areas.

A drawing has no coordinate system. Its header names a unit, which is often that of the template and not that of the
survey: millimetres are believed only where the numbers are too large for metres. Text is brought into UTF-8 before
GDAL sees it, whatever the header says of code pages.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import wkb
from geodata.sandbox.documents import FeatureFile, FeatureLayer, FieldValue, Limits
from geodata.sandbox.readers import gdal
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean, decode

BINARY = b"AutoCAD Binary DXF"
ASCII_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION\r?\n", re.IGNORECASE)
UNIT = re.compile(r"\$INSUNITS\s*\r?\n\s*70\s*\r?\n\s*(\d+)")
# code of $INSUNITS → (metres, name)
UNITS = {4: (0.001, "毫米"), 5: (0.01, "厘米"), 14: (0.1, "分米"), 7: (1000.0, "千米"), 1: (0.0254, "英寸")}
# The larger coordinate of a survey in metres: a northing, or an easting with the zone in front.
LEAST_METRES, MOST_METRES = 2e6, 5e7
ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
COLUMNS = ["图层", "文字", "类型"]
LAYERS_AT_MOST = 500
LINE, RING_BYTES = 2, 64
FAR_FROM_ORIGIN = 100_000.0
ASTRAY = "样条曲线（SPLINE）在这里读不准。请在 CAD 里用 PEDIT 把它转换为多段线，再导出 DXF。"
HEADER = 9  # bytes before the vertices of a line in WKB


# GDAL asks the header for the encoding; a drawing without one gets this.
HEADER_SECTION = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1021\n0\nENDSEC\n"


class _Entity(NamedTuple):
    number: int
    text: str
    kind: str
    geometry: bytes | None


def is_dxf(head: bytes) -> bool:
    """By the first bytes; a binary drawing is one too, and refused later with advice."""
    return head.startswith(BINARY) or ASCII_START.match(head) is not None


def read_dxf(path: Path, *, encoding: str | None, layer: str | None, limits: Limits) -> FeatureFile:
    """The layers of the drawing's model space, in the order in which they appear."""
    raw = path.read_bytes()
    if raw.startswith(BINARY):
        raise FileRefused("这是二进制 DXF。请在 CAD 里另存为文本（ASCII）DXF，R2000 以上，再上传。", code="binary-dxf")
    text, used = decode(raw, encoding)
    named = path.with_name("drawing.dxf")
    named.write_text(text if _has_header(text) else HEADER_SECTION + text, encoding="utf-8", newline="")
    found = _entities(named, limits)
    if layer is not None:
        found = {name: entities for name, entities in found.items() if name == layer}
    if not found:
        raise FileRefused("图纸的模型空间里没有图形。请检查图层是否导出，或图层名称是否正确。", code="no-layer")
    scale, notice = _scale(text, [one.geometry for entities in found.values() for one in entities if one.geometry])
    budget = Budget(limits)
    layers = [_layer(name, entities, scale, used, budget) for name, entities in found.items()]
    layers[0].notices[:0] = [notice] if notice else []
    return FeatureFile("DXF", layers)


def _has_header(text: str) -> bool:
    return "$ACADVER" in text[: 1 << 14]


def _entities(path: Path, limits: Limits) -> dict[str, list[_Entity]]:
    import pyogrio

    gdal.load(gdal.DRAWINGS)
    pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8", "DXF_MERGE_BLOCK_GEOMETRIES": "NO"})
    read = gdal.read_layer(path, layer=None, fields=True, at_most=limits.rows + 1, drivers=gdal.DRAWINGS)
    columns = read.columns
    blank: list[str | None] = [None] * len(read.geometries)
    layers: dict[str, list[_Entity]] = {}
    facts = zip(
        columns.get("Layer", blank),
        columns.get("PaperSpace", blank),
        columns.get("Text", blank),
        columns.get("SubClasses", blank),
        read.geometries,
        strict=True,
    )
    for number, (name, paper, words, classes, geometry) in enumerate(facts, start=1):
        if paper:
            continue
        kind = str(classes or "").rpartition(":")[2].removeprefix("AcDb")
        held = layers.setdefault(_plain(name)[:60] or "0", [])
        held.append(_Entity(number, _plain(words), kind, geometry))
        if len(layers) > LAYERS_AT_MOST:
            raise TooLarge(f"图纸的图层超过 {LAYERS_AT_MOST} 个。请只保留需要的图层再上传。")
    return layers


def _plain(value: object) -> str:
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value or ""))
    return text.strip() if clean(text) is not None else ""


def _largest(geometry: bytes) -> float:
    """The largest coordinate of a simple geometry; 0 where it is none."""
    at = {1: 5, LINE: HEADER}.get(geometry[1])
    if at is None or (len(geometry) - at) % 16:
        return 0.0
    values = np.abs(np.frombuffer(geometry, "<f8", offset=at))
    return float(values[np.isfinite(values)].max(initial=0.0))


def _scale(text: str, geometries: list[bytes]) -> tuple[float, str]:
    """(factor to metres, what to say of it) from the header's unit and the size of the numbers."""
    code = UNIT.search(text[: 1 << 18])
    metres, name = UNITS.get(int(code[1]) if code and len(code[1]) < 4 else 0, (1.0, ""))
    largest = float(np.median([_largest(one) for one in geometries] or [0.0]))
    if not name:
        too_large = LEAST_METRES <= largest * 0.001 <= MOST_METRES and largest > MOST_METRES
        return (0.001, "图纸没有写明单位，坐标按毫米换算为米，请核对。") if too_large else (1.0, "")
    if not LEAST_METRES <= largest * metres <= MOST_METRES and LEAST_METRES <= largest <= MOST_METRES:
        return 1.0, f"图纸单位写的是{name}，但坐标的大小是米，已按米读取，请核对。"
    return metres, f"图纸单位是{name}，坐标已换算为米。"


def _layer(name: str, entities: list[_Entity], scale: float, encoding: str, budget: Budget) -> FeatureLayer:
    collector = Collector(budget)
    hatched = 0
    for entity in entities:
        if entity.kind == "Hatch":
            hatched += 1  # the filling of a line that stands beside it
            continue
        if entity.geometry is not None and _astray(entity):
            collector.add(entity.number, {"图层": name, "类型": entity.kind}, None, ASTRAY)
            continue
        geometry = None if entity.geometry is None else _shape(entity.geometry, scale)
        values: dict[str, FieldValue] = {"图层": name, "文字": entity.text or None, "类型": entity.kind or None}
        collector.add(entity.number, values, geometry, None)
    notices = [f"有 {hatched} 处填充图案，没有读取（取其边界线）。"] if hatched else []
    return FeatureLayer(
        name=name,
        columns=list(COLUMNS),
        geometry_types=collector.types,
        epsg=None,
        crs_name=None,
        crs_wkt=None,
        crs_source="none",
        encoding=encoding,
        rows=collector.rows,
        notices=notices,
    )


def _astray(entity: _Entity) -> bool:
    """A curve without knots piled up at its ends: GDAL begins it at the origin, far from where it was drawn."""
    geometry = entity.geometry or b""
    if entity.kind != "Spline" or geometry[1:2] != bytes([LINE]):
        return False
    first = np.frombuffer(geometry, "<f8", offset=HEADER)[:2]
    return not first.any() and _largest(geometry) > FAR_FROM_ORIGIN


def _shape(geometry: bytes, scale: float) -> bytes:
    """Scaled to metres; a line that ends where it begins is an area."""
    if geometry[0] != 1 or geometry[1] not in (1, LINE):
        return geometry
    at = HEADER if geometry[1] == LINE else 5
    values = np.frombuffer(geometry, "<f8", offset=at)
    vertices = geometry[at:] if scale == 1.0 else _scaled(values, scale)
    if geometry[1] == 1:
        return wkb.point(vertices)
    closed = len(vertices) >= RING_BYTES and vertices[:16] == vertices[-16:]
    return wkb.polygon([vertices]) if closed else wkb.line(vertices)


def _scaled(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", scale: float) -> bytes:
    """By exact decimals: 0.001 is no binary fraction, and ends of a ring must stay equal."""
    factor = Decimal(repr(scale))
    return np.array([float(Decimal(repr(float(value))) * factor) for value in values], dtype="<f8").tobytes()
