"""JSON that is a list of records, as interfaces and open data portals hand it out, read as a table of text.

A list of objects, one object a line, a list inside an envelope ({"data": {"rows": [...]}}), or a GeoJSON whose features
are rows of a table rather than shapes. Members of members become columns with a path; a point becomes two columns.
"""

import json
from collections.abc import Generator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.blocks import ROWS_AT_ONCE
from geodata.sandbox.codec import tables
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import Limits
from geodata.sandbox.readers.encodings import clean, decode

ENVELOPE_DEPTH = 3
RECORD_DEPTH = 4
SHOWN_DIGITS = 15  # what lies beyond them in a number with a point is dust of binary arithmetic
LON, LAT = "longitude", "latitude"
NOT_RECORDS = "文件不是 JSON 记录表（应为一组记录，如 [{…}, {…}]）。请从原系统重新导出后再上传。"


def read_records(folder: Path, *, limits: Limits, encoding: str | None = None) -> Generator[Json, None, Json]:
    """The table in ``folder/input``, some rows at a time: the names of all members above, a row for each record."""
    text, used = decode((folder / "input").read_bytes(), encoding)
    records = _records(_parsed(text))
    if len(records) > limits.rows:
        raise TooLarge(f"记录超过 {limits.rows} 条。请拆分后再上传。")
    rows = _rows([dict(_members(record)) for record in records], limits)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        yield tables.encode_rows(some, list(range(start, start + len(some))))
    return tables.encode_text_table(encoding=used, delimiter="")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda _name: None)
    except RecursionError:
        raise FileRefused("JSON 嵌套太深。请从原系统重新导出后再上传。", code="bad-json") from None
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].lstrip().startswith("{"):
            return [_line(number, line) for number, line in enumerate(lines, start=1)]
        raise _broken(getattr(error, "lineno", 1)) from None


def _line(number: int, line: str) -> Any:
    try:
        return json.loads(line, parse_float=Decimal, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        raise _broken(number) from None


def _broken(line: int) -> FileRefused:
    words = f"第 {line} 行 JSON 写法有误，文件可能不完整。请重新导出后再上传。"
    return FileRefused(words, code="bad-json", row=line)


def _records(document: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The list of objects, wherever the envelope holds it; of several lists the longest."""
    found = _list_in(document, depth)
    if not found:
        raise FileRefused(NOT_RECORDS, code="wrong-format")
    return found


def _list_in(document: Any, depth: int) -> list[dict[str, Any]]:
    if isinstance(document, list):
        whole = bool(document) and all(isinstance(one, dict) for one in document)
        return [_flat_feature(one) for one in document] if whole else []
    if not isinstance(document, dict) or depth >= ENVELOPE_DEPTH:
        return []
    return max((_list_in(member, depth + 1) for member in document.values()), key=len, default=[])


def _flat_feature(record: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature as a record: its properties and its place."""
    if record.get("type") != "Feature" or not isinstance(record.get("properties"), dict):
        return record
    return {**record["properties"], "geometry": record.get("geometry")}


def _members(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and texts of a record, members of members under a path; a place without a name of its own last."""
    places: list[tuple[str, str]] = []
    taken = {str(name).casefold() for name in record}
    for path, value in _walk(record, (), 0):
        name = path[-1].casefold()
        if len(path) > 1 and name in (LON, LAT) and name not in taken:
            places.append((name, value))
        else:
            yield "/".join(path), value
    yield from dict(places).items()


def _walk(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    point = _point(value)
    if point is not None:
        yield (*path, LON), point[0]
        yield (*path, LAT), point[1]
    elif isinstance(value, dict) and depth < RECORD_DEPTH:
        for name, member in value.items():
            yield from _walk(member, (*path, str(name)), depth + 1)
    else:
        yield path or ("",), _text(value)


def _point(value: Any) -> tuple[str, str] | None:
    """Longitude and latitude of a GeoJSON point."""
    if not isinstance(value, dict) or value.get("type") != "Point":
        return None
    place = value.get("coordinates")
    if not isinstance(place, list) or len(place) < 2:
        return None
    return _text(place[0]), _text(place[1])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        shown = value if len(value.as_tuple().digits) <= SHOWN_DIGITS else Decimal(f"{value:.{SHOWN_DIGITS}g}")
        return format(shown.normalize(), "f") if shown.adjusted() > -SHOWN_DIGITS else "0"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _rows(rows: list[dict[str, str]], limits: Limits) -> list[list[str]]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if len(columns) > limits.columns or len(columns) * len(rows) > limits.cells:
        raise TooLarge(f"记录超过 {limits.columns} 列或 {limits.cells} 个单元格。请只保留需要的内容再上传。")
    for number, row in enumerate(rows, start=1):
        if any(clean(text) is None or len(text) > limits.text_length for pair in row.items() for text in pair):
            words = f"第 {number} 条记录里有乱码字符或过长的文字。请从原系统重新导出后再上传。"
            raise FileRefused(words, code="lost-text", row=number)
    return [columns, *([row.get(name, "") for name in columns] for row in rows)]
