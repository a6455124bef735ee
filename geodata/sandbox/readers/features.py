"""Files of features: which reader a file gets is decided by its first bytes, never by its name."""

import zipfile
from pathlib import Path, PurePosixPath

from geodata.errors import FileRefused
from geodata.sandbox.codec import features
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import FeatureFile, Limits
from geodata.sandbox.readers import archives, dxf, filegdb, geojson, geopackage, kml, shapefile, signatures

EXPECTED = " GeoJSON、GeoPackage、KML、DXF 或 ZIP 压缩的 Shapefile"
SINGLE = (".geojson", ".json", ".gpkg", ".kml", ".ovkml", ".dxf")
# what people zip instead, and the rest of the sentence
OTHER_CONTENT = {
    "表格，请解压后直接上传": (".xlsx", ".xls", ".et", ".csv"),
    "DWG 图纸，请在 CAD 里另存为 DXF 再上传": (".dwg",),
    "文本，界址点等坐标文件请解压后直接上传": (".txt",),
    "MapGIS 文件，请转换为 Shapefile 再压缩上传": (".wp", ".wl", ".wt"),
    "MapInfo 文件，请导出为 Shapefile 再压缩上传": (".tab", ".mif"),
}
# What makes markup a KML, with or without its root and namespaces.
KML_MARKS = (b"<kml", b":kml", b"<placemark", b"<document", b"<folder", b"ovcoordtype")


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
    if dxf.is_dxf(head):
        return dxf.read_dxf(path, encoding=encoding, layer=layer, limits=limits)
    if signatures.is_markup(head) and _is_kml(head):
        return kml.read_kml(path.read_bytes(), encoding=encoding, limits=limits)
    signatures.refuse_known(head, expected=EXPECTED)
    if not _looks_like_json(head):
        raise FileRefused(f"文件内容不是{EXPECTED}。请从原软件重新导出后再上传。", code="wrong-format")
    return geojson.read_geojson(path, encoding=encoding, limits=limits)


def _is_kml(head: bytes) -> bool:
    lowered = head.replace(b"\x00", b"").lower()
    return any(mark in lowered for mark in KML_MARKS)


def _looks_like_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"[")


def _read_archive(path: Path, folder: Path, encoding: str | None, layer: str | None, limits: Limits) -> FeatureFile:
    with archives.opened(path, limits) as archive:
        archives.refuse_nested(archive)
        if filegdb.geodatabases_in(archive):
            return filegdb.read_geodatabase(archive, folder, layer=layer, limits=limits)
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
    """The only file of features; of a KMZ the one in the uppermost folder, which others may hang on."""
    found = [
        (len(path.parts), entry)
        for entry in archive.infolist()
        if (path := PurePosixPath(archives.member_name(entry).replace("\\", "/"))).suffix.lower() in SINGLE
        and "__MACOSX" not in path.parts
    ]
    if not found:
        raise FileRefused(_without_features(archive), code="no-layer")
    top = [entry for depth, entry in found if depth == min(depth for depth, _entry in found)]
    if len(top) > 1:
        raise FileRefused(
            f"压缩包里有 {len(top)} 个空间数据文件。请每次只放一个再压缩，或分别上传。", code="several-files"
        )
    return top[0]


def _without_features(archive: zipfile.ZipFile) -> str:
    """What an archive without features holds instead, and what to do with it."""
    names = [PurePosixPath(archives.member_name(entry).replace("\\", "/")).name for entry in archive.infolist()]
    for words, endings in OTHER_CONTENT.items():
        held = next((name for name in names if name.lower().endswith(endings)), None)
        if held:
            kind, _, advice = words.partition("，")
            return f"压缩包里是{kind}（{held[:60]}），{advice}。"
    return "压缩包里没有 Shapefile（.shp、.shx、.dbf）。请把它们直接放进一个 ZIP 再上传。"
