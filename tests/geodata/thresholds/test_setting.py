"""Setting thresholds: within bounds, all or none, by those who keep the tables."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from geodata.errors import NotPermitted, Refused
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, scope_of
from geodata.thresholds.selectors import threshold
from geodata.thresholds.services import read_value, set_thresholds

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("checkin_near_m", "abc", "10 到 2000"),
        ("checkin_near_m", "9", "10 到 2000"),
        ("checkin_near_m", "2001", "10 到 2000"),
        ("checkin_near_m", "NaN", "10 到 2000"),
        ("checkin_near_m", "1e999999", "10 到 2000"),
        ("checkin_near_m", "100.5", "整数"),
        ("snap_m", "0.123", "2 位小数"),
        ("no_such", "1", "没有这个阈值"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_the_bounds(key: str, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_value(key, text)


@pytest.mark.django_db
def test_all_are_set_or_none(hq_admin: User) -> None:
    with pytest.raises(Refused, match="必须小于"):
        set_thresholds(CITY, values={"checkin_near_m": Decimal(150), "w09_gap_yellow_pct": Decimal(20)}, now=NOW)
    assert threshold("checkin_near_m") == 100
    assert set_thresholds(CITY, values={"checkin_near_m": Decimal(150), "snap_m": Decimal("0.5")}, now=NOW) == 1
    assert threshold("checkin_near_m") == 150


@pytest.mark.django_db
def test_a_district_sets_none(steward: User) -> None:
    with pytest.raises(NotPermitted):
        set_thresholds(scope_of(steward, today=NOW.date()), values={"checkin_near_m": Decimal(150)}, now=NOW)
