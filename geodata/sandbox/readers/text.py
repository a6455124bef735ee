"""Plain text, and tables of separated values."""

import csv
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.blocks import ROWS_AT_ONCE
from geodata.sandbox.codec import tables
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import Limits
from geodata.sandbox.readers import signatures
from geodata.sandbox.readers.encodings import decode, encoding_of

MARK = "\ufeff"
DELIMITERS = (",", "\t", ";", "|", "，", "；", "¦", "^", "~", "\x1f")
SAMPLE_LINES = 20
SAMPLE = 1 << 16  # signs by which the delimiter is guessed


def _guess_delimiter(text: str) -> str:
    """The separator that cuts every one of the first lines into as many columns; else that which cuts them into the
    most. A comma when none does."""
    lines = [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]

    def columns(delimiter: str) -> tuple[bool, int, int]:
        counts = sorted(_count_fields(line, delimiter) for line in lines) or [1]
        return counts[0] == counts[-1] > 1, counts[len(counts) // 2], counts[-1]

    return max(DELIMITERS, key=columns)


def _count_fields(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True)))
    except (csv.Error, StopIteration):
        return 1


def read_plain_text(folder: Path, *, limits: Limits, encoding: str | None = None) -> Json:
    """The text of ``folder/input``, decoded strictly, as {text, encoding}."""
    path = folder / "input"
    head = signatures.head_of(path)
    expected = "文本文件"
    signatures.refuse_known(head, expected=expected)
    if signatures.is_zip(head) or head.startswith(signatures.OLE) or signatures.is_sqlite(head):
        raise FileRefused(f"文件内容不是文本，这里需要{expected}。Excel 工作簿请按 Excel 上传。", code="wrong-format")
    text, used = decode(path.read_bytes(), encoding)
    if text.count("\n") > limits.rows:
        raise TooLarge(f"文本超过 {limits.rows} 行。请拆分后再上传。")
    return {"text": text, "encoding": used}


def read_text_table(
    folder: Path, *, limits: Limits, encoding: str | None = None, delimiter: str | None = None
) -> Generator[Json, None, Json]:
    """The table in ``folder/input``, some rows at a time, then encoding and delimiter; blank lines are left out, their
    numbers are not reused."""
    path = folder / "input"
    head = signatures.head_of(path)
    expected = " CSV 或文本表格"
    signatures.refuse_known(head, expected=expected)
    if signatures.is_zip(head) or head.startswith(signatures.OLE) or signatures.is_sqlite(head):
        raise FileRefused(f"文件内容不是文本，这里需要{expected}。Excel 工作簿请按 Excel 上传。", code="wrong-format")
    used = encoding_of(path, encoding)
    first_line = 1
    with path.open(encoding=used, newline="") as stream:
        beginning = stream.read(SAMPLE)
        stream.seek(0)
        if beginning.startswith(MARK):
            beginning = beginning[len(stream.read(len(MARK))) :]
        if beginning[:4].lower() == "sep=":
            first, _, beginning = beginning.partition("\n")
            stream.readline()
            delimiter, first_line = delimiter or first.strip()[4:5] or None, 2
        delimiter = delimiter or _guess_delimiter(beginning)
        yield from _parse(stream, delimiter, first_line, limits)
    return tables.encode_text_table(encoding=used, delimiter=delimiter)


def _parse(lines: Iterable[str], delimiter: str, first_line: int, limits: Limits) -> Iterator[Json]:
    csv.field_size_limit(limits.text_length)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    started, cells, held = first_line, 0, 0
    try:
        for row in reader:
            if row:
                cells += len(row)
                held += 1
                _check_size(len(row), held, cells, limits)
                rows.append(row)
                numbers.append(started)
                if len(rows) == ROWS_AT_ONCE:
                    yield tables.encode_rows(rows, numbers)
                    rows, numbers = [], []
            started = first_line + reader.line_num
    except csv.Error as error:
        raise _unreadable(started, str(error), limits) from None
    if not held:
        raise FileRefused("文件里没有任何数据行。请检查后重新上传。", code="empty-file")
    if rows:
        yield tables.encode_rows(rows, numbers)


def _check_size(columns: int, rows: int, cells: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise TooLarge(f"第 {rows} 条记录的列数超过 {limits.columns}。请检查分隔符，或删去多余的列。")
    if rows > limits.rows or cells > limits.cells:
        raise TooLarge(f"表格超过 {limits.rows} 行或 {limits.cells} 个单元格。请按月份或单位拆分后再上传。")


def _unreadable(line: int, why: str, limits: Limits) -> FileRefused:
    if "field larger" in why:
        words = (
            f"从第 {line} 行开始有一个格子超过 {limits.text_length} 个字符，多半是引号没有成对。请改正引号后再上传。"
        )
    elif "unexpected end" in why:
        words = f"从第 {line} 行开始的引号一直没有结束。请补上缺少的引号后再上传。"
    else:
        words = f"第 {line} 行的引号用法不对。格子里的引号要写成两个。请用 Excel 另存为 CSV 后再上传。"
    return FileRefused(words, code="bad-csv", row=line)
