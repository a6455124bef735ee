"""Makes the files of the newest snapshot in a folder of their own, which gets its name when all of it is written.

Read through `public`, as the reader: what is not public cannot get in. One transaction, so that all files are of one
snapshot even when the next one comes in between.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from geodata.errors import Refused
from portal.opendata import files, tables, verify_chain
from portal.opendata.files import MANIFEST, Manifest, OpenFile
from portal.opendata.oc4ids import checks, reading
from portal.opendata.oc4ids.package import package
from portal.opendata.oc4ids.values import Document
from portal.public import selectors
from portal.public.models import Snapshot
from portal.publication.openfiles import shapes, tabular
from portal.publication.openfiles.chain_lines import chain_lines

MOST_REMARKS: Final = 200
Write = Callable[[Path], int | None]


def make_files() -> Manifest:
    """The files of the newest snapshot; those that are there already, and whole, are left as they are.

    Raises Busy while nothing is published, Refused when a document fails its own strict checks.
    """
    with _alone() as scratch, transaction.atomic(using="public"):
        snapshot = selectors.current_snapshot()
        ready = files.newest()
        if ready and ready.snapshot == snapshot.number:
            return ready
        manifest = _written(scratch, snapshot)
        shutil.rmtree(manifest.folder, ignore_errors=True)
        scratch.replace(manifest.folder)
        _clear(manifest.snapshot)
        return manifest


@contextmanager
def _alone() -> Iterator[Path]:
    """An empty folder to write in, while no other process makes files: what a killed one left behind goes first."""
    home = files.folder()
    home.mkdir(parents=True, exist_ok=True)
    scratch = home / ".making"
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _written(folder: Path, snapshot: Snapshot) -> Manifest:
    remarks: list[str] = []
    found = [_one(folder, name, table, write) for name, table, write in _plan(snapshot, remarks)]
    manifest = Manifest(
        snapshot=snapshot.number,
        as_of=snapshot.as_of.isoformat(),
        published_at=timezone.localtime(snapshot.published_at).isoformat(timespec="seconds"),
        licence=settings.DATA_LICENCE,
        files=tuple(one for one in found if one),
        withdrawals=tuple(selectors.withdrawal_numbers()),
        remarks=tuple(remarks[:MOST_REMARKS]),
    )
    (folder / MANIFEST).write_text(manifest.written(), encoding="utf-8")
    return manifest


def _plan(snapshot: Snapshot, remarks: list[str]) -> Iterator[tuple[str, str, Write]]:
    """Name, table and writer of every file."""
    for table in tables.TABLES:
        yield f"{table.id}.csv", table.id, partial(tabular.write_csv, table)
        yield f"{table.id}.xlsx", table.id, partial(tabular.write_xlsx, table, snapshot)
    for table in tables.SPATIAL:
        yield f"{table.id}.geojson", table.id, partial(shapes.write_geojson, table, snapshot)
    yield "onemap.gpkg", "", partial(shapes.write_gpkg, snapshot)
    yield "oc4ids.json", "", partial(_write_oc4ids, snapshot, remarks)
    yield "chain.jsonl", "", lambda path: _write_pieces(path, chain_lines())
    yield "verify_chain.py", "", lambda path: path.write_bytes(Path(verify_chain.__file__).read_bytes()) and None


def _one(folder: Path, name: str, table: str, write: Write) -> OpenFile | None:
    """Writes one file; None where its form cannot hold so many rows."""
    path = folder / name
    rows = write(path)
    if not path.exists():
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return OpenFile(name=name, table=table, size=path.stat().st_size, sha256=digest, rows=rows)


def _write_oc4ids(snapshot: Snapshot, remarks: list[str], path: Path) -> int:
    counted = 0
    west, south, east, north = settings.CITY_EXTENT
    city = (west, south, east, north)

    def look(made: Document) -> None:
        nonlocal counted
        counted += 1
        found = checks.faults(made, city)
        if found:
            raise Refused(f"OC4IDS 文件没有通过严格检查：{';'.join(found[:5])}")
        remarks.extend(checks.remarks(made))

    _write_pieces(path, package(snapshot, "oc4ids.json", reading.every_project(), look))
    return counted


def _write_pieces(path: Path, pieces: Iterator[bytes]) -> int:
    """How many pieces there were: for the chain, its entries."""
    count = 0
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            count += 1
    return count


def _clear(newest: int) -> None:
    """Only the newest files are kept: what was taken back since must not lie about in older ones."""
    for path in files.folder().iterdir():
        if path.name.isdigit() and int(path.name) < newest:
            shutil.rmtree(path, ignore_errors=True)
