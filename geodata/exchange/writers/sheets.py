"""What a file of rows looks like: its columns with kinds and units, and what stands under the rows. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from geodata.figures.wording import half_up


class Kind(StrEnum):
    """What a cell holds. MONEY is 元 to the fen; PERCENT takes a ratio and writes it as a number of percent; PLAIN is a
    number as it stands."""

    TEXT = "text"
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    NUMBER = "number"
    PLAIN = "plain"
    DAY = "day"
    MOMENT = "moment"


Cell = str | Decimal | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its Chinese title, which names the unit."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for people: `notes` stand in the last row, after the number of rows: as-of date, filter, scope.

    One for programs has no last row in its CSV: `is_bare`.
    """

    name: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    is_bare: bool = False

    def last_row(self, rows: int) -> list[str]:
        return [f"共 {rows} 行", *self.notes]


def rounded(kind: Kind, value: Cell) -> Cell:
    """A figure as both kinds of file show it."""
    if isinstance(value, Decimal):
        if kind == Kind.PERCENT:
            return half_up(value * 100, 2)
        if kind == Kind.POINTS:
            return half_up(value, 1)
        if kind == Kind.MONEY:
            return half_up(value, 2)
    return value
