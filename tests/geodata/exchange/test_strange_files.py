"""Files as people really send them, none of them made for us: each ends in, with a question, or with a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook

from geodata.crs.transforms import project
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from geodata.stewards.models import User
from tests.geodata.exchange.importing import ColumnMapping, import_file
from tests.geodata.exchange.test_format_table import BLOCK, NAME, moved, shapefile
from tests.geodata.exchange.test_workbench_batches import send
from tests.geodata.sandbox import drawings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def block(make_project: Callable[..., Project], city: dict[str, AreaUnit]) -> Project:
    refresh_management_boundaries()
    return make_project(name=NAME, name_key=NAME)


def book(path: Path, rows: list[list[Any]], merged: tuple[str, ...] = (), name: str = "Sheet1") -> Path:
    made = Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for reference in merged:
        sheet.merge_cells(reference)
    made.save(path)
    return path


def near(found: Any, lon: float, lat: float, metres: float = 2) -> bool:
    return (((found.x - lon) * 97_000) ** 2 + ((found.y - lat) * 110_900) ** 2) ** 0.5 < metres


def placed() -> Any:
    return GeometryVersion.objects.get().geom.centroid


def test_a_ledger_of_three_header_rows_totals_in_the_middle_and_every_way_to_write_a_day(
    block: Project, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["附件1"],
        ["岳阳楼区2026年重点民生项目进展情况表（截至3月底）"],
        ["填报单位：岳阳楼区政府", None, None, None, "单位：万元"],
        ["序\n号", "项  目\n名  称", "属地管理单位", "总投资\n（万元）", "时间节点", None, "2026年度", None, "备  注"],
        [None, None, None, None, "实际开工", "计划竣工", "计划投资", "1-3月完成投资", None],
        ["一、道路（2个）", None, None, "1,334.50", None, None, 300, 100],
        [1, "示例东一路", "岳阳楼区", "1,234.5万元", "2026.3.5", "2026年10月底", 200, 60, None],
        [2, "示例东二路", "岳阳楼区", "约100", "2026/3/5", "2026年三季度", 100, 40, "无"],
        ["小计", None, None, "1,334.50", None, None, 300, 100],
        ["二、学校（2个）"],
        [3, "示例一小", "岳阳楼区", "１２００", "20260305", "2026-10", 100, 0, "—"],
        [4, "示例二小", "岳阳楼区", 0.5, "2026年3月5日", 46326, 100, 0, None],
        ["合计", None, None, 2535, None, None, 500, 100],
        ["注：总投资含征拆费用。"],
        ["填报人：张三", None, "联系电话：0730-1234567"],
    ]
    merged = ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:H4", "I4:I5", "A1:I1", "A2:I2")
    done = import_file(book(tmp_path / "进展表.xlsx", rows, merged), "projects")
    assert (done.batch.state, done.counts) == ("committed", {"new": 4}), done.messages
    totals = dict(Project.objects.exclude(pk=block.pk).values_list("name", "total_investment"))
    assert totals == {
        "示例东一路": Decimal("12345000.00"),
        "示例东二路": Decimal("1000000.00"),
        "示例一小": Decimal("12000000.00"),
        "示例二小": Decimal("5000.00"),
    }
    days = set(Project.objects.exclude(pk=block.pk).values_list("actual_start_on", flat=True))
    assert [day.isoformat() for day in days] == ["2026-03-05"]
    ends = dict(Project.objects.exclude(pk=block.pk).values_list("name", "planned_end_on"))
    assert {name: day.isoformat() for name, day in ends.items()} == {
        "示例东一路": "2026-10-31",
        "示例东二路": "2026-09-30",
        "示例一小": "2026-10-31",
        "示例二小": "2026-10-31",
    }
    assert all(one["agrees"] for one in done.batch.control_totals), done.batch.control_totals


def test_a_shapefile_of_a_survey_team_without_projection_in_folders_with_rubbish_beside_it(
    block: Project, tmp_path: Path
) -> None:
    inner = zipfile.ZipFile(io.BytesIO(shapefile(moved(BLOCK, 4526), None)))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for info in inner.infolist():
            archive.writestr("测绘成果/2026年3月/" + info.filename.encode("cp437").decode("gbk"), inner.read(info))
        archive.writestr("__MACOSX/._项目红线.shp", b"\x00\x05\x16\x07")
        archive.writestr("测绘成果/Thumbs.db", b"\xd0\xcf\x11\xe0")
        archive.writestr("测绘成果/说明.txt", "坐标系:2000".encode("gbk"))
        archive.writestr("测绘成果/2026年3月/项目红线.shp.xml", b"<metadata/>")
        archive.writestr("测绘成果/2026年3月/项目红线.sbn", b"\x00")
    path = tmp_path / "成果.zip"
    path.write_bytes(target.getvalue())
    done = import_file(path, "projects")
    assert (done.batch.state, done.counts) == ("committed", {"changed": 1}), done.messages


BLOCKS = (
    (0, "SECTION"), (2, "BLOCKS"), (0, "BLOCK"), (8, "0"), (2, "RED"), (70, 0), (10, 0), (20, 0), (30, 0), (3, "RED"),
    (0, "LWPOLYLINE"), (100, "AcDbEntity"), (8, "项目红线"), (100, "AcDbPolyline"), (90, 4), (70, 1),
    (10, 0), (20, 0), (10, 100), (20, 0), (10, 100), (20, 100), (10, 0), (20, 100),
    (0, "ENDBLK"), (8, "0"), (0, "ENDSEC"),
)  # fmt: skip


def test_a_block_of_a_drawing_lies_where_it_was_inserted(block: Project, tmp_path: Path) -> None:
    head = "".join(f"{code:>3}\n{value}\n" for code, value in BLOCKS)
    insert = drawings._lines(
        [(0, "INSERT"), (100, "AcDbEntity"), (8, NAME), (100, "AcDbBlockReference"), (2, "RED"),
         (10, 411600), (20, 3252200), (30, 0)]
    )  # fmt: skip
    drawing = drawings.dxf(insert)
    start = drawings._lines([(0, "SECTION"), (2, "ENTITIES")])
    path = tmp_path / "总图.dxf"
    path.write_bytes(drawing.replace(start, head + start).encode("gbk"))
    whole = ColumnMapping(constants={"项目名称": NAME})
    done = import_file(path, "projects", mapping=whole)
    assert (done.batch.state, done.counts) == ("committed", {"changed": 1}), done.messages
    (east, north) = project(np.array([placed().coords]), 4547)[0]
    assert (round(east), round(north)) == (411650, 3252250)


def test_ovital_folders_within_folders_with_a_picture_on_the_ground(block: Project, tmp_path: Path) -> None:
    mark = drawings.placemark(NAME, drawings.polygon(list(moved(BLOCK, "GCJ02").exterior.coords)), system="GCJ-02")
    overlay = (
        "<GroundOverlay><name>底图</name><Icon><href>http://example.com/a.png</href></Icon>"
        "<LatLonBox><north>30</north><south>29</south><east>114</east><west>113</west></LatLonBox></GroundOverlay>"
    )
    nested = drawings.kml(f"<Folder><name>甲</name><Folder><name>乙</name>{mark}</Folder></Folder>{overlay}")
    path = tmp_path / "路线.ovkml"
    path.write_text(nested, encoding="utf-8")
    done = import_file(path, "projects")
    assert (done.batch.state, done.counts) == ("committed", {"changed": 1}), done.messages
    assert near(placed(), *BLOCK.centroid.coords[0], metres=5)
    assert any("贴图，没有读取" in one for one in done.messages)


def test_a_kml_of_nothing_but_a_picture(block: Project, tmp_path: Path) -> None:
    overlay = "<GroundOverlay><name>底图</name><Icon><href>a.png</href></Icon></GroundOverlay>"
    path = tmp_path / "底图.kml"
    path.write_text(drawings.kml(overlay), encoding="utf-8")
    done = import_file(path, "projects")
    assert done.refusals == ["KML 里没有地标（Placemark）。请确认导出的是点、线、面。"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "，"])
def test_a_text_table_in_any_encoding_and_with_any_mark(
    encoding: str, mark: str, block: Project, tmp_path: Path
) -> None:
    header = mark.join(["项目名称", "属地管理单位", "计划年度", "项目类别", "总投资(万元)"])
    row = mark.join(["示例新村改造", "岳阳楼区", "2026", "农村公路", '"1234.5"'])
    path = tmp_path / "台账.csv"
    path.write_bytes(f"{header}\r\n{row}\r\n".encode(encoding))
    done = import_file(path, "projects")
    assert done.batch.state == "committed", done.messages


def test_a_text_table_of_excel_that_names_its_separator(block: Project, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    rows = ["sep=;", "项目名称;属地管理单位;计划年度;项目类别", "示例新村改造;岳阳楼区;2026;农村公路", ""]
    path.write_bytes("\r\n".join(rows).encode("gbk"))
    done = import_file(path, "projects")
    assert done.batch.state == "committed", done.messages


def test_boundary_points_whose_columns_are_exchanged_and_whose_lines_end_in_commas(
    block: Project, tmp_path: Path
) -> None:
    lines = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "带号=38",
        "[地块坐标]",
        f"4,0.9,1,{NAME},面,,,,@",
    ]
    points = list(moved(BLOCK, 4526).exterior.coords)[:-1]
    lines += [f"J{at},1,{x:.3f},{y:.3f},,," for at, (x, y) in enumerate(points, 1)]
    path = tmp_path / "界址点.txt"
    path.write_bytes("\r\n".join(lines).encode("gbk"))
    done = import_file(path, "projects")
    assert (done.batch.state, done.counts) == ("committed", {"changed": 1}), done.messages
    assert near(placed(), *BLOCK.centroid.coords[0])


TEXT = "项目名称\t属地管理单位\t计划年度\t项目类别\r\n示例甲\t岳阳楼区\t2026\t农村公路\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_text_that_a_system_hands_out_as_xls_is_a_table(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(TEXT.encode(encoding))
    assert import_file(path, "projects").counts == {"new": 1}


def test_a_workbook_renamed_to_csv_is_a_workbook(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in TEXT.splitlines()]
    path = book(tmp_path / "a.xlsx", rows).rename(tmp_path / "台账.csv")
    assert import_file(path, "projects").counts == {"new": 1}


def empty_book() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "另存为"),
        ("b.xlsx", OLE, "另存为 .xlsx"),
        ("c.csv", b"PK\x03\x04" + b"\x00" * 100, "请"),
        ("d.shp", b"\x00\x00\x27\x0a" + b"\x00" * 96, "压缩成一个 ZIP"),
        ("e.geojson", b'{"type":"FeatureCollection","features":[]}', "没有要素"),
        ("f.zip", b"Rar!\x1a\x07\x00", "改用 ZIP"),
        ("g.kml", b"<html></html>", "请另存为该格式"),
        ("h.txt", "今天天气很好".encode("gbk"), "台账（平台编号"),
        ("i.xlsx", b"", "文件是空的"),
        ("j.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\x00" * 50, "另存为文本"),
        ("l.wkt", b"POINT(113.1 29.3)", "“WKT”一列"),
        ("m.xml", b"<Workbook/>", "请另存为 xlsx"),
        ("n.gpx", b"<gpx/>", "导出为 KML"),
        ("o.et", OLE, "另存为 .xlsx"),
        ("p.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("r.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20, "用 Excel 或 WPS 打开"),
        ("s.xlsx", empty_book(), "各工作表都是空的"),
        ("q", b"abc", "请另存为 xlsx"),
    ],
)
def test_a_file_whose_name_lies_or_that_nobody_reads_ends_in_a_sentence(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = import_file(path, "projects")
    assert (done.batch.state, Project.objects.count()) == ("refused", 1)
    assert any(said in one for one in done.refusals), done.messages
    assert all("Traceback" not in one and "Error" not in one for one in done.messages)


def test_an_ending_that_nobody_knows_is_called_by_its_name(hq_admin: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "航迹.gpx"
    path.write_bytes(b"<gpx/>")
    batch = send(hq_admin, path)
    assert "GPX 航迹" in batch.issues.get(severity="error").message
