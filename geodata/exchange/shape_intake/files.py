"""A file straight into one project's geometry: features to choose from, or a table of coordinates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from geodata.errors import FileRefused
from geodata.exchange.advice import refuse_by_name
from geodata.exchange.batches.opening import fingerprint
from geodata.exchange.readers import FEATURE_SUFFIXES, TEXT_SUFFIXES, WORKBOOK_SUFFIXES
from geodata.exchange.shape_intake.coordinates import kind_of, read_text
from geodata.exchange.shape_intake.documents import FileIntake, Intake, IntakeFeature, refuse
from geodata.exchange.shape_intake.features import FILE_LIMITS, read_features
from geodata.exchange.shape_intake.systems import Wish, wish_of
from geodata.exchange.shape_intake.targets import Target, target
from geodata.sandbox import door
from geodata.sandbox.documents import Sheet
from geodata.stewards.scope import Scope

ACCEPTED: Final = tuple(sorted((TEXT_SUFFIXES | FEATURE_SUFFIXES | WORKBOOK_SUFFIXES) - {".shp", ".gdb"}))


def read_upload(
    scope: Scope,
    *,
    code: str,
    path: Path,
    name: str,
    crs: str = "auto",
    kind: str = "",
    chosen: Collection[int] = (),
) -> FileIntake:
    """What a file holds for a project that the person may edit; nothing is written. `name` is the file's own name.

    Raises NotPermitted, NotFound, TooLarge, Busy, BadParameter, FileRefused and Refused.
    """
    place = target(scope, code)
    wish = wish_of(crs)
    suffix = Path(name).suffix.casefold()
    digest, size = fingerprint(path)
    if not size:
        raise refuse("文件是空的。请重新导出后再上传", code="empty-file")
    if suffix in TEXT_SUFFIXES:
        return _as_file(read_text(place, text=_text(path), wish=wish, kind=kind_of(kind, place), sha256=digest), name)
    if suffix in WORKBOOK_SUFFIXES:
        return _sheet(place, path, name, wish, kind_of(kind, place), digest)
    refuse_by_name(Path(name).name)
    if suffix in FEATURE_SUFFIXES:
        return read_features(place, path=path, wish=wish, sha256=digest, chosen=chosen)
    raise FileRefused(
        f"不支持“{suffix or Path(name).name[:40]}”文件。"
        "请另存为 Shapefile（ZIP）、GeoJSON、GeoPackage、KML、DXF、CSV 或 xlsx 再上传。",
        code="unknown-format",
    )


def _text(path: Path) -> str:
    """A text file, decoded by the sandbox."""
    text, _encoding = door.read_plain_text(path, limits=FILE_LIMITS)
    return text


def _sheet(place: Target, path: Path, name: str, wish: Wish, kind: str, digest: str) -> FileIntake:
    """The first visible worksheet that holds anything."""
    sheets = door.read_workbook(path, limits=FILE_LIMITS).sheets
    for sheet in sheets:
        text = "\n".join("\t".join(cells) for cells in _cells(sheet))
        if not sheet.hidden and text.strip():
            found = read_text(place, text=text, wish=wish, kind=kind, sha256=digest)
            return _as_file(found, f"{name} · {sheet.name}")
    raise refuse("工作簿里没有可读的工作表。请把坐标放在可见的工作表里", code="empty-file")


def _cells(sheet: Sheet) -> Iterator[list[str]]:
    for row in sheet.rows:
        yield [f"{cell.value:f}" if isinstance(cell.value, Decimal) else str(cell.value or "") for cell in row]


def _as_file(found: Intake, name: str) -> FileIntake:
    """A table of coordinates as a file of one feature."""
    features: tuple[IntakeFeature, ...] = ()
    if found.geometry is not None:
        kind = {"MultiPoint": "point", "MultiLineString": "line"}.get(str(found.geometry["type"]), "polygon")
        label = f"{name[:60]} · {found.note}"[:160]
        feature = IntakeFeature(
            number=1,
            label=label,
            geometry=found.geometry,
            kind=kind,
            original_wkt=found.evidence.original_wkt,
            suggested=True,
        )
        features = (feature,)
    return FileIntake(
        features=features,
        geometry=found.geometry,
        evidence=found.evidence,
        note=found.note,
        question=found.question,
    )
