"""Whether a position is believed, and how near is near enough."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from geodata.errors import Refused
from geodata.visits.rules import Fix, TooFarAway, allowed_m, check_distance, check_fix, said

NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)


def fix(lon: float = 113.1, lat: float = 29.3, accuracy_m: float = 12.0, seconds: float = 0) -> Fix:
    return Fix(lon, lat, accuracy_m, NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (fix(accuracy_m=100.01), "poor-accuracy", "约 100 米"),
        (fix(accuracy_m=1500), "poor-accuracy", "约 1.5 公里"),
        (fix(accuracy_m=1e300), "poor-accuracy", "超过 10 公里"),
        (fix(accuracy_m=math.nan), "no-accuracy", "重新定位"),
        (fix(accuracy_m=math.inf), "no-accuracy", "重新定位"),
        (fix(accuracy_m=-1), "no-accuracy", "重新定位"),
        (fix(lon=math.nan), "no-position", "打开手机定位"),
        (fix(lat=math.inf), "no-position", "打开手机定位"),
        (fix(lon=29.3, lat=113.1), "no-position", "打开手机定位"),  # exchanged
        (fix(lon=0.0, lat=0.0), "no-position", "打开手机定位"),
        (fix(seconds=301), "stale-position", "5 分钟前"),
        (fix(seconds=3 * 3600), "stale-position", "3 小时前"),
        (fix(seconds=50 * 86400), "stale-position", "50 天前"),
        (fix(seconds=-121), "clock-ahead", "快 2 分钟"),
    ],
)
def test_a_position_that_cannot_be_believed_is_refused_with_what_to_do(given: Fix, code: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        check_fix(given, now=NOW)
    assert refusal.value.code == code
    assert "请" in refusal.value.message


@pytest.mark.parametrize("given", [fix(), fix(accuracy_m=100), fix(accuracy_m=0), fix(seconds=300), fix(seconds=-120)])
def test_a_fresh_and_exact_position_passes(given: Fix) -> None:
    check_fix(given, now=NOW)


@pytest.mark.parametrize(
    ("accuracy", "allowed"), [("5", "105"), ("49.9", "149.9"), ("50", "150"), ("100", "150"), ("0.1", "100.1")]
)
def test_the_doubt_of_the_phone_widens_the_fence_by_fifty_metres_at_most(accuracy: str, allowed: str) -> None:
    assert allowed_m(Decimal(100), Decimal(accuracy)) == Decimal(allowed)


def test_the_fence_itself_counts_as_inside() -> None:
    near, accuracy = Decimal(100), Decimal(20)
    assert check_distance(Decimal("120.0"), accuracy_m=accuracy, near_m=near) == 120
    with pytest.raises(TooFarAway, match="还有 120 米"):
        check_distance(Decimal("120.1"), accuracy_m=accuracy, near_m=near)


def test_a_refusal_gives_the_distance_what_was_allowed_and_what_to_do() -> None:
    with pytest.raises(TooFarAway) as refusal:
        check_distance(Decimal("2345.6"), accuracy_m=Decimal(18), near_m=Decimal(100))
    assert (refusal.value.distance_m, refusal.value.allowed_m) == (Decimal("2345.6"), Decimal(118))
    assert "2.3 公里" in refusal.value.message
    assert "118 米（签到范围 100 米 + 定位误差 18 米）" in refusal.value.message
    assert "走到项目现场" in refusal.value.message
    assert refusal.value.code == "too-far"


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        ("0", "0 米"),
        ("0.5", "1 米"),
        ("34.4", "34 米"),
        ("999.4", "999 米"),
        ("999.5", "1.0 公里"),
        ("12345", "12.3 公里"),
    ],
)
def test_distances_are_said_as_exactly_as_it_helps(distance: str, text: str) -> None:
    assert said(Decimal(distance)) == text
