"""Answers of the public site kept in files, to be given again while the public database cannot be reached.

<folder>/<what was taken back>/<kind>/<digest of what was asked>: one line of JSON with the headers, then the body,
compressed. The folder of an edition bears what had been withdrawn and what else had left the public by then, so that
with the next loss all answers that might still hold it go at once. Pages, pages with a query and tiles have a share of
the room each: whoever asks for a thousand lists can push out lists alone. Nothing of who asked is kept.
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Final, Self


class Kind(StrEnum):
    PAGE = "pages"
    QUERY = "queries"
    TILE = "tiles"


SHARES: Final = {Kind.PAGE: 0.5, Kind.QUERY: 0.15, Kind.TILE: 0.35}
# an answer is written anew when what is kept is older; a tile's address bears its snapshot, it never changes
AGAIN: Final = {Kind.PAGE: timedelta(minutes=10), Kind.QUERY: timedelta(minutes=10), Kind.TILE: timedelta(days=1)}
OLDEST: Final = timedelta(days=7)  # never shown when older
LARGEST: Final = 2 * 1024 * 1024  # bytes of a body
_EMPTIED_TO: Final = 0.8  # of its share, once it is full


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime

    def written(self) -> bytes:
        head = json.dumps({"at": self.at.isoformat(), "headers": dict(self.headers)})
        return head.encode() + b"\n" + zlib.compress(self.body, 1)

    @classmethod
    def read(cls, content: bytes) -> Self:
        head, _, body = content.partition(b"\n")
        told = json.loads(head)
        return cls(told["headers"], zlib.decompress(body), datetime.fromisoformat(told["at"]))


def _edition(numbers: Iterable[int]) -> str:
    told = ",".join(str(number) for number in numbers)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass
class Kept:
    """The answers below a folder, at most so many bytes of them. A fault of the disk keeps nothing and harms nobody."""

    folder: Path
    room: int
    _edition: str = ""
    _taken: dict[Kind, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def edition(self) -> str:
        """What had been taken back when the database was asked last; empty before it was."""
        return self._edition

    def begin(self, withdrawals: Iterable[int], losses: Iterable[int] = ()) -> None:
        """Says what has been withdrawn and lost by now: answers of any other state of it are thrown away."""
        edition = f"{_edition(sorted(withdrawals))}-{_edition(losses)}"
        if edition == self._edition:
            return
        for kind in Kind:
            (self.folder / edition / kind).mkdir(parents=True, exist_ok=True)
        for other in self.folder.iterdir():
            if other.name != edition:
                shutil.rmtree(other, ignore_errors=True)
        self._edition, self._taken = edition, {}

    def is_due(self, kind: Kind, asked: str, now: datetime) -> bool:
        """Whether an answer to this is worth writing: none is kept, or one that has become old."""
        if not self._edition:
            return False
        try:
            written = self._path(kind, asked).stat().st_mtime
        except OSError:
            return True
        return now.timestamp() - written > AGAIN[kind].total_seconds()

    def keep(self, kind: Kind, asked: str, answer: Answer) -> None:
        """Writes it beside and gives it its name when it is whole."""
        if len(answer.body) > LARGEST:
            return
        path, content = self._path(kind, asked), answer.written()
        beside = path.with_suffix(f".{os.getpid()}-{id(answer)}")
        try:
            beside.write_bytes(content)
            os.utime(beside, (answer.at.timestamp(), answer.at.timestamp()))
            beside.replace(path)
            self._count(kind, len(content))
        except OSError:
            beside.unlink(missing_ok=True)

    def knows(self, withdrawals: Iterable[int]) -> bool:
        """Whether just this had been withdrawn when the database was asked last."""
        self._take_up()
        return self._edition.partition("-")[0] == _edition(sorted(withdrawals))

    def _take_up(self) -> None:
        """A process that began without the database takes the edition that it finds."""
        if not self._edition:
            self._edition = max((path.name for path in self.folder.glob("*")), default="")

    def find(self, kind: Kind, asked: str, now: datetime) -> Answer | None:
        """What was answered last."""
        self._take_up()
        try:
            found = Answer.read(self._path(kind, asked).read_bytes())
        except (OSError, ValueError, KeyError, zlib.error):
            return None
        return found if now - found.at < OLDEST else None

    def _path(self, kind: Kind, asked: str) -> Path:
        return self.folder / self._edition / kind / hashlib.sha256(asked.encode()).hexdigest()[:40]

    def _count(self, kind: Kind, size: int) -> None:
        """Adds to the sum of this process; when the share is full, what was written longest ago goes."""
        with self._lock:
            share = self.room * SHARES[kind]
            if kind in self._taken:
                self._taken[kind] += size
            else:
                self._taken[kind] = sum(bytes_ for _at, bytes_, _path in self._files(kind))
            if self._taken[kind] <= share:
                return
            files = sorted(self._files(kind))
            left = sum(bytes_ for _at, bytes_, _path in files)
            for _at, bytes_, path in files:
                if left <= share * _EMPTIED_TO:
                    break
                Path(path).unlink(missing_ok=True)
                left -= bytes_
            self._taken[kind] = left

    def _files(self, kind: Kind) -> list[tuple[float, int, str]]:
        """When it was written, its size in bytes, its path."""
        with os.scandir(self.folder / self._edition / kind) as entries:
            known = [(entry.stat(), entry.path) for entry in entries]
        return [(state.st_mtime, state.st_size, path) for state, path in known]
