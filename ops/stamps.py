"""Remembers what a step was done with, so that a second start skips every step whose inputs are the same."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from ops.paths import ROOT, STAMPS


def digest_of(files: Iterable[Path], *more: str) -> str:
    """A digest of the files' names and contents and of further texts."""
    total = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        total.update(f"\0{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def is_current(name: str, digest: str) -> bool:
    """Whether the step was done with exactly these inputs."""
    try:
        return (STAMPS / name).read_text() == digest
    except OSError:
        return False


def value(name: str) -> str:
    """What the step was last done with; empty when it never was."""
    try:
        return (STAMPS / name).read_text()
    except OSError:
        return ""


def remember(name: str, digest: str) -> None:
    """Notes that the step is done. Called after it, so that an interrupted step is done again."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(digest)


def forget(name: str) -> None:
    """The step will be done again."""
    (STAMPS / name).unlink(missing_ok=True)
