"""Files of features: which reader a file gets is decided by its first bytes, never by its name."""

import zipfile
from pathlib import Path, PurePosixPath

from geodata.errors import FileRefused
from geodata.sandbox.codec import features
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import FeatureFile, Limits
from geodata.sandbox.readers import archives, geojson, geopackage, shapefile, signatures

EXPECTED = " GeoJSON、GeoPackage 或 ZIP 压缩的 Shapefile"
SINGLE = (".geojson", ".json", ".gpkg")


def read_features(folder: Path, *, limits: Limits, encoding: str | None = None, layer: str | None = None) -> Json:
    """The file in ``folder/input`` as JSON."""
    return features.encode_feature_file(_read(folder / "input", folder, encoding, layer, limits))


def _read(path: Path, folder: Path, encoding: str | None, layer: str | None, limits: Limits) -> FeatureFile:
    head = signatures.head_of(path)
    if signatures.is_sqlite(head):
        named = path.rename(path.with_name("layers.gpkg"))  # GDAL insists on the ending
        return geopackage.read_geopackage(named, layer=layer, limits=limits)
    if signatures.is_zip(head):
        return _read_archive(path, folder, encoding, layer, limits)
    if signatures.is_markup(head) and b"<kml" in head.lower():
        raise FileRefused("KML 暂时不能导入。请在原软件里另存为 GeoJSON 或 Shapefile 后再上传。", code="wrong-format")
    signatures.refuse_known(head, expected=EXPECTED)
    if not _looks_like_json(head):
        raise FileRefused(f"文件内容不是{EXPECTED}。请从原软件重新导出后再上传。", code="wrong-format")
    return geojson.read_geojson(path, encoding=encoding, limits=limits)


def _looks_like_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"[")


def _read_archive(path: Path, folder: Path, encoding: str | None, layer: str | None, limits: Limits) -> FeatureFile:
    with archives.opened(path, limits) as archive:
        archives.refuse_nested(archive)
        if shapefile.shapefiles_in(archive):
            return shapefile.read_shapefiles(archive, folder, encoding=encoding, layer=layer, limits=limits)
        entry = _single_file(archive)
        inner = folder / "inner"
        archives.extract(archive, entry, inner, limits)
    head = signatures.head_of(inner)
    if signatures.is_zip(head):
        raise FileRefused("压缩包里还有压缩包。请全部解压，把文件直接放进一个 ZIP 再上传。", code="nested-archive")
    return _read(inner, folder, encoding, layer, limits)


def _single_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    found = [
        entry
        for entry in archive.infolist()
        if PurePosixPath(entry.filename).suffix.lower() in SINGLE and "__MACOSX" not in entry.filename
    ]
    if len(found) != 1:
        raise FileRefused(
            "压缩包里没有 Shapefile（.shp、.shx、.dbf）。请把它们直接放进一个 ZIP 再上传。", code="no-layer"
        )
    return found[0]
