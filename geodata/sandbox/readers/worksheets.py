"""One worksheet of an Excel workbook: its cells as values, its merged areas, what is hidden."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from xml.etree.ElementTree import Element  # noqa: TID251  # a type; parsing is guarded in workbooks

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import EMPTY_CELL, Cell, CellValue, Limits, Sheet
from geodata.sandbox.readers.encodings import clean
from geodata.sandbox.readers.number_formats import as_date, shows_date

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW, CELL, VALUE, FORMULA, INLINE = (f"{MAIN}{tag}" for tag in ("row", "c", "v", "f", "is"))
TEXT, RUN, COLUMN, MERGED = (f"{MAIN}{tag}" for tag in ("t", "r", "col", "mergeCell"))
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MERGED_AT_MOST = 20_000
EXCEL_COLUMNS = 16_384


def rich_text(element: Element) -> str:
    """The text of a string item: its own or its runs', without the phonetic guide; escapes like _x000D_ resolved."""
    pieces = [child.text or "" for child in element if child.tag == TEXT]
    for run in element:
        if run.tag == RUN:
            pieces += [child.text or "" for child in run if child.tag == TEXT]
    return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), "".join(pieces))


def position(reference: str) -> tuple[int, int]:
    """(row, column), counted from 1, of "B3"; malformed ones raise ``ValueError``."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError("malformed cell reference")
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)), column


def _is_set(value: str | None) -> bool:
    return value in ("1", "true", "on")


class SheetReader:
    """Reads sheet after sheet of one workbook; the limit on cells is for all of them together."""

    def __init__(self, strings: list[str], formats: Sequence[str], *, date1904: bool, limits: Limits) -> None:
        self.strings = strings
        self.formats = formats
        self.dates = [shows_date(code) for code in formats]
        self.date1904 = date1904
        self.limits = limits
        self.cells = 0

    def read(self, sheet: Sheet, events: Iterable[tuple[str, Element]]) -> Iterator[list[Cell]]:
        """The rows of a sheet whose XML comes as ``events`` (ends of elements), blank ones between them included; what
        else is said goes into `sheet` on the way."""
        number = given = width = 0
        for _, element in events:
            if element.tag == ROW:
                number, cells = self._row(element, number + 1, sheet)
                element.clear()
                if not cells:
                    continue
                width = max(width, *cells)
                self._check_size(sheet.name, number, width, len(cells))
                if number <= given:
                    raise ValueError("rows out of order")
                yield from ([] for _ in range(number - given - 1))
                yield [cells.get(column, EMPTY_CELL) for column in range(1, max(cells) + 1)]
                given = number
            elif element.tag == COLUMN:
                self._column(element, sheet)
            elif element.tag == MERGED:
                self._merge(element, sheet)

    def _row(self, element: Element, following: int, sheet: Sheet) -> tuple[int, dict[int, Cell]]:
        number = int(element.get("r", following))
        if _is_set(element.get("hidden")):
            sheet.hidden_rows.add(number)
        column = 0
        cells: dict[int, Cell] = {}
        for child in element:
            if child.tag != CELL:
                continue
            reference = child.get("r")
            column = position(reference)[1] if reference else column + 1
            cell = self._cell(child, sheet.name, number, column)
            if cell is not EMPTY_CELL:
                cells[column] = cell
        return number, cells

    def _check_size(self, name: str, row: int, column: int, cells: int) -> None:
        self.cells += cells
        if row > self.limits.rows or self.cells > self.limits.cells:
            raise TooLarge(f"工作表“{name}”超过 {self.limits.rows} 行或内容过多。请按月份或单位拆分后再上传。")
        if column > self.limits.columns:
            raise TooLarge(f"工作表“{name}”超过 {self.limits.columns} 列。请删去右侧多余的列再上传。")
        if row * column > self.limits.cells:
            raise TooLarge(f"工作表“{name}”的范围过大（{row} 行 × {column} 列）。请删去远处的零散内容再上传。")

    def _cell(self, element: Element, sheet: str, row: int, column: int) -> Cell:
        style = int(element.get("s", 0))
        number_format = self.formats[style] if 0 <= style < len(self.formats) else "General"
        value = self._value(element, style)
        if isinstance(value, str) and clean(value) is None:
            raise FileRefused(
                f"工作表“{sheet}”第 {row} 行第 {column} 列有乱码字符。请改正后再上传。",
                code="lost-text",
                sheet=sheet,
                row=row,
                column=column,
            )
        if value is None or value == "":
            missing = element.find(FORMULA) is not None and element.get("t") != "str"
            return Cell(None, number_format, True) if missing else EMPTY_CELL
        if isinstance(value, str) and len(value) > self.limits.text_length:
            raise TooLarge(f"工作表“{sheet}”第 {row} 行第 {column} 列的文字过长。请删减后再上传。")
        return Cell(value, number_format)

    def _value(self, element: Element, style: int) -> CellValue:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inline = element.find(INLINE)
            return None if inline is None else rich_text(inline)
        raw = element.findtext(VALUE)
        if raw is None or raw == "":
            return None
        if kind == "s":
            return self.strings[int(raw)]
        if kind == "n":
            return self._number(raw, style)
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "d":
            return _iso_moment(raw)
        return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), raw)

    def _number(self, raw: str, style: int) -> CellValue:
        number = _exact(raw)
        if number is None:
            return raw
        if 0 <= style < len(self.dates) and self.dates[style]:
            moment = as_date(number, date1904=self.date1904)
            return number if moment is None else moment
        return number

    @staticmethod
    def _column(element: Element, sheet: Sheet) -> None:
        first, last = int(element.get("min", 0)), int(element.get("max", 0))
        if _is_set(element.get("hidden")) and 1 <= first <= last <= EXCEL_COLUMNS:
            sheet.hidden_columns.update(range(first, last + 1))

    @staticmethod
    def _merge(element: Element, sheet: Sheet) -> None:
        first, _, last = element.get("ref", "").partition(":")
        if len(sheet.merged) >= MERGED_AT_MOST:
            raise TooLarge(f"工作表“{sheet.name}”的合并单元格超过 {MERGED_AT_MOST} 处。请取消合并再上传。")
        row1, column1 = position(first)
        row2, column2 = position(last or first)
        sheet.merged.append((row1, column1, row2, column2))


def _exact(raw: str) -> Decimal | int | None:
    """The number that Excel shows: an integer's own digits, else the shortest decimal text of the stored double."""
    text = raw.strip()
    try:
        if text.lstrip("-").isdigit() and len(text) < 20:
            return int(text)
        stored = float(text)
    except (ValueError, InvalidOperation):
        return None
    return Decimal(repr(stored)) if isfinite(stored) else None


def _iso_moment(raw: str) -> date | datetime | time | str:
    """The value of an ISO 8601 cell, or its text where it is none."""
    text = raw.strip().removesuffix("Z")
    for parse in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return parse(text)
        except ValueError:
            continue
    return raw
