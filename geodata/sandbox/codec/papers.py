"""What the child says of a document, every part checked."""

import base64

from geodata.sandbox.codec.pictures import JPEG_END, JPEG_START
from geodata.sandbox.codec.scalars import Json, fields, integer, text
from geodata.sandbox.documents import PaperCheck


def decode_paper(raw: Json) -> PaperCheck:
    """A PDF by its number of pages, or a picture as a bare JPEG."""
    kind, pages, content = fields(raw, "kind", "pages", "content")
    picture = base64.b64decode(text(content), validate=True)
    if kind not in {"pdf", "picture"} or not 1 <= integer(pages) <= 1_000_000:
        raise ValueError("a document expected")
    if kind == "pdf":
        return PaperCheck(picture=None, pages=integer(pages))
    if not (picture.startswith(JPEG_START) and picture.endswith(JPEG_END)):
        raise ValueError("a JPEG file expected")
    return PaperCheck(picture=picture, pages=1)


def decode_content(raw: Json) -> bytes:
    """A PDF, as it may go out."""
    (content,) = fields(raw, "content")
    pdf = base64.b64decode(text(content), validate=True)
    if not pdf.startswith(b"%PDF-"):
        raise ValueError("a PDF expected")
    return pdf
