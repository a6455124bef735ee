"""Coordinates in the columns of a table: each row's place as a feature, so that shapes and tables go one way.

Degrees or metres, two columns or one cell, WKT or WKB; north first or east first is for `geodata.crs` to say.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import Final

import shapely

from geodata.crs.declared import PACKED, named_system, parse_declared
from geodata.crs.degrees import unpack
from geodata.errors import FileRefused
from geodata.exchange.columns import Column
from geodata.exchange.shape_intake.typed.lines import lines_of, number_of, plain
from geodata.exchange.shape_intake.typed.wellknown import looks_like_wkt, read_wkt
from geodata.exchange.tables.reading import Row, Table
from geodata.sandbox import wkb as wkb_format
from geodata.sandbox.documents import FeatureLayer, FeatureRow


def _bracketed(*titles: str, sign: str) -> tuple[str, ...]:
    """经度(°), 经度(度), 经度(E): what stands in brackets behind the title."""
    return tuple(f"{title}({mark})" for title in titles for mark in ("°", "度", "十进制", "度分秒", sign))


_LON: Final = (
    "东经",
    "lon",
    "lng",
    "long",
    "longitude",
    "中心点经度",
    "坐标/经度",
    *_bracketed("经度", "东经", sign="e"),
)
_LAT: Final = ("北纬", "lat", "latitude", "中心点纬度", "坐标/纬度", *_bracketed("纬度", "北纬", sign="n"))
PLACE_COLUMNS: Final = (
    Column(key="lon", label="经度", synonyms=_LON),
    Column(key="lat", label="纬度", synonyms=_LAT),
    Column(key="north", label="X坐标", synonyms=("X", "纵坐标", "坐标X", "北坐标", "坐标/X", "X(m)", "X(米)")),
    Column(key="east", label="Y坐标", synonyms=("Y", "横坐标", "坐标Y", "东坐标", "坐标/Y", "Y(m)", "Y(米)")),
    Column(
        key="position",
        label="坐标",
        synonyms=("经纬度", "中心点", "中心坐标", "中心点坐标", "坐标(经度,纬度)", "经纬度坐标", "位置坐标"),
    ),
    Column(key="wkt", label="WKT", synonyms=("图形", "几何", "geometry", "geom", "the_geom", "WKB", "shape")),
    Column(key="crs", label="坐标系", synonyms=("坐标系统", "坐标参考系", "crs", "srid")),
)
_COMPASS: Final = re.compile(r"^\s*([东西南北])[经纬]\s*:?\s*")
_PAIRS: Final = (("lon", "lat"), ("north", "east"))
_LABELS: Final = {column.key: column.label for column in PLACE_COLUMNS}
_SRID_FLAG: Final = 0x20000000
_HIGHER: Final = 0xC0000000
_DEGREES: Final = 180.0


class _Unreadable(Exception):  # noqa: N818 - a finding about a cell, shown to people
    """The cells are no place; the message is Chinese."""


def has_places(table: Table) -> bool:
    """Whether the table has columns that can hold a place."""
    return any(table.has(key) for key in _LABELS if key != "crs")


def layers_of(table: Table, *, option: str) -> list[Table]:
    """The rows with a place, by the system that they name, as tables of features; the rows bear their feature."""
    packed = option.endswith(PACKED)
    held: dict[str, list[Row]] = {}
    for row in table.rows:
        if not row.ok:
            continue
        try:
            found = _place(row, packed=packed)
        except _Unreadable as error:
            row.feature = FeatureRow(row.number, {}, None, str(error))
        else:
            if found is None:
                continue
            row.feature = FeatureRow(row.number, {}, found[0])
            held.setdefault(row.text("crs") or found[1], []).append(row)
            continue
        held.setdefault(row.text("crs"), []).append(row)
    return [_layer(table, said, rows) for said, rows in held.items()]


def _layer(table: Table, said: str, rows: list[Row]) -> Table:
    wkbs = [row.feature.wkb for row in rows if row.feature and row.feature.wkb]
    points = shapely.get_coordinates(shapely.from_wkb(wkbs))
    degrees = bool(len(points)) and float(abs(points).max()) <= _DEGREES
    source = parse_declared(said) or named_system(said, degrees=degrees)
    layer = FeatureLayer(
        name=table.sheet,
        columns=[],
        geometry_types=set(),
        epsg=source if isinstance(source, int) else None,
        crs_name=str(source) if source is not None else said or None,
        crs_wkt=None,
        crs_source="placemark" if source is not None else "none",
        encoding=None,
        rows=[row.feature for row in rows if row.feature],
    )
    return Table(layout=table.layout, sheet=table.sheet, header=table.header, rows=rows, source=layer)


def _place(row: Row, *, packed: bool) -> tuple[bytes, str] | None:
    """(WKB in the file's own coordinates, system that the text names); None for a row without a place."""
    if row.text("wkt"):
        return _written(row.text("wkt"))
    for first, second in _PAIRS:
        texts = (row.text(first), row.text(second))
        if any(texts):
            labels = (_LABELS[first], _LABELS[second])
            return _point([_number(*pair) for pair in zip(texts, labels, strict=True)], packed)
    text = row.text("position")
    if not text:
        return None
    if looks_like_wkt(text):
        return _written(text)
    lines = [line for line in lines_of(plain(text).strip(" ()[]")) if line.fields]
    numbers = [item.number for line in lines for item in line.fields]
    if len(lines) != 1 or len(numbers) not in {2, 3} or None in numbers[:2]:
        raise _Unreadable("“坐标”一格里应是一个点，如 113.089,29.385；线和面请用 WKT 列或另传图形文件")
    return _point([number for number in numbers[:2] if number is not None], packed)


def _number(text: str, label: str) -> float:
    number = number_of(_COMPASS.sub(r"\1", plain(text))) if text else None
    if number is None:
        raise _Unreadable(f"“{label}”的“{text[:30]}”不是坐标数值" if text else f"缺少“{label}”")
    return number


def _point(numbers: Iterable[float], packed: bool) -> tuple[bytes, str]:
    values = [unpack(number) if packed else number for number in numbers]
    if any(value is None for value in values):
        raise _Unreadable("坐标的“分”或“秒”达到 60，不是 度.分秒 写法")
    return wkb_format.point(struct.pack("<2d", *values)), ""


def _written(text: str) -> tuple[bytes, str]:
    """WKT, EWKT, WKB or EWKB in hexadecimal digits."""
    squeezed = "".join(text.split())
    if len(squeezed) % 2 == 0 and squeezed[:2] in {"00", "01"} and all(c in "0123456789abcdefABCDEF" for c in squeezed):
        return _binary(bytes.fromhex(squeezed))
    try:
        drawing, srid = read_wkt(plain(text))
        drawing.check()
    except FileRefused as refusal:
        raise _Unreadable(refusal.message) from None
    shape = drawing.shape(drawing.points())
    return shapely.to_wkb(shape, byte_order=1), srid


def _binary(raw: bytes) -> tuple[bytes, str]:
    order = "<" if raw[0] == 1 else ">"
    srid = ""
    try:
        (kind,) = struct.unpack(f"{order}I", raw[1:5])
        if kind & _SRID_FLAG:
            srid = str(struct.unpack(f"{order}I", raw[5:9])[0])
            raw = raw[:1] + struct.pack(f"{order}I", kind & ~_SRID_FLAG) + raw[9:]
        if kind & _HIGHER:
            raise _Unreadable("WKB 带有高程或测量值，请导出二维的 WKB 或 WKT")
        wkb_format.measure(raw)
    except (struct.error, ValueError):
        raise _Unreadable("WKB 不完整或写法有误") from None
    return shapely.to_wkb(shapely.from_wkb(raw), byte_order=1), "" if srid == "0" else srid
