"""Boxes and days of an address, without a database."""

from datetime import date

import pytest

from geodata.errors import BadParameter
from portal.opendata.ogc.moments import Days, days
from portal.opendata.ogc.systems import CRS84, EPSG, SYSTEMS, boxes


@pytest.mark.parametrize(
    ("text", "uri", "expected"),
    [
        ("113,29,113.5,29.5", CRS84, ((113.0, 29.0, 113.5, 29.5),)),
        ("113,29,-10,113.5,29.5,100", CRS84, ((113.0, 29.0, 113.5, 29.5),)),
        ("29,113,29.5,113.5", f"{EPSG}4490", ((113.0, 29.0, 113.5, 29.5),)),
        ("29.300000000000001,113,29.44999999999999,1.132e2", f"{EPSG}4490", ((113.0, 29.3, 113.2, 29.45),)),
        ("170,-10,-170,10", CRS84, ((170.0, -10.0, 180.0, 10.0), (-180.0, -10.0, -170.0, 10.0))),
        # EPSG:3857 of 113°E 29°N and 114°E 30°N, by the formula of the projection's definition
        ("12579102.46,3375646.03,12690421.95,3503549.84", f"{EPSG}3857", ((113.0, 29.0, 114.0, 30.0),)),
    ],
)
def test_a_box_is_read_in_the_order_of_its_system(text: str, uri: str, expected: tuple[tuple[float, ...], ...]) -> None:
    found = boxes(text, SYSTEMS[uri])
    assert len(found) == len(expected)
    for box, wanted in zip(found, expected, strict=True):
        assert box == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "113,29.5,114,29", "181,0,182,1", "0,-91,1,0", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadParameter, match="bbox"):
        boxes(text, SYSTEMS[CRS84])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", Days(date(2026, 3, 31), date(2026, 3, 31))),
        ("2026-03-31T17:00:00Z", Days(date(2026, 4, 1), date(2026, 4, 1))),  # one in the morning in the city
        ("2026-01-01/..", Days(date(2026, 1, 1), None)),
        ("/2026-01-01", Days(None, date(2026, 1, 1))),
        ("2026-01-01/2026-02-01T00:00:00+08:00", Days(date(2026, 1, 1), date(2026, 2, 1))),
    ],
)
def test_a_moment_is_a_day_of_the_city(text: str, expected: Days) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text", ["", "..", "../..", "2026-13-01", "2026-01-02/2026-01-01", "2026-01-01T00:00:00", "x/y", "1/2/3"]
)
def test_a_moment_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadParameter, match="datetime"):
        days(text)
