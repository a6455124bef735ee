"""Every number that a rule compares with and that headquarters may change: key, default, bounds, meaning. Pure.

A key that is not here does not exist; a value that the table does not hold is the default.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from geodata.thresholds.judging import BANDS, JUDGING
from geodata.thresholds.warnings import BELOW, WARNINGS


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number: what it is called, in which unit, within which bounds it may be set, and what it decides."""

    key: str
    default: Decimal
    unit: str
    low: Decimal
    high: Decimal
    group: str
    label: str
    meaning: str
    decimals: int = 0


def _make(
    group: str, key: str, default: str, unit: str, bounds: tuple[str, str], label: str, meaning: str, decimals: int = 0
) -> Threshold:
    low, high = bounds
    return Threshold(key, Decimal(default), unit, Decimal(low), Decimal(high), group, label, meaning, decimals)


_SHAPES, _VISITS, _REPORTS, _WARNINGS = "空间数据", "现场签到与照片", "进度填报", "W09 数据矛盾"

CATALOGUE: Final[tuple[Threshold, ...]] = (
    _make(_SHAPES, "unit_margin_m", "500", "米", ("0", "5000"), "属地外扩范围", "项目图形可以超出本单位边界的距离"),
    _make(
        _SHAPES,
        "inside_share_pct",
        "95",
        "%",
        ("50", "100"),
        "属地内占比",
        "图形在本单位（含外扩范围）内的部分低于此值时，由指挥部审核",
    ),
    _make(_SHAPES, "overlap_ask_pct", "50", "%", ("5", "100"), "重叠询问", "与同类项目重叠超过此值时，请填报人说明"),
    _make(_SHAPES, "max_area_km2", "200", "平方千米", ("1", "20000"), "最大面积", "面状图形超过此面积时不予接收"),
    _make(_SHAPES, "min_area_m2", "1", "平方米", ("0", "10000"), "最小面积", "面状图形小于此面积时不予接收"),
    _make(_SHAPES, "min_length_m", "1", "米", ("0", "1000"), "最短长度", "线状图形短于此长度时不予接收"),
    _make(_SHAPES, "snap_m", "0.5", "米", ("0", "20"), "捕捉容差", "图形与边界相差在此距离内视为重合", 2),
    _make(
        _SHAPES,
        "dig_once_m",
        "30",
        "米",
        ("1", "500"),
        "同步开挖距离",
        "两个项目相距在此范围内且工期重叠时，提示同步开挖",
    ),
    _make(_VISITS, "checkin_near_m", "100", "米", ("10", "2000"), "签到范围", "签到位置距项目图形超过此值时不予接收"),
    _make(
        _VISITS,
        "photo_distance_warn_m",
        "100",
        "米",
        ("10", "5000"),
        "照片距离提醒",
        "照片拍摄位置距项目图形超过此值时提醒核对",
    ),
    _make(
        _VISITS,
        "position_keep_days",
        "365",
        "天",
        ("30", "3650"),
        "位置保存期限",
        "签到和照片的精确位置保存此天数后清除，是否在场、相距多远的结论保留",
    ),
    _make(
        _VISITS,
        "start_photo_days",
        "7",
        "天",
        ("0", "60"),
        "开工照片期限",
        "开工现场照片须在开工当天至其后此天数内拍摄",
    ),
    _make(_REPORTS, "report_due_day", "5", "日", ("1", "28"), "月报截止日", "次月的这一天前报送上月进度"),
    _make(
        _REPORTS,
        "weekly_due_workdays",
        "1",
        "个工作日",
        ("1", "5"),
        "周报截止",
        "按周填报的项目，在一周结束后的第几个工作日前报送上周进度",
    ),
    _make(
        _REPORTS,
        "stale_days_weekly",
        "10",
        "天",
        ("7", "60"),
        "周报逾期",
        "在建且按周填报的项目，距上期末超过此天数没有已审核周报即为应报未报",
    ),
    _make(
        _REPORTS,
        "stale_days_monthly",
        "41",
        "天",
        ("28", "120"),
        "月报逾期",
        "在建且按月填报的项目，距上期末超过此天数没有已审核月报即为应报未报",
    ),
    _make(_WARNINGS, "w09_gap_yellow_pct", "10", "%", ("1", "100"), "进度偏差黄灯", "投资进度与形象进度相差达到此值"),
    _make(_WARNINGS, "w09_gap_red_pct", "20", "%", ("1", "100"), "进度偏差红灯", "投资进度与形象进度相差达到此值"),
    _make(_WARNINGS, "w09_zero_days", "60", "天", ("7", "365"), "零进展天数", "开工后连续此天数没有进展"),
    *(_make(group, *row) for group, rows in (WARNINGS | JUDGING).items() for row in rows),
)

BY_KEY: Final[dict[str, Threshold]] = {threshold.key: threshold for threshold in CATALOGUE}
# a pair whose first must stay below its second
ORDERED: Final[tuple[tuple[str, str], ...]] = (
    ("w09_gap_yellow_pct", "w09_gap_red_pct"),
    *BELOW,
    *BANDS,
)


def groups() -> Iterable[tuple[str, list[Threshold]]]:
    """The thresholds by group, in the order of the catalogue."""
    names = dict.fromkeys(threshold.group for threshold in CATALOGUE)
    return [(name, [t for t in CATALOGUE if t.group == name]) for name in names]
