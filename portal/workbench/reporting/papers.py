"""Documents on a page, and the files of a form on their way to the sandbox."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import Refused, TooLarge
from geodata.progress.models import Attachment
from geodata.progress.paper_files import Paper, take_in
from geodata.sandbox.documents import MIB
from geodata.sandbox.door import PAPER_LIMITS

MOST_AT_ONCE: Final = 5
BODY: Final = 64 * MIB  # what one form may carry
ACCEPT: Final = "application/pdf,image/jpeg,image/png"


def paper_texts(paper: Any) -> dict[str, Any]:
    """One document: what it is called, what it is, how large."""
    kind = "PDF" if paper.media_type == Attachment.Media.PDF else _("picture")
    return {
        "id": paper.pk,
        "title": paper.title,
        "url": reverse("workbench:attachment", args=[paper.pk]),
        "remove_url": reverse("workbench:attachment_remove", args=[paper.pk]),
        "facts": f"{kind} · {size(paper.bytes)}",
    }


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / MIB:.1f} MB" if count >= MIB else f"{max(1, round(count / 1024))} kB"


def sent(request: HttpRequest, name: str = "papers") -> list[Paper]:
    """The files of a form, each through the sandbox. Raises Refused with the file's name, TooLarge, Busy."""
    files = [file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile) and file.name]
    if len(files) > MOST_AT_ONCE:
        raise Refused(f"一次最多上传 {MOST_AT_ONCE} 个文件", code="too-many-papers")
    return [_taken_in(file) for file in files]


def _taken_in(file: UploadedFile) -> Paper:
    if (file.size or 0) > PAPER_LIMITS.file_bytes:  # before it is read into memory
        raise TooLarge(f"“{file.name}”超过 {PAPER_LIMITS.file_bytes // MIB} MB。请压缩或拆分后再上传。")
    try:
        return take_in(file.read(), title=file.name or "")
    except Refused as refusal:
        raise Refused(f"“{file.name}”：{refusal.message}", code=refusal.code) from refusal
