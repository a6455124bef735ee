"""Zipped shapefiles: shapes by GDAL, tables by ``dbf``, names and texts in GBK or UTF-8.

Members are written under names of ours before GDAL sees them, the table out of its reach; shapes and records are
joined by their number.
"""

import zipfile
from pathlib import Path, PurePosixPath

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import FeatureFile, FeatureLayer, Limits
from geodata.sandbox.readers import archives, dbf, gdal, projections
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean, codec_of

LAYERS_AT_MOST = 50
NEEDED = (".shp", ".shx", ".dbf")
OPTIONAL = (".prj", ".cpg")
SMALL_FILE = 65_536

Members = dict[str, zipfile.ZipInfo]


def shapefiles_in(archive: zipfile.ZipFile) -> dict[str, Members]:
    """Folder and name without ending → ending → member, for every shapefile in the archive."""
    found: dict[str, Members] = {}
    for entry in archive.infolist():
        path = PurePosixPath(archives.member_name(entry).replace("\\", "/"))
        ending = path.suffix.lower()
        if entry.is_dir() or "__MACOSX" in path.parts or path.name.startswith("._"):
            continue
        if ending in NEEDED + OPTIONAL:
            members = found.setdefault(str(path.with_suffix("")), {})
            if ending in members:
                raise FileRefused("压缩包里有两个同名的文件。请删去多余的一个再压缩。", code="twin-files")
            members[ending] = entry
    return {stem: members for stem, members in found.items() if ".shp" in members or ".dbf" in members}


def read_shapefiles(
    archive: zipfile.ZipFile, folder: Path, *, encoding: str | None, layer: str | None, limits: Limits
) -> FeatureFile:
    """All shapefiles of the archive, or the one that is named."""
    found = shapefiles_in(archive)
    if layer is not None:
        found = {stem: members for stem, members in found.items() if PurePosixPath(stem).name == layer}
        if not found:
            raise FileRefused("压缩包里没有这个图层。请检查图层名称。", code="no-layer")
    if len(found) > LAYERS_AT_MOST:
        raise TooLarge(f"压缩包里的图层超过 {LAYERS_AT_MOST} 个。请拆分后再上传。")
    budget = Budget(limits)
    reader = _LayerReader(archive, folder, encoding, budget)
    return FeatureFile("ESRI Shapefile", [reader.read(stem, members) for stem, members in found.items()])


class _LayerReader:
    def __init__(self, archive: zipfile.ZipFile, folder: Path, encoding: str | None, budget: Budget) -> None:
        self.archive = archive
        self.folder = folder
        self.encoding = None if encoding is None else codec_of(encoding)
        self.budget = budget
        self.number = 0

    def read(self, stem: str, members: Members) -> FeatureLayer:
        name = clean(PurePosixPath(stem).name) or "图层"
        missing = [ending for ending in NEEDED if ending not in members]
        if missing:
            raise FileRefused(
                f"图层“{name}”缺少 {'、'.join(missing)} 文件。请把 .shp、.shx、.dbf、.prj 一起压缩再上传。",
                code="incomplete-shapefile",
            )
        shapes = self._unpack(members)
        table = dbf.read_dbf(
            shapes.with_name("table"),
            cpg=self._small(members, ".cpg"),
            encoding=self.encoding,
            limits=self.budget.limits,
        )
        found = self._shapes(shapes, table)
        if len(found.geometries) != len(table.rows):
            counts = f"{len(found.geometries)} 个图形、{len(table.rows)} 条属性"
            raise FileRefused(f"图层“{name}”有{counts}，数目不一致。请重新导出后再上传。", code="damaged-file")
        collector = Collector(self.budget)
        for number, (geometry, values) in enumerate(zip(found.geometries, table.rows, strict=True), start=1):
            if values is not None:
                collector.add(number, values, geometry, None)
        return self._layer(name, table, found, collector, self._small(members, ".prj"))

    def _shapes(self, shapes: Path, table: dbf.Table) -> gdal.Layer:
        """The shapes; a projection file that GDAL chokes on is told and then left out."""
        most = self.budget.limits.rows + 1
        try:
            return gdal.read_layer(shapes, layer=None, fields=False, at_most=most)
        except FileRefused:
            shapes.with_suffix(".prj").unlink(missing_ok=True)
            found = gdal.read_layer(shapes, layer=None, fields=False, at_most=most)
        table.notices.append("投影文件（.prj）读不出来，请在导入时选择坐标系。")
        return found

    def _layer(
        self, name: str, table: dbf.Table, found: gdal.Layer, collector: Collector, prj: bytes | None
    ) -> FeatureLayer:
        wkt = None if prj is None else clean(prj.decode("utf-8", "ignore").strip("\ufeff \r\n\t\x00"))
        epsg = (projections.cgcs2000_code(wkt) or projections.epsg_code(found.crs)) if wkt else None
        return FeatureLayer(
            name=name,
            columns=table.columns,
            geometry_types=collector.types,
            epsg=epsg,
            crs_name=projections.name_of(wkt) if wkt else None,
            crs_wkt=wkt or None,
            crs_source="prj" if wkt else "none",
            encoding=table.encoding,
            rows=collector.rows,
            notices=table.notices,
        )

    def _unpack(self, members: Members) -> Path:
        """Shapes, index and projection for GDAL; the table under a name that GDAL does not look for."""
        self.number += 1
        place = self.folder / f"layer{self.number}"
        place.mkdir()
        for ending in (".shp", ".shx"):
            archives.extract(self.archive, members[ending], place / f"shapes{ending}", self.budget.limits)
        archives.extract(self.archive, members[".dbf"], place / "table", self.budget.limits)
        prj = self._small(members, ".prj")
        if prj is not None:
            (place / "shapes.prj").write_bytes(prj)
        return place / "shapes.shp"

    def _small(self, members: Members, ending: str) -> bytes | None:
        entry = members.get(ending)
        return None if entry is None else archives.read(self.archive, entry, SMALL_FILE)
