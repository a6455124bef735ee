"""Dates and periods as staff type them, with the precision that the text really has."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from geodata.figures.numbers import Amount, Unreadable, is_empty, parse_amount, parse_number, plain

__all__ = [
    "Amount",
    "DatedValue",
    "Precision",
    "Unreadable",
    "parse_amount",
    "parse_date",
    "parse_number",
    "parse_period",
]


class Precision(StrEnum):
    """How exactly a date was given; stored beside every planned date."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    TENDAY = "tenday"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A date and how exactly it is known."""

    value: date
    precision: Precision


# Spreadsheet serials count days from here in the 1900 system (its false 29 February 1900 included) and in the 1904 one.
EPOCH_1900: Final = date(1899, 12, 30)
EPOCH_1904: Final = date(1904, 1, 1)
# 2000-01-01 … 2099-12-31 in the 1900 system: anything else in a date column is a typing error.
SERIALS: Final = range(36526, 73051)
YEARS: Final = range(1950, 2101)

_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TENDAYS: Final = {"上旬": 0, "中旬": 1, "下旬": 2}
_CLOCK: Final = re.compile(r"[T ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DAY: Final = re.compile(r"^(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?(?:前|以前|之前)?$")
_MONTH: Final = re.compile(r"^(\d{4})[年./-](\d{1,2})月?(底|末|初|上旬|中旬|下旬|份)?(前|以前|之前)?$")
_QUARTER: Final = re.compile(r"^(\d{4})年?第?([一二三四1-4])季度(末|底)?$|^(\d{4})年?-?Q([1-4])$")
_HALF: Final = re.compile(r"^(\d{4})年?([上下])半年$")
_YEAR: Final = re.compile(r"^(\d{4})年?度?(底|末|内|初)?(前|以前|之前)?$")
_SHORT_YEAR: Final = re.compile(r"^(\d{2})年")
_HAN_YEAR: Final = re.compile(r"^([〇零○一二三四五六七八九]{4})年")
_HAN_MONTH: Final = re.compile(r"(?<=[年])(十[一二]?|[一二三四五六七八九])(?=[月])")
_HAN_DAY: Final = re.compile(r"(?<=月)([二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]")
_HAN: Final = "〇一二三四五六七八九"
_PLANNED: Final = re.compile(r"^(预计|计划|力争|暂定|拟于|拟)")
# What people write where nothing is decided yet: as good as no day.
_UNDECIDED: Final = frozenset(
    (
        "待定",
        "未定",
        "暂未确定",
        "尚未确定",
        "待确定",
        "暂无",
        "未开工",
        "尚未开工",
        "未完工",
        "尚未完工",
        "未竣工",
        "未验收",
    )
)
_DIGITS: Final = re.compile(r"^\d+(\.0)?$")


def parse_date(
    value: object, *, end: bool = False, date1904: bool = False, number_format: str | None = None
) -> DatedValue | None:
    """A date from a cell of a date column; empty is None.

    A text that names a month, ten days, a quarter or a year gives its first day, or its last when `end` is set.
    `number_format` is the cell's format: it decides whether the number 2026.1 was shown as January or as October.
    """
    if _undecided(value):
        return None
    if isinstance(value, datetime):
        return DatedValue(value.date(), Precision.DAY)
    if isinstance(value, date):
        return DatedValue(value, Precision.DAY)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(
            Decimal(repr(value)) if isinstance(value, float) else Decimal(value), end, date1904, number_format
        )
    text = _in_digits(plain(_CLOCK.sub("", str(value).strip())))
    if end:  # the day on which something happened cannot be 预计; the day by which it shall end is
        text = _PLANNED.sub("", text)
    if _DIGITS.match(text):
        return _from_digits(text.removesuffix(".0"), end, date1904, value)
    return _from_text(text, end, value)


def _undecided(value: object) -> bool:
    return is_empty(value) or (isinstance(value, str) and plain(value) in _UNDECIDED)


def _in_digits(text: str) -> str:
    """26年3月, 二〇二六年三月 and 二〇二六年三月五日 as 2026年3月 and 2026年3月5日."""
    text = _SHORT_YEAR.sub(r"20\1年", text)
    text = _HAN_YEAR.sub(lambda found: "".join(str(_han(one)) for one in found[1]) + "年", text)
    text = _HAN_DAY.sub(lambda found: f"{_han_day(found[1])}日", text)
    return _HAN_MONTH.sub(lambda found: str(_han_month(found[1])), text)


def _han(digit: str) -> int:
    return max(_HAN.find(digit), 0)


def _han_month(word: str) -> int:
    return 10 + _han(word[1:] or "〇") if word[0] == "十" else _han(word)


def _han_day(word: str) -> int:
    tens, ten, ones = word.rpartition("十")
    return 10 * (_han(tens) if tens else 1 if ten else 0) + _han(ones or "〇")


def _from_number(number: Decimal, end: bool, date1904: bool, number_format: str | None) -> DatedValue:
    if number == number.to_integral_value():
        return _from_digits(str(int(number)), end, date1904, number)
    whole = int(number)
    if whole in SERIALS:  # a date with a time of day
        return _from_digits(str(whole), end, date1904, number)
    decimals = str(number.normalize()).partition(".")[2]
    if whole in YEARS and len(decimals) <= 2:
        return _year_dot_month(whole, decimals, end, number_format, number)
    raise Unreadable(f"“{number}”不是日期，请写成 2026-03-18 或 2026年3月")


def _year_dot_month(year: int, decimals: str, end: bool, number_format: str | None, number: Decimal) -> DatedValue:
    """2026.3 typed as a number. 2026.10 loses its zero in the file, so 2026.1 may be January or October."""
    if decimals == "1":
        shown = re.search(r"\.(0+)", number_format or "")
        if shown is None or len(shown.group(1)) > 2:
            raise Unreadable(f"“{number}”无法判断是1月还是10月，请写成 {year}年1月 或 {year}年10月")
        return _month(year, 10 if len(shown.group(1)) == 2 else 1, end, number)
    return _month(year, int(decimals), end, number)


def _from_digits(digits: str, end: bool, date1904: bool, value: object) -> DatedValue:
    if len(digits) == 8:
        return DatedValue(_date(int(digits[:4]), int(digits[4:6]), int(digits[6:]), value), Precision.DAY)
    if len(digits) == 6:
        return _month(int(digits[:4]), int(digits[4:]), end, value)
    if len(digits) == 4 and int(digits) in YEARS:
        return _year(int(digits), end)
    shift = (EPOCH_1904 - EPOCH_1900).days if date1904 else 0
    if len(digits) == 5 and int(digits) + shift in SERIALS:
        return DatedValue(EPOCH_1900 + timedelta(days=int(digits) + shift), Precision.DAY)
    raise Unreadable(f"“{value}”不是日期，请写成 2026-03-18 或 2026年3月")


def _from_text(text: str, end: bool, value: object) -> DatedValue:
    if found := _DAY.match(text):
        year, month, day = (int(part) for part in found.groups())
        return DatedValue(_date(year, month, day, value), Precision.DAY)
    if found := _MONTH.match(text):
        return _month_part(int(found.group(1)), int(found.group(2)), found.group(3) or "", end, value)
    if found := _QUARTER.match(text):
        year, quarter = int(found.group(1) or found.group(4)), _QUARTERS[found.group(2) or found.group(5)]
        last = end or found.group(3) is not None
        return DatedValue(_month(year, quarter * 3 if last else quarter * 3 - 2, last, value).value, Precision.QUARTER)
    if found := _HALF.match(text):
        half = (1, 6) if found.group(2) == "上" else (7, 12)
        return _month(int(found.group(1)), half[1] if end else half[0], end, value)
    if found := _YEAR.match(text):
        part = found.group(2) or ""
        return _year(int(found.group(1)), (end or part in {"底", "末", "内"}) and part != "初")
    raise Unreadable(f"“{value}”不是日期，请写成 2026-03-18 或 2026年3月")


def _month_part(year: int, month: int, part: str, end: bool, value: object) -> DatedValue:
    """A month, or 底/上旬/中旬/下旬 of it: 底 is its last day whatever the column; the ten days end on 10, 20, last."""
    if part in _TENDAYS:
        last = _month(year, month, True, value).value
        ends = (last.replace(day=10), last.replace(day=20), last)
        chosen = ends[_TENDAYS[part]] if end else last.replace(day=1 + 10 * _TENDAYS[part])
        return DatedValue(chosen, Precision.TENDAY)
    return _month(year, month, (end or part in {"底", "末"}) and part != "初", value)


def _month(year: int, month: int, end: bool, value: object) -> DatedValue:
    first = _date(year, month, 1, value)
    return DatedValue(first.replace(day=calendar.monthrange(year, month)[1]) if end else first, Precision.MONTH)


def _year(year: int, end: bool) -> DatedValue:
    if year not in YEARS:
        raise Unreadable(f"年份 {year} 超出范围")
    return DatedValue(date(year, 12, 31) if end else date(year, 1, 1), Precision.YEAR)


def _date(year: int, month: int, day: int, value: object) -> date:
    if year not in YEARS:
        raise Unreadable(f"“{value}”的年份超出范围")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(f"“{value}”不是存在的日期") from None


_RANGE_WORDS: Final = re.compile(r"(?:~|～|—+|–|―|至|到|--)")
_TWO_YEARS: Final = re.compile(r"^(\d{4})年?-(\d{4})年?$")
_PIECE: Final = r"\d{4}(?:[年.]\d{1,2}(?:[月.]\d{1,2}日?|月)?|年)?[底末初]?"
_HYPHEN_RANGE: Final = re.compile(rf"^({_PIECE})-({_PIECE})$")
_MONTHS_OF_A_YEAR: Final = re.compile(r"^(\d{4}[年.]\d{1,2}月?)-(\d{1,2}月?[底末]?)$")
_ISO_RANGE: Final = re.compile(r"^(\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?)-(\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?)$")
_BARE_MONTH: Final = re.compile(r"^(\d{1,2})月?([底末]?)$")


def parse_period(text: object) -> tuple[DatedValue, DatedValue] | None:
    """The first and last day of a period; empty is None.

    2024-2026 are years, 2025-10 is the single month, 2026.3-10 ends in October of the same year; one date alone is the
    period that it names.
    """
    if _undecided(text):
        return None
    if not isinstance(text, str):
        return _single(text, text)
    first, last = _halves(plain(text).strip("。;,"))
    if last is None:
        return _single(first, text)
    start = parse_date(first)
    bare = _BARE_MONTH.match(last)
    if bare and start is not None:
        last = f"{start.value.year}年{bare.group(1)}月{bare.group(2)}"
    finish = parse_date(last, end=True)
    if start is None or finish is None or finish.value < start.value:
        raise Unreadable(f"“{text}”的结束时间早于开始时间或不完整")
    return start, finish


def _halves(text: str) -> tuple[str, str | None]:
    parts = [part for part in _RANGE_WORDS.split(text) if part]
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(parts) > 2:
        raise Unreadable(f"“{text}”不是一段时间，请写成 2025.12-2026.11")
    for pattern in (_TWO_YEARS, _HYPHEN_RANGE, _MONTHS_OF_A_YEAR, _ISO_RANGE):
        if found := pattern.match(text):
            return found.group(1), found.group(2)
    return text, None


def _single(value: object, shown: object) -> tuple[DatedValue, DatedValue]:
    start, finish = parse_date(value), parse_date(value, end=True)
    if start is None or finish is None:
        raise Unreadable(f"“{shown}”不是一段时间，请写成 2025.12-2026.11")
    return start, finish
