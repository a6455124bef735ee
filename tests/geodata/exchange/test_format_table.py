"""The table of docs/imports.md, line by line: a small file of each format, encoding and system, and what becomes of it.

A feature lands within two metres of the truth (five for GCJ-02 and BD-09), or the file is a question, or it is refused
with a sentence that says what to do. Nothing in between.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.crs import gcj02
from geodata.crs.transforms import project
from geodata.exchange.batches.opening import make_context, preview
from geodata.exchange.mappings import Options
from geodata.projects.models import Project
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import NOW
from tests.geodata.sandbox import drawings, makers

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[3] / "docs/imports.md"
BLOCK = shapely.box(113.080, 29.300, 113.081, 29.301)
SPOT = shapely.Point(113.0889, 29.3851)
NAME = "示例大道提质工程"
TWO, FIVE = 2.0, 5.0
METRE = 1 / 111_000


class Case(NamedTuple):
    """A file's name and content, what its importer is told, and what is expected: metres, or words of the refusal."""

    name: str
    content: bytes
    expected: float | str
    truth: BaseGeometry = BLOCK
    options: Mapping[str, Any] = {}


def moved(shape: BaseGeometry, system: int | str, *, swapped: bool = False) -> BaseGeometry:
    """The truth as a file in that system holds it."""

    def move(points: Any) -> Any:
        if system == "GCJ02":
            points = np.column_stack(gcj02.to_gcj02(points[:, 0], points[:, 1]))
        elif system == "BD09":
            points = np.column_stack(gcj02.to_bd09(points[:, 0], points[:, 1]))
        elif system not in {4490, 4326}:
            points = project(points, int(system))
        return points[:, ::-1] if swapped else points

    return shapely.transform(shape, move)


def geojson(shape: BaseGeometry, crs: object = None, **more: Any) -> bytes:
    feature = {"type": "Feature", "properties": {"项目名称": NAME}, "geometry": mapping(shape), **more}
    document: dict[str, Any] = {"type": "FeatureCollection", "features": [feature]}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(document, ensure_ascii=False).encode()


def shapefile(
    shape: BaseGeometry,
    prj: int | str | None,
    encoding: str = "gb18030",
    cpg: bytes | None = None,
    stem: str = "项目红线",
) -> bytes:
    shapes, index = makers.shp([list(shape.exterior.coords)])
    columns = [("项目名称".encode(encoding)[:10], "C", 60, 0)]
    name = stem.encode("gbk")
    members: dict[str | bytes, bytes] = {
        name + b".shp": shapes,
        name + b".shx": index,
        name + b".dbf": makers.dbf(columns, [[NAME.encode(encoding)]]),
    }
    if prj is not None:
        text = CRS.from_epsg(prj).to_wkt("WKT1_ESRI") if isinstance(prj, int) else prj
        members[name + b".prj"] = text.encode()
    if cpg is not None:
        members[name + b".cpg"] = cpg
    return makers.archive(members)


LOCAL = (
    'PROJCS["Yueyang_Local",GEOGCS["GCS_Local",DATUM["D_Local",SPHEROID["S",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",113.0],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def layers() -> bytes:
    """Two layers, the second without projection."""
    with zipfile.ZipFile(io.BytesIO(shapefile(moved(BLOCK, 4547), 4547))) as one:
        members: dict[str | bytes, bytes] = {"红线/" + info.filename: one.read(info) for info in one.infolist()}
    other = makers.shapefile(["无关图层"], prj=None, stem=b"other")
    return makers.archive({**members, **other})


def frame(shape: BaseGeometry, epsg: int | None) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"项目名称": [NAME]}, geometry=[shape], crs=epsg)


def geopackage(shape: BaseGeometry, epsg: int | None) -> Callable[[Path], bytes]:
    def make(folder: Path) -> bytes:
        frame(shape, epsg).to_file(folder / "made.gpkg", engine="pyogrio")
        return (folder / "made.gpkg").read_bytes()

    return make


def placemark(shape: BaseGeometry, system: str = "", **options: Any) -> str:
    mark = drawings.placemark(NAME, drawings.polygon(list(shape.exterior.coords)), system=system)
    return drawings.kml(mark, **options)


HEADER = "[属性描述]\n坐标系={datum}\n几度分带=3\n带号={zone}\n[地块坐标]\n"


def parcel(epsg: int = 4526, datum: str = "2000国家大地坐标系", zone: str = "38", swapped: bool = False) -> str:
    points = list(moved(BLOCK, epsg).exterior.coords)[:-1]
    rows = [
        f"J{at},1,{x:.3f},{y:.3f}" if swapped else f"J{at},1,{y:.3f},{x:.3f}" for at, (x, y) in enumerate(points, 1)
    ]
    head = f"4,1.0764,DK-001,{NAME},面,,城镇住宅用地,0701,@\n"
    return HEADER.format(datum=datum, zone=zone) + head + "\n".join(rows) + "\n"


def table(*columns: str, encoding: str = "utf-8", delimiter: str = ",", **values: object) -> bytes:
    rows = [["项目名称", *values], [NAME, *map(str, values.values())]]
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode(encoding)


def workbook(**values: object) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["某区项目位置一览表"])
    book.active.append(["项目名称", *values])
    book.active.append([NAME, *values.values()])
    book.save(target)
    return target.getvalue()


EAST, NORTH = (float(value) for value in moved(SPOT, 4547).coords[0])
DMS = {"经度": "113°05′20.04″", "纬度": "29°23′06.36″"}
EWKB = shapely.to_wkb(shapely.set_srid(SPOT, 4490), hex=True, include_srid=True)


def places(name: str, content: bytes, expected: float | str, **options: Any) -> Case:
    return Case(name, content, expected, SPOT, options)


CASES: dict[str, Case | Callable[[Path], Case]] = {
    # 界址点
    "jzd-gbk": Case("a.txt", parcel().replace("\n", "\r\n").encode("gbk"), TWO),
    "jzd-utf8-bom": Case("a.txt", parcel().encode("utf-8-sig"), TWO),
    "jzd-utf16": Case("a.txt", parcel().encode("utf-16"), TWO),
    "jzd-no-prefix": Case("a.txt", parcel(4547).encode("gbk"), TWO),
    "jzd-swapped": Case("a.txt", parcel(swapped=True).encode("gbk"), TWO),
    "jzd-no-header": Case("a.txt", parcel(zone="", datum="").encode("gbk"), TWO),
    "jzd-wrong-zone": Case("a.txt", parcel(zone="37").encode("gbk"), "请确认"),
    "jzd-xian80": Case("a.txt", parcel(datum="80国家大地坐标系").encode("gbk"), "转换参数"),
    # shapefile
    "shp-gbk-4526": Case("a.zip", shapefile(moved(BLOCK, 4526), 4526), TWO),
    "shp-utf8-4547": Case("a.zip", shapefile(moved(BLOCK, 4547), 4547, "utf-8", b"UTF-8"), TWO),
    "shp-lying-cpg": Case("a.zip", shapefile(moved(BLOCK, 4547), 4547, "gb18030", b"UTF-8"), TWO),
    "shp-4546": Case("a.zip", shapefile(moved(BLOCK, 4546), 4546), TWO),
    "shp-4497": Case("a.zip", shapefile(moved(BLOCK, 4497), 4497), TWO),
    "shp-utm": Case("a.zip", shapefile(moved(BLOCK, 32649), 32649), TWO),
    "shp-no-prj-4526": Case("a.zip", shapefile(moved(BLOCK, 4526), None), TWO),
    "shp-no-prj-4547": Case("a.zip", shapefile(moved(BLOCK, 4547), None), TWO),
    "shp-no-prj-swapped": Case("a.zip", shapefile(moved(BLOCK, 4547, swapped=True), None), TWO),
    "shp-no-prj-4546": Case("a.zip", shapefile(moved(BLOCK, 4546), None), "坐标可能是"),
    "shp-no-prj-degrees": Case("a.zip", shapefile(BLOCK, None), "坐标从哪里取得"),
    "shp-no-prj-answered": Case("a.zip", shapefile(moved(BLOCK, "GCJ02"), None), FIVE, options={"crs": "GCJ02"}),
    "shp-local": Case("a.zip", shapefile(moved(BLOCK, 4547), LOCAL), "不认识"),
    "shp-xian80": Case("a.zip", shapefile(moved(BLOCK, 4526), 2362), "转换参数"),
    "shp-beijing54": Case("a.zip", shapefile(moved(BLOCK, 4526), 2414), "转换参数"),
    "shp-small-numbers": Case("a.zip", shapefile(shapely.box(1000, 1000, 1090, 1090), None), "控制点"),
    "shp-layers": Case("a.zip", layers(), "坐标"),
    # GeoJSON, GeoPackage, geodatabase
    "geojson-crs": Case("a.geojson", geojson(moved(BLOCK, 4547), "urn:ogc:def:crs:EPSG::4547"), TWO),
    "geojson-bom-gcj": Case(
        "a.geojson", b"\xef\xbb\xbf" + geojson(moved(BLOCK, "GCJ02")), FIVE, options={"crs": "GCJ02"}
    ),
    "geojson-packed": Case("a.json", geojson(BLOCK), "只用于表格", options={"crs": "4490:packed"}),
    "geojson-silent": Case("a.json", geojson(moved(BLOCK, "BD09")), "坐标从哪里取得"),
    "geojson-texts": Case(
        "a.geojson",
        geojson(BLOCK, "EPSG:4490", geometry={"type": "Point", "coordinates": ["113.08", "29.3"]}),
        "坐标写法",
    ),
    "gpkg-4490": lambda folder: Case("a.gpkg", geopackage(BLOCK, 4490)(folder), TWO),
    "gpkg-4547": lambda folder: Case("a.gpkg", geopackage(moved(BLOCK, 4547), 4547)(folder), TWO),
    "gdb-4526": lambda folder: Case("a.zip", drawings.geodatabase(folder, frame(moved(BLOCK, 4526), 4526)), TWO),
    # KML
    "kml-silent": Case("a.kml", placemark(BLOCK).encode(), "坐标从哪里取得"),
    "kml-answered": Case("a.kml", placemark(BLOCK).encode(), TWO, options={"crs": "4326"}),
    "kmz-cgcs": Case("a.kmz", makers.archive({"doc.kml": placemark(BLOCK, "CGCS2000").encode()}), TWO),
    "ovkml-gcj": Case("a.ovkml", placemark(moved(BLOCK, "GCJ02"), "GCJ-02").encode(), FIVE),
    "ovkml-own-word": Case("a.kml", placemark(BLOCK, "WGS84").encode("gbk"), TWO, options={"crs": "BD09"}),
    # DXF
    "dxf-4547": Case("a.dxf", b"", TWO),
    "dxf-mm": Case("a.dxf", b"", TWO),
    "dxf-local": Case("a.dxf", b"", "控制点"),
    # tables
    "csv-degrees": places("a.csv", table(经度=113.0889, 纬度=29.3851), "坐标从哪里取得"),
    "csv-degrees-answered": places("a.csv", table(经度=113.0889, 纬度=29.3851, encoding="gbk"), TWO, crs="4490"),
    "csv-north-first": places("a.csv", table(X坐标=NORTH, Y坐标=EAST, delimiter="\t", encoding="utf-16"), TWO),
    "csv-lying-titles": places("a.csv", table(X坐标=EAST, Y坐标=NORTH, delimiter=";"), TWO),
    "csv-own-system": places("a.csv", table(经度=113.0889, 纬度=29.3851, 坐标系="CGCS2000", delimiter="|"), TWO),
    "csv-xian80": places("a.csv", table(X坐标=NORTH, Y坐标=EAST, 坐标系="西安80"), "转换参数"),
    "csv-dms": places("a.csv", table(**DMS, encoding="utf-8-sig"), TWO, crs="4490"),
    "csv-packed": places("a.csv", table(经度="113.05200400", 纬度="29.23063600"), TWO, crs="4490:packed"),
    "csv-one-cell": places("a.csv", table(坐标="113.0889,29.3851"), TWO, crs="4490"),
    "csv-wkt": places("a.csv", table(WKT="SRID=4490;POINT (113.0889 29.3851)"), TWO),
    "csv-wkb": places("a.csv", table(WKB=EWKB), TWO),
    "csv-bad-number": places("a.csv", table(经度="不详", 纬度=29.3851), "不是坐标数值", crs="4490"),
    "xlsx-north-first": places("a.xlsx", workbook(X坐标=NORTH, Y坐标=EAST), TWO),
    "xlsx-one-cell": places("a.xlsx", workbook(中心点坐标="113.0889,29.3851"), FIVE, crs="4490"),
    # refused by what they are
    "dwg": Case("a.dwg", b"AC1032" + b"\0" * 100, "DXF"),
    "dwg-renamed": Case("a.dxf", b"AC1032" + b"\0" * 100, "DXF"),
    "ovobj": Case("a.ovobj", b"OV" + b"\0" * 100, "ovkml"),
    "nested-zip": Case("a.zip", makers.archive({"b.zip": makers.archive({"c.shp": b"x"})}), "还有压缩包"),
    "single-shp": Case("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 100, "ZIP"),
}


def _drawing(shape: BaseGeometry, units: int, factor: float) -> bytes:
    ring = [(x * factor, y * factor) for x, y in list(shape.exterior.coords)[:-1]]
    return drawings.dxf(drawings.polyline("用地红线", ring, closed=True), units=units).encode("gbk")


FROM_ONE_LAYER = {"sheet": "用地红线"}
CASES["dxf-4547"] = Case("a.dxf", _drawing(moved(BLOCK, 4547), 6, 1), TWO, options=FROM_ONE_LAYER)
CASES["dxf-mm"] = Case("a.dxf", _drawing(moved(BLOCK, 4547), 4, 1000), TWO, options=FROM_ONE_LAYER)
CASES["dxf-local"] = Case(
    "a.dxf", _drawing(shapely.box(1000, 1000, 1090, 1090), 6, 1), "控制点", options=FROM_ONE_LAYER
)


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    refresh_management_boundaries()
    return make_project(name=NAME, name_key=NAME)


@pytest.mark.parametrize("key", CASES)
def test_a_file_lands_at_the_truth_or_is_a_question(key: str, tmp_path: Path, road: Project) -> None:
    made = CASES[key]
    case = made if isinstance(made, Case) else made(tmp_path)
    path = tmp_path / case.name
    path.write_bytes(case.content)
    constants = {"平台编号": road.serial_no} if key.startswith("dxf") else {}
    context = make_context(options=Options(**case.options), mapping=None, user=None, now=NOW)
    context.mapping = type(context.mapping)(constants=constants)
    plan = preview(path=path, dataset="projects", context=context).plan
    said = " ".join(issue.message for issue in plan.issues if issue.severity.refuses)
    if isinstance(case.expected, str):
        assert case.expected in said
        assert plan.blocked or not list(plan.entries())
        return
    assert not said
    (entry,) = plan.entries()
    placed = shapely.from_wkb(entry.geometry.wkb)
    assert shapely.hausdorff_distance(placed, shapely.normalize(case.truth)) < case.expected * METRE
    assert entry.geometry.original_sha256 == context.sha256
    assert entry.geometry.detected_crs
    assert entry.geometry.pipeline
    assert entry.geometry.original_wkt


def test_every_line_of_the_documented_table_is_one_of_these_files() -> None:
    part = PAGE.read_text(encoding="utf-8").partition("## Formats, encodings and systems")[2].partition("\n##")[0]
    named = re.findall(
        r"`([a-z0-9-]+)`", "\n".join(line.rpartition("|")[0].rpartition("|")[2] for line in part.splitlines())
    )
    assert sorted(named) == sorted(CASES)
