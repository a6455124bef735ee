"""Workbooks and text tables as JSON, and back with every type checked."""

from array import array
from functools import partial

from geodata.sandbox.blocks import Blocks, Lines
from geodata.sandbox.codec.scalars import Json, decode_scalar, encode_scalar, fields, flag, integer, items, loads, text
from geodata.sandbox.documents import EMPTY_CELL, Cell, Sheet, TextTable, Workbook


def encode_cells(sheet: int, rows: list[list[Cell]], formats: dict[str, int]) -> Json:
    """Some rows of a sheet: cells as bare texts where their format is General, else [value, index of format, is
    missing]. `formats` grows by what is met."""

    def encode(cell: Cell) -> Json:
        if cell is EMPTY_CELL:
            return None
        if type(cell.value) is str and cell.number_format == "General" and not cell.missing_formula_value:
            return cell.value
        number_format = formats.setdefault(cell.number_format, len(formats))
        return [encode_scalar(cell.value), number_format, cell.missing_formula_value]

    return {"sheet": sheet, "rows": [[encode(cell) for cell in row] for row in rows]}


def encode_sheet(sheet: Sheet, formats: dict[str, int]) -> Json:
    """What is said of a sheet as a whole."""
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "merged": sheet.merged,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": sorted(sheet.hidden_columns),
        "formats": list(formats),
    }


def encode_workbook(sheets: list[Json], *, date1904: bool) -> Json:
    """What is said of a workbook as a whole, after the rows of its sheets."""
    return {"date1904": date1904, "sheets": sheets}


def decode_workbook(raw: Json, lines: Lines) -> Workbook:
    """The workbook again, every type checked once; the rows stay where they are."""
    date1904, raw_sheets = fields(raw, "date1904", "sheets")
    sheets = [_decode_sheet(sheet) for sheet in items(raw_sheets)]
    counts: list[dict[int, int]] = [{} for _ in sheets]
    for number in range(len(lines) - 1):
        content = lines.read(number)
        sheet = integer(fields(loads(content), "sheet", "rows")[0])
        if not 0 <= sheet < len(sheets):
            raise ValueError("rows of a sheet that is none")
        counts[sheet][number] = len(_cells(content, sheets[sheet][1]))
    for (sheet_found, formats), held in zip(sheets, counts, strict=True):
        sheet_found.rows = Blocks(lines, held, partial(_cells, formats=formats))
    return Workbook(sheets=[sheet for sheet, _formats in sheets], date1904=flag(date1904))


def _decode_sheet(raw: Json) -> tuple[Sheet, list[str]]:
    names = ("name", "hidden", "merged", "hidden_rows", "hidden_columns", "formats")
    name, hidden, merged, hidden_rows, hidden_columns, raw_formats = fields(raw, *names)
    sheet = Sheet(
        name=text(name),
        hidden=flag(hidden),
        rows=[],
        merged=[_rectangle(area) for area in items(merged)],
        hidden_rows={integer(number) for number in items(hidden_rows)},
        hidden_columns={integer(number) for number in items(hidden_columns)},
    )
    return sheet, [text(code) for code in items(raw_formats)]


def _cells(content: bytes, formats: list[str]) -> list[list[Cell]]:
    def decode(cell: Json) -> Cell:
        if cell is None:
            return EMPTY_CELL
        if isinstance(cell, str):
            return Cell(cell)
        value, number_format, missing = items(cell)
        return Cell(decode_scalar(value), formats[integer(number_format)], flag(missing))

    return [[decode(cell) for cell in items(row)] for row in items(loads(content)["rows"])]


def _rectangle(raw: Json) -> tuple[int, int, int, int]:
    row1, column1, row2, column2 = (integer(number) for number in items(raw))
    return row1, column1, row2, column2


def encode_rows(rows: list[list[str]], line_numbers: list[int]) -> Json:
    """Some rows of a text table, as they are: strings and integers."""
    return {"rows": rows, "line_numbers": line_numbers}


def encode_text_table(*, encoding: str, delimiter: str) -> Json:
    """What is said of a text table as a whole, after its rows."""
    return {"encoding": encoding, "delimiter": delimiter}


def decode_text_table(raw: Json, lines: Lines) -> TextTable:
    """The table again, every type checked once; its rows stay where they are."""
    encoding, delimiter = fields(raw, "encoding", "delimiter")
    line_numbers = array("q")
    counts = {}
    for number in range(len(lines) - 1):
        rows, numbers = fields(loads(lines.read(number)), "rows", "line_numbers")
        if len(items(rows)) != len(items(numbers)):
            raise ValueError("a line number for each row expected")
        for row in rows:
            for value in items(row):
                text(value)
        line_numbers.extend(integer(each) for each in numbers)
        counts[number] = len(rows)
    return TextTable(
        encoding=text(encoding),
        delimiter=text(delimiter),
        rows=Blocks(lines, counts, _rows),
        line_numbers=line_numbers,
    )


def _rows(raw: bytes) -> list[list[str]]:
    """The rows of a line that was checked before."""
    rows: list[list[str]] = loads(raw)["rows"]
    return rows
