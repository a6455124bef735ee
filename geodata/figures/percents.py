"""Percentages: one cell alone does not say whether 0.85 means 85 % or 0.85 %, its column does."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from geodata.figures.numbers import Unreadable, is_empty, parse_number, plain

# A column of bare numbers up to this holds ratios (160 % is still believable), above it percents.
LARGEST_RATIO: Final = Decimal("1.6")


class FormattedCell(Protocol):
    """What a workbook reader knows of a cell: its value and its number format."""

    @property
    def value(self) -> object: ...

    @property
    def number_format(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class PercentCell:
    """A value with the number format of its cell, for callers that hold the two apart."""

    value: object
    number_format: str | None = None


def parse_percents(cells: Sequence[object]) -> list[Decimal | Unreadable | None]:
    """Ratios (0.85 for 85 %) of one column, in order; None where empty.

    Cells are values or objects with `value` and `number_format`. A cell that cannot be read gives the `Unreadable`
    itself in its place, not raised, so that one bad cell does not hide the others of its column.
    """
    results: list[Decimal | Unreadable | None] = []
    bare: dict[int, Decimal] = {}
    for index, cell in enumerate(cells):
        value, number_format = _parts(cell)
        try:
            ratio, number = _read(value, number_format)
        except Unreadable as error:
            results.append(error)
            continue
        results.append(ratio)
        if number is not None:
            bare[index] = number
    for index, ratio_or_error in _by_column(bare).items():
        results[index] = ratio_or_error
    return results


def _parts(cell: object) -> tuple[object, str | None]:
    value = getattr(cell, "value", cell)
    return value, getattr(cell, "number_format", None)


def _read(value: object, number_format: str | None) -> tuple[Decimal | None, Decimal | None]:
    """(certain ratio, None) or (None, bare number that its column must decide)."""
    if is_empty(value):
        return None, None
    if isinstance(value, str):
        text = plain(value)
        if text.endswith("%"):
            number = parse_number(text[:-1])
            return (None if number is None else number / 100), None
        return None, parse_number(text)
    number = parse_number(value)
    if number is not None and number_format and "%" in number_format:
        return number, None
    return None, number


def _by_column(bare: dict[int, Decimal]) -> dict[int, Decimal | Unreadable]:
    """Decide ratio or percent from the largest bare number; a column of nothing but 0 and 1 stays open."""
    if not bare:
        return {}
    if max(bare.values()) > LARGEST_RATIO:
        return {index: number / 100 for index, number in bare.items()}
    fractions = any(number != number.to_integral_value() for number in bare.values())
    question = Unreadable("数值 1 无法判断是 1% 还是 100%，请在单元格中写明百分号")
    return {index: question if number == 1 and not fractions else number for index, number in bare.items()}
