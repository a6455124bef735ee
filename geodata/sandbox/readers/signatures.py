"""What a file is, by its first bytes and never by its name, and a helpful word for what we do not read."""

from pathlib import Path

from geodata.errors import FileRefused

HEAD_BYTES = 4096

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SQLITE = b"SQLite format 3\x00"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

KNOWN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "这是 PDF 文件"),
    (b"\x89PNG", "这是图片文件（PNG）"),
    (b"\xff\xd8\xff", "这是图片文件（JPG）"),
    (b"GIF8", "这是图片文件（GIF）"),
    (b"II*\x00", "这是图片文件（TIFF）"),
    (b"MM\x00*", "这是图片文件（TIFF）"),
    (b"Rar!", "这是 RAR 压缩包，请改用 ZIP 压缩"),
    (b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包，请改用 ZIP 压缩"),
    (b"\x1f\x8b", "这是 GZIP 压缩包，请改用 ZIP 压缩"),
    (b"BZh", "这是 BZ2 压缩包，请改用 ZIP 压缩"),
    (b"AC10", "这是 DWG 图纸，请在 CAD 里另存为 DXF（R2000 以上）后再上传"),
    (b"MIME-Version:", "这是网页归档（系统导出的 .xls 常是这样），请用 Excel 或 WPS 打开，另存为 xlsx"),
    (b"\x7fELF", "这是程序文件"),
    (b"MZ", "这是程序文件"),
    (b"\x00\x00\x27\x0a", "这是单独的 SHP 文件，请把 .shp、.shx、.dbf、.prj 一起压缩成 ZIP 再上传"),
)


def head_of(path: Path) -> bytes:
    """The first bytes; an empty file is refused here, for every reader."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n"):
        raise FileRefused("文件是空的，没有可读的内容。请检查后重新上传。", code="empty-file")
    return head


def is_zip(head: bytes) -> bool:
    """A zip archive, an xlsx file included."""
    return head.startswith(ZIP)


def is_sqlite(head: bytes) -> bool:
    """An SQLite database, as every GeoPackage is."""
    return head.startswith(SQLITE)


def is_markup(head: bytes) -> bool:
    """XML or HTML, whatever the name says: GDAL's virtual formats and service descriptions begin so."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    return text.startswith(b"<") or text[:2] == b"<\x00"


def refuse_known(head: bytes, *, expected: str) -> None:
    """Raise for a file that is recognised as something else than ``expected``, saying what it is."""
    for signature, words in KNOWN:
        if head.startswith(signature):
            raise FileRefused(f"{words}，这里需要{expected}。", code="wrong-format")
    if len(head) > 262 and head[257:262] == b"ustar":
        raise FileRefused(f"这是 TAR 归档文件，这里需要{expected}。", code="wrong-format")
    if is_markup(head):
        raise FileRefused(f"文件内容是 XML 或网页，这里需要{expected}。请另存为该格式后再上传。", code="wrong-format")


def refuse_encrypted(path: Path, head: bytes) -> None:
    """Raise for a workbook that is locked with a password: an OLE container around an encrypted package."""
    if head.startswith(OLE) and ENCRYPTED_PACKAGE in path.read_bytes():
        raise FileRefused("工作簿设了打开密码。请在 Excel 或 WPS 里取消密码、另存后再上传。", code="encrypted")
