"""Good files of features come through the door exactly: texts, numbers, shapes, coordinate systems."""

import json
from datetime import date
from decimal import Decimal

import pytest

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import door, wkb
from geodata.sandbox.documents import Limits
from geodata.sandbox.readers import dbf
from tests.geodata.sandbox import makers


@pytest.fixture
def read(tmp_path):
    def read(content, **options):
        path = tmp_path / "upload.bin"
        path.write_bytes(content)
        return door.read_features(path, **options)

    return read


# --- shapefiles ---


def test_a_shapefile_in_gbk_with_a_gbk_name_comes_back_exactly(read):
    names = ["示例小区改造", "㛃镇示例道路"]  # 㛃 takes four bytes in GB18030
    members = makers.shapefile(names, stem="岳阳/示例图层".encode("gbk"))
    (layer,) = read(makers.archive(members)).layers
    assert layer.name == "示例图层"
    assert layer.columns == ["项目名称", "投资"]
    assert [row.values for row in layer.rows] == [
        {"项目名称": names[0], "投资": Decimal("1.1")},
        {"项目名称": names[1], "投资": Decimal("2.1")},
    ]
    assert (layer.epsg, layer.crs_source, layer.encoding) == (4526, "prj", "gb18030")
    assert layer.geometry_types == {"Polygon"}
    assert [wkb.measure(row.wkb).vertices for row in layer.rows] == [5, 5]


def test_rare_characters_come_back_from_a_shapefile_in_utf8(read):
    members = makers.shapefile(["𠮷家湖", "䶮山"], encoding="utf-8", cpg=b"UTF-8")
    (layer,) = read(makers.archive(members)).layers
    assert [row.values["项目名"] for row in layer.rows] == ["𠮷家湖", "䶮山"]  # ten bytes hold three characters
    assert layer.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("language", [0x00, 0x57, 0x4D])
@pytest.mark.parametrize("cpg", [None, b"GBK", b"UTF-8", b"936", b"ISO-8859-1", b"nonsense", b"../../etc/passwd"])
def test_chinese_is_found_whatever_the_language_byte_and_the_cpg_file_say(tmp_path, encoding, language, cpg):
    path = tmp_path / "table"
    path.write_bytes(makers.shapefile(encoding=encoding, language=language)[b"layer.dbf"])
    table = dbf.read_dbf(path, cpg=cpg, encoding=None, limits=Limits())
    texts = [value for row in table.rows for value in row.values() if isinstance(value, str)]
    if cpg == b"ISO-8859-1" and encoding == "gb18030":
        assert table.encoding == "cp1252"  # named by the file itself: believed, as nothing contradicts it
    else:
        assert texts == ["示例小区改造", "示例道路"]


@pytest.mark.parametrize(("language", "cpg"), [(0x00, None), (0x57, None), (0x4D, b"GBK")])
def test_gdals_own_view_of_the_language_byte_does_not_matter(read, language, cpg):
    (layer,) = read(makers.archive(makers.shapefile(language=language, cpg=cpg))).layers
    assert [row.values["项目名称"] for row in layer.rows] == ["示例小区改造", "示例道路"]


def test_western_text_in_a_table_is_not_taken_for_chinese(read):
    members = makers.shapefile()
    members[b"layer.dbf"] = makers.dbf([(b"NAME", "C", 20, 0)], [["O\u2019Neill".encode("cp1252")], [b"x"]])
    with pytest.raises(FileRefused, match="指明编码"):
        read(makers.archive(members))
    assert read(makers.archive(members), encoding="windows-1252").layers[0].rows[0].values == {"NAME": "O\u2019Neill"}


def test_a_named_encoding_is_used_and_must_fit(read):
    latin = makers.archive(makers.shapefile(["Straße", "Café"], encoding="gb18030", cpg=None))
    with pytest.raises(FileRefused, match="指定的编码"):
        read(latin, encoding="utf-8")
    assert read(latin, encoding="gbk").layers[0].rows[0].values["项目名称"] == "Straße"


def test_a_name_cut_in_the_middle_of_a_character_loses_the_broken_end_and_says_so(read):
    members = makers.shapefile(["示例小区改造工程"], width=11)
    (layer,) = read(makers.archive(members)).layers
    assert layer.rows[0].values["项目名称"] == "示例小区改"
    assert any("截断" in notice for notice in layer.notices)


def test_bytes_that_are_no_text_are_refused(read):
    members = makers.shapefile()
    members[b"layer.dbf"] = makers.dbf([(b"NAME", "C", 10, 0)], [[b"ab\xff\xffcd"], [b"ok"]])
    with pytest.raises(FileRefused, match="编码"):
        read(makers.archive(members))


def test_deleted_records_and_their_shapes_are_left_out_and_keep_their_numbers(read):
    members = makers.shapefile()
    members[b"layer.dbf"] = makers.dbf([(b"NAME", "C", 10, 0)], [[b"gone"], [b"here"]], deleted=[0])
    (layer,) = read(makers.archive(members)).layers
    assert [(row.number, row.values) for row in layer.rows] == [(2, {"NAME": "here"})]


def test_every_type_of_a_dbf_field_keeps_its_value(read):
    fields = [(b"TEXT", "C", 8, 0), (b"WHOLE", "N", 18, 0), (b"MONEY", "N", 19, 2), (b"FLOAT", "F", 20, 6)]
    fields += [(b"DAY", "D", 8, 0), (b"YES", "L", 1, 0)]
    full = [b"abc", b"123456789012345678", b"1234567890123456.78", b"1.5e+02", b"20260330", b"T"]
    empty = [b"", b"", b"******", b"", b"00000000", b"?"]
    members = makers.shapefile()
    members[b"layer.dbf"] = makers.dbf(fields, [full, empty])
    (layer,) = read(makers.archive(members)).layers
    assert layer.rows[0].values == {
        "TEXT": "abc",
        "WHOLE": 123456789012345678,
        "MONEY": Decimal("1234567890123456.78"),
        "FLOAT": Decimal("150"),
        "DAY": date(2026, 3, 30),
        "YES": True,
    }
    assert set(layer.rows[1].values.values()) == {None}


def test_a_shapefile_without_prj_says_that_it_has_no_coordinate_system(read):
    (layer,) = read(makers.archive(makers.shapefile(prj=None))).layers
    assert (layer.epsg, layer.crs_wkt, layer.crs_source) == (None, None, "none")


@pytest.mark.parametrize(
    ("easting", "meridian", "code"),
    [
        ("500000.0", "114.0", 4547),
        ("38500000.0", "114.0", 4526),
        ("500000.0", "111.0", 4546),
        ("37500000.0", "111", 4525),
    ],
)
def test_invented_names_of_cgcs2000_are_recognised_by_their_parameters(read, easting, meridian, code):
    prj = makers.CGCS2000_ZONE_38.replace("CGCS2000_3_Degree_GK_Zone_38", "岳阳2000坐标系")
    prj = prj.replace("38500000.0", easting).replace("114.0", meridian)
    assert read(makers.archive(makers.shapefile(prj=prj))).layers[0].epsg == code


def test_a_local_system_has_no_code(read):
    prj = makers.CGCS2000_ZONE_38.replace("114.0", "113.1")
    (layer,) = read(makers.archive(makers.shapefile(prj=prj))).layers
    assert (layer.epsg, layer.crs_source) == (None, "prj")
    assert layer.crs_wkt == prj


def test_xian_1980_is_told_apart(read):
    prj = (
        'PROJCS["Xian_1980_3_Degree_GK_Zone_38",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",'
        'SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
        'UNIT["Meter",1.0]]'
    )
    assert read(makers.archive(makers.shapefile(prj=prj))).layers[0].epsg == 2362


def test_several_layers_come_in_their_order_and_one_can_be_chosen(read):
    members = makers.shapefile(stem="甲".encode("gbk")) | makers.shapefile(["一"], stem="子/乙".encode("gbk"))
    members["__MACOSX/._layer.shp"] = b"junk"
    content = makers.archive(members)
    assert [layer.name for layer in read(content).layers] == ["甲", "乙"]
    assert [layer.name for layer in read(content, layer="乙").layers] == ["乙"]
    with pytest.raises(FileRefused, match="图层"):
        read(content, layer="丙")


def test_null_shapes_are_rows_without_geometry(read):
    members = makers.shapefile()
    members[b"layer.shp"], members[b"layer.shx"] = makers.shp([makers.SQUARE, None])
    (layer,) = read(makers.archive(members)).layers
    assert [(row.wkb is None, row.problem) for row in layer.rows] == [(False, None), (True, None)]


@pytest.mark.parametrize("missing", ["shp", "shx", "dbf"])
def test_a_missing_part_of_a_shapefile_is_named(read, missing):
    members = makers.shapefile()
    del members[b"layer." + missing.encode()]
    with pytest.raises(FileRefused, match=f".{missing}"):
        read(makers.archive(members))


# --- GeoJSON ---


def test_geojson_keeps_text_numbers_and_order(read):
    (layer,) = read(makers.geojson(名称="𠮷家湖", 投资=0.1, 数=12, 公开=True, 空=None, 表=[1, "二"])).layers
    assert layer.rows[0].values == {
        "名称": "𠮷家湖",
        "投资": Decimal("0.1"),
        "数": 12,
        "公开": True,
        "空": None,
        "表": '[1,"二"]',
    }
    assert type(layer.rows[0].values["公开"]) is bool
    assert (layer.epsg, layer.crs_name, layer.crs_source) == (4326, "OGC:CRS84", "standard")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("EPSG:4490", 4490),
        ("urn:ogc:def:crs:EPSG::4547", 4547),
        ("urn:ogc:def:crs:EPSG:9.1:4490", 4490),
    ],
)
def test_the_older_crs_member_is_understood(read, name, code):
    crs = {"type": "name", "properties": {"name": name}}
    assert read(makers.geojson(crs=crs)).layers[0].epsg == code


def test_geojson_in_metres_without_a_crs_has_none(read):
    content = makers.geojson().replace(b"113.0", b"411562.1").replace(b"29.0", b"3252287.3")
    (layer,) = read(content).layers
    assert (layer.epsg, layer.crs_source) == (None, "none")
    assert layer.notices


def test_geojson_in_gbk_and_with_a_byte_order_mark_is_read(read):
    text = makers.geojson(名称="示例").decode()
    for raw in (text.encode("gbk"), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert read(raw).layers[0].rows[0].values["名称"] == "示例"


def _feature(geometry):
    feature = {"type": "Feature", "id": 7, "properties": None, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


@pytest.mark.parametrize(
    ("kind", "coordinates", "vertices"),
    [
        ("Point", [113, 29, 55.5], 1),
        ("LineString", [[113, 29, 1], [113.1, 29, 2]], 2),
        ("MultiPoint", [[113, 29], [114, 29]], 2),
        ("MultiLineString", [[[113, 29], [114, 29]], [[113, 28], [114, 28]]], 4),
        ("MultiPolygon", [[makers.SQUARE]], 5),
    ],
)
def test_every_type_comes_through_in_two_dimensions(read, kind, coordinates, vertices):
    (row,) = read(_feature({"type": kind, "coordinates": coordinates})).layers[0].rows
    assert wkb.measure(row.wkb).geometry_type == kind
    assert wkb.measure(row.wkb).vertices == vertices
    assert row.values == {"id": 7}


BROKEN = [
    {"type": "Point", "coordinates": []},
    {"type": "Point", "coordinates": ["113", "29"]},
    {"type": "Point", "coordinates": [None, 29]},
    {"type": "Point", "coordinates": {"x": 1}},
    {"type": "LineString", "coordinates": [[113, 29]]},
    {"type": "LineString", "coordinates": [[113], [29, 1, 2]]},
    {"type": "Polygon", "coordinates": [makers.SQUARE[:4]]},
    {"type": "Polygon", "coordinates": [makers.SQUARE[:2]]},
    {"type": "Curve", "coordinates": []},
    {"type": ["Point"], "coordinates": []},
    {"type": "GeometryCollection", "geometries": 3},
    "POINT(1 1)",
    [[]],
    17,
]


def test_a_broken_geometry_is_a_problem_of_its_row_alone(read):
    content = json.loads(makers.geojson())
    content["features"] += [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in BROKEN]
    good, *bad = read(json.dumps(content).encode()).layers[0].rows
    assert good.problem is None
    assert [row.number for row in bad if row.wkb is not None or not row.problem] == []


@pytest.mark.parametrize("number", ["1e999", "NaN", "Infinity", "-", "0x10"])
def test_what_is_no_number_in_json_is_refused_with_its_place(read, number):
    with pytest.raises(FileRefused, match="第 1 行第"):
        read(makers.geojson().replace(b"113.0", number.encode()))


def test_nested_collections_end_somewhere(read):
    geometry = {"type": "Point", "coordinates": [113, 29]}
    for _ in range(200):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    assert read(_feature(geometry)).layers[0].rows[0].problem


# --- GeoPackage ---


def test_a_geopackage_keeps_its_values(tmp_path):
    path = makers.geopackage(tmp_path / "a.gpkg", 'UPDATE "项目" SET "数量" = NULL, "公开" = NULL WHERE fid = 2')
    (layer,) = door.read_features(path).layers
    assert layer.name == "项目"
    assert layer.rows[0].values == {
        "名称": "示例0",
        "数量": 0,
        "金额": Decimal("0.1"),
        "日期": date(2026, 3, 30),
        "公开": True,
    }
    assert layer.rows[1].values["数量"] is None
    assert layer.rows[1].values["公开"] is None
    assert (layer.epsg, layer.crs_source) == (4490, "file")
    assert layer.geometry_types == {"Point"}


def test_a_geopackage_or_geojson_inside_a_zip_is_read(read, tmp_path):
    path = makers.geopackage(tmp_path / "a.gpkg")
    assert read(makers.archive({"项目.gpkg": path.read_bytes()})).driver == "GPKG"
    assert read(makers.archive({"项目.geojson": makers.geojson()})).driver == "GeoJSON"


# --- limits ---


def test_a_feature_beyond_the_limits_is_a_problem_of_its_row(read):
    (row,) = read(makers.geojson(), limits=Limits(vertices_per_feature=4)).layers[0].rows
    assert row.wkb is None
    assert "顶点" in row.problem
    parts = {"type": "MultiPoint", "coordinates": [[113, 29]] * 3}
    (row,) = read(_feature(parts), limits=Limits(parts_per_feature=2)).layers[0].rows
    assert "部分" in row.problem


@pytest.mark.parametrize(
    "limits", [Limits(rows=1), Limits(vertices_per_file=7), Limits(columns=1), Limits(file_bytes=50)]
)
def test_a_file_beyond_the_limits_is_too_large(read, limits):
    content = json.loads(makers.geojson(a=1, b=2))
    content["features"] *= 2
    with pytest.raises(TooLarge):
        read(json.dumps(content).encode(), limits=limits)
