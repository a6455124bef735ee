"""A file straight into one project's geometry: GBK shapes, GeoPackage, GeoJSON, tables of coordinates."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
import xlwt
from shapely.geometry import LineString, Point, Polygon, box, mapping, shape

from geodata.crs.gcj02 import to_gcj02
from geodata.errors import BadParameter, DomainError, FileRefused, NotFound, Refused, TooLarge
from geodata.exchange.shape_intake.documents import FileIntake
from geodata.exchange.shape_intake.features import FILE_LIMITS
from geodata.exchange.shape_intake.files import read_upload
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from tests.geodata.exchange.shape_intake.conftest import TODAY
from tests.geodata.exchange.shape_intake.test_coordinates import HEADER, PARCEL
from tests.geodata.exchange.test_format_table import LOCAL
from tests.geodata.exchange.test_project_shapes import projected, shapefile
from tests.geodata.sandbox import drawings, makers

pytestmark = pytest.mark.django_db

BLOCK, SECOND = box(113.08, 29.30, 113.09, 29.31), box(113.10, 29.30, 113.11, 29.31)
ROAD = LineString([(113.06, 29.31), (113.07, 29.32), (113.08, 29.32)])
Read = Callable[..., FileIntake]


@pytest.fixture
def read(scope: Scope, road: Project, tmp_path: Path) -> Read:
    def ask(content: bytes | Path, name: str = "", **options: Any) -> FileIntake:
        path = content if isinstance(content, Path) else tmp_path / "sent"
        if isinstance(content, bytes):
            path.write_bytes(content)
        return read_upload(scope, code=road.serial_no, path=path, name=name or path.name, **options)

    return ask


def drawn(found: FileIntake) -> Any:
    assert found.geometry is not None, (found.question, found.note)
    return shape(found.geometry)


def features(*shapes: Any, crs: str | None = "EPSG:4490", **properties: list[str]) -> bytes:
    document: dict[str, Any] = {"type": "FeatureCollection"}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    document["features"] = [
        {
            "type": "Feature",
            "geometry": mapping(one),
            "properties": {name: values[at] for name, values in properties.items()},
        }
        for at, one in enumerate(shapes)
    ]
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.parametrize("epsg", [4526, 4547, 4490])
def test_a_shapefile_in_gbk_becomes_the_projects_geometry(read: Read, tmp_path: Path, epsg: int) -> None:
    whole = Polygon(BLOCK.exterior.coords, [box(113.083, 29.303, 113.086, 29.306).exterior.coords])
    sent = shapefile(tmp_path / "shp", {"项目名称": ["示例小区改造"]}, [projected(whole, epsg)], epsg)
    found = read(sent)
    assert drawn(found).geom_type == "MultiPolygon"
    assert drawn(found).symmetric_difference(whole).area < 1e-14
    assert len(drawn(found).geoms[0].interiors) == 1
    assert [feature.label.split(" · ")[0] for feature in found.features] == ["示例小区改造"]
    evidence = found.evidence
    assert evidence.original_sha256 == hashlib.sha256(sent.read_bytes()).hexdigest()
    assert evidence.declared_crs == evidence.detected_crs != ""
    assert evidence.crs_confidence == "declared"
    assert evidence.original_wkt.startswith("POLYGON")
    assert ("EPSG:4526→EPSG:4490" in evidence.pipeline) == (epsg == 4526)


def test_of_several_features_the_projects_own_is_suggested_and_nothing_is_chosen(read: Read, road: Project) -> None:
    found = read(features(BLOCK, SECOND, 项目名称=["别的工程", road.name]), "all.geojson")
    assert found.geometry is None
    assert [(feature.number, feature.suggested) for feature in found.features] == [(1, False), (2, True)]
    by_number = read(features(BLOCK, SECOND, 平台编号=[road.serial_no, "YYMS-2026-9999"]), "all.geojson")
    assert [feature.suggested for feature in by_number.features] == [True, False]


def test_the_chosen_features_are_joined_into_one_multi_geometry(read: Read) -> None:
    overlapping = box(113.085, 29.30, 113.095, 29.31)
    sent = features(BLOCK, SECOND, overlapping, ROAD, ROAD)
    apart = drawn(read(sent, "a.geojson", chosen=[1, 2]))
    assert (apart.geom_type, len(apart.geoms), apart.is_valid) == ("MultiPolygon", 2, True)
    joined = drawn(read(sent, "a.geojson", chosen=[1, 3]))
    assert (joined.geom_type, len(joined.geoms), joined.is_valid) == ("MultiPolygon", 1, True)
    assert joined.equals(shapely.union_all([BLOCK, overlapping]))
    lines = drawn(read(sent, "a.geojson", chosen=[4, 5]))
    assert (lines.geom_type, len(lines.geoms)) == ("MultiLineString", 2)
    one = read(sent, "a.geojson", chosen=[2])
    assert drawn(one).equals(SECOND)
    assert one.evidence.original_wkt == shapely.to_wkt(SECOND, rounding_precision=-1)
    with pytest.raises(Refused, match="混在一起"):
        read(sent, "a.geojson", chosen=[1, 4])
    with pytest.raises(Refused, match="没有第 9 个图形"):
        read(sent, "a.geojson", chosen=[9])


def test_a_shapefile_without_prj_in_degrees_is_asked_about(read: Read, tmp_path: Path) -> None:
    members = makers.shapefile(("示例道路",), prj=None)
    found = read(makers.archive(members), "no_prj.zip")
    assert found.geometry is None
    assert found.features == ()
    assert found.question is not None
    assert [option.crs for option in found.question.options] == ["4490", "GCJ02", "BD09"]
    first, second = (shape(option.geometry) for option in found.question.options[:2])
    assert 0.004 < first.distance(shapely.Point(113.0, 29.0)) + first.hausdorff_distance(second) < 0.01
    answered = read(makers.archive(members), "no_prj.zip", crs="GCJ02")
    assert shape(answered.features[0].geometry).equals_exact(shapely.MultiPolygon(list(second.geoms)), 1e-7)
    assert answered.evidence.accuracy_m == "5.0"


def test_a_shapefile_of_xian80_is_refused_with_the_reason(read: Read, tmp_path: Path) -> None:
    sent = shapefile(tmp_path / "shp", {"项目名称": ["甲"]}, [projected(BLOCK, 4526)], 2362)
    with pytest.raises(Refused, match=r"1980西安坐标系.*没有公开的转换参数"):
        read(sent)


def test_a_geopackage_is_read(read: Read, tmp_path: Path) -> None:
    path = makers.geopackage(tmp_path / "layers.gpkg", rows=2)
    found = read(path, chosen=[1, 2])
    assert drawn(found).geom_type == "MultiPoint"
    assert len(drawn(found).geoms) == 2
    assert found.features[0].label.startswith("示例0")


def test_what_is_wrong_with_a_feature_is_said_and_the_rest_can_be_chosen(read: Read) -> None:
    bow = Polygon([(113.08, 29.30), (113.09, 29.31), (113.09, 29.30), (113.08, 29.31)])
    found = read(features(bow, SECOND), "bow.geojson")
    assert found.geometry is None  # one of two was lost: the person must see that before taking the other
    assert [feature.number for feature in found.features] == [2]
    assert [fault.row for fault in found.faults] == [1]
    assert drawn(read(features(bow, SECOND), "bow.geojson", chosen=[2])).equals(SECOND)
    with pytest.raises(FileRefused):
        read(features(bow), "bow.geojson")


def test_surveyed_boundary_points_in_a_gbk_text_file(read: Read) -> None:
    found = read((HEADER + PARCEL).replace("\n", "\r\n").encode("gbk"), "界址点.txt")
    assert drawn(found).geom_type == "MultiPolygon"
    assert found.evidence.declared_crs.endswith("加带号38")
    assert len(found.features) == 1


def test_a_faulty_line_of_a_text_file_is_named_as_the_file_numbers_it(read: Read) -> None:
    text = "经度,纬度\r\n\r\n113.08,29.30\r\n113.09,29.3O\r\n113.09,29.31\r\n"
    with pytest.raises(FileRefused) as refused:
        read(text.encode("utf-16"), "点.csv", crs="4490", kind="polygon")
    assert (refused.value.row, refused.value.column) == (4, 2)


def test_coordinates_in_a_workbook(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["点号", "X坐标", "Y坐标"], ["J1", 3252300.5, 38411600], ["J2", 3252300, 38411650]):
        book.active.append(row)
    book.active.append(["J3", 3252240, 38411650.25])
    book.save(tmp_path / "点.xlsx")
    found = read(tmp_path / "点.xlsx", kind="polygon")
    assert drawn(found).geom_type == "MultiPolygon"
    assert "加带号38" in found.evidence.detected_crs
    assert "38411650.25" in found.evidence.original_wkt


def test_wkt_in_a_text_file(read: Read) -> None:
    found = read(f"{SECOND.wkt}\n".encode(), "图形.txt", crs="4490")
    assert drawn(found).equals(SECOND)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.zip", b""),
        ("word.docx", b"PK\3\4"),
        ("no_suffix", b"113,29"),
        ("alone.shp", b"\0\0\x27\x0a"),
        ("bomb.zip", b"PK\3\4" + b"\0" * 100),
        ("page.geojson", b"<html></html>"),
        ("vrt.geojson", b"<OGRVRTDataSource></OGRVRTDataSource>"),
        ("link.geojson", features(BLOCK).replace(b'"features"', b'"crs":{"type":"link","properties":{}},"features"')),
        ("google.kml", b'<?xml version="1.0"?><kml></kml>'),
        ("none.geojson", features()),
        ("null.geojson", b'{"type":"Feature","geometry":null,"properties":{}}'),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0"),
        ("../../etc/passwd", b"x"),
    ],
)
def test_what_is_no_shape_is_refused_in_a_sentence(read: Read, name: str, content: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        read(content, name, kind="polygon")
    assert refused.value.message.rstrip("。")
    assert "onemap-" not in refused.value.message


def test_too_large_a_file_is_refused_before_it_is_opened(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "large.geojson"
    with path.open("wb") as target:
        target.truncate(FILE_LIMITS.file_bytes + 1)
    with pytest.raises(TooLarge):
        read(path)


def test_a_dataset_of_the_whole_city_is_not_taken_for_one_project_unless_it_names_it(read: Read, road: Project) -> None:
    shapes = [box(113 + at / 5000, 29.3, 113.0001 + at / 5000, 29.3001) for at in range(301)]
    with pytest.raises(Refused, match="301 个图形"):
        read(features(*shapes), "city.geojson")
    names = [f"工程{at}" for at in range(300)] + [road.name]
    found = read(features(*shapes, 项目名称=names), "city.geojson")
    assert [feature.number for feature in found.features] == [301]


def test_packed_degrees_are_for_typed_coordinates_alone(read: Read) -> None:
    with pytest.raises(Refused):
        read(features(BLOCK), "a.geojson", crs="4490:packed")
    with pytest.raises(BadParameter):
        read(features(BLOCK), "a.geojson", crs="火星")


def test_a_stranger_to_the_project_learns_nothing(road: Project, other_steward: User, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(b"not even a file")
    with pytest.raises(NotFound):
        read_upload(scope_of(other_steward, today=TODAY), code=road.serial_no, path=path, name=path.name)


def test_placemarks_of_several_systems_are_each_brought_to_their_place(read: Read) -> None:
    lon, lat = (float(value) for value in to_gcj02(113.06, 29.31))
    marks = (
        drawings.placemark("火星", drawings.point(lon, lat), system="GCJ-02"),
        drawings.placemark("测绘", drawings.point(113.06, 29.31), system="CGCS2000"),
    )
    found = read(drawings.kml(*marks).encode(), "点位.ovkml", crs="BD09")
    assert [one.kind for one in found.features] == ["point", "point"]
    for one in found.features:
        assert shape(one.geometry).geoms[0].distance(Point(113.06, 29.31)) < 1e-7


def test_a_kml_that_says_nothing_is_asked_about_with_a_geometry_for_each_answer(read: Read) -> None:
    found = read(drawings.kml(drawings.placemark("甲", drawings.point(113.06, 29.31))).encode(), "a.kml")
    assert found.geometry is None
    assert found.question is not None
    assert [option.crs for option in found.question.options][:3] == ["4490", "GCJ02", "BD09"]


def test_a_closed_line_of_a_drawing_becomes_the_area(read: Read) -> None:
    sent = projected(BLOCK, 4547)
    drawing = drawings.dxf(drawings.polyline("用地红线", list(sent.exterior.coords)[:-1], closed=True))
    found = read(drawing.encode("gbk"), "总图.dxf")
    assert drawn(found).symmetric_difference(BLOCK).area < 1e-9
    assert found.evidence.crs_confidence == "certain"


def test_a_projection_that_nobody_knows_is_asked_about_though_the_numbers_fit(read: Read, tmp_path: Path) -> None:
    file = shapefile(tmp_path / "local", {"名称": ["甲"]}, [projected(BLOCK, 4547)], 4547)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["管线.prj"] = LOCAL.encode()
    found = read(makers.archive(dict(members)), "local.zip")
    assert found.question is not None
    assert "不认识" in found.question.message


def test_a_workbook_of_the_old_kind_holds_coordinates_too(read: Read) -> None:
    book, target = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("坐标")
    rows = [("点号", "X", "Y"), *((f"J{at}", y, x) for at, (x, y) in enumerate(projected(BLOCK, 4547).exterior.coords))]
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(target)
    assert drawn(read(target.getvalue(), "界址.xls", kind="polygon")).symmetric_difference(BLOCK).area < 1e-9


@pytest.mark.parametrize(
    ("name", "words"), [("a.dwg", "DXF"), ("a.ovobj", "ovkml"), ("a.shp", "ZIP"), ("a.rar", "ZIP")]
)
def test_what_no_reader_opens_is_refused_with_what_to_do(read: Read, name: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read(b"x" * 200, name)
