"""Excel workbooks (.xlsx), read from their XML directly.

Not by openpyxl: it gives up on a whole workbook for a style or a validation that it does not know (WPS and reporting
systems write such), it cannot tell a formula without a saved result from an empty cell, and it does not know the
Chinese built-in date formats. What importers need is small: values, formats, merged areas, what is hidden. Macros are
refused, links to other files are never followed, a DTD is never read.
"""

import posixpath
import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO
from xml.etree import ElementTree  # noqa: TID251  # every part goes through _Guarded, which refuses a DTD

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.blocks import ROWS_AT_ONCE
from geodata.sandbox.codec import tables
from geodata.sandbox.codec.scalars import Json
from geodata.sandbox.documents import Cell, Limits, Sheet
from geodata.sandbox.readers import archives, signatures
from geodata.sandbox.readers.number_formats import BUILT_IN
from geodata.sandbox.readers.oldexcel import read_old_workbook
from geodata.sandbox.readers.worksheets import SheetReader, rich_text

SHEETS_AT_MOST = 200
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = b"http://purl.oclc.org/ooxml"
RELATION_ID = f"{{{OFFICE}}}id"
DAMAGED = "工作簿不完整或已损坏。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
EXPECTED = " Excel 工作簿（.xlsx）"


class _Guarded:
    """A part of the workbook as a stream that counts its bytes and refuses declarations of types and entities."""

    LONGEST_MARK = 16

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self.source = source
        self.left = limits.archive_bytes
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        """The next piece; refuses a DTD, UTF-16 (which could hide one) and the strict dialect."""
        piece = self.source.read(size if size > 0 else 1 << 16)
        self.left -= len(piece)
        if self.left < 0:
            raise TooLarge("工作簿展开后过大。请拆分后再上传。")
        window = self.tail + piece
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window or b"\x00" in piece:
            raise FileRefused("工作簿里有不允许的 XML 声明，已拒绝。请另存为新的 .xlsx 后再上传。", code="unsafe-xml")
        self.tail = window[-self.LONGEST_MARK :]
        return piece


@dataclass(frozen=True, slots=True)
class _SheetPart:
    name: str
    hidden: bool
    path: str


class _Package:
    """The parts of one workbook."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        self.names = {name.lower().lstrip("/"): name for name in archive.namelist()}

    def has(self, path: str) -> bool:
        return path.lower() in self.names

    def parse(self, path: str, events: tuple[str, ...] = ("end",)) -> Iterator[tuple[str, ElementTree.Element]]:
        """The elements of a part as they come; a part that is missing has none."""
        if not self.has(path):
            return
        with self.archive.open(self.names[path.lower()]) as source:
            guarded = _Guarded(source, self.limits)
            yield from ElementTree.iterparse(guarded, events)  # type: ignore[arg-type]  # noqa: S314

    def elements(self, path: str, tag: str) -> Iterator[ElementTree.Element]:
        """All elements of one name in a part, emptied after use."""
        for _, element in self.parse(path):
            if element.tag == tag:
                yield element
                element.clear()

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """id → (kind, path within the package) for a part's internal relations."""
        folder, name = posixpath.split(path)
        found: dict[str, tuple[str, str]] = {}
        for _, element in self.parse(f"{folder}/_rels/{name}.rels".lstrip("/")):
            if element.get("TargetMode") == "External" or not element.get("Target"):
                continue
            target = element.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", "").rsplit("/", 1)[-1], full)
        return found


def read_workbook(folder: Path, *, limits: Limits) -> Generator[Json, None, Json]:
    """The workbook in ``folder/input``: some rows of a sheet at a time, then what is said of the sheets."""
    path = folder / "input"
    head = signatures.head_of(path)
    signatures.refuse_encrypted(path, head)
    if head.startswith(signatures.OLE):
        old = read_old_workbook(path, limits)
        return (yield from _told(((sheet, iter(sheet.rows)) for sheet in old.sheets), date1904=old.date1904))
    signatures.refuse_known(head, expected=EXPECTED)
    if not signatures.is_zip(head):
        raise FileRefused(f"文件内容不是{EXPECTED}。CSV 文件请按 CSV 上传。", code="wrong-format")
    try:
        with archives.opened(path, limits) as archive:
            package = _Package(archive, limits)
            _refuse_other_packages(package)
            sheets, date1904 = _read(package, limits)
            return (yield from _told(sheets, date1904=date1904))
    except (ElementTree.ParseError, KeyError, ValueError, IndexError) as error:
        raise FileRefused(DAMAGED, code="damaged-workbook") from error
    except FileRefused as refused:  # nobody who sends a workbook knows that it is an archive
        if refused.code == "damaged-archive":
            raise FileRefused(DAMAGED, code="damaged-workbook") from refused
        raise


def _refuse_other_packages(package: _Package) -> None:
    names = package.names
    if any(posixpath.basename(name).startswith("vbaproject") for name in names):
        raise FileRefused("工作簿带有宏（.xlsm），不能导入。请另存为不带宏的 .xlsx 后再上传。", code="macro")
    if "xl/workbook.bin" in names:
        raise FileRefused("这是 .xlsb 格式。请另存为 .xlsx 后再上传。", code="wrong-format")
    if "[content_types].xml" not in names:
        what = "这是 ODS 表格" if "mimetype" in names else "这是普通压缩包，不是工作簿"
        raise FileRefused(f"{what}，这里需要{EXPECTED}。请另存为 .xlsx 后再上传。", code="wrong-format")


def _workbook_path(package: _Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument":
            return target
    return "xl/workbook.xml"


def _told(sheets: Iterable[tuple[Sheet, Iterator[list[Cell]]]], *, date1904: bool) -> Generator[Json, None, Json]:
    said = []
    for number, (sheet, rows) in enumerate(sheets):
        formats: dict[str, int] = {}
        while some := list(islice(rows, ROWS_AT_ONCE)):
            yield tables.encode_cells(number, some, formats)
        said.append(tables.encode_sheet(sheet, formats))
    return tables.encode_workbook(said, date1904=date1904)


def _read(package: _Package, limits: Limits) -> tuple[Iterator[tuple[Sheet, Iterator[list[Cell]]]], bool]:
    """The sheets with their rows still to be read, and whether dates count from 1904."""
    path = _workbook_path(package)
    _refuse_strict(package, path)
    parts, date1904 = _contents(package, path)
    if not parts:
        raise FileRefused("工作簿里没有工作表。请检查后重新上传。", code="damaged-workbook")
    kinds = dict(package.relations(path).values())
    strings = _shared_strings(package, kinds.get("sharedStrings", "xl/sharedStrings.xml"), limits)
    formats = _formats(package, kinds.get("styles", "xl/styles.xml"))
    reader = SheetReader(strings, formats, date1904=date1904, limits=limits)
    sheets = (
        (sheet, reader.read(sheet, package.parse(part.path)))
        for part in parts
        for sheet in [Sheet(name=part.name, hidden=part.hidden, rows=[])]
    )
    return sheets, date1904


def _refuse_strict(package: _Package, path: str) -> None:
    if not package.has(path):
        raise FileRefused(DAMAGED, code="damaged-workbook")
    with package.archive.open(package.names[path.lower()]) as source:
        if STRICT in source.read(4096):
            raise FileRefused("这是“Strict Open XML”格式。请另存为普通的 .xlsx 后再上传。", code="wrong-format")


def _contents(package: _Package, path: str) -> tuple[list[_SheetPart], bool]:
    """The worksheets in their order, and whether dates count from 1904. Chart sheets are left out."""
    relations = package.relations(path)
    parts: list[_SheetPart] = []
    date1904 = False
    for _, element in package.parse(path):
        if element.tag == f"{MAIN}workbookPr":
            date1904 = element.get("date1904") in ("1", "true", "on")
        if element.tag == f"{MAIN}sheet":
            kind, target = relations.get(element.get(RELATION_ID, ""), ("", ""))
            if kind == "worksheet" and package.has(target):
                parts.append(_SheetPart(element.get("name", ""), element.get("state", "visible") != "visible", target))
    if len(parts) > SHEETS_AT_MOST:
        raise TooLarge(f"工作簿的工作表超过 {SHEETS_AT_MOST} 个。请删去不需要的工作表再上传。")
    return parts, date1904


def _shared_strings(package: _Package, path: str, limits: Limits) -> list[str]:
    strings: list[str] = []
    for element in package.elements(path, f"{MAIN}si"):
        strings.append(rich_text(element))
        if len(strings) > limits.cells:
            raise TooLarge("工作簿的内容过多。请拆分后再上传。")
    return strings


def _formats(package: _Package, path: str) -> list[str]:
    """The number format code of each cell style, in the order of the styles."""
    codes = dict(BUILT_IN)
    formats: list[str] = []
    inside = False
    for event, element in package.parse(path, ("start", "end")):
        if element.tag == f"{MAIN}cellXfs":
            inside = event == "start"
        elif event == "end" and element.tag == f"{MAIN}numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "General")[:255]
        elif event == "end" and inside and element.tag == f"{MAIN}xf":
            formats.append(codes.get(int(element.get("numFmtId", "0")), "General"))
    return formats
