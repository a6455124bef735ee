"""GeoPackage: its schema is searched for anything that could run, then GDAL reads its feature tables.

A view can be endless, a virtual table can read any file that the process may read, a generated column can call a
function, a trigger has no business in a file that is only read. SQLite's own parser says what there is, not a search
in the text of the schema.
"""

import re
import sqlite3
from datetime import time
from pathlib import Path
from typing import Any

from geodata.errors import FileRefused
from geodata.sandbox.documents import FeatureFile, FeatureLayer, FieldValue, Limits
from geodata.sandbox.readers import gdal, projections
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean

SPATIAL_INDEX = re.compile(
    r'\s*CREATE\s+VIRTUAL\s+TABLE\s+("(?:[^"]|"")+"|\w+)\s+USING\s+rtree\s*\([\w\s,]*\)\s*', re.IGNORECASE
)
STANDARD_TRIGGER = re.compile(
    r"(rtree_|gpkg_|trigger_(insert|delete|update)_feature_count_|(insert|update|delete|feature_count|fid|tile)\w*_?)",
    re.IGNORECASE,
)
GENERATED = (2, 3)
STEPS_AT_MOST = 20_000_000
STEPS_BETWEEN = 100_000
DAMAGED = "GeoPackage 文件不完整或已损坏。请从原软件重新导出后再上传。"
UNSAFE = "GeoPackage 里有{what}，不能导入。请只导出普通要素图层为新的 GeoPackage 后再上传。"


def _refuse(what: str) -> FileRefused:
    return FileRefused(UNSAFE.format(what=what), code="unsafe-geopackage")


class _Schema:
    """A read-only look at the tables, with an end to how long a query may run."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self.database.execute("PRAGMA trusted_schema = OFF")
        self.database.execute("PRAGMA cell_size_check = ON")
        self.steps = 0
        self.database.set_progress_handler(self._tick, STEPS_BETWEEN)

    def _tick(self) -> int:
        self.steps += STEPS_BETWEEN
        return int(self.steps > STEPS_AT_MOST)

    def ask(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(sql, arguments).fetchall()

    def check(self) -> None:
        """Refuse all but plain tables, spatial indexes and their standard triggers."""
        for kind, name, _, sql in self.ask("SELECT type, name, tbl_name, sql FROM sqlite_master"):
            if kind == "view":
                raise _refuse("视图")
            if kind == "trigger" and STANDARD_TRIGGER.match(str(name)) is None:
                raise _refuse("触发器")
            if kind == "table" and "virtual" in str(sql).lower()[:60] and SPATIAL_INDEX.fullmatch(str(sql)) is None:
                raise _refuse("虚拟表")
        for _, name, kind, *_ in self.ask("PRAGMA table_list"):
            if kind == "view":
                raise _refuse("视图")
            if kind == "virtual" and not str(name).startswith("rtree_"):
                raise _refuse("虚拟表")

    def check_columns(self, table: str) -> None:
        """Refuse generated columns: they compute when they are read."""
        if any(row[-1] in GENERATED for row in self.ask("SELECT * FROM pragma_table_xinfo(?)", table)):
            raise _refuse("计算字段")

    def layers(self) -> list[tuple[str, int]]:
        """(table, id of its coordinate system) of every feature table."""
        rows = self.ask("SELECT table_name, srs_id FROM gpkg_contents WHERE data_type = 'features'")
        return [(str(table), int(srs or 0)) for table, srs in rows]

    def crs(self, identity: int) -> tuple[int | None, str | None, str | None]:
        """(EPSG code, name, WKT) of a coordinate system; the file's own table is believed."""
        rows = self.ask(
            "SELECT organization, organization_coordsys_id, srs_name, definition FROM gpkg_spatial_ref_sys "
            "WHERE srs_id = ?",
            identity,
        )
        if not rows or identity in (0, -1):
            return None, None, None
        organization, code, name, definition = rows[0]
        wkt = clean(str(definition or ""))
        epsg = int(code) if str(organization).upper() == "EPSG" else projections.cgcs2000_code(wkt or "")
        return epsg, clean(str(name or "")), wkt


def read_geopackage(path: Path, *, layer: str | None, limits: Limits) -> FeatureFile:
    """The feature tables of a GeoPackage, or the one that is named."""
    try:
        schema = _Schema(path)
        schema.check()
        layers = [found for found in schema.layers() if layer in (None, found[0])]
        for table, _ in layers:
            schema.check_columns(table)
        references = {table: schema.crs(srs) for table, srs in layers}
        schema.database.close()
    except sqlite3.Error as error:
        raise FileRefused(DAMAGED, code="damaged-file") from error
    if not layers:
        raise FileRefused("GeoPackage 里没有要素图层。请检查后重新导出。", code="no-layer")
    budget = Budget(limits)
    return FeatureFile("GPKG", [_layer(path, table, references[table], budget) for table, _ in layers])


def _layer(
    path: Path, table: str, reference: tuple[int | None, str | None, str | None], budget: Budget
) -> FeatureLayer:
    found = gdal.read_layer(path, layer=table, fields=True, at_most=budget.limits.rows + 1)
    collector = Collector(budget)
    columns = {name: [plain_value(value) for value in values] for name, values in found.columns.items()}
    for index, geometry in enumerate(found.geometries):
        values = {name: column[index] for name, column in columns.items()}
        collector.add(index + 1, values, geometry, None)
    epsg, name, wkt = reference
    return FeatureLayer(
        name=clean(table) or "图层",
        columns=list(columns),
        geometry_types=collector.types,
        epsg=epsg,
        crs_name=name,
        crs_wkt=wkt,
        crs_source="file" if name else "none",
        encoding="utf-8",
        rows=collector.rows,
    )


def plain_value(value: Any) -> FieldValue:
    """A value of GDAL's as one of ours; binary content is left out."""
    if isinstance(value, str):
        if clean(value) is None:
            raise FileRefused("属性里有乱码字符。请从原系统重新导出后再上传。", code="lost-text")
        return value
    if isinstance(value, (bytes, memoryview)) or value is None:
        return None
    scalar: FieldValue = value.isoformat() if isinstance(value, time) else value
    return scalar
