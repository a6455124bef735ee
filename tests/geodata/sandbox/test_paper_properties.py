"""What the makers of a PDF wrote about themselves does not go out; not a byte of it moves."""

import re
import zlib

import pytest

from geodata.errors import FileRefused
from geodata.sandbox import door
from geodata.sandbox.readers.properties import stripped
from tests.geodata.sandbox.test_papers import packed, pdf, stream

WIDE = b"\xfe\xff" + "张三(经办)".encode("utf-16-be").replace(b"(", b"\\(").replace(b")", b"\\)")
XMP = b"<?xpacket?><dc:creator>Zhang San</dc:creator><?xpacket end='w'?>"
EXIF = b"\xff\xd8\xff\xe1\x00\x20Exif\0\0Artist Zhang San, a b\0\0\xff\xda\x00\x02picture\xff\xd9"


def readable(content: bytes) -> bytes:
    """The file and all that is compressed in it."""
    parts = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        opener = zlib.decompressobj()
        try:
            parts.append(opener.decompress(found[1]))
            assert opener.eof
        except zlib.error:
            continue
    return b"\n".join(parts)


@pytest.mark.parametrize(
    "part",
    [
        b"<< /Author (Zhang San) /Producer (Word) >>",
        b"<< /Author (a \\) (Zhang San) b) >>",
        b"<< /Author<5a68616e672053616e> >>",
        b"<< /Title (Zhang San's report) /CreationDate (D:2026) >>",
        b"<< /Type /Sig /Name (Zhang San) /Location (Zhang San) >>",
        b"<< /Subtype /Text /T (Zhang San) /Contents (see page 3) >>",
        stream(XMP, b"/Type /Metadata /Subtype /XML"),
        stream(zlib.compress(XMP), b"/Type /Metadata /Filter /FlateDecode"),
        stream(zlib.compress(XMP * 30, 1), b"/Filter /FlateDecode /Type/Metadata"),
        packed(b"<< /Author (Zhang San) >> << /Title (Zhang San) /Producer (Word) >>"),
        stream(EXIF, b"/Subtype /Image /Filter /DCTDecode"),
    ],
)
def test_a_name_in_the_properties_is_blank_and_nothing_moves(part: bytes) -> None:
    whole = pdf(part)
    assert b"Zhang San" in readable(whole) or b"5a68616e" in whole
    out = door.strip_paper(whole)
    assert len(out) == len(whole)
    assert b"Zhang San" not in readable(out)
    assert b"5a68616e" not in out
    assert [found.start() for found in re.finditer(rb"\d+ 0 obj", out)] == [
        found.start() for found in re.finditer(rb"\d+ 0 obj", whole)
    ]
    assert door.read_paper(out).pages == door.read_paper(whole).pages


def test_a_chinese_name_in_two_bytes_is_blank() -> None:
    out = stripped(pdf(b"<< /Author (" + WIDE + b") /Producer (WPS) >>"))
    assert "张三".encode("utf-16-be") not in out
    assert b"WPS" not in out


def test_pages_bookmarks_and_pictures_stay_as_they_are() -> None:
    page = stream(zlib.compress(b"BT (Author) Tj ET"), b"/Filter /FlateDecode")
    whole = pdf(page, b"<< /Title (Chapter 1) /Parent 9 0 R >>", b"<< /Type /XObject /Name /Im1 /Subtype /Image >>")
    assert stripped(whole) == whole


def test_what_cannot_be_opened_is_refused() -> None:
    with pytest.raises(FileRefused, match="属性"):
        door.strip_paper(pdf(stream(b"x", b"/Type /Metadata /Filter /LZWDecode")))
    with pytest.raises(FileRefused, match="属性"):
        door.strip_paper(pdf(b"<< /Author (never closed >>"))
