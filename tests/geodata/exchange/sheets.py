"""Grids and small files for the tests of imports, built from plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from geodata.exchange.columns import Layout
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.tables.grids import Grid, Span
from geodata.exchange.tables.reader import read_table
from geodata.exchange.tables.reading import Table
from geodata.sandbox.documents import Cell


def grid(
    rows: Sequence[Sequence[Any]], *, name: str = "表", merged: Sequence[tuple[int, int, int, int]] = (), **more: Any
) -> Grid:
    """A grid as the sandbox would give it: numbers are int or Decimal, never float."""
    cells = [[value if isinstance(value, Cell) else Cell(_value(value)) for value in row] for row in rows]
    return Grid(
        name=name,
        rows=cells,
        numbers=range(1, len(cells) + 1),
        merged=[Span(*corners) for corners in merged],
        **more,
    )


def _value(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value


def read(
    rows: Sequence[Sequence[Any]],
    layout: Layout,
    *,
    options: Options | None = None,
    mapping: ColumnMapping | None = None,
    file_name: str = "",
    **more: Any,
) -> Table:
    """The table of these rows; fails when no header is found."""
    table = read_table(
        grid(rows, **more),
        layout,
        mapping=mapping or ColumnMapping(),
        options=options or (mapping.options if mapping else Options()),
        file_name=file_name,
    )
    assert table is not None, "no header found"
    return table


def messages(table: Table) -> list[str]:
    """What the reader had to say, in file order."""
    return [f"{issue.severity} {issue}" for issue in table.issues]


def save(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, merged: dict[str, Sequence[str]] | None = None
) -> Path:
    """An xlsx file with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for reference in (merged or {}).get(name, ()):
            sheet.merge_cells(reference)
    book.save(path)
    return path
