"""Numbers and amounts of money as staff type them into tables."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

Unit = Literal["元", "千元", "万元", "百万元", "亿元"]

FACTORS: Final[dict[str, Decimal]] = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
}
EMPTY_MARKS: Final = frozenset(
    {"", "-", "--", "—", "——", "–", "―", "/", "\\", "无", "〃", "n/a", "N/A", "null", "None"}
)
# numeric(18,2), the column type of every amount, ends below this.
LARGEST: Final = Decimal(10) ** 16

_FEN: Final = Decimal("0.01")
_APPROXIMATE_BEFORE: Final = re.compile(r"^(大约|约|近|预计|暂估|暂定|不低于)")
_APPROXIMATE_AFTER: Final = re.compile(r"(左右|上下|余)$")
_SUFFIX: Final = re.compile(r"(百万元|千元|万元|亿元|元|万|亿)整?$")
_NUMBER: Final = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?$|^[+-]?\.\d+$")


class Unreadable(ValueError):  # noqa: N818 - a finding about a cell, shown to people
    """A cell whose meaning is not certain; the message is Chinese and tells what to write instead."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in 元, rounded half up to the fen; `approximate` when the cell says 约, 左右 and the like.

    `rounded` tells that the cell was finer than the fen, which a ledger must not swallow.
    """

    yuan: Decimal
    approximate: bool = False
    rounded: bool = False


def plain(value: object) -> str:
    """Text of a cell: full-width forms made half-width, every blank removed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))


def is_empty(value: object) -> bool:
    """True for an empty cell and for the marks that stand for one (—, /, 无 …)."""
    return value is None or (isinstance(value, str) and plain(value) in EMPTY_MARKS)


def parse_number(value: object) -> Decimal | None:
    """A number from a cell: separators, full-width digits and accounting brackets are understood; empty is None."""
    if is_empty(value):
        return None
    if isinstance(value, bool):
        raise Unreadable(f"“{value}”不是数字")
    if isinstance(value, int | float | Decimal):
        # repr() gives the shortest text of a float, so 0.1 stays 0.1 instead of its binary neighbour.
        return _finite(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), value)
    text = plain(value).replace("−", "-")
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1]
    if not _NUMBER.match(text) or (negative and text[:1] in "+-"):
        raise Unreadable(f"“{value}”不是数字，请只填数字")
    number = Decimal(text.replace(",", ""))
    return _finite(-number if negative else number, value)


def _finite(number: Decimal, value: object) -> Decimal:
    if not number.is_finite():
        raise Unreadable(f"“{value}”不是数字")
    return number


def parse_amount(value: object, unit: Unit = "元") -> Amount | None:
    """An amount of money; a unit inside the cell (3980.5万) wins over `unit`, the unit of its column. Empty is None."""
    if is_empty(value):
        return None
    factor, approximate = FACTORS[unit], False
    if isinstance(value, str):
        value, factor, approximate = _without_words(value, factor)
    number = parse_number(value)
    if number is None:
        return None
    exact = number * factor
    if abs(exact) >= LARGEST:
        raise Unreadable(f"金额“{value}”过大，请检查单位")
    amount = exact.quantize(_FEN, rounding=ROUND_HALF_UP)
    return Amount(amount, approximate, rounded=amount != exact)


def _without_words(value: str, factor: Decimal) -> tuple[str, Decimal, bool]:
    """Strip currency signs, 约/左右 and a unit from an amount that was typed as text."""
    text = plain(value).lstrip("¥").removeprefix("人民币")
    bare = _APPROXIMATE_AFTER.sub("", _APPROXIMATE_BEFORE.sub("", text))
    approximate = bare != text
    suffix = _SUFFIX.search(bare)
    if suffix:
        factor = FACTORS[suffix.group(1)]
        bare = bare[: suffix.start()]
        shorter = _APPROXIMATE_AFTER.sub("", bare)
        approximate, bare = approximate or shorter != bare, shorter
    if not bare:
        raise Unreadable(f"“{value}”没有数字")
    return bare, factor, approximate
