"""Zip archives: measured by their table of contents before anything is unpacked, and never unpacked by name.

A bomb is refused by what the table says; if the table lies, the counter in ``extract`` stops it. Members are found
by their decoded name and written under names of ours, so no path of theirs ever reaches the file system.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import Limits

END_RECORD = b"PK\x05\x06"
END_RECORD_BYTES = 22
LONGEST_COMMENT = 65_536
DIRECTORY_BYTES_PER_ENTRY = 4_096
RATIO_FROM_BYTES = 8 * 1024 * 1024
UTF8_NAME = 0x800
ENCRYPTED = 0x1
CHUNK = 1 << 18
NESTED = {".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".cab", ".iso", ".jar", ".kmz"}

# An offset before the file's beginning is an OSError.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    OSError,
    OverflowError,
    UnicodeDecodeError,
)
DAMAGED = "压缩包不完整或已损坏。请重新压缩后再上传。"


def member_name(entry: zipfile.ZipInfo) -> str:
    """The name as its maker saw it: Chinese Windows writes GBK without saying so, which zipfile takes for CP437."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_directory_size(path: Path, limits: Limits) -> None:
    """Read the end record by hand, so that a million entries are refused before zipfile makes a million objects."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LONGEST_COMMENT - END_RECORD_BYTES))
        tail = file.read()
    position = tail.rfind(END_RECORD)
    if position < 0 or position + END_RECORD_BYTES > len(tail):
        raise FileRefused(DAMAGED, code="damaged-archive")
    entries, directory_bytes = struct.unpack("<HI", tail[position + 10 : position + 16])
    if entries > limits.archive_entries or directory_bytes > limits.archive_entries * DIRECTORY_BYTES_PER_ENTRY:
        raise TooLarge(f"压缩包里的文件超过 {limits.archive_entries} 个。请只保留需要的文件再压缩。")


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The archive, once its table of contents has passed every limit; damage inside becomes a refusal."""
    _check_directory_size(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), limits)
            yield archive
    except DAMAGE as error:
        raise FileRefused(DAMAGED, code="damaged-archive") from error


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise TooLarge(f"压缩包里的文件超过 {limits.archive_entries} 个。请只保留需要的文件再压缩。")
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise TooLarge(f"压缩包展开后超过 {limits.archive_bytes // 1024 // 1024} MB。请拆分后再上传。")
    for entry in entries:
        _check_entry(entry, limits)


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if not entry.filename:
        raise FileRefused(DAMAGED, code="damaged-archive")
    if entry.flag_bits & ENCRYPTED:
        raise FileRefused("压缩包设了密码。请取消密码、重新压缩后再上传。", code="encrypted")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FileRefused("压缩包里有链接或设备文件。请只放普通文件再压缩。", code="unsafe-archive")
    parts = PurePosixPath(member_name(entry).replace("\\", "/")).parts
    if ".." in parts or (parts and (parts[0] == "/" or parts[0].endswith(":"))):
        raise FileRefused("压缩包里的文件路径不正常。请重新压缩后再上传。", code="unsafe-archive")
    if entry.file_size > RATIO_FROM_BYTES and entry.file_size > entry.compress_size * limits.archive_ratio:
        raise TooLarge("压缩包的压缩比异常，展开后会过大，已拒绝。请重新导出文件再压缩。", code="bomb")


def refuse_nested(archive: zipfile.ZipFile) -> None:
    """Raise when an archive holds an archive: only files may be inside."""
    for entry in archive.infolist():
        if PurePosixPath(member_name(entry)).suffix.lower() in NESTED:
            raise FileRefused("压缩包里还有压缩包。请全部解压，把文件直接放进一个 ZIP 再上传。", code="nested-archive")


def extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Write one member under a name of ours, counting the bytes that really come out."""
    with archive.open(entry) as source, target.open("xb") as file:
        _copy(source, file, limits)


def _copy(source: IO[bytes], file: IO[bytes], limits: Limits) -> None:
    total = 0
    while piece := source.read(CHUNK):
        total += len(piece)
        if total > limits.archive_bytes:
            raise TooLarge(f"压缩包展开后超过 {limits.archive_bytes // 1024 // 1024} MB。请拆分后再上传。")
        file.write(piece)


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, longest: int) -> bytes:
    """A small member as bytes; more than ``longest`` is refused."""
    with archive.open(entry) as source:
        content = source.read(longest + 1)
    if len(content) > longest:
        raise TooLarge("压缩包里的说明文件过大，已拒绝。请重新导出后再上传。")
    return content
