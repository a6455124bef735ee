"""KML, KMZ and 奥维's .ovkml: placemarks as features, each in the system that it names itself.

Not by GDAL: 奥维 writes an element OvCoordType into each placemark, and one file can hold CGCS2000 beside GCJ-02. So
there is a layer for each system; a placemark without the element follows KML's own standard, WGS 84. Links are never
followed. A file without namespaces, or with prefixes that nobody declared, is read all the same.
"""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from sys import byteorder
from typing import Any
from xml.etree.ElementTree import Element  # noqa: TID251  # a type; defusedxml parses

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import wkb
from geodata.sandbox.documents import FeatureFile, FeatureLayer, FieldValue, Limits
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean, decode

WGS84 = 4326
# OvCoordType, squeezed → EPSG code, or None for the shifted systems, which have none
SYSTEMS: dict[str, tuple[int | None, str]] = {
    "WGS84": (4326, "WGS84"),
    "CGCS2000": (4490, "CGCS2000"),
    "GCJ02": (None, "GCJ-02"),
    "BD09": (None, "BD-09"),
}
NOT_SAID = ""
COLUMNS = ("name", "description", "folder")
PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")
ELEMENT_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:")
ATTRIBUTE_PREFIX = re.compile(r"(\s)[A-Za-z_][\w.-]*:([\w.-]+\s*=\s*[\"'])")
TAGS = re.compile(r"<[^>]{0,500}>")
CLOSED_AT_LEAST = 4
DEEPEST = 16
LONGEST_FOLDER = 200
LONGEST_DESCRIPTION = 4000
DAMAGED = "KML 文件不完整或写法有误。请从原软件重新导出后再上传。"
MALFORMED = "图形的坐标写法不对"


@dataclass(slots=True)
class _Layer:
    """The placemarks of one system."""

    collector: Collector
    columns: dict[str, None] = field(default_factory=lambda: dict.fromkeys(COLUMNS))


@dataclass(slots=True)
class _Seen:
    """What a file holds besides placemarks, to be told."""

    closed: int = 0
    links: int = 0

    def notices(self) -> list[str]:
        said = [f"有 {self.closed} 个环的末点不是首点，已按首点闭合。"] if self.closed else []
        return [*said, f"有 {self.links} 处网络链接或贴图，没有读取，也不会访问。"] if self.links else said


def read_kml(raw: bytes, *, encoding: str | None, limits: Limits) -> FeatureFile:
    """A layer for each coordinate system that the placemarks name."""
    text, used = decode(raw, encoding)
    prolog = PROLOG.match(text)
    root = _parsed(text[prolog.end() :] if prolog else text)
    budget, seen = Budget(limits), _Seen()
    layers: dict[str, _Layer] = {}
    for number, (placemark, folders, inherited) in enumerate(_placemarks(root), start=1):
        system = _system_of(placemark, inherited)
        layer = layers.setdefault(system, _Layer(Collector(budget)))
        values = _values(placemark, folders, number)
        layer.columns.update(dict.fromkeys(values))
        if len(layer.columns) > limits.columns:
            raise TooLarge(f"属性超过 {limits.columns} 个。请只保留需要的属性再上传。")
        try:
            layer.collector.add(number, values, _geometry_of(placemark, seen), None)
        except ValueError as error:
            layer.collector.add(number, values, None, f"{error}。")
    if not layers:
        raise FileRefused("KML 里没有地标（Placemark）。请确认导出的是点、线、面。", code="no-layer")
    seen.links = sum(1 for element in root.iter() if _tag(element) in ("NetworkLink", "GroundOverlay"))
    title = _title(root)
    read = [_layer(title, system, found, used) for system, found in layers.items()]
    read[0].notices += seen.notices()
    return FeatureFile("KML", read)


def _parsed(text: str) -> Element:
    for attempt in (text, None):
        if attempt is None:  # prefixes without a declaration: read without prefixes
            attempt = ATTRIBUTE_PREFIX.sub(r"\1\2", ELEMENT_PREFIX.sub(r"\1", text))
        try:
            root: Element = ElementTree.fromstring(attempt, forbid_dtd=True)
        except ElementTree.ParseError:
            continue
        except (DefusedXmlException, ValueError) as error:
            raise FileRefused("KML 里有不允许的 XML 声明，已拒绝。请重新导出后再上传。", code="unsafe-xml") from error
        return root
    raise FileRefused(DAMAGED, code="damaged-file")


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element if _tag(child) in names)


def _child_text(element: Element, name: str) -> str:
    return next((child.text or "" for child in _children(element, name)), "").strip()


def _placemarks(root: Element) -> Iterator[tuple[Element, tuple[str, ...], str]]:
    """(placemark, names of its folders, system named by a folder), in the file's order."""
    stack: list[tuple[Element, tuple[str, ...], str]] = [(root, (), NOT_SAID)]
    while stack:
        element, folders, system = stack.pop()
        if _tag(element) == "Placemark":
            yield element, folders, system
            continue
        name = _child_text(element, "name") if _tag(element) == "Folder" else ""
        inner = (*folders, name) if name and len(folders) < DEEPEST else folders
        said = _child_text(element, "OvCoordType") or system
        stack.extend((child, inner, said) for child in reversed(element))


def _system_of(placemark: Element, inherited: str) -> str:
    said = next((e.text for e in placemark.iter() if _tag(e) == "OvCoordType" and e.text), None) or inherited
    return re.sub(r"[\s_-]", "", said).upper()[:40]


def _values(placemark: Element, folders: tuple[str, ...], number: int) -> dict[str, FieldValue]:
    values: dict[str, FieldValue] = {
        "name": _child_text(placemark, "name") or None,
        "description": TAGS.sub(" ", _child_text(placemark, "description")[:LONGEST_DESCRIPTION]).strip() or None,
        "folder": "/".join(folders)[:LONGEST_FOLDER] or None,
    }
    for extended in _children(placemark, "ExtendedData"):
        for element in extended.iter():
            name = element.get("name") or ""
            if _tag(element) in ("Data", "SimpleData") and name:
                raw = _child_text(element, "value") if _tag(element) == "Data" else (element.text or "").strip()
                values[name[:100]] = raw or None
    if any(isinstance(text, str) and clean(text) is None for pair in values.items() for text in pair):
        raise FileRefused(f"第 {number} 个地标的属性里有乱码字符。请重新导出后再上传。", code="lost-text", row=number)
    return values


def _geometry_of(placemark: Element, seen: _Seen) -> bytes | None:
    found = [geometry for child in placemark for geometry in _geometries(child, seen, 0)]
    if len(found) <= 1:
        return found[0] if found else None
    kinds = {geometry[1] for geometry in found}
    return wkb.collection(kinds.pop() + 3 if len(kinds) == 1 else 7, found)


def _geometries(element: Element, seen: _Seen, depth: int) -> Iterator[bytes]:
    """The simple geometries of an element; ``ValueError`` says in Chinese what is wrong."""
    if depth > DEEPEST:
        raise ValueError("图形写法不对")
    kind = _tag(element)
    if kind in ("MultiGeometry", "MultiTrack"):
        for child in element:
            yield from _geometries(child, seen, depth + 1)
    elif kind in BUILDERS:
        yield BUILDERS[kind](element, seen)


def _point(element: Element, seen: _Seen) -> bytes:
    return wkb.point(_positions(_coordinates(element), 1)[:16])


def _line(element: Element, seen: _Seen) -> bytes:
    return wkb.line(_positions(_coordinates(element), 2))


def _track(element: Element, seen: _Seen) -> bytes:
    return wkb.line(_positions([(child.text or "").split() for child in _children(element, "coord")], 2))


def _polygon(element: Element, seen: _Seen) -> bytes:
    rings = [_ring(ring, seen) for ring in _rings(element)]
    if not rings:
        raise ValueError("面没有边界")
    return wkb.polygon(rings)


BUILDERS: dict[str, Callable[[Element, _Seen], bytes]] = {
    "Point": _point,
    "LineString": _line,
    "LinearRing": _line,
    "Track": _track,
    "Polygon": _polygon,
}


def _rings(polygon: Element) -> Iterator[Element]:
    for name in ("outerBoundaryIs", "innerBoundaryIs"):
        for boundary in _children(polygon, name):
            yield from _children(boundary, "LinearRing")


def _ring(element: Element, seen: _Seen) -> bytes:
    ring = _positions(_coordinates(element), 3)
    if ring[:16] != ring[-16:]:
        seen.closed += 1
        ring += ring[:16]
    if len(ring) < CLOSED_AT_LEAST * 16:
        raise ValueError(f"图形的点数不足（至少要 {CLOSED_AT_LEAST} 个）")
    return ring


def _coordinates(element: Element) -> list[list[str]]:
    text = next((child.text or "" for child in _children(element, "coordinates")), "")
    joined = ",".join(part.strip() for part in text.split(","))  # some write "113, 29"
    return [piece.split(",") for piece in joined.split()]


def _positions(positions: list[list[str]], least: int) -> bytes:
    """The vertices as little-endian doubles; heights are dropped."""
    if len(positions) < least:
        raise ValueError(f"图形的点数不足（至少要 {least} 个）")
    if any(len(position) < 2 for position in positions):
        raise ValueError(MALFORMED)
    try:
        flat = array("d", [float(number) for position in positions for number in position[:2]])
    except ValueError:
        raise ValueError(MALFORMED) from None
    if byteorder == "big":
        flat.byteswap()
    return flat.tobytes()


def _title(root: Element) -> str:
    document: Any = root if _tag(root) == "Document" else next(_children(root, "Document"), None)
    name = _child_text(document, "name") if document is not None else ""
    return name[:60] if clean(name) else "KML"


def _layer(title: str, system: str, found: _Layer, encoding: str) -> FeatureLayer:
    epsg, name = SYSTEMS.get(system, (None, system))
    notices = []
    if system and system not in SYSTEMS:
        notices.append(f"不认识坐标类型（OvCoordType）“{system}”。请在导入时选择坐标系。")
    return FeatureLayer(
        name=f"{title}·{name}" if name else title or "KML",
        columns=list(found.columns),
        geometry_types=found.collector.types,
        epsg=WGS84 if not system else epsg,
        crs_name=name or "KML:WGS84",
        crs_wkt=None,
        crs_source="standard" if not system else "placemark" if system in SYSTEMS else "none",
        encoding=encoding,
        rows=found.collector.rows,
        notices=notices,
    )
