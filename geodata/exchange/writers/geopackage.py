"""Tables as an OGC GeoPackage 1.3 (OGC 12-128r17): an SQLite file that every GIS opens, written without GDAL.

Shapes are EPSG:4490, longitude first as the standard has it for every system. The same rows give the same bytes.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from geodata.exchange.writers.sheets import Column, Kind
from geodata.srid import STORAGE_SRID

_APPLICATION: Final = 0x47504B47  # "GPKG"
_VERSION: Final = 10300
_TYPES: Final = {Kind.MONEY: "REAL", Kind.PLAIN: "REAL", Kind.NUMBER: "INTEGER", Kind.DAY: "DATE"}
_SCHEMA: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""
_ELLIPSOID: Final = 'SPHEROID["{0}",6378137,{1}]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
_SYSTEMS: Final = (
    ("Undefined Cartesian", -1, "NONE", -1, "undefined"),
    ("Undefined geographic", 0, "NONE", 0, "undefined"),
    (
        "WGS 84", 4326, "EPSG", 4326,
        'GEOGCS["WGS 84",DATUM["WGS_1984",' + _ELLIPSOID.format("WGS 84", "298.257223563"),
    ),
    (
        "CGCS2000", STORAGE_SRID, "EPSG", STORAGE_SRID,
        'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",'
        + _ELLIPSOID.format("CGCS2000", "298.257222101"),
    ),
)  # fmt: skip
_HEADER: Final = b"GP\x00\x01" + struct.pack("<i", STORAGE_SRID)  # version 0, little-endian, no envelope


@dataclass(frozen=True, slots=True)
class Layer:
    """A table with its rows; where it is spatial, the first value of a row is its shape as WKB, or None."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]
    is_spatial: bool = False


def write_geopackage(path: Path, layers: Iterable[Layer], *, changed: datetime) -> dict[str, int]:
    """Writes a new file; tells how many rows each layer has. `changed`: the moment that the data are of."""
    counts = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(f"PRAGMA application_id = {_APPLICATION}")
        file.execute(f"PRAGMA user_version = {_VERSION}")
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("BEGIN")
        for statement in _SCHEMA.split(";"):
            file.execute(statement)
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", _SYSTEMS)
        moment = changed.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for layer in layers:
            counts[layer.name] = _write(file, layer, moment)
        file.execute("COMMIT")
    return counts


def _write(file: sqlite3.Connection, layer: Layer, moment: str) -> int:
    kind, srid = ("features", STORAGE_SRID) if layer.is_spatial else ("attributes", None)
    described = (layer.name, kind, layer.name, layer.description, moment, srid)
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        described,
    )
    if layer.is_spatial:
        file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (layer.name, srid))
    columns = ["geom GEOMETRY"] if layer.is_spatial else []
    columns += [f"{_quoted(column.title)} {_TYPES.get(column.kind, 'TEXT')}" for column in layer.columns]
    file.execute(f"CREATE TABLE {_quoted(layer.name)} (fid INTEGER PRIMARY KEY, {', '.join(columns)})")
    places = ", ".join("?" * len(columns))
    file.executemany(f"INSERT INTO {_quoted(layer.name)} VALUES (NULL, {places})", _values(layer))  # noqa: S608
    return int(file.execute(f"SELECT count(*) FROM {_quoted(layer.name)}").fetchone()[0])  # noqa: S608


def _values(layer: Layer) -> Iterator[list[Any]]:
    for row in layer.rows:
        yield [_shape(row[0]), *map(_cell, row[1:])] if layer.is_spatial else list(map(_cell, row))


def _shape(wkb: Any) -> bytes | None:
    return None if wkb is None else _HEADER + bytes(wkb)


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
