"""One cell to one typed value. Everything about money, dates and numbers is asked of geodata.figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Any, get_args

from geodata import figures
from geodata.exchange.columns import Column, Kind
from geodata.exchange.mappings import Options
from geodata.exchange.tables.headers import squeeze
from geodata.figures.numbers import Unit, is_empty, plain
from geodata.sandbox.documents import Cell

_WRAPPED = re.compile(r"[ \t\u3000]*[\r\n]+[ \t\u3000]*")
_COUNTED = re.compile(r"^([\d,]+)(?:年度?|户|人|个|项|处|套|台|部)$")  # 2026年, 1240户 in a column of whole numbers
_LISTED = re.compile(r"^\[?\d+\]?[-_.、:]?(?=[^\d])")  # 1-直接支付, [111]一般公共预算资金
_SPLIT = re.compile(r"[\n\r、,;\uff0c\uff1b]+")
_LEADING = re.compile(r"[(\uff08](牵头|主管|责任|配合)(单位)?[)\uff09]")
_SCIENTIFIC = re.compile(r"^[+-]?\d+(\.\d+)?[eE][+-]?\d{1,3}$")
_POWER = re.compile(r"^\d(\.\d+)?[eE]\+(\d{1,2})$")
_MINUS_BEHIND = re.compile(r"^([\d.,]+)(?:-|cr)$", re.IGNORECASE)
_YES = frozenset(("是", "有", "y", "yes", "true", "1", "√", "✓"))
_NO = frozenset(("否", "无", "不", "n", "no", "false", "0", "×"))
# A spreadsheet shows fifteen digits; what a stored number carries beyond them is dust of binary arithmetic.
LONGEST_MARK = 12  # a mark for nothing with the blanks that people put around it
FIFTEEN_DIGITS = 10**15
SHOWN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)


class Rounded(Exception):  # noqa: N818 - not an error: it carries a value that had to be rounded
    """An amount finer than the fen; ``amount`` is the rounded value in yuan."""

    def __init__(self, amount: figures.Amount) -> None:
        super().__init__()
        self.amount = amount


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column's cells are read with."""

    column: Column
    unit: str
    options: Options
    date1904: bool
    exact: bool = False  # whole numbers of any length are whole: features have them, spreadsheets do not


def clean(value: Any) -> Any:
    """A number without the dust of binary arithmetic: 408.24000000000001 is 408.24 in every spreadsheet program."""
    return SHOWN_DIGITS.plus(value) if isinstance(value, Decimal) else value


def as_text(value: Any) -> str:
    """A cell's value as the text that its writer saw; whole numbers lose their .0, dates are written out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value).strip()


def _text(cell: Cell, reading: Reading) -> str:
    text = as_text(cell.value)
    if reading.column.one_line:
        text = _WRAPPED.sub("", text)
    if reading.column.max_length and len(text) > reading.column.max_length:
        raise figures.Unreadable(f"超过 {reading.column.max_length} 个字")
    return text


class DigitsLost(figures.Unreadable):
    """A code that a spreadsheet program took for a number: what stands beyond its fifteen digits is gone."""


def _code(cell: Cell, reading: Reading) -> str:
    if not reading.exact and _digits_lost(cell.value):
        raise DigitsLost("编号被表格软件当成了数字，后面的位数已经丢失；请把这一列设为文本，重新导出后再导入")
    text = squeeze(as_text(cell.value))
    return "" if is_void(text) else text


def _digits_lost(value: Any) -> bool:
    """2.02603E+13 as text, or a stored number of more than fifteen digits."""
    if isinstance(value, str):
        written = _POWER.match(value.strip())
        return written is not None and len(written[1] or "") - 1 < int(written[2])
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return whole and abs(value) >= FIFTEEN_DIGITS


def _amount(cell: Cell, reading: Reading) -> Decimal | None:
    value = clean(cell.value)
    if isinstance(value, str) and _SCIENTIFIC.match(value.strip()):
        value = clean(Decimal(value.strip()))
    if reading.options.unit and isinstance(value, str):
        value = _foreign(value)
    amount = figures.parse_amount(value, _unit(reading.unit))
    if amount is None:
        return None
    if amount.rounded or amount.approximate:
        raise Rounded(amount)
    return amount.yuan


def _foreign(text: str) -> str:
    """An amount as foreign ledgers write it, where the mapping says what the numbers count: £1,234.50-, 12.00 CR."""
    bare = re.sub(r"[\u00a3\u20ac$\s]", "", text)
    found = _MINUS_BEHIND.match(bare)
    return f"-{found[1]}" if found else bare


def _unit(name: str) -> Unit:
    for unit in get_args(Unit):
        if unit == name:
            return unit
    return "元"


def _date(cell: Cell, reading: Reading) -> figures.DatedValue | None:
    value = clean(cell.value)
    end = reading.column.kind is Kind.END_DATE
    if reading.options.date_format and isinstance(value, str) and not is_empty(value):
        return figures.DatedValue(_formatted(value.strip(), reading.options.date_format), figures.Precision.DAY)
    return _dated(value, end, reading.date1904, cell.number_format)


@lru_cache(maxsize=8192)
def _formatted(text: str, formats: str) -> date:
    """A day in one of the formats that the mapping names; the first that fits counts."""
    for one in formats.split("|"):
        try:
            return datetime.strptime(text, one).date()  # noqa: DTZ007 - only the day counts
        except ValueError:
            continue
    raise figures.Unreadable(f"日期与格式 {formats} 不符")


@lru_cache(maxsize=8192)
def _dated(value: Any, end: bool, date1904: bool, number_format: str) -> figures.DatedValue | None:
    """Days repeat in their thousands; each is read once. A datetime and its text are different keys."""
    return figures.parse_date(value, end=end, date1904=date1904, number_format=number_format or None)


def is_void(text: str) -> bool:
    """Whether a text is one of the marks for nothing; long texts never are, and are not looked at twice."""
    return len(text) <= LONGEST_MARK and is_empty(text)


def _period(cell: Cell, reading: Reading) -> tuple[figures.DatedValue, figures.DatedValue] | None:
    return figures.parse_period(clean(cell.value))


def _integer(cell: Cell, reading: Reading) -> int | None:
    value = clean(cell.value)
    if isinstance(value, str):
        value = _COUNTED.sub(r"\1", plain(value))
    number = figures.parse_number(value)
    if number is not None and number != number.to_integral_value():
        raise figures.Unreadable("应为整数")
    return None if number is None else int(number)


def _decimal(cell: Cell, reading: Reading) -> Decimal | None:
    return figures.parse_number(clean(cell.value))


def _choice(cell: Cell, reading: Reading) -> str:
    word = squeeze(as_text(cell.value))
    if is_empty(word):
        return ""
    choices = reading.column.choices
    if word in choices:
        return choices[word]
    if word in choices.values():
        return word
    named = _LISTED.sub("", word)
    if named in choices:
        return choices[named]
    raise figures.Unreadable(f"只能填：{'、'.join(choices)}")


def _boolean(cell: Cell, reading: Reading) -> bool | None:
    word = squeeze(as_text(cell.value)).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if is_empty(word):
        return None
    raise figures.Unreadable("只能填 是 或 否")


def _names(cell: Cell, reading: Reading) -> tuple[str, ...]:
    parts = (_LEADING.sub("", part).strip() for part in _SPLIT.split(as_text(cell.value)))
    return tuple(part for part in parts if part and not is_empty(part))


def _moment(cell: Cell, reading: Reading) -> str:
    value = cell.value
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    text = as_text(value)
    return "" if is_void(text) else text


CONVERTERS: dict[Kind, Callable[[Cell, Reading], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.AMOUNT: _amount,
    Kind.DATE: _date,
    Kind.END_DATE: _date,
    Kind.PERIOD: _period,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: _boolean,
    Kind.NAMES: _names,
    Kind.MOMENT: _moment,
}

EMPTY_VALUES: dict[Kind, Any] = {
    Kind.TEXT: "",
    Kind.CODE: "",
    Kind.CHOICE: "",
    Kind.MOMENT: "",
    Kind.NAMES: (),
}
