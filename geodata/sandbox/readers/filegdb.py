"""Zipped File Geodatabases, by GDAL's own reader: folders *.gdb with a few dozen binary tables.

Members are written under their own names, because the tables refer to each other by them; so only names that
ArcGIS makes are taken.
"""

import re
import zipfile
from pathlib import Path, PurePosixPath

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import FeatureFile, FeatureLayer, Limits
from geodata.sandbox.readers import archives, gdal, projections
from geodata.sandbox.readers.collector import Budget, Collector
from geodata.sandbox.readers.encodings import clean
from geodata.sandbox.readers.geopackage import plain_value

MEMBER = re.compile(
    r"(?:a[0-9a-f]{8}\.(?:gdbtable|gdbtablx|gdbindexes|freelist|horizon|spx|[\w.]{1,40}\.atx|atx|cdf)|gdb|timestamps)",
    re.IGNORECASE,
)
LAYERS_AT_MOST = 50


def geodatabases_in(archive: zipfile.ZipFile) -> dict[str, list[zipfile.ZipInfo]]:
    """Path of each folder *.gdb → its members."""
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        path = PurePosixPath(archives.member_name(entry).replace("\\", "/"))
        if path.parent.suffix.lower() == ".gdb" and MEMBER.fullmatch(path.name):
            found.setdefault(str(path.parent), []).append(entry)
    return found


def read_geodatabase(archive: zipfile.ZipFile, folder: Path, *, layer: str | None, limits: Limits) -> FeatureFile:
    """The feature classes of the one geodatabase in an archive, or the one that is named."""
    found = geodatabases_in(archive)
    if len(found) != 1:
        raise FileRefused("压缩包里有几个 .gdb 数据库。请每次只放一个再压缩。", code="several-files")
    place = folder / "data.gdb"
    place.mkdir()
    for entry in next(iter(found.values())):
        name = PurePosixPath(archives.member_name(entry).replace("\\", "/")).name.lower()
        archives.extract(archive, entry, place / name, limits)
    names = [name for name in _layers(place) if layer in (None, name)]
    if not names:
        raise FileRefused("数据库里没有要素类。请检查后重新导出。", code="no-layer")
    if len(names) > LAYERS_AT_MOST:
        raise TooLarge(f"数据库里的要素类超过 {LAYERS_AT_MOST} 个。请拆分后再上传。")
    budget = Budget(limits)
    return FeatureFile("OpenFileGDB", [_layer(place, name, budget) for name in names])


def _layers(place: Path) -> list[str]:
    gdal.load(gdal.GEODATABASES)
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        return [str(name) for name, kind in pyogrio.list_layers(str(place)) if kind is not None]
    except DataSourceError as error:
        raise FileRefused("File Geodatabase 不完整或已损坏。请重新导出后再上传。", code="damaged-file") from error


def _layer(place: Path, name: str, budget: Budget) -> FeatureLayer:
    read = gdal.read_layer(place, layer=name, fields=True, at_most=budget.limits.rows + 1, drivers=gdal.GEODATABASES)
    columns = {title: [plain_value(value) for value in values] for title, values in read.columns.items()}
    collector = Collector(budget)
    for index, geometry in enumerate(read.geometries):
        collector.add(index + 1, {title: values[index] for title, values in columns.items()}, geometry, None)
    wkt = clean(read.crs or "") or None
    epsg = projections.epsg_code(read.crs) or (projections.cgcs2000_code(wkt) if wkt else None)
    return FeatureLayer(
        name=clean(name) or "图层",
        columns=list(columns),
        geometry_types=collector.types,
        epsg=epsg,
        crs_name=projections.name_of(wkt) if wkt else None,
        crs_wkt=wkt,
        crs_source="file" if wkt else "none",
        encoding="utf-8",
        rows=collector.rows,
    )
