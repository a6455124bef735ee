"""KML, DXF and File Geodatabases through the sandbox: what comes back, what is told, what is refused."""

from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.errors import FileRefused
from geodata.sandbox import door
from tests.geodata.sandbox import drawings, makers
from tests.geodata.sandbox.drawings import BLOCK, dxf, kml, placemark, polyline


@pytest.fixture
def read(tmp_path: Path):
    def ask(content: bytes | str, **options: str):
        path = tmp_path / "sent"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return door.read_features(path, **options)

    return ask


def shape(row):
    return shapely.from_wkb(row.wkb)


TWO = (
    placemark("甲", drawings.line([(113.06, 29.31), (113.07, 29.32)]), system="GCJ-02", 平台编号="YYMS-2026-0001"),
    placemark("乙", drawings.point(113.06, 29.31), system="CGCS2000"),
    placemark("丙", drawings.polygon([(113, 29), (113.1, 29), (113.1, 29.1)])),
    placemark("丁", drawings.point(113.1, 29.3), system="BD-09"),
)


def test_each_placemark_is_in_the_system_that_it_names_itself(read):
    layers = read(kml(*TWO)).layers
    found = [
        (layer.epsg, layer.crs_name, layer.crs_source, [row.values["name"] for row in layer.rows]) for layer in layers
    ]
    assert found == [
        (None, "GCJ-02", "placemark", ["甲"]),
        (4490, "CGCS2000", "placemark", ["乙"]),
        (4326, "KML:WGS84", "standard", ["丙"]),
        (None, "BD-09", "placemark", ["丁"]),
    ]
    first = layers[0].rows[0]
    assert (first.values["平台编号"], first.values["folder"]) == ("YYMS-2026-0001", "一组")
    assert shape(first).wkt == "LINESTRING (113.06 29.31, 113.07 29.32)"
    assert shape(layers[2].rows[0]).exterior.is_closed
    assert any("闭合" in notice for notice in layers[0].notices)


@pytest.mark.parametrize("way", ["gbk", "utf-16", "bare", "prefixed", "zipped", "bom"])
def test_a_kml_is_read_whatever_its_encoding_namespace_or_wrapping(read, way):
    text = kml(*TWO, namespace=way != "bare", encoding={"gbk": "GBK", "utf-16": "UTF-16"}.get(way, "UTF-8"))
    if way == "prefixed":
        text = text.replace("<OvCoordType", "<ov:OvCoordType").replace("</OvCoordType", "</ov:OvCoordType")
    content = text.encode({"gbk": "gbk", "utf-16": "utf-16", "bom": "utf-8-sig"}.get(way, "utf-8"))
    if way == "zipped":
        content = makers.archive({"doc.kml": content, "files/more.kml": content, "files/icon.png": b"x"})
    assert [layer.rows[0].values["name"] for layer in read(content).layers] == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (kml(*TWO).replace("<kml", '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml', 1), "unsafe-xml"),
        (kml(*TWO)[:400], "damaged-file"),
        (kml(), "no-layer"),
        (kml(placemark("甲\ufffd", drawings.point(113, 29))), "lost-text"),
    ],
)
def test_a_bad_kml_is_refused(read, content, code):
    with pytest.raises(FileRefused) as refusal:
        read(content)
    assert refusal.value.code == code


def test_a_faulty_placemark_is_a_problem_of_its_own_and_links_are_told_not_followed(read):
    link = "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
    (layer,) = read(kml(placemark("甲", "<Point><coordinates>甲,29</coordinates></Point>"), *TWO[2:3], link)).layers
    assert "坐标" in (layer.rows[0].problem or "")
    assert layer.rows[1].wkb
    assert any("网络链接" in notice for notice in layer.notices)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("header", [True, False])
def test_closed_lines_of_a_drawing_are_areas_in_a_layer_each(read, encoding, header):
    drawing = dxf(
        polyline("用地红线", BLOCK, closed=True),
        polyline("道路中线", BLOCK, closed=False),
        polyline("用地红线", [*BLOCK, BLOCK[0]], closed=False),
        drawings.circle("用地红线", 411600, 3252300, 20),
        polyline("弧", BLOCK, closed=True, bulge=0.5),
        drawings.words("注记", 411600, 3252300, "地块\\U+7EA2"),
        header=header,
    )
    layers = {layer.name: layer for layer in read(drawing.encode(encoding)).layers}
    assert list(layers) == ["用地红线", "道路中线", "弧", "注记"]
    areas = [shape(row) for row in layers["用地红线"].rows]
    assert [one.geom_type for one in areas] == ["Polygon"] * 3
    assert [one.area for one in areas] == pytest.approx([10_000, 10_000, 1256.6], rel=0.01)
    assert shape(layers["道路中线"].rows[0]).geom_type == "LineString"
    # a bulge of 0.5 is a circle's segment outside of the square
    assert shape(layers["弧"].rows[0]).area == pytest.approx(10_000 + 1_747, rel=0.01)
    assert layers["注记"].rows[0].values["文字"] == "地块红"
    assert layers["用地红线"].crs_source == "none"


@pytest.mark.parametrize(
    ("units", "factor", "told"),
    [(6, 1, ""), (4, 1000, "换算"), (4, 1, "已按米读取"), (None, 1000, "毫米"), (5, 100, "厘米")],
)
def test_the_unit_of_a_drawing_counts_only_where_the_numbers_agree(read, units, factor, told):
    sent = [(x * factor, y * factor) for x, y in BLOCK]
    (layer,) = read(dxf(polyline("红线", sent, closed=True), units=units)).layers
    assert shape(layer.rows[0]).bounds == pytest.approx((411562.1, 3252287.3, 411662.1, 3252387.3), abs=1e-6)
    assert told in "".join(layer.notices)
    assert bool(layer.notices) == bool(told)


def test_one_layer_of_a_drawing_can_be_chosen_and_a_binary_drawing_is_refused(read):
    drawing = dxf(polyline("红线", BLOCK, closed=True), polyline("其他", BLOCK, closed=True))
    assert [layer.name for layer in read(drawing, layer="红线").layers] == ["红线"]
    with pytest.raises(FileRefused, match="ASCII"):
        read(b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\0" * 40)
    with pytest.raises(FileRefused, match="DXF"):
        read(b"AC1032" + b"\0" * 40)


def test_a_zipped_file_geodatabase_is_read(read, tmp_path):
    frame = geopandas.GeoDataFrame(
        {"平台编号": ["YYMS-2026-0001"], "金额": [1.5]}, geometry=[shapely.Polygon(BLOCK)], crs=4547
    )
    file = read(drawings.geodatabase(tmp_path, frame))
    (layer,) = file.layers
    assert (file.driver, layer.name, layer.epsg, layer.crs_source) == ("OpenFileGDB", "地块", 4547, "file")
    assert layer.rows[0].values["平台编号"] == "YYMS-2026-0001"
    assert shape(layer.rows[0]).area == pytest.approx(10_000, abs=0.1)


def test_a_damaged_geodatabase_is_refused(read):
    with pytest.raises(FileRefused):
        read(makers.archive({"a.gdb/a00000001.gdbtable": b"x" * 200, "a.gdb/gdb": b"y"}))


def test_several_files_in_one_archive_are_refused_with_advice(read):
    with pytest.raises(FileRefused, match="只放一个"):
        read(makers.archive({"a.kml": kml(*TWO).encode(), "b.geojson": makers.geojson(名称="甲")}))


@pytest.mark.parametrize(
    "body",
    [
        "<Folder>" * 20_000 + "</Folder>" * 20_000,
        "<Placemark>" + "<MultiGeometry>" * 500 + "</MultiGeometry>" * 500 + "</Placemark>",
        f"<Placemark><Point><coordinates>{' ' * 300_000}</coordinates></Point></Placemark>",
        f"<Placemark><description><![CDATA[{'<' * 200_000}]]></description></Placemark>",
        f"<Placemark><Point><coordinates>{'1' * 100_000},2</coordinates></Point></Placemark>",
        "<Placemark><Point><coordinates>nan,inf</coordinates></Point></Placemark>",
    ],
)
def test_a_kml_that_is_made_to_crash_or_stall_gets_an_answer_at_once(read, body):
    """Each is answered or refused long before the limit on time stops it."""
    rows, code = [], ""
    try:
        rows = [row for layer in read(f"<kml>{body}</kml>").layers for row in layer.rows]
    except FileRefused as refusal:
        code = refusal.code
    assert code in {"", "no-layer"}
    assert not any(row.wkb for row in rows)
