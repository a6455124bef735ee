"""The door itself: what the rest of the system may ask about a file or a geometry that a stranger made.

Every function starts a confined child, waits for it at most half a minute, and returns plain values or raises
``FileRefused``, ``TooLarge`` or ``Busy`` with a Chinese sentence that says what to do. The caller's process opens
nothing but to copy it.
"""

from pathlib import Path
from typing import Any

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import process
from geodata.sandbox.codec import tables
from geodata.sandbox.documents import DEFAULT, Limits, TextTable, Workbook
from geodata.sandbox.process import Operation

WORKBOOK = Operation("geodata.sandbox.readers.workbooks", "read_workbook")
TEXT_TABLE = Operation("geodata.sandbox.readers.text", "read_text_table")


def _read(operation: Operation, path: Path, limits: Limits, decode: Any, **arguments: Any) -> Any:
    _check_file(path, limits)
    answer = process.run(operation, arguments=arguments, inputs={"input": path}, limits=limits)
    return _decoded(decode, answer)


def _check_file(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileRefused("没有找到这个文件。请检查文件名后重试。", code="missing-file") from error
    if not path.is_file():
        raise FileRefused("这不是一个文件。请选择要导入的文件。", code="missing-file")
    if size > limits.file_bytes:
        raise TooLarge(f"文件超过 {limits.file_bytes // 1024 // 1024} MB。请拆分后再上传。")


def _decoded(decode: Any, answer: Any) -> Any:
    try:
        return decode(answer)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise FileRefused(process.CRASHED, code="malformed-answer") from error


def read_workbook(path: Path, *, limits: Limits = DEFAULT) -> Workbook:
    """All worksheets of an .xlsx file, hidden ones included and marked."""
    workbook: Workbook = _read(WORKBOOK, path, limits, tables.decode_workbook)
    return workbook


def read_text_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = DEFAULT
) -> TextTable:
    """A CSV or TSV file; encoding and delimiter are found by themselves unless named."""
    if delimiter is not None and len(delimiter) != 1:
        raise FileRefused("分隔符只能是一个字符。", code="bad-delimiter")
    table: TextTable = _read(
        TEXT_TABLE, path, limits, tables.decode_text_table, encoding=encoding, delimiter=delimiter
    )
    return table
