"""Rows as an XLSX workbook: one sheet, numbers as numbers, no formula, comment, defined name or author.

The library keeps one row in memory and the rest in a temporary file; time grows with rows, hence LARGEST_WORKBOOK.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import IO, Any, Final

import xlsxwriter

from geodata.errors import TooLarge
from geodata.exchange.writers.sheets import Cell, Kind, Sheet, rounded
from geodata.figures.cells import safe

# About 5,000 rows of seventeen columns a second of processor time: six seconds for the largest.
LARGEST_WORKBOOK: Final = 30_000
_LONGEST_TEXT: Final = 32_000
_FORMATS: Final = {
    Kind.TEXT: "@",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.00",
    Kind.POINTS: "+0.0;-0.0;0.0",
    Kind.NUMBER: "#,##0",
    Kind.PLAIN: "General",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
# one row in memory, and no text is ever taken for a formula, a number or a link
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}


def check_size(rows: int) -> None:
    """Raises TooLarge when a workbook of so many rows would keep a process busy for too long."""
    if rows > LARGEST_WORKBOOK:
        raise TooLarge(
            f"当前筛选共有 {rows:,} 行，XLSX 文件最多 {LARGEST_WORKBOOK:,} 行。请增加筛选条件，"
            "或改为下载 CSV（不限行数，可用 Excel 打开）"
        )


def write_workbook(sheet: Sheet, rows: Iterable[Sequence[Cell]], file: IO[bytes]) -> int:
    """Writes the workbook to an open file and tells how many rows it has."""
    book = xlsxwriter.Workbook(file, _OPTIONS)
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    page.write_row(0, 0, [safe(column.title) for column in sheet.columns], book.add_format({"bold": True}))
    looks = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    fill = [_filler(page, place, column.kind, looks[column.kind]) for place, column in enumerate(sheet.columns)]
    count = 0
    for count, row in enumerate(rows, start=1):
        for write, value in zip(fill, row, strict=True):
            if value is not None:
                write(count, value)
    page.write_row(count + 1, 0, [safe(text) for text in sheet.last_row(count)])
    book.close()
    return count


def _filler(page: Any, place: int, kind: Kind, look: Any) -> Callable[[int, Any], None]:
    """Writes a cell of one column; a text in a column of numbers stays a text."""

    def write(row: int, value: Any) -> None:
        if isinstance(value, str):
            page.write_string(row, place, safe(value)[:_LONGEST_TEXT], look)
        elif kind == Kind.DAY or isinstance(value, datetime):
            page.write_datetime(row, place, value, look)
        else:
            page.write_number(row, place, rounded(kind, value), look)

    return write
