"""More shapes: fields cut by a dBASE table, wrapped and nested GeoJSON, KML of several hands, other boundary points."""

from __future__ import annotations

import json

import shapely

from tests.geodata.exchange.field.cases import Case, book
from tests.geodata.exchange.field.shapes import (
    AREA,
    EAST,
    ESRI,
    IN,
    MIDDLE,
    NORTH,
    POINT,
    RING,
    exported,
    marked,
    place,
)
from tests.geodata.exchange.test_format_table import BLOCK, NAME, geojson, moved, placemark
from tests.geodata.sandbox import drawings, makers

OTHER = shapely.box(113.082, 29.300, 113.083, 29.301)
PAIR = shapely.MultiPolygon([BLOCK, OTHER])
BETWEEN = (113.0815, 29.3005)


def cut_names() -> bytes:
    """Field names cut at ten bytes, one amid a sign; a second record that was deleted."""
    titles = ("项目名称", "项目类别", "属地管理单位", "计划年度", "总投资(万元)")
    fields = [(title.encode("gbk")[:10], "C", 60, 0) for title in titles]
    rows = [[word.encode("gbk") for word in ("示例新村", "农村公路", "岳阳楼区", "2026", "1234.5")]] * 2
    ring = list(moved(BLOCK, 4547).exterior.coords)
    shapes, index = makers.shp([ring, ring])
    return makers.archive(
        {"a.shp": shapes, "a.shx": index, "a.dbf": makers.dbf(fields, rows, deleted=[1]), "a.prj": ESRI.encode()}
    )


def wrapped(inside: bytes) -> bytes:
    return json.dumps({"code": 0, "msg": "ok", "data": json.loads(inside)}, ensure_ascii=False).encode()


def nested() -> bytes:
    document = json.loads(geojson(moved(BLOCK, 4547), "urn:ogc:def:crs:EPSG::4547"))
    document["features"][0]["properties"]["周边"] = json.loads(geojson(OTHER))
    return json.dumps(document, ensure_ascii=False).encode()


def numbered() -> bytes:
    document = json.loads(geojson(moved(BLOCK, 4547), "EPSG:4547"))
    document["features"][0]["properties"]["平台编号"] = 1234567890123456789
    return json.dumps(document, ensure_ascii=False).encode()


FOLDERS = (
    "<NetworkLink><name>更新</name><Link><href>http://example.invalid/a.kml</href></Link></NetworkLink>"
    "<Folder><name>一标段</name><Folder><name>红线</name><Placemark><name>红线</name><ExtendedData>"
    f'<Data name="项目名称"><value>{NAME}</value></Data></ExtendedData>{AREA}</Placemark></Folder></Folder>'
)
TRACKS = (
    f"<Placemark><name>{NAME}</name><gx:MultiTrack><gx:Track><when>2026-03-01T00:00:00Z</when>"
    "<gx:coord>113.08 29.3 30</gx:coord><when>2026-03-01T00:01:00Z</when>"
    "<gx:coord>113.081 29.301 30</gx:coord></gx:Track></gx:MultiTrack></Placemark>"
)
MIXED = drawings.kml(
    drawings.placemark(NAME, drawings.polygon(list(moved(BLOCK, "GCJ02").exterior.coords)), system="GCJ-02"),
    drawings.placemark("不相干的路", drawings.line([(113.1, 29.31), (113.11, 29.31)]), system="CGCS2000"),
)


def boundary(pattern: str, *, prefix: bool = True, more: str = "") -> str:
    points = [(x - (0 if prefix else 38_000_000), y) for x, y in RING]
    return "\r\n".join(pattern.format(i=at, north=y, east=x) for at, (x, y) in enumerate(points, 1)) + "\r\n" + more


def parcels(line: str, points: str, *, zone: str = "38") -> bytes:
    head = f"[属性描述]\r\n格式版本号=\r\n坐标系=CGCS2000\r\n几度分带=3\r\n带号={zone}\r\n[地块坐标]\r\n"
    return (head + line + "\r\n" + points).encode("gbk")


COMMA = "J{i},1,{north:.3f},{east:.3f}"
AGAIN = COMMA.format(i=1, north=RING[0][1], east=RING[0][0]) + "\r\n"
LINE = f"4,1.0764,1,{NAME},面,,,,@"

SURVEYS: dict[str, Case] = {
    "shp-multipart-z": Case("a.zip", exported(shapely.force_3d(moved(PAIR, 4547), 35.0)), IN, at=BETWEEN),
    "shp-names-cut-and-a-deleted-record": Case(
        "a.zip", cut_names(), {"new": 1}, at=MIDDLE, read={"示例新村": {"total_investment": 12_345_000}}
    ),
    "geojson-urn": Case("a.geojson", geojson(moved(BLOCK, 4547), "urn:ogc:def:crs:EPSG::4547"), IN, at=MIDDLE),
    "geojson-ogc-address": Case(
        "a.geojson", geojson(moved(BLOCK, 4526), "http://www.opengis.net/def/crs/EPSG/0/4526"), IN, at=MIDDLE
    ),
    "geojson-in-an-envelope": Case("a.json", wrapped(geojson(moved(BLOCK, 4547), "EPSG:4547")), IN, at=MIDDLE),
    "geojson-in-a-property": Case("a.geojson", nested(), IN, at=MIDDLE),
    "geojson-swapped": Case(
        "a.geojson", geojson(moved(BLOCK, 4490, swapped=True), "EPSG:4490"), IN, ("互换",), at=MIDDLE
    ),
    "geojson-long-number": Case("a.geojson", numbered(), IN, at=MIDDLE),
    "geojson-z": Case("a.geojson", geojson(shapely.force_3d(moved(BLOCK, 4547), 30), "EPSG:4547"), IN, at=MIDDLE),
    "kml-folders-and-a-link": Case("a.kml", marked(FOLDERS), IN, ("链接",), at=MIDDLE, crs="4326"),
    "kml-multitrack": Case("a.kml", marked(TRACKS), IN, at=MIDDLE, crs="4326"),
    "ovkml-of-two-systems": Case("a.ovkml", MIXED.encode(), {"changed": 1, "refused": 1}, at=MIDDLE),
    "kmz-with-pictures": Case(
        "a.kmz",
        makers.archive({"files/图.png": b"\x89PNG", "doc.kml": placemark(BLOCK, "WGS84").encode()}),
        IN,
        at=MIDDLE,
    ),
    "parcels-with-tabs": Case(
        "a.txt", parcels(LINE.replace(",", "\t"), boundary(COMMA.replace(",", "\t"))), IN, at=MIDDLE
    ),
    "parcels-closed-again": Case(
        "a.txt", parcels(LINE.replace("4,", "5,", 1), boundary(COMMA, more=AGAIN)), IN, at=MIDDLE
    ),
    "parcels-short-line": Case("a.txt", parcels(f"4,1.0764,1,{NAME},面,@", boundary(COMMA)), IN, at=MIDDLE),
    "parcels-zone-not-said": Case("a.txt", parcels(LINE, boundary(COMMA, prefix=False), zone=""), IN, at=MIDDLE),
    "parcels-zone-said-and-not-written": Case("a.txt", parcels(LINE, boundary(COMMA, prefix=False)), IN, at=MIDDLE),
    "parcels-with-titles": Case("a.txt", parcels(LINE, "点号,圈号,X坐标,Y坐标\r\n" + boundary(COMMA)), IN, at=MIDDLE),
    "parcels-in-mu": Case("a.txt", parcels(LINE.replace("1.0764", "16.146"), boundary(COMMA)), IN, ("亩",), at=MIDDLE),
    "zone-in-front-of-half": Case(
        "a.xlsx",
        book(
            [
                ["项目名称", "属地管理单位", "计划年度", "项目类别", "X坐标", "Y坐标"],
                [NAME, "岳阳楼区", 2026, "农村公路", round(NORTH, 3), round(EAST + 38_000_000, 3)],
                ["示例二路", "岳阳楼区", 2026, "农村公路", round(NORTH, 3), round(EAST, 3)],
            ]
        ),
        {"new": 1, "changed": 1},
        ("一部分坐标带有带号",),
        blocked=True,
    ),
    "degrees-in-a-cell-with-wide-comma": Case(
        "a.xlsx", place("（113.0889，29.3851）", head=["坐标"]), IN, at=POINT, crs="4490"
    ),
}
