"""What makes a check-in believable: an exact and fresh position, near the works. Pure; distances in metres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from geodata.errors import Refused

WORST_ACCURACY_M: Final = Decimal(100)  # a worse position says nothing about a site
MOST_ALLOWANCE_M: Final = Decimal(50)  # of the stated accuracy, so that a bad fix opens no wide fence
STALE_AFTER: Final = timedelta(minutes=5)
AHEAD_AT_MOST: Final = timedelta(minutes=2)  # clocks of phones differ by seconds from ours
LONGEST_NOTE: Final = 200
_TENTH: Final = Decimal("0.1")


class TooFarAway(Refused):
    """The phone is not at the works. `distance_m` from them, `allowed_m` at most."""

    default_code = "too-far"

    def __init__(self, message: str, *, distance_m: Decimal, allowed_m: Decimal) -> None:
        super().__init__(message)
        self.distance_m = distance_m
        self.allowed_m = allowed_m


@dataclass(frozen=True, slots=True)
class Fix:
    """What the phone says of itself: degrees of WGS 84, the radius it believes itself within, its clock."""

    lon: float
    lat: float
    accuracy_m: float
    at: datetime

    @property
    def accuracy(self) -> Decimal:
        """To the tenth of a metre, never 0: no phone is that sure."""
        return max(metres(self.accuracy_m), _TENTH)


def metres(number: float) -> Decimal:
    """A distance to the tenth of a metre."""
    return Decimal(repr(number)).quantize(_TENTH, ROUND_HALF_UP)


def said(distance_m: Decimal) -> str:
    """35 米, 1.2 公里: as exact as it helps."""
    whole = int(distance_m.to_integral_value(ROUND_HALF_UP))
    if whole < 1000:
        return f"{whole} 米"
    return f"{(distance_m / 1000).quantize(_TENTH, ROUND_HALF_UP)} 公里"


def allowed_m(near_m: Decimal, accuracy_m: Decimal) -> Decimal:
    """How far from the works a check-in may be: what headquarters set, and the phone's own doubt."""
    return near_m + min(accuracy_m, MOST_ALLOWANCE_M)


def check_fix(fix: Fix, *, now: datetime) -> None:
    """Raises Refused for a position that is none, is too inexact, too old, or of a clock that runs ahead."""
    if not _on_the_globe(fix):
        raise Refused("没有收到有效的定位。请打开手机定位，允许本页使用位置，再试一次", code="no-position")
    if not math.isfinite(fix.accuracy_m) or fix.accuracy_m < 0:
        raise Refused("手机没有给出定位精度，不能签到。请重新定位后再试", code="no-accuracy")
    if fix.accuracy_m > WORST_ACCURACY_M:
        shown = "超过 10 公里" if fix.accuracy_m > 10_000 else f"约 {said(metres(fix.accuracy_m))}"
        raise Refused(
            (
                f"定位误差{shown}，差于 {WORST_ACCURACY_M} 米，不能签到。"
                "请到室外开阔处，打开手机的精确位置，重新定位后再试"
            ),
            code="poor-accuracy",
        )
    _check_clock(fix.at, now)


def _on_the_globe(fix: Fix) -> bool:
    numbers = (fix.lon, fix.lat)
    return all(map(math.isfinite, numbers)) and abs(fix.lon) <= 180 and abs(fix.lat) <= 90 and any(numbers)


def _check_clock(at: datetime, now: datetime) -> None:
    if at - now > AHEAD_AT_MOST:
        ahead = (at - now) // timedelta(minutes=1)
        raise Refused(
            f"手机时间比系统快 {ahead} 分钟，不能签到。请在手机设置里打开“自动设置时间”，再重新定位", code="clock-ahead"
        )
    if now - at > STALE_AFTER:
        old = (now - at) // timedelta(minutes=1)
        raise Refused(
            f"这个定位是 {_ago(old)}前的，不能签到。请重新定位后马上签到；手机时间不准时，请打开“自动设置时间”",
            code="stale-position",
        )


def _ago(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def check_distance(distance_m: Decimal, *, accuracy_m: Decimal, near_m: Decimal) -> Decimal:
    """How far was allowed. Raises TooFarAway with the distance, what was allowed and what to do."""
    allowed = allowed_m(near_m, accuracy_m)
    if distance_m > allowed:
        raise TooFarAway(
            f"您离项目范围还有 {said(distance_m)}，超过允许的 {said(allowed)}"
            f"（签到范围 {said(near_m)} + 定位误差 {said(allowed - near_m)}）。请走到项目现场再签到；"
            "如果您就在现场，说明图上的位置不对，请先在图形编辑里改正",
            distance_m=distance_m,
            allowed_m=allowed,
        )
    return allowed
