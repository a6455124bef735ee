"""Workbooks and text tables as JSON, and back with every type checked."""

from array import array

from geodata.sandbox.blocks import Blocks, Lines
from geodata.sandbox.codec.scalars import Json, decode_scalar, encode_scalar, fields, flag, integer, items, loads, text
from geodata.sandbox.documents import EMPTY_CELL, Cell, Sheet, TextTable, Workbook


def encode_workbook(workbook: Workbook) -> Json:
    """Cells as bare values where their format is General, else [value, index of format, is missing]."""
    return {"date1904": workbook.date1904, "sheets": [_encode_sheet(sheet) for sheet in workbook.sheets]}


def _encode_sheet(sheet: Sheet) -> Json:
    formats: dict[str, int] = {}

    def encode(cell: Cell) -> Json:
        if cell is EMPTY_CELL:
            return None
        if type(cell.value) is str and cell.number_format == "General" and not cell.missing_formula_value:
            return cell.value
        number_format = formats.setdefault(cell.number_format, len(formats))
        return [encode_scalar(cell.value), number_format, cell.missing_formula_value]

    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "rows": [[encode(cell) for cell in row] for row in sheet.rows],
        "merged": sheet.merged,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": sorted(sheet.hidden_columns),
        "formats": list(formats),
    }


def decode_workbook(raw: Json) -> Workbook:
    """The workbook again, every type checked."""
    date1904, sheets = fields(raw, "date1904", "sheets")
    return Workbook(sheets=[_decode_sheet(sheet) for sheet in items(sheets)], date1904=flag(date1904))


def _decode_sheet(raw: Json) -> Sheet:
    names = ("name", "hidden", "rows", "merged", "hidden_rows", "hidden_columns", "formats")
    name, hidden, rows, merged, hidden_rows, hidden_columns, raw_formats = fields(raw, *names)
    formats = [text(code) for code in items(raw_formats)]

    def decode(cell: Json) -> Cell:
        if cell is None:
            return EMPTY_CELL
        if isinstance(cell, str):
            return Cell(cell)
        value, number_format, missing = items(cell)
        return Cell(decode_scalar(value), formats[integer(number_format)], flag(missing))

    return Sheet(
        name=text(name),
        hidden=flag(hidden),
        rows=[[decode(cell) for cell in items(row)] for row in items(rows)],
        merged=[_rectangle(area) for area in items(merged)],
        hidden_rows={integer(number) for number in items(hidden_rows)},
        hidden_columns={integer(number) for number in items(hidden_columns)},
    )


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
    counts = []
    for number in range(len(lines) - 1):
        rows, numbers = fields(loads(lines.read(number)), "rows", "line_numbers")
        if len(items(rows)) != len(items(numbers)):
            raise ValueError("a line number for each row expected")
        for row in rows:
            for value in items(row):
                text(value)
        line_numbers.extend(integer(each) for each in numbers)
        counts.append(len(rows))
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
