"""Small files for the tests of datasets, and one call that takes a file through the whole pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.exchange.batches import commit_batch, open_batch
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.models import Batch

NOW = timezone.make_aware(datetime(2026, 4, 7, 9, 30))


@dataclass(frozen=True)
class Imported:
    """What became of a file."""

    batch: Batch

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what became of them, zeros left out."""
        return {name: number for name, number in self.batch.counts.items() if number and name != "blank"}

    @property
    def messages(self) -> list[str]:
        return [issue.message for issue in self.batch.issues.all()]

    @property
    def refusals(self) -> list[str]:
        return [issue.message for issue in self.batch.issues.all() if issue.severity in {"error", "question"}]


def import_file(
    path: Path, dataset: str, *, mapping: ColumnMapping | None = None, skip_refused: bool = False, **options: Any
) -> Imported:
    """Preview and commit a file as the command does."""
    mapping = mapping or ColumnMapping()
    batch = open_batch(
        path=path,
        dataset=dataset,
        options=mapping.options.merged_with(**options) if options else mapping.options,
        mapping=mapping,
        user=None,
        now=NOW,
    )
    return Imported(commit_batch(batch=batch, skip_refused=skip_refused, user=None, now=NOW))


def geojson(
    path: Path, features: Sequence[tuple[Mapping[str, Any], BaseGeometry | None]], *, crs: str = "EPSG:4490"
) -> Path:
    """A GeoJSON file of (properties, shape) pairs; "" for one that says nothing of its system."""
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": dict(properties), "geometry": mapping(shape) if shape else None}
            for properties, shape in features
        ],
    }
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Mapping[str, Sequence[str]] = {}
) -> Path:
    """An xlsx file of plain rows; `merged` names ranges by sheet."""
    book = Workbook()
    for default in list(book.worksheets):
        book.remove(default)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
        for reference in merged.get(name, ()):
            page.merge_cells(reference)
    book.save(path)
    return path


__all__ = ["NOW", "ColumnMapping", "Imported", "Options", "geojson", "import_file", "workbook"]
