"""Old datums: refused without parameters on the server, moved by them where an administrator has stored them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from geodata.crs import parameters
from geodata.crs.detection import Confidence, Extent, decide
from geodata.crs.systems import RefusedSystem, importable
from geodata.crs.transforms import accuracy_of, convert, pipeline

CITY = Extent(112.30, 28.41, 114.16, 29.87)
# Invented numbers of a likely size: no survey's.
MADE = """
[xian80]
dx = 10.0
dy = -20.0
dz = 5.0
rx = 0.1
ry = 0.2
rz = -0.3
scale = 1.5
convention = "coordinate_frame"
accuracy_m = 0.8
source = "样例参数"
"""
POINT = np.array([[38_411_562.142, 3_252_287.322]])


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Any:
    def write(text: str, mode: int = 0o640) -> Path:
        path = tmp_path / f"parameters-{len(list(tmp_path.iterdir()))}.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        settings.DATUM_PARAMETERS = str(path)
        return path

    return write


@pytest.mark.parametrize("epsg", [2362, 2383, 4610, 2414, 2435, 4214])
def test_an_old_datum_is_refused_without_parameters(epsg: int) -> None:
    with pytest.raises(RefusedSystem, match="转换参数"):
        importable(epsg)


def test_stored_parameters_bring_an_old_datum_in(store: Any) -> None:
    store(MADE)
    steps = (
        "+proj=pipeline +step +inv +proj=tmerc +lon_0=114 +k=1 +x_0=38500000 +a=6378140 +rf=298.257 "
        "+step +proj=cart +a=6378140 +rf=298.257 "
        "+step +proj=helmert +x=10 +y=-20 +z=5 +rx=0.1 +ry=0.2 +rz=-0.3 +s=1.5 +convention=coordinate_frame "
        "+step +inv +proj=cart +ellps=GRS80 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    expected = Transformer.from_pipeline(steps).transform(*POINT[0], 0)[:2]
    assert convert(POINT, 2362)[0] == pytest.approx(expected, abs=1e-9)
    assert convert(POINT - [38_000_000, 0], 2383)[0] == pytest.approx(expected, abs=1e-9)
    assert abs(convert(POINT, 2362)[0] - [113.089, 29.385]).max() > 1e-5  # more than a metre from no shift at all
    decision = decide(POINT, extent=CITY, declared=2362)
    assert (decision.system, decision.confidence) == (2362, Confidence.DECLARED)
    assert accuracy_of(2362) == 0.8
    assert "样例参数" in pipeline(2362)


def test_parameters_of_one_datum_do_not_serve_the_other_and_numbers_are_never_shown(store: Any) -> None:
    store(MADE)
    with pytest.raises(RefusedSystem):
        importable(2414)
    assert "20" not in f"{parameters.stored('xian80')!r} {pipeline(2362)}".replace("2000", "").replace("2362", "")


@pytest.mark.parametrize(
    "text",
    [
        "[xian80]\ndx = 1.0",
        MADE.replace("coordinate_frame", "?"),
        MADE.replace("dx = 10.0", "dx = 10000.0"),
        MADE.replace("dx = 10.0", "dx = nan"),
        MADE.replace('source = "样例参数"', 'source = ""'),
        "not toml",
    ],
)
def test_a_wrong_file_leaves_the_old_datums_refused(store: Any, text: str) -> None:
    store(text)
    with pytest.raises(RefusedSystem):
        importable(2362)


def test_a_file_that_others_can_read_is_not_used(store: Any) -> None:
    store(MADE, 0o644)
    with pytest.raises(RefusedSystem):
        importable(2362)
