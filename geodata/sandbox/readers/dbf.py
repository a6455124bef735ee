"""DBF, the table of a shapefile, read byte by byte.

Not by GDAL, which puts "?" where a text does not decode and turns numbers into doubles: here a text decodes strictly
or the file is refused, and a number keeps its written digits. A value that fills its field and ends in the middle of
a character (a Chinese name cut at 10 or 254 bytes) loses the broken end, and the layer says so.
"""

import codecs
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite
from pathlib import Path

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import FieldValue, Limits
from geodata.sandbox.readers.encodings import DOUBTFUL, NAMES, REPLACEMENT, is_doubtful

HEADER_BYTES = 32
DELETED = 0x2A
MANY_CHARACTERS = 4
DAMAGED = "属性表（.dbf）不完整或已损坏。请从原软件重新导出后再上传。"
YES, NO = b"YyTt", b"NnFf"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name as bytes, DBF's type letter, where it lies in a record."""

    name: bytes
    kind: str
    start: int
    width: int


@dataclass(slots=True)
class Table:
    """The table decoded. ``rows[i]`` is record i, or None where the record is marked as deleted."""

    columns: list[str]
    rows: list[dict[str, FieldValue] | None]
    encoding: str
    notices: list[str]


class _UndecodableError(Exception):
    """A text that the encoding at hand does not read."""


def _fields(header: bytes, record_bytes: int, limits: Limits) -> list[Field]:
    fields: list[Field] = []
    start = 1
    for offset in range(HEADER_BYTES, len(header) - HEADER_BYTES + 1, HEADER_BYTES):
        if header[offset] == 0x0D:
            break
        description = header[offset : offset + HEADER_BYTES]
        kind = chr(description[11])
        width = description[16] + (description[17] << 8 if kind == "C" else 0)
        fields.append(Field(description[:11].split(b"\x00", 1)[0].strip(), kind, start, width))
        start += width
    if not fields or start > record_bytes:
        raise FileRefused(DAMAGED, code="damaged-dbf")
    if len(fields) > limits.columns:
        raise TooLarge(f"属性表超过 {limits.columns} 列。请只保留需要的列再上传。")
    return fields


class _Records:
    """The raw records of a file, after its header has proved to fit its size."""

    def __init__(self, path: Path, limits: Limits) -> None:
        content = path.read_bytes()
        if len(content) < HEADER_BYTES + 1:
            raise FileRefused(DAMAGED, code="damaged-dbf")
        self.count, header_bytes, self.width = struct.unpack("<IHH", content[4:12])
        if self.count > limits.rows:
            raise TooLarge(f"属性表超过 {limits.rows} 行。请拆分后再上传。")
        if self.width < 1 or header_bytes + self.count * self.width > len(content):
            raise FileRefused(DAMAGED, code="damaged-dbf")
        self.fields = _fields(content[:header_bytes], self.width, limits)
        if self.count * len(self.fields) > limits.cells:
            raise TooLarge("属性表的内容过多。请只保留需要的列，或拆分后再上传。")
        self.body = content[header_bytes:]

    def __iter__(self) -> Iterator[bytes]:
        for index in range(self.count):
            yield self.body[index * self.width : (index + 1) * self.width]

    def texts(self) -> Iterator[tuple[bytes, bool]]:
        """(value, fills its field) of every text that is not plain ASCII, names first."""
        for field in self.fields:
            if not field.name.isascii():
                yield field.name, True
        wanted = [field for field in self.fields if field.kind == "C"]
        for record in self:
            for field in wanted:
                raw = _text_bytes(record, field)
                if record[0] != DELETED and not raw.isascii():
                    yield raw, len(raw) == field.width


def _text_bytes(record: bytes, field: Field) -> bytes:
    return record[field.start : field.start + field.width].split(b"\x00", 1)[0].rstrip(b" ")


def _decode(raw: bytes, codec: str, *, may_be_cut: bool) -> tuple[str, bool]:
    """(text, whether a broken end was cut off); ``_UndecodableError`` where the bytes are something else."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        text = decoder.decode(raw)
    except UnicodeDecodeError:
        raise _UndecodableError from None
    cut = bool(decoder.getstate()[0])
    if (cut and not may_be_cut) or REPLACEMENT in text:
        raise _UndecodableError
    return text, cut


def _reads(texts: list[tuple[bytes, bool]], codec: str) -> int | None:
    """How many characters beyond ASCII the codec finds, or None when it cannot read all."""
    try:
        text = "".join(_decode(raw, codec, may_be_cut=full)[0] for raw, full in texts)
    except _UndecodableError:
        return None
    return sum(not letter.isascii() for letter in text)


def _is_doubtful(texts: list[tuple[bytes, bool]]) -> bool:
    return is_doubtful("".join(_decode(raw, "gb18030", may_be_cut=full)[0] for raw, full in texts))


def choose_encoding(texts: list[tuple[bytes, bool]], declared: str | None, named: str | None) -> tuple[str, list[str]]:
    """(codec, notices). A person's word first; then strict UTF-8 when it finds Chinese, the .cpg file, GB18030.

    UTF-8 goes before a .cpg file that says GBK, because Chinese in GBK is practically never sound UTF-8 by chance,
    while nearly any bytes are sound GBK.
    """
    if named is not None:
        if _reads(texts, named) is None:
            raise FileRefused("属性表的文字与指定的编码不符。请不要指定编码，或换一种编码再试。", code="undecodable")
        return named, []
    as_utf8 = _reads(texts, "utf-8")
    if as_utf8 is not None and (declared in (None, "utf-8") or as_utf8 >= MANY_CHARACTERS):
        wrong = declared not in (None, "utf-8")
        return "utf-8", ["编码说明文件（.cpg）与内容不符，已按 UTF-8 读取。"] if wrong else []
    candidates = [declared] if declared not in (None, "utf-8") else []
    for codec in [*candidates, "gb18030"]:
        if codec is not None and _reads(texts, codec) is not None:
            if codec != declared and _is_doubtful(texts):
                raise FileRefused(DOUBTFUL, code="doubtful-encoding")
            wrong = declared is not None and codec != declared
            return codec, ["编码说明文件（.cpg）与内容不符，已按 GBK/GB18030 读取。"] if wrong else []
    raise FileRefused(
        "属性表（.dbf）的文字既不是 UTF-8 也不是 GBK/GB18030 编码。请重新导出，或在导入时指明编码。", code="undecodable"
    )


def declared_encoding(cpg: bytes | None) -> tuple[str | None, list[str]]:
    """(codec, notices) from a .cpg file; a name that nobody knows is told and then ignored."""
    if cpg is None:
        return None, []
    name = cpg.decode("ascii", "replace").strip().strip('"').lower()
    if name in NAMES:
        return NAMES[name], []
    return None, ["不认识编码说明文件（.cpg）里的编码名称，已按内容自动判断。"]


def read_dbf(path: Path, *, cpg: bytes | None, encoding: str | None, limits: Limits) -> Table:
    """The whole table; ``encoding`` is a codec that a person named."""
    records = _Records(path, limits)
    declared, notices = declared_encoding(cpg)
    codec, more = choose_encoding(list(records.texts()), declared, encoding)
    reader = _RowReader(records.fields, codec)
    rows = [None if record[0] == DELETED else reader.row(record) for record in records]
    if reader.cut:
        more.append(f"有 {reader.cut} 处文字在导出时被截断，已去掉末尾不完整的字。")
    return Table(reader.columns, rows, codec, notices + more)


class _RowReader:
    def __init__(self, fields: list[Field], codec: str) -> None:
        self.codec = codec
        self.cut = 0
        self.fields = [field for field in fields if field.kind in READERS or field.kind == "C"]
        self.columns = self._names()

    def _names(self) -> list[str]:
        names: list[str] = []
        for index, field in enumerate(self.fields, start=1):
            name = _decode(field.name, self.codec, may_be_cut=True)[0].strip() or f"字段{index}"
            names.append(name if name not in names else f"{name}_{index}")
        return names

    def row(self, record: bytes) -> dict[str, FieldValue]:
        return {name: self._value(record, field) for name, field in zip(self.columns, self.fields, strict=True)}

    def _value(self, record: bytes, field: Field) -> FieldValue:
        if field.kind != "C":
            return READERS[field.kind](record[field.start : field.start + field.width])
        raw = _text_bytes(record, field)
        text, cut = _decode(raw, self.codec, may_be_cut=len(raw) == field.width)
        self.cut += cut
        return text or None


def _number(raw: bytes) -> FieldValue:
    text = raw.replace(b"\x00", b" ").decode("ascii", "replace").strip()
    if not text or text.startswith("*"):
        return None
    if "." in text and text.isascii() and text.lstrip("+-").replace(".", "").isdigit():
        text = text.rstrip("0")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text if text.isprintable() and REPLACEMENT not in text else None
    if not number.is_finite():
        return None
    return int(text) if text.lstrip("+-").isdigit() else number


def _date(raw: bytes) -> FieldValue:
    text = raw.decode("ascii", "replace").strip("\x00 ")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else None
    except ValueError:
        return None


def _logical(raw: bytes) -> FieldValue:
    return True if raw[:1] in YES and raw[:1] else False if raw[:1] in NO and raw[:1] else None


def _integer(raw: bytes) -> FieldValue:
    return int.from_bytes(raw, "little", signed=True) if len(raw) == 4 else None


def _double(raw: bytes) -> FieldValue:
    value: float = struct.unpack("<d", raw)[0] if len(raw) == 8 else float("nan")
    return Decimal(repr(value)) if isfinite(value) else None


READERS: dict[str, Callable[[bytes], FieldValue]] = {
    "N": _number,
    "F": _number,
    "D": _date,
    "L": _logical,
    "I": _integer,
    "O": _double,
}
