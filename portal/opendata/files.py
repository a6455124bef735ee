"""The files of a snapshot as they lie in the folder of open data, and which of them may be given away.

portal/publication/openfiles makes them, once a snapshot: <folder>/<number>/<file> with a manifest beside them. A folder
gets its name when all of it is written, so that nobody reads half.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from django.conf import settings
from django.utils.translation import gettext as _

from geodata.errors import Busy, NotFound
from portal.public import selectors

MANIFEST: Final = "manifest.json"
MEDIA: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".json": "application/json",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class OpenFile:
    """`table`: the table that it holds, empty where it holds all; `size` in bytes, `rows` where it has any."""

    name: str
    table: str
    size: int
    sha256: str
    rows: int | None = None

    @property
    def media(self) -> str:
        return MEDIA[Path(self.name).suffix]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`withdrawals`: the numbers of all that had been taken back when the files were made; `remarks`: what the strict
    checks of OC4IDS found in the data."""

    snapshot: int
    as_of: str
    published_at: str
    licence: str
    files: tuple[OpenFile, ...]
    withdrawals: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(OpenFile(**one) for one in found.pop("files"))
        return cls(**{**found, "files": files, **{name: tuple(found[name]) for name in ("withdrawals", "remarks")}})

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def file(self, name: str) -> OpenFile | None:
        return next((one for one in self.files if one.name == name), None)

    @property
    def folder(self) -> Path:
        return folder() / str(self.snapshot)


def folder() -> Path:
    return Path(settings.OPENDATA_DIR)


def newest() -> Manifest | None:
    """The files of the newest snapshot that has any; None as well after something was taken back that they still
    hold: they are made anew within minutes."""
    manifest = lying()
    if manifest is None:
        return None
    return manifest if set(selectors.withdrawal_numbers()) <= set(manifest.withdrawals) else None


def lying() -> Manifest | None:
    """The files that were made last, whatever was taken back since; asks no database."""
    found = [int(path.name) for path in folder().glob("[0-9]*") if path.name.isdigit() and (path / MANIFEST).is_file()]
    if not found:
        return None
    return Manifest.read(folder() / str(max(found)) / MANIFEST)


def one(name: str) -> tuple[Manifest, OpenFile]:
    """Raises Busy while the files are being made, NotFound for a name that none of them bears."""
    manifest = newest()
    if manifest is None:
        raise Busy(_("The files of this snapshot are being made. Please come back in a few minutes."))
    found = manifest.file(name)
    if found is None:
        raise NotFound(_("There is no such file"))
    return manifest, found
