"""Geometries are judged, measured and cut behind the door; the worst of them cost time, never the server."""

import random
import struct
import time
from decimal import Decimal

import pytest
import shapely
from pyproj import Geod

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import door, wkb
from geodata.sandbox.documents import Limits
from geodata.sandbox.readers import geometries

WEST, SOUTH = 113.08, 29.36


def square(west=WEST, south=SOUTH, size=0.01):
    return shapely.box(west, south, west + size, south + size)


BOW_TIE = shapely.Polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01), (WEST + 0.01, SOUTH), (WEST, SOUTH + 0.01)])


def scribble(points):
    """A ring that crosses itself about points²/6 times."""
    numbers = random.Random(1)
    ring = [(112.5 + numbers.random(), 29 + numbers.random() / 2) for _ in range(points)]
    return shapely.Polygon(ring).wkb


def check(*shapes, **options):
    return door.check_geometries(
        [shape if isinstance(shape, bytes) else shapely.to_wkb(shape) for shape in shapes], **options
    )


def test_areas_and_lengths_are_geodesic():
    with_hole = shapely.Polygon(square().exterior.coords, [square(WEST + 0.002, SOUTH + 0.002, 0.002).exterior.coords])
    line = shapely.LineString([(WEST, SOUTH), (WEST, SOUTH + 1)])
    results = check(
        square(), with_hole, line, shapely.Point(WEST, SOUTH), shapely.MultiPolygon([square(), square(114)])
    )
    grs80 = Geod(ellps="GRS80")
    whole = abs(grs80.geometry_area_perimeter(square())[0])
    hole = abs(grs80.geometry_area_perimeter(square(WEST + 0.002, SOUTH + 0.002, 0.002))[0])
    assert all(result.valid for result in results)
    assert float(results[0].area_m2) == pytest.approx(whole, abs=0.01)
    assert float(results[1].area_m2) == pytest.approx(whole - hole, abs=0.01)
    assert results[2].length_m == Decimal("110850.10")  # 111132.95 − 559.85 cos 2φ + 1.17 cos 4φ at φ = 29.86°
    assert (results[3].area_m2, results[3].length_m) == (None, None)
    assert float(results[4].area_m2) == pytest.approx(2 * whole, abs=0.02)


def test_the_way_round_of_a_ring_does_not_change_its_area():
    ring = list(square().exterior.coords)
    one, other = check(shapely.Polygon(ring), shapely.Polygon(ring[::-1]))
    assert one.area_m2 == other.area_m2 > 0


def test_a_bow_tie_is_invalid_with_its_place_and_a_proposal():
    good, bad = check(square(), BOW_TIE)
    assert good.valid
    assert good.proposal is None
    assert not bad.valid
    assert "自相交" in bad.problem
    assert "113.085" in bad.problem
    repaired = shapely.from_wkb(bad.proposal)
    assert repaired.is_valid
    assert repaired.area == pytest.approx(0.01 * 0.01 / 2)


def test_height_and_measure_are_dropped():
    (result,) = check(shapely.to_wkb(shapely.Point(WEST, SOUTH, 55), output_dimension=3))
    assert result.valid
    assert result.geometry_type == "Point"


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (b"", "图形"),
        (b"\x01", "图形"),
        (b"\x01\x02\x00\x00\x00\xff\xff\xff\xff", "图形"),
        (b"\x02" + bytes(20), "图形"),
        (struct.pack("<BI2d", 1, 1, float("nan"), SOUTH), "图形"),
        (struct.pack("<BI2d", 1, 1, float("inf"), SOUTH), "有效数字"),
        (struct.pack("<BI2d", 1, 1, 411562.0, 3252287.0), "经纬度"),
        (struct.pack("<BI2d", 1, 1, SOUTH, WEST), "经纬度"),
        (shapely.to_wkb(shapely.Polygon()), "空"),
        (shapely.to_wkb(shapely.MultiPolygon()), "空"),
        (shapely.to_wkb(shapely.LineString([(WEST, SOUTH), (WEST, SOUTH)])), "线"),
        (struct.pack("<BIII", 1, 3, 1, 3) + struct.pack("<6d", *[WEST, SOUTH] * 3), "点数不足"),
        (struct.pack("<BII", 1, 8, 0), "图形"),
    ],
)
def test_what_is_no_usable_geometry_is_judged_not_crashed_on(geometry, words):
    result, good = check(geometry, square())
    assert not result.valid
    assert words in result.problem
    assert good.valid


def test_collections_in_collections_end_somewhere():
    nested = struct.pack("<BI2d", 1, 1, WEST, SOUTH)
    for _ in range(2000):
        nested = struct.pack("<BII", 1, 7, 1) + nested
    (result,) = check(nested)
    assert not result.valid


def test_areas_among_sound_ones_are_judged_as_if_alone():
    round_one = shapely.Point(WEST, SOUTH).buffer(0.001, quad_segs=30)
    many_parts = shapely.MultiPolygon([square(WEST + n / 10) for n in range(11)])
    beyond = [square(180), square(-180.005), square(WEST, 89.995), square(WEST, -90.005)]
    limits = Limits(vertices_per_feature=100, parts_per_feature=10)
    first, vertices, parts, *away, last = check(square(), round_one, many_parts, *beyond, square(), limits=limits)
    assert (first.valid, first.area_m2) == (last.valid, last.area_m2)
    assert first.valid
    assert "121 个顶点" in vertices.problem
    assert "11 个部分" in parts.problem
    assert ["经纬度范围" in result.problem for result in away] == [True] * 4
    assert not any(result.valid for result in (vertices, parts, *away))


def test_too_many_vertices_or_parts_are_told():
    many, parts = check(
        shapely.LineString([(WEST + n / 1e6, SOUTH) for n in range(101)]),
        shapely.MultiPoint([(WEST, SOUTH)] * 11),
        limits=Limits(vertices_per_feature=100, parts_per_feature=10),
    )
    assert "101 个顶点" in many.problem
    assert "11 个部分" in parts.problem
    with pytest.raises(TooLarge):
        check(square(), limits=Limits(file_bytes=10))


def test_a_ring_that_crosses_itself_for_ever_is_judged_in_time_and_the_server_lives():
    """The ring on which PostGIS 3.3 dies. Its repair is given up; the judgement and the others are not."""
    started = time.monotonic()
    worst, small = check(scribble(2000), BOW_TIE)
    assert time.monotonic() - started < 30
    assert not worst.valid
    assert "自相交" in worst.problem
    assert not small.valid
    assert check(square())[0].valid


def test_nothing_to_judge_starts_no_child(monkeypatch):
    monkeypatch.setattr(door.process, "run", None)
    assert door.check_geometries([]) == []
    assert door.intersection_shares([], square().wkb) == []


def test_a_zone_is_cut_out_of_its_host():
    rest = shapely.from_wkb(door.subtract(square().wkb, [square(WEST + 0.005).wkb, square(WEST - 0.008).wkb]))
    assert rest.geom_type == "Polygon"
    assert rest.bounds == pytest.approx((WEST + 0.002, SOUTH, WEST + 0.005, SOUTH + 0.01))
    nothing = shapely.from_wkb(door.subtract(square().wkb, [square().wkb]))
    assert nothing.is_empty
    assert door.subtract(square().wkb, []) == square().wkb


def test_what_belongs_together_is_joined():
    whole = shapely.from_wkb(door.union([square().wkb, square(WEST + 0.01).wkb]))
    assert whole.area == pytest.approx(2 * square().area)
    assert whole.geom_type == "Polygon"


def test_shares_are_by_area_by_length_or_by_points():
    polygon = square().wkb
    shapes = [
        square(WEST + 0.0075),
        square(115),
        square(WEST + 0.001, SOUTH + 0.001, 0.001),
        shapely.LineString([(WEST - 0.01, SOUTH + 0.005), (WEST + 0.01, SOUTH + 0.005)]),
        shapely.MultiPoint([(WEST + 0.001, SOUTH + 0.001), (115, 30), (116, 30), (117, 30)]),
        shapely.Point(WEST + 0.001, SOUTH + 0.001),
        shapely.Point(WEST, SOUTH),
    ]
    shares = door.intersection_shares([shape.wkb for shape in shapes], polygon)
    assert shares == [Decimal(text) for text in ("0.25", "0", "1", "0.5", "0.25", "1", "1")]
    assert door.intersection_share(square().wkb, polygon) == 1


def test_a_cut_of_an_invalid_geometry_is_refused():
    for call in (
        lambda: door.subtract(BOW_TIE.wkb, [square().wkb]),
        lambda: door.union([square().wkb, BOW_TIE.wkb]),
        lambda: door.intersection_share(BOW_TIE.wkb, square().wkb),
        lambda: door.intersection_share(b"x", square().wkb),
    ):
        with pytest.raises(FileRefused):
            call()


def test_every_reason_of_geos_has_chinese_words():
    """Shapes for the reasons that GEOS gives: none may fall through to the general words."""
    samples = [
        BOW_TIE,
        shapely.Polygon(square().exterior.coords, [square(114).exterior.coords]),
        shapely.MultiPolygon([square(), square(WEST + 0.001, SOUTH + 0.001, 0.002)]),
        shapely.Polygon(square().exterior.coords, [square(WEST + 0.001, SOUTH + 0.001, 0.005).exterior.coords] * 2),
    ]
    for result in check(*samples):
        assert not result.valid
        assert "图形不合规范" not in result.problem
    assert all(words for words in geometries.REASONS.values())


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(1, 2),
        shapely.LineString([(0, 0), (1, 1)]),
        square(),
        shapely.MultiPoint([(1, 1), (2, 2)]),
        shapely.MultiLineString([[(0, 0), (1, 1)]]),
        shapely.MultiPolygon([square()]),
        shapely.GeometryCollection([shapely.Point(1, 2), square()]),
    ],
)
def test_the_structure_of_wkb_is_read_without_a_library(shape):
    for order in (0, 1):
        found = wkb.measure(shapely.to_wkb(shape, byte_order=order))
        assert found.geometry_type == shape.geom_type
        assert found.vertices == shapely.get_num_coordinates(shape)


def test_random_bytes_never_pass_for_a_geometry_that_shapely_refuses():
    numbers = random.Random(7)
    good = shapely.to_wkb(shapely.GeometryCollection([shapely.Point(1, 2), square()]))
    for _ in range(3000):
        raw = bytearray(good)
        for _ in range(numbers.randint(1, 3)):
            raw[numbers.randrange(len(raw))] = numbers.randrange(256)
        try:
            found = wkb.measure(bytes(raw[: numbers.randint(1, len(raw))]))
        except ValueError:
            continue
        assert found.vertices <= len(raw) // 16
