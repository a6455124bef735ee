"""Features and judgements on geometries as JSON, and back with every type and every geometry checked."""

import base64
import binascii
from decimal import Decimal

from geodata.sandbox import wkb as wkb_format
from geodata.sandbox.codec.scalars import (
    Json,
    decode_scalar,
    encode_scalar,
    fields,
    flag,
    integer,
    items,
    optional_text,
    text,
)
from geodata.sandbox.documents import FeatureFile, FeatureLayer, FeatureRow, GeometryCheck


def encode_bytes(value: bytes | None) -> str | None:
    """Base64 text of a geometry."""
    return None if value is None else base64.b64encode(value).decode("ascii")


def decode_bytes(raw: Json) -> bytes:
    """The bytes again; anything but strict Base64 raises ``ValueError``."""
    try:
        return base64.b64decode(text(raw), validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error


def decode_geometry(raw: Json) -> bytes | None:
    """WKB whose structure holds: counts within the bytes, 2-D, finite. The parent trusts no geometry unseen."""
    if raw is None:
        return None
    geometry = decode_bytes(raw)
    wkb_format.measure(geometry)
    return geometry


def encode_feature_file(file: FeatureFile) -> Json:
    """Rows as lists in the order of the layer's columns."""
    return {"driver": file.driver, "layers": [_encode_layer(layer) for layer in file.layers]}


def _encode_layer(layer: FeatureLayer) -> Json:
    rows = [
        [
            row.number,
            [encode_scalar(row.values.get(column)) for column in layer.columns],
            encode_bytes(row.wkb),
            row.problem,
        ]
        for row in layer.rows
    ]
    return {
        "name": layer.name,
        "columns": layer.columns,
        "geometry_types": sorted(layer.geometry_types),
        "epsg": layer.epsg,
        "crs_name": layer.crs_name,
        "crs_wkt": layer.crs_wkt,
        "crs_source": layer.crs_source,
        "encoding": layer.encoding,
        "rows": rows,
        "notices": layer.notices,
    }


def decode_feature_file(raw: Json) -> FeatureFile:
    """The file again, every type and every geometry checked."""
    driver, layers = fields(raw, "driver", "layers")
    return FeatureFile(driver=text(driver), layers=[_decode_layer(layer) for layer in items(layers)])


def _decode_layer(raw: Json) -> FeatureLayer:
    names = ("name", "columns", "geometry_types", "epsg", "crs_name", "crs_wkt", "crs_source", "encoding", "rows")
    name, raw_columns, types, epsg, crs_name, crs_wkt, crs_source, encoding, rows, notices = fields(
        raw, *names, "notices"
    )
    if crs_source not in ("file", "prj", "placemark", "standard", "none"):
        raise ValueError("unknown source of a CRS")
    columns = [text(column) for column in items(raw_columns)]
    return FeatureLayer(
        name=text(name),
        columns=columns,
        geometry_types={text(kind) for kind in items(types)},
        epsg=None if epsg is None else integer(epsg),
        crs_name=optional_text(crs_name),
        crs_wkt=optional_text(crs_wkt),
        crs_source=crs_source,
        encoding=optional_text(encoding),
        rows=[_decode_feature(row, columns) for row in items(rows)],
        notices=[text(notice) for notice in items(notices)],
    )


def _decode_feature(raw: Json, columns: list[str]) -> FeatureRow:
    number, values, geometry, problem = items(raw)
    return FeatureRow(
        number=integer(number),
        values={column: decode_scalar(value) for column, value in zip(columns, items(values), strict=True)},
        wkb=decode_geometry(geometry),
        problem=optional_text(problem),
    )


def encode_checks(checks: list[GeometryCheck]) -> Json:
    """One list per geometry, in the order asked."""
    return [
        [
            check.valid,
            check.problem,
            check.geometry_type,
            check.vertices,
            encode_scalar(check.area_m2),
            encode_scalar(check.length_m),
            encode_bytes(check.proposal),
        ]
        for check in checks
    ]


def decode_checks(raw: Json) -> list[GeometryCheck]:
    """The judgements again, every type checked."""
    return [_decode_check(check) for check in items(raw)]


def _decode_check(raw: Json) -> GeometryCheck:
    valid, problem, geometry_type, vertices, area, length, proposal = items(raw)
    return GeometryCheck(
        valid=flag(valid),
        problem=optional_text(problem),
        geometry_type=text(geometry_type),
        vertices=integer(vertices),
        area_m2=None if area is None else Decimal(decode_scalar(area)),
        length_m=None if length is None else Decimal(decode_scalar(length)),
        proposal=decode_geometry(proposal),
    )
