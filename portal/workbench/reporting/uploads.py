"""A photo out of a form, as the services want it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from geodata.errors import Refused, TooLarge
from geodata.sandbox.documents import MIB
from geodata.sandbox.door import PHOTO_LIMITS


def photo_sent(request: HttpRequest) -> dict[str, Any]:
    """Content, caption and day. Raises Refused without a file or with an unreadable day, TooLarge."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused("请先选择照片文件", code="missing-file")
    if (file.size or 0) > PHOTO_LIMITS.file_bytes:  # before it is read into memory
        raise TooLarge(f"照片超过 {PHOTO_LIMITS.file_bytes // MIB} MB。请缩小后再上传。")
    return {
        "content": file.read(),
        "caption": request.POST.get("caption", ""),
        "taken_on": day(request.POST.get("taken_on", ""), "拍摄日期"),
    }


def day(text: str, label: str) -> date | None:
    """The day typed; nothing is no day. Raises Refused."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(f"{label}认不出来，请写成 2026-03-30 这样的形式", code="bad-day") from error
