"""Documents through the door: a PDF of nothing but pages, or a scan drawn anew; all else is refused with a reason."""

import zlib

import pytest

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import door
from tests.geodata.sandbox.test_pictures import SVG, clean, notes, picture_file


def pdf(*objects: bytes, version: bytes = b"1.7", end: bytes = b"%%EOF\n") -> bytes:
    """A small PDF of one page, with more objects."""
    held = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page >>"]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, text) for n, text in enumerate([*held, *objects], start=1))
    return b"%PDF-" + version + b"\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n" + end


def stream(data: bytes, dictionary: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), dictionary, data)


def packed(objects: bytes) -> bytes:
    return stream(zlib.compress(objects), b"/Type /ObjStm /Filter /FlateDecode")


def test_a_plain_pdf_is_let_through_with_its_pages_counted() -> None:
    found = door.read_paper(pdf(b"<< /Type /Page >>", stream(zlib.compress(b"/JS " * 99), b"/Filter /FlateDecode")))
    assert (found.picture, found.pages) == (None, 2)


def test_pages_in_compressed_objects_count() -> None:
    assert door.read_paper(pdf(packed(b"<< /Type /Page >> << /Type /Page >>"))).pages == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_scan_is_drawn_anew_without_any_note(kind: str) -> None:
    found = door.read_paper(picture_file(kind, exif=notes()))
    assert found.picture is not None
    assert clean(found.picture)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active-pdf"),
        (pdf(b"<< /S /Java#53cript >>"), "active-pdf"),
        (pdf(packed(b"<< /S /Launch /F (cmd.exe) >>")), "active-pdf"),
        (pdf(b"(stream\n) << /S /JavaScript >> (endstream)"), "active-pdf"),
        (pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), "active-pdf"),
        (pdf(b"<< /AcroForm << /XFA 9 0 R >> >>"), "active-pdf"),
        (pdf(b"<< /Encrypt 9 0 R >>"), "encrypted"),
        (pdf(end=b"%%EOF\nPK\x03\x04 an archive"), "pdf-appendix"),
        (pdf()[:-40], "broken-pdf"),
        (pdf(stream(b"no zlib", b"/Type /ObjStm /Filter /FlateDecode")), "broken-pdf"),
        (pdf(stream(b"x", b"/Type /ObjStm /Filter /LZWDecode")), "odd-pdf"),
        (b"%PDF-1.7\nstartxref\n9\n%%EOF\n", "broken-pdf"),
        (b"%PDF-9.9\n" + pdf(), "wrong-format"),
        (SVG, "wrong-format"),
        (b"PK\x03\x04" + b"x" * 99, "wrong-format"),
        (b"MZ" + b"x" * 99, "wrong-format"),
        (picture_file("WEBP"), "wrong-format"),
        (b"", "empty-file"),
        (picture_file()[:200], "broken-picture"),
    ],
)
def test_everything_else_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        door.read_paper(content)
    assert refusal.value.code == code


def test_a_pdf_that_unfolds_without_end_and_a_huge_file_are_refused() -> None:
    bomb = zlib.compress(b"\0" * (70 * 1024 * 1024), 9)
    with pytest.raises(TooLarge):
        door.read_paper(pdf(stream(bomb, b"/Type /ObjStm /Filter /FlateDecode")))
    with pytest.raises(TooLarge):
        door.read_paper(b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024))
