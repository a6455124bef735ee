"""Transformation into EPSG:4490 and the refusal of what PROJ cannot shift."""

import numpy as np
import pytest
from shapely.geometry import LineString, Point

from geodata.crs.systems import SYSTEMS, RefusedSystem, importable, name_of
from geodata.crs.transforms import project, transform, transform_geometries

CONTROL = (113.089, 29.385)


@pytest.mark.parametrize(
    ("epsg", "point"),
    [
        (4490, CONTROL),
        (4326, CONTROL),
        (4547, (411_562.142, 3_252_287.322)),
        (4526, (38_411_562.142, 3_252_287.322)),
        (4546, (702_814.488, 3_253_757.007)),
        (4525, (37_702_814.488, 3_253_757.007)),
        (4508, (702_814.488, 3_253_757.007)),
        (4497, (19_702_814.488, 3_253_757.007)),
    ],
)
def test_the_control_point_comes_back_from_every_system(epsg: int, point: tuple[float, float]) -> None:
    # 1e-8 degree is a millimetre, the precision of the published control point
    assert transform([point], epsg)[0] == pytest.approx(CONTROL, abs=1.1e-8)


@pytest.mark.parametrize("epsg", [4547, 4526, 4546, 4525, 4508, 4497, 4509, 4498, 32649, 3857])
def test_a_round_trip_stays_below_a_millimetre(epsg: int) -> None:
    there = project(np.array([CONTROL]), epsg)
    assert transform([(there[0, 0], there[0, 1])], epsg)[0] == pytest.approx(CONTROL, abs=1e-9)


@pytest.mark.parametrize("epsg", [2383, 2362, 2435, 2414, 4610, 4214, 2327, 21463])
def test_beijing54_and_xian80_are_refused_because_proj_would_shift_nothing(epsg: int) -> None:
    with pytest.raises(RefusedSystem, match="转换参数"):
        transform([(411_562.142, 3_252_287.322)], epsg)


def test_an_unknown_code_is_refused_in_a_sentence() -> None:
    with pytest.raises(RefusedSystem, match="EPSG:2154"):
        importable(2154)


def test_geometries_lose_height_and_exchange_axes() -> None:
    line = LineString([(3_252_287.322, 411_562.142, 35.0), (3_252_300.0, 411_600.0, 35.0)])
    moved, nothing, point = transform_geometries([line, None, Point(3_252_287.322, 411_562.142)], 4547, swapped=True)
    assert nothing is None
    assert moved is not None
    assert point is not None
    assert not moved.has_z
    assert moved.coords[0] == pytest.approx(CONTROL, abs=1.1e-8)
    assert point.coords[0] == pytest.approx(CONTROL, abs=1.1e-8)


def test_every_system_has_a_chinese_name() -> None:
    assert name_of(4547) == "2000坐标系 3度带 中央子午线114°，不加带号"
    assert name_of(4526) == "2000坐标系 3度带 中央子午线114°，加带号38"
    assert name_of("GCJ02") == "GCJ-02（火星坐标）"
    assert {2383, 2362, 2435, 2414, 4498, 4509, 32649, 3857} <= SYSTEMS.keys()
