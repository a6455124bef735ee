"""A grid and a layout to typed rows with every doubt by row and column, and the totals that the sheet itself claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from geodata import figures
from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.issues import Issue, Severity, shown
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import Header
from geodata.sandbox.documents import FeatureLayer, FeatureRow

NO_VALUES: dict[str, Any] = {}  # shared, never written


@dataclass(slots=True, kw_only=True)
class Row:
    """One data row with its values by column key. ``ok`` turns false when a cell could not be read."""

    sheet: str
    number: int
    section: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    approximate: frozenset[str] = frozenset()
    rounded: frozenset[str] = frozenset()
    feature: FeatureRow | None = None
    ok: bool = True

    def place(self) -> Row:
        """The same row without its values: what remarks need, for plans of very many rows."""
        return Row(sheet=self.sheet, number=self.number, section=self.section, values=NO_VALUES, ok=self.ok)

    def text(self, key: str) -> str:
        """The text or code of a column, "" where empty or absent."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def amount(self, key: str) -> Decimal | None:
        """Yuan."""
        value = self.values.get(key)
        return value if isinstance(value, Decimal) else None

    ratio = amount
    decimal = amount

    def dated(self, key: str) -> figures.DatedValue | None:
        """A date with its precision."""
        value = self.values.get(key)
        return value if isinstance(value, figures.DatedValue) else None

    def day(self, key: str) -> date | None:
        """A date without its precision."""
        value = self.dated(key)
        return value.value if value else None

    def period(self, key: str) -> tuple[figures.DatedValue, figures.DatedValue] | None:
        """First and last day of a period."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) and len(value) == 2 else None

    def integer(self, key: str) -> int | None:
        """A whole number."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool | None:
        """是 or 否, None where empty."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def names(self, key: str) -> tuple[str, ...]:
        """The names of a cell that may hold several."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal:
    """A sum that the sheet claims beside the sum of its rows, both in yuan (or rows, for the count of a section)."""

    sheet: str
    row: int
    title: str
    column: str
    declared: Decimal
    computed: Decimal
    tolerance: Decimal

    @property
    def agrees(self) -> bool:
        """Within the hundredth of the column's unit: the last digit that a person writes."""
        return abs(self.declared - self.computed) <= self.tolerance


@dataclass(slots=True, kw_only=True)
class Table:
    """What was read of one sheet under one layout."""

    layout: Layout
    sheet: str
    header: Header | None = None
    rows: Sequence[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    totals: list[ControlTotal] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    blank_rows: int = 0
    source: FeatureLayer | None = None

    @property
    def captures(self) -> dict[str, Mapping[str, str]]:
        """What the patterns of the header caught, by column key: the year of 2026年度/计划投资."""
        return {match.column.key: match.captures for match in self.header.matched} if self.header else {}

    def has(self, key: str) -> bool:
        """Whether the file has that column at all: an absent column changes nothing, an empty cell might."""
        return self.header is not None and key in self.header.keys


Progress = Callable[[int, int, str], None]


@dataclass(slots=True, kw_only=True)
class Setting:
    """What one table is read with."""

    grid: Grid
    layout: Layout
    mapping: ColumnMapping
    options: Options
    file_name: str = ""
    progress: Progress | None = None
    units: dict[str, str] = field(default_factory=dict)

    def remark(self, severity: Severity, message: str, *, row: int = 0, column: str = "", value: object = "") -> Issue:
        """An issue of this sheet."""
        return Issue(
            severity=severity, message=message, sheet=self.grid.name, row=row, column=column, value=shown(value)
        )


def is_money(column: Column) -> bool:
    """Whether a column takes part in control sums."""
    return column.kind is Kind.AMOUNT and column.control
