"""界址点 files with everything that exporters get wrong, each parcel a feature of the importers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import shapely

from geodata.crs.detection import Extent
from geodata.exchange.parcels import read_parcel_file
from geodata.sandbox.documents import DEFAULT, FeatureLayer

CITY = Extent(112.0, 28.0, 115.0, 30.2)
HEADER = (
    "[项目信息]\n  [属性描述]\n格式版本号=1．01版本\n数据产生日期=2026年3月18日\n"
    "坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=38\n精度=3\n转换参数=,,,,,,\n[地块坐标]\n"
)
SQUARE = [("J1", 3252300, 38411600), ("J2", 3252300, 38411700), ("J3", 3252200, 38411700), ("J4", 3252200, 38411600)]
INNER = [("J6", 3252250, 38411640), ("J7", 3252250, 38411660), ("J8", 3252230, 38411660), ("J9", 3252230, 38411640)]
APART = [(name, north, east + 500) for name, north, east in INNER]
Points = list[tuple[str, int, int]]


def points(rows: Points, *, ring: int = 1, swapped: bool = False, prefix: bool = True, parted: str = ",") -> str:
    lines = []
    for name, north, east in rows:
        pair = (north, east if prefix else east - 38_000_000)
        first, second = pair[::-1] if swapped else pair
        lines.append(parted.join([name, str(ring), f"{first}.000", f"{second}.000"]))
    return "\n".join(lines) + "\n"


def head(
    count: int = 4, hectares: str = "1.0000", name: str = "示例地块", kind: str = "面", tail: str = ",用途,0701,@"
) -> str:
    return f"{count},{hectares},DK-1,{name},{kind},{tail}\n"


CLOSED = [*SQUARE, SQUARE[0]]


class Expected(NamedTuple):
    area: float = 10_000
    parts: int = 1
    holes: int = 0
    said: str = ""
    system: int = 4526


FILES: dict[str, tuple[str, Expected]] = {
    "not closed": (head() + points(SQUARE), Expected()),
    "closed, count with the closing point": (head(5) + points(CLOSED), Expected()),
    "closed, count without it": (head(4) + points(CLOSED), Expected()),
    "a wrong count": (head(41) + points(CLOSED), Expected(said="41 个界址点")),
    "east before north": (head() + points(SQUARE, swapped=True), Expected()),
    "no zone in front": (head() + points(SQUARE, prefix=False), Expected(system=4547)),
    "north twice in the closing point": (
        head() + points([*SQUARE, ("J1", 3252300, 3252300)]),
        Expected(said="已按首点闭合"),
    ),
    "a closing point out of range": (head() + points([*SQUARE, ("J1", 3252300, 0)]), Expected(said="已按首点闭合")),
    "eight fields": (head(tail=",用途,@") + points(SQUARE), Expected()),
    "thirteen fields": (head(tail=",用途,0701,图斑,水田,3,4,备注,@") + points(SQUARE), Expected()),
    "blanks in empty fields": (head(tail=" , , ,@") + points(SQUARE), Expected()),
    "commas in the name": (head(name="示例,甲,乙地块") + points(SQUARE), Expected()),
    "quotes in the name": (head(name='示例"甲"地块') + points(SQUARE), Expected()),
    "full-width commas": ((head() + points(SQUARE)).replace(",", "，"), Expected()),
    "blanks between": (head() + points(SQUARE, parted="  "), Expected()),
    "tabs between": (head() + points(SQUARE, parted="\t"), Expected()),
    "square metres for hectares": (head(hectares="10000") + points(SQUARE), Expected(said="平方米")),
    "亩 for hectares": (head(hectares="15") + points(SQUARE), Expected(said="亩")),
    "a hole": (head(8, "0.9600") + points(CLOSED) + points(INNER, ring=2), Expected(9_600, holes=1)),
    "a second ring outside": (head(8, "1.0400") + points(CLOSED) + points(APART, ring=2), Expected(10_400, parts=2)),
    "bare numbers as names": (head() + points([(name[1:], x, y) for name, x, y in SQUARE]), Expected()),
    "a line": (head(kind="线", hectares="0") + points(SQUARE), Expected(0)),
    "a point": (head(1, kind="点", hectares="0") + points(SQUARE[:1]), Expected(0)),
}


def read(text: str, folder: Path, encoding: str = "gbk", **constants: str) -> FeatureLayer:
    path = folder / "界址点.txt"
    path.write_bytes(text.encode(encoding))
    layer = read_parcel_file(path, encoding=None, extent=CITY, constants=constants, limits=DEFAULT)
    assert layer is not None
    return layer


@pytest.mark.parametrize("name", FILES)
def test_a_parcel_is_read_whatever_its_exporter_did(name: str, tmp_path: Path) -> None:
    text, expected = FILES[name]
    layer = read(HEADER + text, tmp_path)
    (row,) = layer.rows
    assert row.wkb, row.problem
    shape = shapely.from_wkb(row.wkb)
    assert shape.is_valid
    assert (shape.area, len(shape.geoms)) == (pytest.approx(expected.area), expected.parts)
    assert sum(len(getattr(part, "interiors", ())) for part in shape.geoms) == expected.holes
    assert layer.epsg == expected.system
    assert expected.said in "".join(layer.notices)
    assert bool(layer.notices) == bool(expected.said)
    assert row.values["地块编号"] == "DK-1"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_encoding_and_line_end_is_read(encoding: str, ends: str, tmp_path: Path) -> None:
    layer = read((HEADER + head() + points(SQUARE)).replace("\n", ends), tmp_path, encoding)
    assert (layer.rows[0].values["地块名称"], layer.epsg) == ("示例地块", 4526)


def test_several_parcels_are_features_unless_a_constant_names_their_one_project(tmp_path: Path) -> None:
    other = [(name, north, east + 500) for name, north, east in SQUARE]
    text = HEADER + head() + points(SQUARE) + head(name="第二地块") + points(other)
    assert [row.values["地块名称"] for row in read(text, tmp_path).rows] == ["示例地块", "第二地块"]
    (row,) = read(text, tmp_path, 平台编号="YYMS-2026-0001").rows
    assert row.wkb
    assert shapely.from_wkb(row.wkb).area == pytest.approx(20_000)


def test_a_faulty_parcel_is_a_problem_of_its_own(tmp_path: Path) -> None:
    text = HEADER + head() + points(SQUARE[:2]) + head(name="第二地块") + points(SQUARE)
    first, second = read(text, tmp_path).rows
    assert "至少要 3 个" in (first.problem or "")
    assert second.wkb


def test_the_number_of_a_parcel_that_is_a_projects_finds_the_project(tmp_path: Path) -> None:
    text = (HEADER + head() + points(SQUARE)).replace("DK-1", "YYMS-2026-0007")
    layer = read(text, tmp_path)
    assert (layer.columns, layer.rows[0].values["平台编号"]) == (["平台编号", "地块名称"], "YYMS-2026-0007")


def test_a_text_that_is_no_parcel_file_is_left_to_other_readers(tmp_path: Path) -> None:
    path = tmp_path / "台账.txt"
    path.write_text("项目名称\t总投资\n示例\t3\n", encoding="utf-8")
    assert read_parcel_file(path, encoding=None, extent=CITY, constants={}, limits=DEFAULT) is None
