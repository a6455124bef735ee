"""One shape against its surroundings, through the real door. Expected metres by hand from the ellipsoid of CGCS2000."""

from decimal import Decimal
from typing import Any

import pytest
import shapely
from pyproj import Geod

from geodata.errors import FileRefused
from geodata.sandbox import door, process
from geodata.sandbox.documents import GeometryCheck
from geodata.sandbox.judgements import ShapeJudgement, ShapeShift, decode_judgement, encode_judgement

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)


def wkb(shape: Any) -> bytes:
    return shapely.to_wkb(shape, byte_order=1)


def box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.MultiPolygon([shapely.box(west, south, east, north)])


def judged(shape: Any, **around: Any) -> ShapeJudgement:
    given = {"boundary": None, "margin_m": 0.0, "before": None, "neighbours": [], **around}
    return door.judge_shape(wkb(shape), **given)


def test_everything_is_said_at_once() -> None:
    shape = box(113.0, 29.0, 113.01, 29.01)
    said = judged(
        shape,
        boundary=wkb(box(113.0025, 28.9, 113.2, 29.2)),
        before=wkb(box(113.005, 29.0, 113.015, 29.01)),
        neighbours=[wkb(shape), wkb(box(114, 29, 114.1, 29.1)), wkb(box(113.009, 29.0, 113.029, 29.01))],
    )
    assert said.check.valid
    assert said.place is None
    assert said.inside == Decimal("0.750000")
    assert [round(share, 3) for share in said.overlaps] == [1, 0, Decimal("0.100")]
    assert said.shift is not None
    metres = CGCS2000.inv(113.01, 29.005, 113.005, 29.005)[2]
    assert float(said.shift.moved_m) == pytest.approx(metres, abs=0.01)
    assert float(said.shift.hausdorff_m or 0) == pytest.approx(metres, rel=0.001)
    assert said.shift.kept == Decimal("0.500000")


@pytest.mark.parametrize(("metres", "inside"), [(480, 1), (520, 0)])
def test_the_margin_is_measured_in_metres_of_the_ground(metres: float, inside: int) -> None:
    east, _north, _back = CGCS2000.fwd(113.0, 29.05, 90, metres)
    said = judged(shapely.MultiPoint([(east, 29.05)]), boundary=wkb(box(112.9, 29.0, 113.0, 29.1)), margin_m=500.0)
    assert said.inside == inside


def test_lines_and_points_overlap_by_a_width_of_ten_metres() -> None:
    line = shapely.MultiLineString([[(113.0, 29.0), (113.01, 29.0)]])
    beside = shapely.MultiLineString([[(113.0, 29.00005), (113.01, 29.00005)]])  # 5.5 m away
    apart = shapely.MultiLineString([[(113.0, 29.0003), (113.01, 29.0003)]])  # 33 m away
    said = judged(line, neighbours=[wkb(beside), wkb(apart), wkb(shapely.MultiPoint([(113.005, 29.0)]))])
    assert [round(float(share), 1) for share in said.overlaps] == [0.7, 0.0, 1.0]


def test_an_invalid_shape_gets_its_place_and_nothing_else() -> None:
    said = judged(
        shapely.Polygon([(113, 29), (113.01, 29.01), (113.01, 29), (113, 29.01)]),
        boundary=wkb(box(113, 29, 114, 30)),
        neighbours=[wkb(box(113, 29, 114, 30))],
    )
    assert not said.check.valid
    assert said.place == (Decimal("113.00500000"), Decimal("29.00500000"))
    assert (said.inside, said.shift, list(said.overlaps)) == (None, None, [])


def test_bytes_that_are_no_shape_are_judged_and_not_crashed_on() -> None:
    said = door.judge_shape(
        b"\x01\x03\x00\x00\x00\xff\xff\xff\xff", boundary=None, margin_m=0, before=None, neighbours=[]
    )
    assert not said.check.valid
    assert said.place is None


def test_outlines_with_very_many_vertices_are_compared_without_their_gap() -> None:
    ring = shapely.MultiPolygon([shapely.Point(113, 29).buffer(0.05, quad_segs=1500)])
    shift = door.compare_shapes(wkb(ring), wkb(ring))
    assert shift == ShapeShift(Decimal("0.00"), None, Decimal(1))


def test_two_shapes_are_compared_and_an_invalid_one_is_refused() -> None:
    shape = box(113.0, 29.0, 113.01, 29.01)
    assert door.compare_shapes(wkb(shape), wkb(shape)) == ShapeShift(Decimal("0.00"), Decimal("0.00"), Decimal(1))
    bow_tie = shapely.Polygon([(113, 29), (113.01, 29.01), (113.01, 29), (113, 29.01)])
    with pytest.raises(FileRefused):
        door.compare_shapes(wkb(shape), wkb(bow_tie))


GOOD = ShapeJudgement(
    GeometryCheck(True, None, "MultiPolygon", 5, Decimal("1.50"), None),
    None,
    Decimal("0.5"),
    [Decimal(0), Decimal(1)],
    ShapeShift(Decimal("1.25"), None, Decimal(1)),
)


def test_a_judgement_crosses_the_door_unchanged() -> None:
    assert decode_judgement(encode_judgement(GOOD)) == GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"inside": ["n", "1.5"]},
        {"inside": ["n", "NaN"]},
        {"inside": "0.5"},
        {"overlaps": [["n", "-0.1"]]},
        {"overlaps": None},
        {"place": [["n", "1"]]},
        {"place": [["n", "1"], None]},
        {"shift": [["n", "1"], ["n", "1"]]},
        {"shift": [None, None, ["n", "1"]]},
        {"check": []},
    ],
)
def test_an_answer_of_another_shape_is_not_believed(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {**encode_judgement(GOOD), **change}
    monkeypatch.setattr(process, "run", lambda *_arguments, **_more: answer)
    with pytest.raises(FileRefused):
        judged(box(113, 29, 113.1, 29.1))
