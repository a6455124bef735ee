"""Coordinates as people type and paste them: what is read, what is asked, what is refused and where."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

from geodata.crs.gcj02 import to_bd09, to_gcj02
from geodata.crs.transforms import project
from geodata.errors import BadParameter, DomainError, NotFound, NotPermitted, Refused, TooLarge
from geodata.exchange.shape_intake.coordinates import read_coordinates
from geodata.exchange.shape_intake.documents import CoordinatesRefused, Intake
from geodata.exchange.shape_intake.systems import CHOICES
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from tests.geodata.exchange.shape_intake.conftest import TODAY

pytestmark = pytest.mark.django_db

PLACE = (113.089, 29.385)  # a control point, with published coordinates in the systems of the city
SQUARE = [(113.08, 29.30), (113.09, 29.30), (113.09, 29.31), (113.08, 29.31)]
HOLE = [(113.083, 29.303), (113.086, 29.303), (113.086, 29.306), (113.083, 29.306)]
Read = Callable[..., Intake]


@pytest.fixture
def read(scope: Scope, road: Project) -> Read:
    return lambda text, crs="auto", kind="": read_coordinates(scope, code=road.serial_no, text=text, crs=crs, kind=kind)


def drawn(found: Intake) -> Any:
    assert found.geometry is not None, found.question
    return shape(found.geometry)


def rows(points: list[tuple[float, float]], separator: str = ",") -> str:
    return "\n".join(f"{x!r}{separator}{y!r}" for x, y in points)


def in_system(points: list[tuple[float, float]], epsg: int) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in project(np.array(points), epsg)]


def faults(read: Read, text: str, **options: str) -> list[tuple[int, int]]:
    with pytest.raises(CoordinatesRefused) as refused:
        read(text, **options)
    assert all(fault.message for fault in refused.value.faults)
    return [(fault.row, fault.column) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "113.089, 29.385",
        "113.089 29.385",
        "113.089\t29.385",
        "29.385,113.089",
        "１１３．０８９，２９．３８５",
        "113.089、29.385",
        "113.089；29.385".replace("；", ","),
        "113°05′20.4″ 29°23′06″",
        "113°05’20.4” , 29°23’06”",
        "东经113°05′20.4″，北纬29°23′06″",
        "北纬29度23分06秒 东经113度5分20.4秒",
        "113 ° 5 ' 20.4 \"  29 ° 23 ' 6 \"",
        "E113:05:20.4,N29:23:06",
        "113°05.34′, 29°23.1′",
        "经度：113.089 纬度：29.385",
        "113.089°E 29.385°N",
        "点号\t经度\t纬度\nJ1\t113.089\t29.385",
        "序号,纬度,经度,高程\n1,29.385,113.089,36.5",
        "名称\t坐标\n学校大门\t113.089,29.385",
        "POINT(113.089 29.385)",
        "SRID=4490;POINT Z (113.089 29.385 36.5)",
        '{"type":"Point","coordinates":[113.089,29.385]}',
        "113\t5\t20.4\t29\t23\t6",
        "lon,lat\n113.089,29.385\n",
    ],
)
def test_one_place_however_it_is_written(read: Read, text: str) -> None:
    point = drawn(read(text, crs="4490", kind="point"))
    assert point.geom_type == "MultiPoint"
    assert (point.geoms[0].x, point.geoms[0].y) == pytest.approx(PLACE, abs=1e-8)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("411562.142,3252287.322", "4547"),
        ("3252287.322,411562.142", "4547"),
        ("38411562.142 3252287.322", "4526"),
        ("3252287.322\t38411562.142", "4526"),
        ("411,562.142\t3,252,287.322", "4547"),
        ("X=3252287.322 Y=38411562.142", "4526"),
        ("702814.488,3253757.007", "4546"),
        ("702814.488,3253757.007", "4508"),
        ("37702814.488,3253757.007", "4525"),
        ("19702814.488,3253757.007", "4497"),
        ("EPSG", "4326"),
        ("EPSG", "GCJ02"),
        ("EPSG", "BD09"),
        ("EPSG", "3857"),
        ("EPSG", "32649"),
        ("EPSG", "4509"),
    ],
)
def test_every_system_of_the_city_leads_to_the_same_place(read: Read, text: str, system: str) -> None:
    if text == "EPSG":
        shifts = {"GCJ02": to_gcj02, "BD09": to_bd09}
        pair = shifts[system](*PLACE) if system in shifts else in_system([PLACE], int(system))[0]
        text = f"{float(pair[0])!r},{float(pair[1])!r}"
    found = read(text, crs=system, kind="point")
    assert drawn(found).geoms[0].distance(shapely.Point(PLACE)) < 2e-8
    assert found.evidence.declared_crs
    assert found.evidence.detected_crs
    assert found.evidence.pipeline
    assert found.evidence.accuracy_m == ("5.0" if system in {"GCJ02", "BD09"} else "")


@pytest.mark.parametrize("text", ["411562.142,3252287.322", "38411562.142,3252287.322", "3252287.322 38411562.142"])
def test_numbers_that_only_one_system_explains_need_no_declaration(read: Read, text: str) -> None:
    found = read(text, kind="point")
    assert found.question is None
    assert drawn(found).geoms[0].distance(shapely.Point(PLACE)) < 2e-8
    assert found.evidence.declared_crs == ""
    assert found.evidence.crs_confidence == "certain"
    assert "114" in found.evidence.detected_crs


def test_undeclared_degrees_are_asked_about_with_one_geometry_for_each_answer(read: Read) -> None:
    found = read("113.08961, 29.38561", kind="point")
    assert found.geometry is None
    assert found.question is not None
    places = {option.crs: shape(option.geometry).geoms[0] for option in found.question.options}
    assert list(places) == ["4490", "GCJ02", "BD09"]
    shift = project(np.array([(place.x, place.y) for place in places.values()]), 4547)
    assert 600 < np.hypot(*(shift[1] - shift[0])) < 700
    assert 1200 < np.hypot(*(shift[2] - shift[0])) < 1300
    for option in found.question.options:
        again = read("113.08961, 29.38561", crs=option.crs, kind="point")
        assert again.geometry == option.geometry
        assert again.evidence.crs_confidence == "declared"


def test_packed_degrees_are_an_answer_where_the_numbers_can_be_read_so(read: Read) -> None:
    text = "113.0520 29.2306\n113.0521 29.2307"
    question = read(text, kind="point").question
    assert question is not None
    assert [option.crs for option in question.options] == ["4490", "GCJ02", "BD09"]  # 113.052 has three decimals
    question = read("113.05204 29.23061\n113.05214 29.23071", kind="point").question
    assert question is not None
    assert [option.crs for option in question.options][-1] == "4490:packed"
    packed = read("113.05204 29.23061", crs="4490:packed", kind="point")
    assert drawn(packed).geoms[0].x == pytest.approx(113 + 5 / 60 + 20.4 / 3600, abs=1e-8)
    assert packed.evidence.pipeline.startswith("度.分秒→度")
    with pytest.raises(Refused, match="60"):
        read("113.08904 29.38561", crs="4490:packed", kind="point")


def test_numbers_of_two_systems_are_asked_about_unless_the_district_tells(read: Read, road: Project) -> None:
    decided = read("702814.488,3253757.007", kind="point")  # UTM 49N would lie 1.3 km away, still in the district
    assert decided.question is not None
    assert {option.crs for option in decided.question.options} == {"4546", "32649"}
    edge = in_system([(113.1, 29.3985)], 4546)  # read as UTM it would lie beyond the northern edge
    told = read(rows(edge), kind="point")
    assert told.question is None
    assert told.evidence.detected_crs.endswith("111°，不加带号")


def test_a_place_outside_the_district_is_confirmed_before_it_is_believed(read: Read) -> None:
    found = read(rows(in_system([(114.0, 28.6)], 4547)), kind="point")
    assert found.geometry is None
    assert found.question is not None
    assert "岳阳楼区" in found.question.message
    assert [option.crs for option in found.question.options] == ["4547"]


def test_a_declaration_against_the_numbers_is_asked_about(read: Read) -> None:
    found = read("411562.142,3252287.322", crs="4546", kind="point")
    assert found.question is not None
    assert [option.crs for option in found.question.options] == ["4547"]


@pytest.mark.parametrize("crs", ["2383", "2362", "2435", "2414", "4610", "4214"])
def test_beijing54_and_xian80_are_refused_with_the_reason(read: Read, crs: str) -> None:
    with pytest.raises(Refused, match="没有公开的转换参数") as refused:
        read("411562.142,3252287.322", crs=crs, kind="point")
    assert refused.value.code == "refused-system"


def test_a_header_that_names_xian80_is_refused_too(read: Read) -> None:
    with pytest.raises(Refused, match="1980西安"):
        read("[属性描述]\n坐标系=1980西安坐标系\n几度分带=3\n带号=38\n[地块坐标]\n" + PARCEL, kind="polygon")


@pytest.mark.parametrize("choice", [code for code, _label in CHOICES if code != "auto"])
def test_every_choice_that_a_page_offers_is_understood(read: Read, choice: str) -> None:
    try:
        read("113.089,29.385", crs=choice, kind="point")
    except BadParameter as error:
        pytest.fail(error.message)
    except DomainError:
        pass


def test_a_polygon_is_closed_and_its_hole_found_by_containment(read: Read) -> None:
    text = rows(SQUARE) + "\n\n" + rows([*HOLE, HOLE[0]]) + "\n\n" + rows([(x + 0.02, y) for x, y in SQUARE])
    found = drawn(read(text, crs="4490", kind="polygon"))
    expected = MultiPolygon([Polygon(SQUARE, [HOLE]), Polygon([(x + 0.02, y) for x, y in SQUARE])])
    assert found.equals(expected)
    assert len(found.geoms) == 2
    assert len(found.geoms[0].interiors) == 1
    assert found.is_valid


def test_part_and_ring_numbers_from_excel_make_the_same_polygon(read: Read) -> None:
    other = [(x + 0.02, y) for x, y in SQUARE]
    lines = ["部分\t环\t点号\t经度\t纬度"]
    for part, ring, points in ((1, 1, SQUARE), (1, 2, HOLE), (2, 1, other)):
        lines += [f"{part}\t{ring}\tJ{at}\t{x}\t{y}" for at, (x, y) in enumerate(points, start=1)]
    with_header = drawn(read("\n".join(lines), crs="4490", kind="polygon"))
    without = drawn(read("\n".join(lines[1:]), crs="4490", kind="polygon"))
    assert with_header.equals(MultiPolygon([Polygon(SQUARE, [HOLE]), Polygon(other)]))
    assert without.equals(with_header)


def test_an_island_in_a_hole_is_a_part_of_its_own(read: Read) -> None:
    island = [(113.084, 29.304), (113.085, 29.304), (113.085, 29.305), (113.084, 29.305)]
    found = drawn(read("\n\n".join(map(rows, (island, HOLE, SQUARE))), crs="4490", kind="polygon"))
    assert found.equals(MultiPolygon([Polygon(SQUARE, [HOLE]), Polygon(island)]))


def test_lines_and_points_in_groups(read: Read) -> None:
    lines = drawn(read("# 一段\n113.08 29.3\n113.09 29.3\n# 二段\n113.08 29.31\n113.09 29.31", crs="4490", kind="line"))
    assert [len(line.coords) for line in lines.geoms] == [2, 2]
    points = drawn(read("113.08,29.3,0 113.09,29.3,0 113.08,29.31,0", crs="4490", kind="point"))
    assert len(points.geoms) == 3
    semicolons = drawn(read("113.08,29.3；113.09,29.3；113.09,29.31", crs="4490", kind="polygon"))
    assert len(semicolons.geoms[0].exterior.coords) == 4


def test_a_header_repeated_on_every_printed_page_parts_nothing(read: Read) -> None:
    lines = [f"J{at}\t{x}\t{y}" for at, (x, y) in enumerate(SQUARE)]
    text = "\n".join(["点号\t经度\t纬度", *lines[:2], "点号\t经度\t纬度", *lines[2:]])
    assert drawn(read(text, crs="4490", kind="polygon")).equals(MultiPolygon([Polygon(SQUARE)]))


def test_a_long_line_is_read_to_its_end(read: Read) -> None:
    points = [(113.0 + at / 1e5, 29.3 + at % 2 / 1e4) for at in range(20_000)]
    line = ";".join(f"{x:.8f},{y:.8f}" for x, y in points)
    assert len(drawn(read(line, crs="4490", kind="line")).geoms[0].coords) == 20_000


def test_numbers_of_another_kind_than_declared_are_asked_about_not_bent(read: Read) -> None:
    for crs in ("GCJ02", "BD09", "4490", "3857"):
        question = read("411562.142,3252287.322", crs=crs, kind="point").question
        assert question is not None
        assert [option.crs for option in question.options] == ["4547"]


PARCEL = """4,0.3,DK-002,示例地块,甲,面,,城镇住宅用地,0701,@
J1,1,3252300.000,38411600.000
J2,1,3252300.000,38411650.000
J3,1,3252240.000,38411650.000
J4,1,3252240.000,38411600.000
J1,1,3252300.000,38411600.000
"""
HEADER = "[属性描述]\n格式版本号=1.01版本\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=38\n[地块坐标]\n"


def test_surveyed_boundary_points_are_read_with_their_header(read: Read) -> None:
    found = read(HEADER + PARCEL)
    assert drawn(found).geoms[0].exterior.coords[0] == pytest.approx((113.0893888, 29.385117), abs=1e-5)
    assert found.evidence.declared_crs.endswith("加带号38")
    assert found.evidence.crs_confidence == "declared"
    assert "请核对" not in found.note


def test_boundary_points_without_the_zone_in_front_take_it_from_the_header(read: Read) -> None:
    found = read((HEADER + PARCEL).replace(",384", ",4"))
    assert found.evidence.declared_crs.endswith("不加带号")
    assert drawn(found).equals_exact(drawn(read(HEADER + PARCEL)), 1e-8)


def test_a_parcel_whose_printed_area_is_wrong_is_said(read: Read) -> None:
    assert "按坐标计算为 0.3000 公顷" in read(HEADER + PARCEL.replace("4,0.3", "41,3000")).note
    assert "注明 41 个界址点，实有 4 个" in read(HEADER + PARCEL.replace("4,0.3", "41,3000")).note


def test_an_exporters_slip_in_the_closing_point_is_dropped_and_said(read: Read) -> None:
    slip = PARCEL.rsplit("J1,", 1)[0] + "J1,1,3252300.000,3252300.000\n"
    found = read(HEADER + slip)
    assert "已按首点闭合" in found.note
    assert drawn(found).equals(drawn(read(HEADER + PARCEL)))


def test_ring_two_of_a_parcel_is_a_hole_inside_and_a_part_outside(read: Read) -> None:
    inside = "J5,2,3252290,38411610\nJ6,2,3252290,38411620\nJ7,2,3252280,38411620\n"
    outside = "J5,2,3252190,38411610\nJ6,2,3252190,38411620\nJ7,2,3252180,38411620\n"
    assert len(drawn(read(HEADER + PARCEL + inside)).geoms[0].interiors) == 1
    assert len(drawn(read(HEADER + PARCEL + outside)).geoms) == 2


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("113.08,29.30\n113.09,29.3O\n113.09,29.31", [(2, 2)]),
        ("113.08,29.30\n113.09\n113.09,29.31", [(2, 2)]),
        ("点号\t经度\t纬度\nJ1\t113.08\t29.30\nJ2\t\t29.31\nJ3\t113.09\t29.31", [(3, 2)]),
        ("113.08,29.30\n113.09,29.30\n29.31,113.09", [(3, 1)]),
        ("113.08,29.30\n113.09,29.30\n131.09,29.31", [(3, 1)]),
        ("3252300,38411600\n3252300,411650\n3252240,38411650", [(2, 1)]),
        ("113.08,29.30\n113.09,29.30", [(1, 0)]),
        ("113.08,29.30\n113.08,29.30\n113.08,29.30\n", [(1, 0)]),
        ("", [(1, 0)]),
        ("这里没有坐标", [(1, 0)]),
        ("1,2,3,4,5\n1,2,3,4,5", [(1, 0)]),
        ("POLYGON((113.08 29.3,113.09 29.3,113.09 x))", [(1, 34)]),
        ("POLYGON((113.08 29.3,113.09 29.3,113.09 29.31)", [(1, 47)]),
        ("POLYGON EMPTY(", [(1, 9)]),
        ("GEOMETRYCOLLECTION(POINT(113 29))", [(1, 1)]),
        ("POINT(113.08 29.3)\nLINESTRING(113.08 29.3, 113.1 29.3)", [(0, 0)]),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(read: Read, text: str, places: list[tuple[int, int]]) -> None:
    assert faults(read, text, crs="4490" if "113" in text else "auto", kind="polygon") == places


def test_every_wrong_row_is_said_at_once(read: Read) -> None:
    text = "\n".join(["113.08,29.30", "113.09,29.3o", "113.09,", "113.08,29.31", "113.08,x"])
    assert faults(read, text, crs="4490", kind="polygon") == [(2, 2), (3, 2), (5, 2)]


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Point","coordinates":[1e999,1]}',
        '{"type":"Polygon"',
        "[" * 5000,
        "{" * 5000,
        '{"type":"FeatureCollection","features":[]}',
        '{"type":"Point","crs":{"type":"link","properties":{"href":"http://127.0.0.1/"}},"coordinates":[113,29]}',
        "POINT(" * 3000,
        "MULTIPOLYGON" + "(" * 100_000,
        "1e400,1e400",
        "nan,nan\nnan,nan",
        "\0\0\0",
        "113.08,29.3\0",
        "\ud800,\udfff",
        "113.08,29.30;" * 3 + "9" * 5000,
        "J1," * 500,
        "'; DROP TABLE projects_project; --",
    ],
)
def test_hostile_text_is_refused_in_a_sentence(read: Read, text: str) -> None:
    with pytest.raises(DomainError) as refused:
        read(text, kind="polygon")
    assert refused.value.message


def test_too_much_is_refused_before_it_costs(read: Read) -> None:
    with pytest.raises(TooLarge):
        read("1" * 2_000_001, kind="polygon")
    with pytest.raises(TooLarge):
        read("\n".join(["113.08,29.30"] * 50_001), crs="4490", kind="line")


def test_an_unknown_system_or_kind_is_a_wrong_parameter(read: Read) -> None:
    with pytest.raises(BadParameter):
        read("113.08,29.3", crs="九宫格", kind="point")
    with pytest.raises(Refused, match="不支持"):
        read("113.08,29.3", crs="27700", kind="point")
    with pytest.raises(BadParameter):
        read("113.08,29.3", crs="4490", kind="volume")


def test_the_kind_is_asked_for_when_neither_text_nor_category_says_it(read: Read, road: Project) -> None:
    road.category.geometry_kinds = ["line", "polygon"]
    road.category.save(update_fields=["geometry_kinds"])
    with pytest.raises(Refused) as refused:
        read(rows(SQUARE), crs="4490")
    assert refused.value.code == "kind-needed"
    road.category.geometry_kinds = ["line"]
    road.category.save(update_fields=["geometry_kinds"])
    assert drawn(read(rows(SQUARE), crs="4490")).geom_type == "MultiLineString"


def test_the_evidence_is_the_text_itself(read: Read) -> None:
    text = "3252287.322 38411562.142"
    evidence = read(text, kind="point").evidence
    assert evidence.original_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert evidence.original_wkt == "MULTIPOINT ((3252287.322 38411562.142))"
    assert evidence.pipeline == "纵横坐标互换；EPSG:4526→EPSG:4490(PROJ)；保留8位小数"


def test_only_who_may_edit_the_project_may_ask(road: Project, other_steward: User, leader: User) -> None:
    with pytest.raises(NotFound):
        read_coordinates(scope_of(other_steward, today=TODAY), code=road.serial_no, text="113,29")
    with pytest.raises(NotPermitted):
        read_coordinates(scope_of(leader, today=TODAY), code=road.serial_no, text="113,29")
