"""The photo that a start of works must show: taken when and where they began. Pure; distances in metres.

Works begin with the permanent works themselves, not with surveys, levelling or sheds, which is why a picture is wanted
(建筑工程施工许可管理办法). Its day and place are the camera's own, or those of a check-in at the works on its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What is known of one photo. `by_camera`: the day is the camera's, nobody typed it; `away_m` is empty where the
    photo has no place or the project no shape; `visited`: somebody checked in at the works on that day."""

    photo_id: int
    day: date
    by_camera: bool
    has_place: bool
    away_m: Decimal | None
    visited: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """At most so many days after the start, so many metres from the shape."""

    days: int
    near_m: Decimal

    def last(self, start: date) -> date:
        return start + timedelta(days=self.days)


NO_PHOTOS: Final = Rules(days=0, near_m=Decimal(0))


def fault_of(shot: Shot, start: date, rules: Rules) -> str:
    """Why a photo does not prove the start, in Chinese; empty where it does."""
    if not start <= shot.day <= rules.last(start):
        return f"拍摄于 {shot.day.isoformat()}，不在开工当天至其后 {rules.days} 天内"
    if shot.visited:
        return ""
    if not shot.by_camera:
        return "照片里没有相机记录的拍摄时间，当天也没有现场签到"
    return _fault_of_place(shot, rules)


def _fault_of_place(shot: Shot, rules: Rules) -> str:
    if not shot.has_place:
        return "照片里没有拍摄位置，当天也没有现场签到"
    if shot.away_m is None:
        return "项目还没有图形，拍摄位置无法核对"
    if shot.away_m > rules.near_m:
        return f"拍摄位置距项目图形 {round(shot.away_m)} 米，超过 {round(rules.near_m)} 米"
    return ""


def is_shown(shots: Iterable[Shot], start: date, rules: Rules) -> bool:
    """Whether at least one photo proves the start."""
    return any(not fault_of(shot, start, rules) for shot in shots)
