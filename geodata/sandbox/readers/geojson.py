"""GeoJSON, read without GDAL: its ``crs`` member can make GDAL fetch an address, and no setting stops that.

Coordinates keep the file's own order, x (longitude) first. Without a ``crs`` member they are WGS 84 (RFC 7946 §4);
the older member is understood when it names an EPSG code or CRS84, and nothing else.
"""

import re
from array import array
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from sys import byteorder
from typing import Any

import orjson

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import wkb
from geodata.sandbox.documents import FeatureFile, FeatureLayer, FeatureRow, FieldValue, Limits
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean, decode

CRS_NAME = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?(EPSG|OGC)(?::[\w.]*)?:(\d{4,6}|CRS84)", re.IGNORECASE)
# the same as an address of the OGC: a name, which nobody follows
CRS_ADDRESS = re.compile(r"https?://www\.opengis\.net/def/crs/(EPSG|OGC)/[\w.]+/(\d{4,6}|CRS84)", re.IGNORECASE)
WGS84 = 4326
GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
NOT_GEOJSON = "文件不是 GeoJSON（要素集合）。请从原软件重新导出 GeoJSON 后再上传。"
DEEPEST = 8
ENVELOPE_DEPTH = 3
MALFORMED = "图形的坐标写法不对"

Coordinates = Any


def read_geojson(path: Path, *, encoding: str | None, limits: Limits) -> FeatureFile:
    """The one layer of a GeoJSON file."""
    text, used = decode(path.read_bytes(), encoding)
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FileRefused(
            f"第 {error.lineno} 行第 {error.colno} 个字符处 JSON 写法有误，文件可能不完整。请重新导出后再上传。",
            code="bad-json",
            row=error.lineno,
        ) from None
    document = _unwrapped(document)
    features = _features(document)
    name, epsg = _crs(document.get("crs"))
    collector = Collector(Budget(limits))
    columns: dict[str, None] = {}
    for number, feature in enumerate(features, start=1):
        _add(collector, columns, number, feature)
        if len(columns) > limits.columns:
            raise TooLarge(f"属性超过 {limits.columns} 个。请只保留需要的属性再上传。")
    layer = FeatureLayer(
        name=_layer_name(document),
        columns=list(columns),
        geometry_types=collector.types,
        epsg=epsg,
        crs_name=name,
        crs_wkt=None,
        crs_source="standard" if document.get("crs") is None else "file",
        encoding=used,
        rows=collector.rows,
    )
    if document.get("crs") is None and not _in_degrees(collector.rows):
        layer.epsg, layer.crs_name, layer.crs_source = None, None, "none"
        layer.notices.append("文件没有说明坐标系，坐标又不是经纬度，只能按数值判断，请核对位置。")
    return FeatureFile(driver="GeoJSON", layers=[layer])


def _layer_name(document: dict[str, Any]) -> str:
    name = document.get("name")
    return name[:100] if isinstance(name, str) and clean(name) else "GeoJSON"


def _unwrapped(document: Any) -> Any:
    """The one collection of features in the envelope of an interface: {"code": 0, "data": {…}}."""
    for _ in range(ENVELOPE_DEPTH):
        if not isinstance(document, dict) or "type" in document or "features" in document:
            break
        inside = [member for member in document.values() if isinstance(member, dict)]
        if len(inside) != 1:
            break
        document = inside[0]
    return document


def _features(document: Any) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        found: list[Any] = document["features"]
        return found
    if kind == "Feature":
        return [document]
    if kind in GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    if kind == "Topology":
        raise FileRefused("这是 TopoJSON 文件。请转换成 GeoJSON 后再上传。", code="wrong-format")
    if isinstance(document, dict) and ("geometryType" in document or "spatialReference" in document):
        words = "这是 ArcGIS 的 JSON（Esri JSON）。请在 ArcGIS 里导出为 GeoJSON 或 Shapefile（zip）后再上传。"
        raise FileRefused(words, code="esri-json")
    raise FileRefused(NOT_GEOJSON, code="wrong-format")


def _crs(member: Any) -> tuple[str, int]:
    """(name, EPSG code) of a ``crs`` member; a link, or a name that is no plain code, is refused."""
    if member is None:
        return "OGC:CRS84", WGS84
    name = None
    if isinstance(member, dict) and member.get("type") == "name" and isinstance(member.get("properties"), dict):
        name = member["properties"].get("name")
    said = name.strip() if isinstance(name, str) else ""
    match = CRS_NAME.fullmatch(said) or CRS_ADDRESS.fullmatch(said)
    if match is None:
        raise FileRefused(
            "坐标系（crs）只接受 EPSG 编号或 CRS84，不接受链接。请重新导出，或删去 crs 后在导入时选择坐标系。",
            code="unsafe-crs",
        )
    authority, code = match.group(1).upper(), match.group(2).upper()
    if code == "CRS84":
        return "OGC:CRS84", WGS84
    if authority != "EPSG":
        raise FileRefused("文件的坐标系编号不认识。请改用 EPSG 编号。", code="unsafe-crs")
    return f"EPSG:{code}", int(code)


def _in_degrees(rows: list[FeatureRow]) -> bool:
    return all(_degrees(row.wkb) for row in rows if row.wkb is not None)


def _degrees(geometry: bytes) -> bool:
    """Whether the first vertex can be longitude and latitude; the geometry is of our own making, little-endian."""
    values = array("d")
    at = {1: 5, 2: 9, 3: 13}.get(geometry[1])
    if at is None:
        return len(geometry) <= 9 or _degrees(geometry[9:])
    values.frombytes(geometry[at : at + 16])
    if byteorder == "big":
        values.byteswap()
    return len(values) < 2 or (abs(values[0]) <= 180 and abs(values[1]) <= 90)


def _add(collector: Collector, columns: dict[str, None], number: int, feature: Any) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        collector.add(number, {}, None, "这一项不是要素（Feature）。")
        return
    values = _values(number, feature)
    columns.update(dict.fromkeys(values))
    geometry = feature.get("geometry")
    if geometry is None:
        collector.add(number, values, None, None)
        return
    try:
        collector.add(number, values, _geometry(geometry, 0), None)
    except ValueError as error:
        collector.add(number, values, None, f"{error}。")


def _values(number: int, feature: dict[str, Any]) -> dict[str, FieldValue]:
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise FileRefused(f"第 {number} 个要素的属性（properties）写法不对。", code="bad-json", row=number)
    values = {key: _value(number, key, value) for key, value in properties.items()}
    identity = feature.get("id")
    if "id" not in values and isinstance(identity, (str, int)):
        values["id"] = _value(number, "id", identity)
    return values


def _value(number: int, key: str, value: Any) -> FieldValue:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, (dict, list)):
        value = orjson.dumps(value).decode()
    if clean(key) is None or (isinstance(value, str) and clean(value) is None):
        raise FileRefused(
            f"第 {number} 个要素的属性里有乱码字符。请从原系统重新导出后再上传。", code="lost-text", row=number
        )
    scalar: FieldValue = value
    return scalar


def _geometry(geometry: Any, depth: int) -> bytes:
    """WKB of a GeoJSON geometry; ``ValueError`` says in Chinese what is wrong with it."""
    if not isinstance(geometry, dict) or depth > DEEPEST:
        raise ValueError("图形写法不对")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = _sequence(geometry.get("geometries"))
        return wkb.collection(7, [_geometry(member, depth + 1) for member in members])
    build = BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise ValueError("图形类型不支持（只支持点、线、面及其组合）")
    return build(geometry.get("coordinates"))


def _sequence(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(MALFORMED)
    return value


def _positions(raw: Coordinates, least: int) -> bytes:
    """The vertices of a line or ring as little-endian doubles; heights are dropped."""
    positions = _sequence(raw)
    if len(positions) < least:
        raise ValueError(f"图形的点数不足（至少要 {least} 个）")
    try:
        flat = array("d", [number for position in positions for number in position[:2]])
    except (TypeError, OverflowError):
        raise ValueError(MALFORMED) from None
    if len(flat) != 2 * len(positions):
        raise ValueError(MALFORMED)
    if byteorder == "big":
        flat.byteswap()
    return flat.tobytes()


def _point(raw: Coordinates) -> bytes:
    return wkb.point(_positions([raw], 1))


def _line(raw: Coordinates) -> bytes:
    return wkb.line(_positions(raw, 2))


def _ring(raw: Coordinates) -> bytes:
    ring = _positions(raw, 4)
    if ring[:16] != ring[-16:]:
        raise ValueError("面的边界没有闭合（首尾两点不同）")
    return ring


def _polygon(raw: Coordinates) -> bytes:
    rings = [_ring(ring) for ring in _sequence(raw)]
    return wkb.polygon(rings)


def _many(kind: int, build: Callable[[Coordinates], bytes]) -> Callable[[Coordinates], bytes]:
    return lambda raw: wkb.collection(kind, [build(member) for member in _sequence(raw)])


BUILDERS: dict[str, Callable[[Coordinates], bytes]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _many(4, _point),
    "MultiLineString": _many(5, _line),
    "MultiPolygon": _many(6, _polygon),
}
