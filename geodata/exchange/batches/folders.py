"""Where uploads lie: MEDIA_ROOT/imports/<batch>/, readable by the application alone; no web server serves them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings

from geodata.progress.photo_files import write_whole

# the endings that the reader knows, be it only to say what to do instead
SUFFIXES: Final = frozenset(
    (
        *(
            ".xlsx",
            ".xls",
            ".xlsm",
            ".csv",
            ".tsv",
            ".txt",
            ".geojson",
            ".json",
            ".jsonl",
            ".ndjson",
            ".zip",
            ".gpkg",
            ".kml",
            ".kmz",
        ),
        *(
            ".ovkml",
            ".ovkmz",
            ".dxf",
            ".wkt",
            ".dwg",
            ".ovobj",
            ".rar",
            ".7z",
            ".et",
            ".ods",
            ".wps",
            ".doc",
            ".docx",
            ".pdf",
        ),
    )
)
ERRORS: Final = "errors.xlsx"
SHAPES: Final = "shapes.json"
SKETCH: Final = "sketch.json"
ALIKE: Final = "alike.json"


def folder(batch_id: int) -> Path:
    """The folder of a batch; it may not exist."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(batch_id)


def keep_source(batch_id: int, name: str, chunks: Iterable[bytes]) -> Path:
    """The file as it was sent, under a name of ours; the reader goes by the ending, which is one that we know."""
    suffix = Path(name).suffix.casefold()
    path = folder(batch_id) / f"source{suffix if suffix in SUFFIXES else '.bin'}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.writelines(chunks)
    return path


def keep_shapes(batch_id: int, shapes: Any) -> None:
    """The shapes of a preview, for its map."""
    write_whole(folder(batch_id) / SHAPES, orjson.dumps(shapes))


def shapes(batch_id: int) -> Any:
    """What `keep_shapes` kept; None without any."""
    path = folder(batch_id) / SHAPES
    return orjson.loads(path.read_bytes()) if path.is_file() else None


def keep_sketch(batch_id: int, sketch: Any) -> None:
    """What the sheets look like, for the page on which a person maps their columns."""
    write_whole(folder(batch_id) / SKETCH, orjson.dumps(sketch))


def sketch(batch_id: int) -> Any:
    """What `keep_sketch` kept; None without any."""
    path = folder(batch_id) / SKETCH
    return orjson.loads(path.read_bytes()) if path.is_file() else None


def keep_alike(batch_id: int, rows: Any) -> None:
    """The questions of a preview which recorded project a row means."""
    write_whole(folder(batch_id) / ALIKE, orjson.dumps(rows))


def alike(batch_id: int) -> Any:
    """What `keep_alike` kept; an empty list without any."""
    path = folder(batch_id) / ALIKE
    return orjson.loads(path.read_bytes()) if path.is_file() else []


def errors(batch_id: int) -> Path:
    """Where the error workbook lies, if there is one."""
    return folder(batch_id) / ERRORS


def forget(batch_id: int, *, source_only: bool = False) -> None:
    """Take the files of a batch away: all of them, or the upload and its sketch alone."""
    if not source_only:
        shutil.rmtree(folder(batch_id), ignore_errors=True)
        return
    # the sketch holds rows of the upload
    for path in (*folder(batch_id).glob("source*"), folder(batch_id) / SKETCH):
        path.unlink(missing_ok=True)
