"""Documents as evidence: a PDF that holds nothing but pages, or a scan, which is drawn anew like any photo.

No library renders the PDF here. It is judged by its own words: the objects outside of streams and those in compressed
object streams are searched for names that make a reader act (scripts, launched programs, embedded files).
"""

import base64
import re
import zlib
from pathlib import Path
from typing import Any, Final

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import MIB, Limits
from geodata.sandbox.readers.pictures import read_photo
from geodata.sandbox.readers.signatures import head_of, refuse_known

EXPECTED: Final = "PDF、JPEG 或 PNG 格式的文件"
PDF: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t]")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_TAIL: Final = 2048
_INFLATED: Final = 64 * MIB  # of all object streams together
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ENDS: Final = rb"(?=[\s/<>\[\]()%{}]|$)"
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|Movie|Sound|Rendition|3D)" + _ENDS
)
# too long to occur by chance in compressed data: looked for in there, too, where a false "stream" could hide them
_ANYWHERE: Final = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|Rendition)" + _ENDS)
_ENCRYPTED: Final = re.compile(rb"/Encrypt" + _ENDS)
_PAGE: Final = re.compile(rb"/Type\s*/Page" + _ENDS)
_BROKEN: Final = "PDF 文件不完整或已损坏。请重新导出或扫描后再上传。"


def read_paper(folder: Path, *, limits: Limits) -> dict[str, Any]:
    """{"kind": "pdf", "pages": n}, or {"kind": "picture", "content": a bare JPEG}."""
    path = folder / "input"
    head = head_of(path)
    if head.startswith(_PICTURES):
        return {"kind": "picture", "pages": 1, "content": read_photo(folder, limits=limits)["large"]}
    if not PDF.match(head):
        if not head.startswith(b"%PDF"):
            refuse_known(head, expected=EXPECTED)
        raise FileRefused(f"认不出这个文件，这里需要{EXPECTED}。", code="wrong-format")
    return {"kind": "pdf", "pages": _pages(path.read_bytes()), "content": base64.b64encode(b"").decode()}


def _pages(content: bytes) -> int:
    end = content.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content[max(0, end - _TAIL) : end]:
        raise FileRefused(_BROKEN, code="broken-pdf")
    if content[end + 5 :].strip(b"\x00 \t\r\n"):
        raise FileRefused("PDF 末尾附有其他内容，不能接收。请重新导出后再上传。", code="pdf-appendix")
    words = _words(content)
    if _ENCRYPTED.search(words):
        raise FileRefused("PDF 设了密码或权限限制。请取消后再上传。", code="encrypted")
    active = _ACTIVE.search(words) or _ANYWHERE.search(_unescaped(content))
    if active:
        what = f"PDF 里有脚本、附件或可执行内容（{active[1].decode('ascii')}）"
        raise FileRefused(f"{what}，不能接收。请打印成 PDF 后再上传。", code="active-pdf")
    pages = len(_PAGE.findall(words))
    if not pages:
        raise FileRefused(_BROKEN, code="broken-pdf")
    return pages


def _words(content: bytes) -> bytes:
    """Everything that is not the data of a stream, compressed objects included, with escapes in names undone."""
    plain, place, left = [], 0, _INFLATED
    for stream in _STREAM.finditer(content):
        between = content[place : stream.start()]
        plain.append(between)
        place = stream.end()
        dictionary = _unescaped(between[between.rfind(b"obj") :] if b"obj" in between else between)
        if re.search(rb"/ObjStm" + _ENDS, dictionary):
            inflated = _inflated(dictionary, stream[1], left)
            left -= len(inflated)
            plain.append(inflated)
    plain.append(content[place:])
    return _unescaped(b"\n".join(plain))


def _unescaped(words: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), words)


def _inflated(dictionary: bytes, data: bytes, most: int) -> bytes:
    """The objects of a compressed stream; any other filter than the usual one cannot be judged."""
    if b"/Filter" not in dictionary:
        return data
    if len(re.findall(rb"/\w+Decode" + _ENDS, dictionary)) != 1 or not re.search(rb"/FlateDecode" + _ENDS, dictionary):
        raise FileRefused("PDF 的压缩方式无法检查。请打印成 PDF 后再上传。", code="odd-pdf")
    try:
        opener = zlib.decompressobj()
        inflated = opener.decompress(data, most)
    except zlib.error as error:
        raise FileRefused(_BROKEN, code="broken-pdf") from error
    if opener.unconsumed_tail:
        raise TooLarge("PDF 展开后过大。请拆分或重新导出后再上传。", code="pdf-too-large")
    return inflated
