"""Old workbooks (.xls of Excel 97 to 2003, .et of WPS): by xlrd, into the same cells as .xlsx gives."""

import struct
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import EMPTY_CELL, Cell, CellValue, Limits, Sheet, Workbook
from geodata.sandbox.readers.encodings import clean
from geodata.sandbox.readers.number_formats import BUILT_IN, as_date, shows_date

DAMAGED = "工作簿（.xls）不完整或已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
SHEETS_AT_MOST = 200
FIRST_OWN_FORMAT = 164
WHOLE_BELOW = 1e15  # beyond it a double no longer holds every whole number
TEXT, NUMBER, DATE, BOOLEAN, ERROR = 1, 2, 3, 4, 5


def read_old_workbook(path: Path, limits: Limits) -> Workbook:
    """All worksheets, hidden ones included and marked; macros and passwords are refused."""
    import xlrd
    from xlrd.compdoc import CompDocError

    content = path.read_bytes()
    if MACROS in content:
        raise FileRefused("工作簿带有宏，不能导入。请另存为不带宏的 .xlsx 后再上传。", code="macro")
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise FileRefused(
                "工作簿设了打开密码。请在 Excel 或 WPS 里取消密码、另存后再上传。", code="encrypted"
            ) from error
        raise FileRefused(DAMAGED, code="damaged-workbook") from error
    except (CompDocError, struct.error, AssertionError, ArithmeticError, LookupError, ValueError, TypeError) as error:
        raise FileRefused(DAMAGED, code="damaged-workbook") from error
    if book.nsheets > SHEETS_AT_MOST:
        raise TooLarge(f"工作簿的工作表超过 {SHEETS_AT_MOST} 个。请删去不需要的工作表再上传。")
    reader = _Reader(book, limits)
    return Workbook(sheets=[reader.read(sheet) for sheet in book.sheets()], date1904=bool(book.datemode))


class _Reader:
    def __init__(self, book: Any, limits: Limits) -> None:
        self.book = book
        self.limits = limits
        self.cells = 0
        self.formats = [self._format(style) for style in book.xf_list]
        self.dates = [shows_date(code) for code in self.formats]

    def _format(self, style: Any) -> str:
        """Built-in numbers mean what the Chinese edition means by them; others bear their own code."""
        key = style.format_key
        if key < FIRST_OWN_FORMAT and key in BUILT_IN:
            return BUILT_IN[key]
        found = self.book.format_map.get(key)
        return str(found.format_str)[:255] if found else "General"

    def read(self, sheet: Any) -> Sheet:
        self.cells += sheet.nrows * sheet.ncols
        if sheet.nrows > self.limits.rows or self.cells > self.limits.cells or sheet.ncols > self.limits.columns:
            raise TooLarge(f"工作表“{sheet.name}”的行、列或内容过多。请按月份或单位拆分后再上传。")
        return Sheet(
            name=sheet.name,
            hidden=sheet.visibility != 0,
            rows=[[self._cell(sheet, row, column) for column in range(sheet.ncols)] for row in range(sheet.nrows)],
            merged=[(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells],
            hidden_rows={row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden},
            hidden_columns={column + 1 for column, info in sheet.colinfo_map.items() if info.hidden},
        )

    def _cell(self, sheet: Any, row: int, column: int) -> Cell:
        cell = sheet.cell(row, column)
        style = cell.xf_index if cell.xf_index is not None and 0 <= cell.xf_index < len(self.formats) else 0
        value = self._value(cell, style)
        if value is None or value == "":
            return EMPTY_CELL
        if isinstance(value, str) and clean(value) is None:
            raise FileRefused(
                f"工作表“{sheet.name}”第 {row + 1} 行第 {column + 1} 列有乱码字符。请改正后再上传。",
                code="lost-text",
                sheet=sheet.name,
                row=row + 1,
                column=column + 1,
            )
        return Cell(value, self.formats[style] if self.formats else "General")

    def _value(self, cell: Any, style: int) -> CellValue:
        if cell.ctype == TEXT:
            return str(cell.value)
        if cell.ctype == BOOLEAN:
            return bool(cell.value)
        if cell.ctype == ERROR:
            from xlrd import error_text_from_code

            return str(error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype not in (NUMBER, DATE) or not isfinite(cell.value):
            return None
        number = float(cell.value)
        exact = int(number) if number.is_integer() and abs(number) < WHOLE_BELOW else Decimal(repr(number))
        if self.dates and self.dates[style]:
            moment = as_date(exact, date1904=bool(self.book.datemode))
            return exact if moment is None else moment
        return exact
