"""Rows as CSV for spreadsheets: UTF-8 with BOM, CRLF, no cell that starts a formula. Memory does not grow with rows."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from geodata.exchange.writers.sheets import Cell, Kind, Sheet, rounded
from geodata.figures.cells import safe

ROWS_A_PIECE: Final = 500


def csv_lines(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces: titles, rows, and a last row that tells how many there are and what they are."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    kinds = [column.kind for column in sheet.columns]
    out.write("\ufeff")
    writer.writerow([safe(column.title) for column in sheet.columns])
    count = 0
    for count, row in enumerate(rows, start=1):
        writer.writerow([_text(kind, value) for kind, value in zip(kinds, row, strict=True)])
        if count % ROWS_A_PIECE == 0:
            yield _emptied(out)
    if not sheet.is_bare:
        writer.writerow([safe(text) for text in sheet.last_row(count)])
    yield _emptied(out)


def _emptied(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece


def _text(kind: Kind, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, Decimal):
        return f"{rounded(kind, value):f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)
