"""Secrets of a developer's machine: made once, kept in files that only their owner can read."""

import contextlib
import os
import secrets
from pathlib import Path


def local_secret(folder: Path, name: str) -> str:
    """The secret in folder/name; 32 random bytes in hex are written there first when it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name.lower()
    if not path.exists():
        scratch = folder / f".{path.name}.{os.getpid()}"
        scratch.write_text(secrets.token_hex(32), encoding="ascii")
        scratch.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(scratch, path)  # atomic, and the first of two processes wins
        scratch.unlink()
    return path.read_text(encoding="ascii").strip()
