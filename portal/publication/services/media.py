"""The files of public photos and documents: copied whole when they are published, gone when no open row names them.

They lie in two places. Those of the record (MEDIA_ROOT) hold all that staff sent and are served to staff alone; those
of the public site (PUBLIC_MEDIA_DIR) hold what people let out, and the public process sees no others.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from geodata.errors import Busy, FileRefused
from geodata.progress import paper_files, photo_files
from geodata.sandbox import door
from portal.public import media
from portal.public.models import OPEN, PublishedDocument, PublishedPhoto, Snapshot
from portal.publication.allowlist import TABLES, PublishedTable
from portal.publication.checks import Check, Place
from portal.publication.models import PublicationRun
from portal.publication.services import runs
from portal.publication.staging import PUBLISHER, RECORD, stage

log = logging.getLogger(__name__)
FOLDERS: Final = ("photos", "documents")
OF_FILES: Final = tuple(table for table in TABLES if table.model in (PublishedPhoto, PublishedDocument))


@dataclass(frozen=True, slots=True)
class Copy:
    """One file: where the record keeps it, where the public finds it."""

    source: Path
    target: Path


def copies_of(model: type[Any], sha256: str, media_type: str = "") -> list[Copy]:
    """The files that a published row names: a photo has a large and a small one."""
    if model is PublishedDocument:
        name = sha256 + media.ENDING[media_type]
        return [Copy(paper_files.place(sha256, media_type), media.document_file(name))]
    sizes = zip(photo_files.Size, media.PHOTO_ENDINGS, strict=True)
    return [Copy(photo_files.place(sha256, size), media.photo_file(sha256 + ending)) for size, ending in sizes]


def hold_back_lost() -> Check:
    """Takes out of the stage what has no whole file to show: nobody is promised a picture that is not there."""
    lost = Check("files", "照片或文件缺失，或文件属性无法去除，未公开", blocking=False)
    for table in OF_FILES:
        gone = [
            (key, code)
            for key, code, sha256, media_type in _staged(table)
            if not all(_can_be_shown(copy, sha256) for copy in copies_of(table.model, sha256, media_type))
        ]
        for key, code in gone:
            lost.add(Place(code, table=table.name, key=key))
        with connections[PUBLISHER].cursor() as cursor:
            statement = sql.SQL("DELETE FROM {} WHERE key = ANY(%s)").format(stage(table.name))
            cursor.execute(statement, [[key for key, _code in gone]])
    return lost


def copy_in() -> None:
    """Every file that an open row names lies in the public folder; inside the transaction that opened the rows, so
    that nobody is led to a file that is not there yet. What is there is left as it is."""
    for copy in _missing():
        _copy(copy)


def _missing() -> Iterator[Copy]:
    for row in _open_rows():
        yield from (copy for copy in copies_of(*row) if not copy.target.exists())


def _copy(copy: Copy) -> None:
    copy.target.parent.mkdir(parents=True, exist_ok=True)
    photo_files.write_whole(copy.target, for_everybody(copy))
    copy.target.chmod(0o644)  # the public process may be another user


def _renew() -> None:
    """Copies that are not there, for the cleaning takes out more than when they were made. What cannot be cleaned stays
    away, and the next publication holds it back."""
    for copy in _missing():
        try:
            _copy(copy)
        except (OSError, FileRefused) as reason:
            log.warning("a public file cannot be made anew: %s (%s)", copy.target.name, reason)


def settle_files() -> int:
    """Closes what people have taken back since the newest snapshot, makes copies anew that were cleaned less, and
    clears the files that no open row names; how many rows were closed. Raises Busy while somebody writes the public
    database."""
    with transaction.atomic(using=PUBLISHER):
        runs.lock(PublicationRun.Kind.WITHDRAW, seconds=2)
        closed = _close_taken_back()
        _renew()
    # under the lock again, with the rows closed for good: a file is gone only after nothing names it any more
    clear_files()
    return closed


def clear_files() -> None:
    """Takes away the public files that no open row names. Raises Busy while somebody writes the public database."""
    with transaction.atomic(using=PUBLISHER):
        runs.lock(PublicationRun.Kind.WITHDRAW, seconds=2)
        named = {copy.target for row in _open_rows() for copy in copies_of(*row)}
        for folder in FOLDERS:
            for path in (Path(settings.PUBLIC_MEDIA_DIR) / folder).rglob("*"):
                if path.is_file() and path not in named:
                    path.unlink(missing_ok=True)


def clear_soon() -> None:
    """`clear_files`, or nothing while somebody writes: the worker does it within a minute (portal/publication/jobs)."""
    with suppress(Busy):
        clear_files()


def _close_taken_back() -> int:
    """A row closed at the newest snapshot stands in it no more; the past shows none that is closed."""
    newest = Snapshot.objects.using(PUBLISHER).order_by("-number").first()
    if newest is None:
        return 0
    closed = 0
    for table in OF_FILES:
        rows: Any = table.model._default_manager.using(PUBLISHER).filter(OPEN)
        open_keys = set(rows.values_list("key", flat=True))
        if gone := open_keys - _let_out(table, newest.as_of) if open_keys else ():
            closed += rows.filter(key__in=gone).update(to_snapshot=newest.number)
    return closed


def _let_out(table: PublishedTable, as_of: date) -> set[str]:
    """The keys of what the record lets out now."""
    with connections[RECORD].cursor() as cursor:
        cursor.execute(f"SELECT key FROM ({table.query}) AS q", {"as_of": as_of})  # noqa: S608 - a statement of ours
        return {key for (key,) in cursor.fetchall()}


def _staged(table: PublishedTable) -> list[tuple[str, str, str, str]]:
    """(key, project, sha256, media type) of what would be published."""
    media_type = sql.Identifier("media_type") if "media_type" in table.columns else sql.SQL("''")
    query = sql.SQL("SELECT key, code, sha256, {} FROM {} ORDER BY key").format(media_type, stage(table.name))
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _open_rows() -> Iterator[tuple[type[Any], str, str]]:
    """(model, sha256, media type) of all that is public."""
    for sha256 in PublishedPhoto.objects.using(PUBLISHER).filter(OPEN).values_list("sha256", flat=True).distinct():
        yield PublishedPhoto, sha256, ""
    documents = PublishedDocument.objects.using(PUBLISHER).filter(OPEN)
    for sha256, media_type in documents.values_list("sha256", "media_type").distinct():
        yield PublishedDocument, sha256, media_type


def for_everybody(copy: Copy) -> bytes:
    """What the public file holds: of a PDF all but its properties (author, program, signer), byte for byte as long.

    Raises FileRefused where they cannot be taken out."""
    content = copy.source.read_bytes()
    return door.strip_paper(content) if copy.source.suffix == ".pdf" else content


def _can_be_shown(copy: Copy, sha256: str) -> bool:
    """Whether the public has it, or the record keeps it whole and it can go out. The small picture's name is not its
    own digest."""
    if copy.target.exists():
        return True
    try:
        content = copy.source.read_bytes()
        whole = copy.target.name.endswith("-small.jpg") or hashlib.sha256(content).hexdigest() == sha256
        return whole and bool(for_everybody(copy))
    except (OSError, FileRefused):
        return False
