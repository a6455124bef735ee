"""Where the files of documents lie: under MEDIA_ROOT, named by their content, where no web server serves them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from geodata.errors import Refused
from geodata.progress.models import Attachment
from geodata.progress.photo_files import write_whole
from geodata.sandbox import door

LONGEST_TITLE: Final = 120
_ENDING: Final[dict[str, str]] = {Attachment.Media.PDF: ".pdf", Attachment.Media.JPEG: ".jpg"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that the sandbox let through, not kept yet. `content` is what will lie on the disk."""

    title: str
    upload_sha256: str
    media_type: str
    content: bytes


def take_in(content: bytes, *, title: str) -> Paper:
    """A document as it was sent, checked: some tenths of a second, so never under a lock.

    Raises FileRefused for anything but a harmless PDF, JPEG or PNG, TooLarge, Busy, and Refused without content.
    """
    if not content:
        raise Refused("请先选择文件", code="missing-file")
    found = door.read_paper(content)
    is_pdf = found.picture is None
    return Paper(
        title=clean_title(title),
        upload_sha256=hashlib.sha256(content).hexdigest(),
        media_type=Attachment.Media.PDF if is_pdf else Attachment.Media.JPEG,
        content=content if found.picture is None else found.picture,
    )


def clean_title(name: str) -> str:
    """The name of a file as a title: no path, no control characters, no ending, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in base).split())
    stem = said.rsplit(".", 1)[0] if "." in said[1:] else said
    return stem[:LONGEST_TITLE].strip() or "附件"


def place(sha256: str, media_type: str) -> Path:
    """documents/<aa>/<sha256>.pdf or .jpg."""
    return Path(settings.MEDIA_ROOT) / "documents" / sha256[:2] / f"{sha256}{_ENDING[media_type]}"


def keep(paper: Paper) -> str:
    """The file on the disk, whole or not at all; its SHA-256, which is its name."""
    sha256 = hashlib.sha256(paper.content).hexdigest()
    write_whole(place(sha256, paper.media_type), paper.content)
    return sha256


def file_name(attachment: Attachment) -> str:
    """The name under which it is downloaded."""
    return f"{attachment.title}{_ENDING[attachment.media_type]}"
