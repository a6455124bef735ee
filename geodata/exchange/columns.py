"""How a dataset declares the columns that it reads: titles, synonyms, kinds.

A declaration is all a table reader needs: it finds the header by the synonyms and turns cells into values by the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a column's cells mean; the comment names the Python type of the value."""

    TEXT = "text"  # str
    CODE = "code"  # str, half-width, without spaces; 306001.0 becomes 306001
    AMOUNT = "amount"  # Decimal yuan | None
    DATE = "date"  # figures.DatedValue | None; an imprecise date means its first day
    END_DATE = "end_date"  # figures.DatedValue | None; an imprecise date means its last day
    PERIOD = "period"  # tuple of two figures.DatedValue | None
    PERCENT = "percent"  # Decimal ratio | None
    INTEGER = "integer"  # int | None
    DECIMAL = "decimal"  # Decimal | None
    CHOICE = "choice"  # the identifier behind the Chinese word, "" where empty
    BOOLEAN = "boolean"  # bool | None
    NAMES = "names"  # tuple[str, ...]: several names in one cell
    MOMENT = "moment"  # str; the dataset reads it beside the other times of the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layout.

    ``synonyms`` are compared without spaces, width and unit; ``资金来源/中央`` is a path through a header of
    several rows. ``patterns`` are regular expressions over that path; their named groups are kept with the table.
    ``unit`` is the unit of an amount when neither header, sheet, file name nor option names one. ``fill_down`` lets a
    vertical merge count for every row that it covers. ``one_line`` joins what a narrow cell broke. ``personal`` keeps
    the value out of every message.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    fill_down: bool = False
    personal: bool = False
    control: bool = True
    max_length: int = 0
    one_line: bool = False

    @property
    def titles(self) -> tuple[str, ...]:
        """Every title that means this column, its own label first."""
        return (self.label, *self.synonyms)


SEQUENCE = Column(key="seq", label="序号", synonyms=("序", "No", "No."), fill_down=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of table: the sheet titles that mean it, its columns, and how many must match to believe a header."""

    key: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    minimum: int = 4
    features: bool = False
    one_of: tuple[str, ...] = ()  # columns of which at least one must be there, else it is another kind of table
    named_by: tuple[str, ...] = ()  # the same for columns that say whose a row is; a mapping's constant will do
    mapped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # titles of a mapping file, before any of ours

    @property
    def every_column(self) -> tuple[Column, ...]:
        """The columns with the running number in front, which every table may have."""
        return (SEQUENCE, *self.columns)

    def column(self, key: str) -> Column:
        """The column of that key; a KeyError is a mistake in the dataset's own code."""
        for column in self.every_column:
            if column.key == key:
                return column
        raise KeyError(key)

    def with_titles(self, extra: Mapping[str, tuple[str, ...]]) -> Layout:
        """The same layout knowing more titles, as a mapping file adds them."""
        if not extra:
            return self
        return replace(self, mapped=extra, minimum=min(self.minimum, max(1, len(extra))))
