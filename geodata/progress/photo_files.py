"""Where the files of photos lie: under MEDIA_ROOT, named by their content, outside of anything a web server serves."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from geodata.sandbox.documents import Picture


class Size(StrEnum):
    """The two files of a photo: at most 1600 and 480 pixels a side."""

    LARGE = "large"
    SMALL = "small"


_ENDING = {Size.LARGE: ".jpg", Size.SMALL: "-small.jpg"}


def place(sha256: str, size: Size) -> Path:
    """photos/<aa>/<sha256>.jpg, the small one beside it."""
    return Path(settings.MEDIA_ROOT) / "photos" / sha256[:2] / f"{sha256}{_ENDING[size]}"


def keep(picture: Picture) -> str:
    """Both files on the disk, whole or not at all; the SHA-256 of the large one, which is their name.

    Files that no row comes to name do no harm: the same picture later finds its place taken by itself.
    """
    sha256 = hashlib.sha256(picture.large).hexdigest()
    write_whole(place(sha256, Size.SMALL), picture.small)
    write_whole(place(sha256, Size.LARGE), picture.large)
    return sha256


def write_whole(path: Path, content: bytes) -> None:
    """A file with this content at this place, or none."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
