"""Shapes of survey teams and CAD and 奥维 users, of ArcGIS, MapInfo, MapGIS and SuperMap, by their defects."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import shapely
from shapely.geometry.base import BaseGeometry

from tests.geodata.exchange.field.cases import Case, book
from tests.geodata.exchange.test_format_table import BLOCK, NAME, SPOT, frame, geojson, moved, placemark, shapefile
from tests.geodata.sandbox import drawings, makers

IN = {"changed": 1}
OUT: dict[str, int] = {}
MIDDLE = (113.0805, 29.3005)
POINT = (113.0889, 29.3851)
EAST, NORTH = (float(value) for value in moved(SPOT, 4547).coords[0])
RING = list(moved(BLOCK, 4526).exterior.coords)[:-1]
NAMED = "请在该项目的“图形编辑”里上传"


def gauss(
    name: str,
    geographic: str,
    datum: str,
    *,
    projection: str = "Gauss_Kruger",
    spheroid: str = 'SPHEROID["CGCS2000",6378137.0,298.257222101]',
) -> str:
    """A .prj of 3° zone 38 without the zone in front, in the words of some software."""
    return (
        f'PROJCS["{name}",GEOGCS["{geographic}",DATUM["{datum}",{spheroid}],PRIMEM["Greenwich",0.0],'
        f'UNIT["Degree",0.0174532925199433]],PROJECTION["{projection}"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


ESRI = gauss("CGCS2000_3_Degree_GK_CM_114E", "GCS_China_Geodetic_Coordinate_System_2000", "D_China_2000")
MAPINFO = gauss("Mapinfo_Generated", "unnamed", "China 2000", projection="Transverse_Mercator")
MAPGIS = gauss("国家2000_高斯克吕格_中央经线114", "国家2000", "D_国家2000")
SUPERMAP = gauss("User Define", "China_2000", "China_2000", projection="Transverse_Mercator")
KRASOVSKY = gauss(
    "Krasovsky_1940_Transverse_Mercator",
    "GCS_Krasovsky_1940",
    "D_Krasovsky_1940",
    spheroid='SPHEROID["Krasovsky_1940",6378245.0,298.3]',
)


def zone(prj: int | str | None, cpg: bytes | None = None) -> bytes:
    return shapefile(moved(BLOCK, 4547), prj, "gb18030", cpg)


def exported(*shapes: BaseGeometry, encoding: str = "GBK") -> Callable[[Path], bytes]:
    """A zip as ArcGIS users make it: XMMC, and a folder written with the stroke of Windows."""

    def make(folder: Path) -> bytes:
        place, target = folder / "shp", io.BytesIO()
        place.mkdir()
        held = geopandas.GeoDataFrame({"XMMC": [NAME] * len(shapes)}, geometry=list(shapes), crs=4547)
        held.to_file(place / "a.shp", encoding=encoding, engine="pyogrio")
        with zipfile.ZipFile(target, "w") as archive:
            for member in place.iterdir():
                archive.write(member, "项目成果\\红线" + member.suffix)
        return target.getvalue()

    return make


def measured() -> bytes:
    """A line with M in every vertex, by hand: GDAL writes it as Z."""
    points = [(EAST, NORTH, 0.0), (EAST + 100, NORTH, 100.0)]
    xy = b"".join(struct.pack("<2d", x, y) for x, y, _ in points)
    head = struct.pack("<i4d3i", 23, EAST, NORTH, EAST + 100, NORTH, 1, 2, 0)
    content = head + xy + struct.pack("<2d", 0, 100) + b"".join(struct.pack("<d", m) for _, _, m in points)
    record = struct.pack(">2i", 1, len(content) // 2) + content
    box = (EAST, NORTH, EAST + 100, NORTH)
    top = [struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + length // 2) for length in (len(record), 8)]
    rest = struct.pack("<2i8d", 1000, 23, *box, 0, 0, 0, 100)
    table = makers.dbf([("项目名称".encode("gbk"), "C", 60, 0)], [[NAME.encode("gbk")]])
    index = top[1] + rest + struct.pack(">2i", 50, len(content) // 2)
    prj = ESRI.encode()
    return makers.archive({"a.shp": top[0] + rest + record, "a.shx": index, "a.dbf": table, "a.prj": prj})


def two_layers() -> bytes:
    members: dict[str | bytes, bytes] = {}
    for folder, stem in (("道路中线", "道路"), ("用地红线", "红线")):
        with zipfile.ZipFile(io.BytesIO(shapefile(moved(BLOCK, 4526), 4526, stem=stem))) as one:
            for info in one.infolist():
                name = f"成果数据/{folder}/".encode("gbk") + info.filename.encode("cp437")
                members[name] = one.read(info)
    return makers.archive(members)


def layered_geopackage(folder: Path) -> bytes:
    path = folder / "made.gpkg"
    frame(moved(BLOCK, 4547), 4547).to_file(path, layer="用地红线", engine="pyogrio")
    other = frame(shapely.LineString([(EAST, NORTH), (EAST + 100, NORTH)]), 4547).assign(项目名称="不相干的路")
    other.to_file(path, layer="道路中线", engine="pyogrio", mode="a")
    return path.read_bytes()


def marked(inside: str) -> bytes:
    space = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
    return f'<?xml version="1.0" encoding="UTF-8"?><kml {space}><Document>{inside}</Document></kml>'.encode()


AREA = drawings.polygon(list(BLOCK.exterior.coords))
SCHEMA = (
    f'<Placemark><name>1</name><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="项目名称">{NAME}'
    f"</SimpleData></SchemaData></ExtendedData>{AREA}</Placemark>"
)
ARCMAP = (
    f"<Placemark><name>{NAME}</name><description><![CDATA[<table><tr><td>XMMC</td></tr></table>]]></description>"
    f"<MultiGeometry>{AREA}{drawings.point(113.0805, 29.3005)}</MultiGeometry></Placemark>"
)
TRACK = (
    f"<Placemark><name>{NAME}</name><gx:Track><gx:coord>113.08 29.3 30</gx:coord>"
    "<gx:coord>113.081 29.301 30</gx:coord></gx:Track></Placemark>"
)
LOOSE = (
    f"<Placemark><name>{NAME}</name><LineString><coordinates>113.08, 29.3, 0 113.081, 29.301, 0</coordinates>"
    "</LineString></Placemark>"
)


def boundary(pattern: str) -> str:
    return "\r\n".join(pattern.format(i=at, north=y, east=x) for at, (x, y) in enumerate(RING, 1)) + "\r\n"


PARCEL = f"4，1.0764，1，{NAME}，面，，，，@\r\n" + boundary("J{i}，1，{north:.3f}，{east:.3f}")
WIDE = f"【属性描述】\r\n坐标系＝2000国家大地坐标系\r\n几度分带＝3\r\n带号＝38\r\n【地块坐标】\r\n{PARCEL}"
POINTS = book(
    [["界址点成果表"], [f"项目名称：{NAME}"], ["点号", "X坐标", "Y坐标"]]
    + [[f"J{at}", round(y, 3), round(x, 3)] for at, (x, y) in enumerate(RING, 1)]
)


def old_drawing(*more: tuple[int, object]) -> bytes:
    """A drawing of R12: POLYLINE and VERTEX, no codepage, no units."""
    codes: list[tuple[int, object]] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"), (0, "ENDSEC")]
    codes += [(0, "SECTION"), (2, "ENTITIES"), (0, "POLYLINE"), (8, "红线"), (66, 1), (70, 1)]
    for x, y in list(moved(BLOCK, 4547).exterior.coords)[:-1]:
        codes += [(0, "VERTEX"), (8, "红线"), (10, x), (20, y), (30, 0)]
    return drawings._lines([*codes, (0, "SEQEND"), *more, (0, "ENDSEC"), (0, "EOF")]).encode("gbk")


def place(*columns: object, head: list[str]) -> bytes:
    return book([["项目名称", *head], [NAME, *columns]])


ESRI_JSON = {
    "geometryType": "esriGeometryPolygon",
    "spatialReference": {"wkid": 4490},
    "features": [{"attributes": {"项目名称": NAME}, "geometry": {"rings": []}}],
}
TABLE = book([["项目名称", "属地管理单位", "计划年度", "项目类别"], ["示例", "岳阳楼区", 2026, "农村公路"]])

SHAPES: dict[str, Case] = {
    "arcgis": Case("红线.zip", zone(ESRI), IN, at=MIDDLE),
    "mapinfo": Case("红线.zip", zone(MAPINFO), IN, at=MIDDLE),
    "mapgis": Case("红线.zip", zone(MAPGIS), IN, at=MIDDLE),
    "supermap": Case("红线.zip", zone(SUPERMAP), IN, at=MIDDLE),
    "krasovsky": Case("红线.zip", zone(KRASOVSKY), {"refused": 1}, ("不认识",)),
    "lying-prj": Case("红线.zip", zone(4490), {"refused": 1}, ("但坐标落在本市以外", "请确认")),
    "prj-with-mark": Case("红线.zip", zone("\ufeff" + ESRI), IN, at=MIDDLE),
    "prj-empty": Case("红线.zip", zone(""), IN, at=MIDDLE),
    "cpg-936": Case("红线.zip", zone(ESRI, b"936"), IN, at=MIDDLE),
    "cpg-ansi": Case("红线.zip", zone(ESRI, b"ANSI 936\r\n"), IN, at=MIDDLE),
    "shp-z": Case("a.zip", exported(shapely.force_3d(moved(BLOCK, 4547), 35.0)), IN, at=MIDDLE),
    "shp-m": Case("a.zip", measured(), IN),
    "shp-utf8": Case("a.zip", exported(moved(BLOCK, 4547), encoding="UTF-8"), IN, at=MIDDLE),
    "shp-points": Case("a.zip", exported(moved(shapely.MultiPoint([(113.08, 29.3), (113.081, 29.301)]), 4547)), IN),
    "zip-of-two-layers": Case("成果.zip", two_layers(), {"changed": 1, "refused": 1}, ("只读一个图层",)),
    "zip-of-a-table": Case("台账.zip", makers.archive({"台账.xlsx": TABLE}), OUT, ("请解压后直接上传",)),
    "zip-of-a-drawing": Case("图.zip", makers.archive({"总图.dwg": b"AC1032"}), OUT, ("另存为 DXF",)),
    "zip-of-a-text": Case("点.zip", makers.archive({"界址点.txt": b"J1"}), OUT, ("解压后直接上传",)),
    "zip-of-mapgis": Case("面.zip", makers.archive({"红线.wp": b"WMAP"}), OUT, ("转换为 Shapefile",)),
    "zip-of-a-kml": Case(
        "奥维.zip", makers.archive({"线路.kml": placemark(BLOCK, "CGCS2000").encode()}), IN, at=MIDDLE
    ),
    "mapgis-alone": Case("红线.wp", b"WMAP`D22", OUT, ("MapGIS",)),
    "kml-with-a-schema": Case("a.kml", marked(SCHEMA), IN, at=MIDDLE, crs="4326"),
    "kml-of-arcmap": Case("a.kml", marked(ARCMAP), IN, ("标注位置",), at=MIDDLE, crs="4326"),
    "kml-track": Case("a.kml", marked(TRACK), IN, at=MIDDLE, crs="4326"),
    "kml-with-blanks": Case("a.kml", marked(LOOSE), IN, at=MIDDLE, crs="4326"),
    "parcels-in-wide-signs": Case("界址点.txt", WIDE.encode("gbk"), IN, at=MIDDLE),
    "parcels-as-a-table": Case("界址点成果表.xlsx", POINTS, OUT, (NAMED,)),
    "bare-points": Case("拐点.txt", ("点号,X,Y\r\n" + boundary("{i},{north:.3f},{east:.3f}")).encode(), OUT, (NAMED,)),
    "cass-as-text": Case("展点.txt", boundary("{i},,{east:.3f},{north:.3f},35.2").encode(), OUT, (NAMED,)),
    "cass": Case("展点.dat", boundary("{i},,{east:.3f},{north:.3f},35.2").encode(), OUT, ("图形编辑",)),
    "geopackage-of-layers": Case(
        "a.gpkg", layered_geopackage, {"changed": 1, "refused": 1}, ("没有找到项目“不相干的路”",)
    ),
    "geojson-gbk": Case("a.geojson", geojson(moved(BLOCK, 4547), "EPSG:4547").decode().encode("gbk"), IN, at=MIDDLE),
    "geojson-silent-metres": Case("a.geojson", geojson(moved(BLOCK, 4547)), IN, ("请核对位置",), at=MIDDLE),
    "geojson-bare": Case("a.json", json.dumps(shapely.geometry.mapping(BLOCK)).encode(), OUT, (NAMED,)),
    "esri-json": Case("a.json", json.dumps(ESRI_JSON).encode(), OUT, ("Esri JSON",)),
    "dxf-r12": Case(
        "a.dxf", old_drawing((0, "TEXT"), (8, "注记"), (10, EAST), (20, NORTH), (1, NAME)), OUT, (NAMED,)
    ),
    "east-and-north-in-words": Case(
        "a.xlsx", place("东经113°05′20.04″", "北纬29°23′06.36″", head=["经度", "纬度"]), IN, at=POINT, crs="4490"
    ),
    "letters": Case("a.xlsx", place("E113.0889", "N29.3851", head=["经度(E)", "纬度(N)"]), IN, at=POINT, crs="4490"),
    "wide-coordinates": Case(
        "a.xlsx", place("１１３．０８８９", " 29.3851 ", head=["东经（°）", "北纬（°）"]), IN, at=POINT, crs="4490"
    ),
    "latitude-under-longitude": Case(
        "a.xlsx", place(29.3851, 113.0889, head=["经度", "纬度"]), IN, ("互换",), at=POINT, crs="4490"
    ),
    "group-over-x-and-y": Case(
        "a.xlsx",
        book(
            [
                ["序号", "项目名称", "坐标（2000国家大地坐标系）", None, "备注"],
                [None, None, "X", "Y", None],
                [1, NAME, round(NORTH, 3), round(EAST + 38_000_000, 3), None],
            ],
            merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
        ),
        IN,
        at=POINT,
    ),
    "two-points-in-a-cell": Case(
        "a.xlsx",
        place("113.0889，29.3851；113.0899，29.3861", head=["经纬度"]),
        {"refused": 1},
        ("应是一个点",),
        crs="4490",
    ),
    "labels-in-a-cell": Case(
        "a.xlsx", place("经度：113.0889 纬度：29.3851", head=["中心点坐标"]), IN, at=POINT, crs="4490"
    ),
}  # fmt: skip
