"""Telling a file's coordinate system from what it says and from its numbers."""

import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import box

from geodata.crs.declared import parse_declared
from geodata.crs.degrees import parse_degrees, unpack
from geodata.crs.detection import Confidence, Extent, decide, ranges

# extent of the published ranges for Yueyang
CITY = Extent(112.30, 28.41, 114.16, 29.87)
AREA = box(113.0, 29.3, 113.2, 29.5)


@pytest.mark.parametrize(
    ("epsg", "published"),
    [
        (4547, (333_409, 3_143_879, 515_678, 3_306_917)),
        (4526, (38_333_409, 3_143_879, 38_515_678, 3_306_917)),
        (4546, (625_601, 3_144_567, 809_726, 3_309_899)),
        (4497, (19_625_601, 3_144_567, 19_809_726, 3_309_899)),
        (4509, (39_176, 3_147_163, 225_565, 3_314_997)),
        (32649, (625_551, 3_143_309, 809_602, 3_308_575)),
        (3857, (12_501_179, 3_300_764, 12_708_233, 3_486_850)),
    ],
)
def test_the_ranges_follow_from_the_extent_of_the_city(epsg: int, published: tuple[int, ...]) -> None:
    assert ranges(epsg, CITY) == pytest.approx(published, abs=1)


@pytest.mark.parametrize(
    ("point", "system", "swapped", "confidence"),
    [
        ((411_562.142, 3_252_287.322), 4547, False, Confidence.CERTAIN),
        ((3_252_287.322, 411_562.142), 4547, True, Confidence.CERTAIN),
        ((38_411_562.142, 3_252_287.322), 4526, False, Confidence.CERTAIN),
        ((3_252_287.322, 38_411_562.142), 4526, True, Confidence.CERTAIN),
        ((37_702_814.488, 3_253_757.007), 4525, False, Confidence.CERTAIN),
        ((19_702_814.488, 3_253_757.007), 4497, False, Confidence.CERTAIN),
        ((12_589_000.0, 3_424_000.0), 3857, False, Confidence.LIKELY),
        ((113.089, 29.385), 4490, False, Confidence.LIKELY),
        ((29.385, 113.089), 4490, True, Confidence.LIKELY),
        ((702_814.488, 3_253_757.007), None, False, Confidence.ASK),  # 4546 or UTM 49N
        ((411.5, 322.1), None, False, Confidence.ASK),  # a drawing's own origin
        ((116.4, 39.9), None, False, Confidence.ASK),  # another city
        ((3_252_287.0, 3_252_287.0), None, False, Confidence.ASK),
    ],
)
def test_numbers_decide_or_ask(
    point: tuple[float, float], system: int | None, swapped: bool, confidence: Confidence
) -> None:
    decision = decide(np.array([point]), extent=CITY)
    assert (decision.system, decision.swapped, decision.confidence) == (system, swapped, confidence)
    if confidence in {Confidence.ASK, Confidence.LIKELY}:
        assert decision.question


def test_the_declared_area_tells_gauss_krueger_from_utm() -> None:
    decision = decide(np.array([(702_814.488, 3_253_757.007)]), extent=CITY, area=box(113.08, 29.376, 113.10, 29.39))
    assert decision.system == 4546


def test_undeclared_degrees_always_carry_the_question_where_they_come_from() -> None:
    assert "GCJ-02" in (decide(np.array([(113.0, 29.3)]), extent=CITY).question or "")
    assert decide(np.array([(113.0, 29.3)]), extent=CITY, declared="GCJ02").question is None


def test_a_few_stray_vertices_do_not_overturn_the_finding() -> None:
    points = np.array([(411_562.0 + i, 3_252_287.0) for i in range(99)] + [(0.0, 0.0)])
    assert decide(points, extent=CITY).system == 4547


def test_a_declaration_that_fits_is_believed() -> None:
    decision = decide(np.array([(38_411_562.142, 3_252_287.322)]), extent=CITY, declared=4526)
    assert (decision.system, decision.confidence) == (4526, Confidence.DECLARED)


def test_a_slip_with_the_zone_prefix_is_put_right_and_told() -> None:
    decision = decide(np.array([(411_562.142, 3_252_287.322)]), extent=CITY, declared=4526)
    assert (decision.system, decision.confidence) == (4547, Confidence.LIKELY)
    assert any("带号" in note for note in decision.evidence)


def test_a_declaration_that_the_numbers_contradict_is_a_question() -> None:
    decision = decide(np.array([(411_562.142, 3_252_287.322)]), extent=CITY, declared=4490)
    assert decision.system is None
    assert "本市以外" in (decision.question or "")


def test_a_declaration_outside_the_city_is_believed_only_without_an_extent() -> None:
    beijing = np.array([(116.4, 39.9)])
    assert decide(beijing, extent=CITY, declared=4326).system is None
    assert decide(beijing, extent=None, declared=4326).system == 4326


@pytest.mark.parametrize("epsg", [2414, 2362, 4610])
def test_old_datums_are_refused_even_when_declared(epsg: int) -> None:
    assert decide(np.array([(38_411_562.0, 3_252_287.0)]), extent=CITY, declared=epsg).confidence is Confidence.REFUSED


def test_packed_degrees_minutes_seconds_are_noticed() -> None:
    # 113°05′20″ 29°23′06″ written as 113.0520 29.2306: decimally south of the declared area
    decision = decide(np.array([(113.052013, 29.230612)]), extent=CITY, area=AREA)
    assert decision.confidence is Confidence.ASK
    assert "度.分秒" in (decision.question or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4526", 4526),
        ("EPSG:4547", 4547),
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("gcj02", "GCJ02"),
        ("GCJ-02", "GCJ02"),
        ("bd09", "BD09"),
        ("百度", "BD09"),
        ("", None),
        ("岳阳城建坐标", None),
    ],
)
def test_a_declaration_is_read_from_an_option_or_a_file(text: str, expected: int | str | None) -> None:
    assert parse_declared(text) == expected


@pytest.mark.parametrize("epsg", [4547, 4526, 4546, 4497, 4490, 4326, 32649, 3857, 2383, 2362, 2435, 2414, 4610, 4214])
def test_an_esri_projection_file_without_code_is_recognised(epsg: int) -> None:
    assert parse_declared(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")) == epsg


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("113°05′20″", 113 + 5 / 60 + 20 / 3600),
        ("113度5分20.5秒", 113 + 5 / 60 + 20.5 / 3600),
        ("113:05:20 E", 113 + 5 / 60 + 20 / 3600),
        ("北29°23’06”", 29 + 23 / 60 + 6 / 3600),
        ("29º23'06''N", 29 + 23 / 60 + 6 / 3600),
        ("113.089", 113.089),
        ("113°75′20″", None),
        ("不详", None),
    ],
)
def test_degrees_minutes_seconds_are_read(text: str, degrees: float | None) -> None:
    result = parse_degrees(text)
    assert result is None if degrees is None else result == pytest.approx(degrees)


def test_a_packed_number_with_more_than_59_minutes_is_no_packed_number() -> None:
    assert unpack(113.0520) == pytest.approx(113 + 5 / 60 + 20 / 3600)
    assert unpack(113.7520) is None
