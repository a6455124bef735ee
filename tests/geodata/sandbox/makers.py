"""Makers of small good files, by hand where the test must say every byte, and of ways to spoil them."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CGCS2000_ZONE_38 = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
SQUARE = [(113.0, 29.0), (113.0, 29.1), (113.1, 29.1), (113.1, 29.0), (113.0, 29.0)]
Field = tuple[bytes, str, int, int]


def dbf(
    fields: Sequence[Field],
    records: Sequence[Sequence[bytes]],
    *,
    language: int = 0,
    deleted: Sequence[int] = (),
) -> bytes:
    """A dBASE III table of raw values; ``language`` is the driver byte at offset 29."""
    width = 1 + sum(field[2] for field in fields)
    header = struct.pack("<B3BIHH16xBB2x", 3, 126, 3, 30, len(records), 33 + 32 * len(fields), width, 0, language)
    body = b""
    for name, kind, size, decimals in fields:
        header += struct.pack("<11sc4xBB14x", name, kind.encode(), size, decimals)
    for index, record in enumerate(records):
        body += b"*" if index in deleted else b" "
        for (_, kind, size, _), value in zip(fields, record, strict=True):
            body += (value.rjust(size) if kind in "NF" else value.ljust(size))[:size]
    return header + b"\r" + body + b"\x1a"


def _shape_file(code: int, kind: int, records: Sequence[bytes], box: Sequence[float]) -> bytes:
    size = 50 + sum(len(record) // 2 for record in records)
    return struct.pack(">7i", code, 0, 0, 0, 0, 0, size) + struct.pack("<2i8d", 1000, kind, *box, 0, 0, 0, 0)


def shp(rings: Sequence[Sequence[tuple[float, float]] | None]) -> tuple[bytes, bytes]:
    """(.shp, .shx) of one polygon for each ring; None is a null shape."""
    contents = []
    for ring in rings:
        if ring is None:
            contents.append(struct.pack("<i", 0))
            continue
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        content = struct.pack("<i4d3i", 5, min(xs), min(ys), max(xs), max(ys), 1, len(ring), 0)
        contents.append(content + b"".join(struct.pack("<2d", x, y) for x, y in ring))
    records = [struct.pack(">2i", n, len(one) // 2) + one for n, one in enumerate(contents, start=1)]
    box = (113.0, 29.0, 113.1, 29.1)
    index, offset = b"", 50
    for record in records:
        index += struct.pack(">2i", offset, len(record) // 2 - 4)
        offset += len(record) // 2
    shapes = _shape_file(9994, 5, records, box) + b"".join(records)
    return shapes, _shape_file(9994, 5, [b"\0" * 8] * len(records), box) + index


class RawName(zipfile.ZipInfo):
    """A member whose name is written as given bytes, without the flag for UTF-8, as Chinese Windows does."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw.decode("cp437"))
        self.raw = raw

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # zipfile's own hook
        return self.raw, self.flag_bits & ~0x800


def archive(members: Mapping[str | bytes, bytes], *, compressed: bool = True) -> bytes:
    """A zip file; names given as bytes are written raw."""
    target = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method) as file:
        for name, content in members.items():
            file.writestr(RawName(name) if isinstance(name, bytes) else name, content, method)
    return target.getvalue()


def shapefile(
    names: Sequence[str] = ("示例小区改造", "示例道路"),
    *,
    encoding: str = "gb18030",
    language: int = 0,
    cpg: bytes | None = None,
    prj: str | None = CGCS2000_ZONE_38,
    stem: bytes = b"layer",
    width: int = 60,
) -> dict[str | bytes, bytes]:
    """The members of a zipped shapefile with the columns 项目名称 and 投资."""
    fields = [("项目名称".encode(encoding)[:10], "C", width, 0), ("投资".encode(encoding), "N", 18, 2)]
    records = [[name.encode(encoding)[:width], f"{index}.10".encode()] for index, name in enumerate(names, start=1)]
    shapes, index = shp([SQUARE for _ in names])
    members: dict[str | bytes, bytes] = {
        stem + b".shp": shapes,
        stem + b".shx": index,
        stem + b".dbf": dbf(fields, records, language=language),
    }
    if prj is not None:
        members[stem + b".prj"] = prj.encode()
    if cpg is not None:
        members[stem + b".cpg"] = cpg
    return members


def geojson(*, crs: object = None, **properties: object) -> bytes:
    """A collection of one square with these properties."""
    document: dict[str, object] = {"type": "FeatureCollection"}
    if crs is not None:
        document["crs"] = crs
    document["features"] = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
    ]
    return json.dumps(document, ensure_ascii=False).encode()


def point_blob(x: float, y: float) -> bytes:
    """A point as GeoPackage stores it."""
    return b"GP\0\1" + struct.pack("<i", 4490) + struct.pack("<BI2d", 1, 1, x, y)


def geopackage(path: Path, *statements: str, rows: int = 2) -> Path:
    """A GeoPackage with the layer 项目; then the given SQL is run in it, with the schema writable."""
    database = sqlite3.connect(path)
    database.executescript(
        """
        PRAGMA application_id = 1196444487;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
            organization_coordsys_id INTEGER, definition TEXT, description TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000', 4490, 'EPSG', 4490, 'GEOGCS["CGCS2000"]', NULL);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
            last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
            srs_id INTEGER, z TINYINT, m TINYINT);
        CREATE TABLE "项目" (fid INTEGER PRIMARY KEY, geom POINT, "名称" TEXT, "数量" INTEGER, "金额" REAL,
            "日期" DATE, "公开" BOOLEAN);
        INSERT INTO gpkg_contents
            VALUES ('项目', 'features', '项目', '', '2026-01-01T00:00:00Z', 113, 29, 114, 30, 4490);
        INSERT INTO gpkg_geometry_columns VALUES ('项目', 'geom', 'POINT', 4490, 0, 0);
        """
    )
    for number in range(rows):
        values = (point_blob(113.1, 29.1 + number / 100), f"示例{number}", number, 0.1, "2026-03-30", True)
        database.execute(
            'INSERT INTO "项目" (geom, "名称", "数量", "金额", "日期", "公开") VALUES (?,?,?,?,?,?)', values
        )
    database.commit()
    for statement in statements:
        database.executescript(statement)
    database.commit()
    database.close()
    return path
