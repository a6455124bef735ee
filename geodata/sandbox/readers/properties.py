"""A PDF without what its makers wrote about themselves: author, program, company, signer, notes of cameras in it.

Nothing is moved. Each text is overwritten with blanks of its own length, so that every offset in the file stays right;
a compressed part is packed again into just as many bytes. What cannot be is refused. Whoever makes this take out more
changes CLEANING in portal/public/media.py, so that what is public already is cleaned once more.
"""

import base64
import re
import zlib
from pathlib import Path
from typing import Any, Final

from geodata.errors import FileRefused
from geodata.sandbox.documents import MIB, Limits

_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_KEYS: Final = (
    rb"Author|Creator|Producer|Keywords|Subject|Company|Manager|LastModifiedBy|Owner|ContactInfo|Location|Name|T"
)
_NAMED: Final = re.compile(rb"/(" + _KEYS + rb")\s*(?=[(<])")
_TITLE: Final = re.compile(rb"/Title\s*(?=[(<])")
_OBJECT: Final = re.compile(rb"\bobj\b(.*?)\bendobj\b", re.DOTALL)
_ABOUT: Final = re.compile(rb"/(Producer|Creator|CreationDate|ModDate|Author)\b")
_METADATA: Final = re.compile(rb"/Type\s*/(Metadata|ObjStm)\b")
_INFLATED: Final = 64 * MIB
_BLOCK: Final = b"\x00\x00\x00\xff\xff"  # an empty part of compressed data: five bytes that say nothing
_HARD: Final = "文件的属性（作者等）无法去除，不能公开。请打印成 PDF 后重新上传。"


def strip_properties(folder: Path, *, limits: Limits) -> dict[str, Any]:
    """{"content": the PDF, as long as before}."""
    content = stripped((folder / "input").read_bytes())
    if len(content) > limits.file_bytes:
        raise FileRefused(_HARD, code="too-large")
    return {"content": base64.b64encode(content).decode()}


def stripped(content: bytes) -> bytes:
    """The same pages without properties. Raises FileRefused where a part cannot be opened."""
    out, place = bytearray(content), 0
    plain: list[tuple[int, int]] = []
    for stream in _STREAM.finditer(content):
        plain.append((place, stream.start()))
        start, end = stream.span(1)
        head = content[max(place, stream.start() - 4096) : stream.start()]
        head = head[head.rfind(b"obj") :] if b"obj" in head else head
        out[start:end] = _stream(head, content[start:end])
        place = stream.end()
    plain.append((place, len(content)))
    for start, end in plain:
        out[start:end] = _blanked(bytes(out[start:end]))
    _blank_titles(out)
    if len(out) != len(content):
        raise FileRefused(_HARD, code="odd-pdf")
    return bytes(out)


def _stream(head: bytes, data: bytes) -> bytes:
    """One stream: metadata are emptied, packed objects are cleared, pictures lose the camera's notes."""
    if data.startswith(b"\xff\xd8\xff"):
        return _without_notes(data)
    kind = _METADATA.search(head)
    if kind is None:
        return data
    packed = b"/Filter" in head
    body = _opened(head, data) if packed else data
    body = b" " * len(body) if kind[1] == b"Metadata" else _cleared(body)
    return _packed(body, len(data)) if packed else body


def _opened(head: bytes, data: bytes) -> bytes:
    if len(re.findall(rb"/\w+Decode\b", head)) != 1 or b"/FlateDecode" not in head or b"/DecodeParms" in head:
        raise FileRefused(_HARD, code="odd-pdf")
    try:
        opener = zlib.decompressobj()
        body = opener.decompress(data, _INFLATED)
    except zlib.error as error:
        raise FileRefused(_HARD, code="broken-pdf") from error
    if opener.unconsumed_tail:
        raise FileRefused(_HARD, code="pdf-too-large")
    return body


def _packed(body: bytes, size: int) -> bytes:
    """Compressed into so many bytes: empty parts fill it, and blanks behind its end the last four."""
    packer = zlib.compressobj(9)
    start = packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)
    end = packer.flush()
    room = size - len(start) - len(end)
    if room < 0:
        whole = zlib.compress(body, 9)
        if len(whole) > size:
            raise FileRefused(_HARD, code="odd-pdf")
        return whole + b"\n" * (size - len(whole))
    return start + _BLOCK * (room // len(_BLOCK)) + end + b"\n" * (room % len(_BLOCK))


def _blanked(text: bytes) -> bytes:
    """The texts behind the keys, blank."""
    out = bytearray(text)
    for found in _NAMED.finditer(text):
        _blank(out, found.end())
    return bytes(out)


def _cleared(objects: bytes) -> bytes:
    """As `_blanked` for packed objects: they have no `endobj`, so that a title beside a producer is one of the file."""
    out = bytearray(_blanked(objects))
    if _ABOUT.search(objects):
        for found in _TITLE.finditer(objects):
            if _ABOUT.search(objects[max(0, found.start() - 600) : found.end() + 600]):
                _blank(out, found.end())
    return bytes(out)


def _blank_titles(out: bytearray) -> None:
    """The file's own title; those of its bookmarks are part of what one reads."""
    content = bytes(out)
    for one in _OBJECT.finditer(content):
        if b"stream" not in one[1] and _ABOUT.search(one[1]):
            for found in _TITLE.finditer(one[1]):
                _blank(out, one.start(1) + found.end())


def _blank(out: bytearray, start: int) -> None:
    """Overwrites the string that begins here, in brackets or in hexadecimal, but for its ends."""
    if out[start : start + 2] == b"<<":
        return
    end = out.find(b">", start) if out[start] == 0x3C else _closing(out, start)
    if end < 0:
        raise FileRefused(_HARD, code="broken-pdf")
    out[start + 1 : end] = (b"0" if out[start] == 0x3C else b" ") * (end - start - 1)


def _closing(out: bytearray, start: int) -> int:
    """Where the bracket closes; brackets inside are in pairs or escaped."""
    depth, place = 0, start
    while place < len(out):
        letter = out[place]
        if letter == 0x5C:
            place += 1
        elif letter == 0x28:
            depth += 1
        elif letter == 0x29:
            depth -= 1
            if depth == 0:
                return place
        place += 1
    return -1


def _without_notes(data: bytes) -> bytes:
    """A JPEG whose EXIF, XMP, IPTC and comments are zeros of the same length."""
    out, place = bytearray(data), 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        marker, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in (0xE1, 0xED, 0xFE):
            stop = min(place + 2 + size, len(data))
            out[place + 4 : stop] = bytes(stop - place - 4)
        place += 2 + max(size, 2)
    return bytes(out)
