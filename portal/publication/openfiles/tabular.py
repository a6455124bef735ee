"""A table as CSV for programs (names of columns, no last line) and as a workbook for people (Chinese titles)."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.db import models

from geodata.exchange.writers import Column, Kind, Sheet, csv_lines, write_workbook
from portal.opendata import tables
from portal.opendata.ogc.collections import Collection
from portal.public.models import Snapshot

MOST_ROWS: Final = 500_000  # of a workbook: about a hundred seconds; a sheet ends at 1,048,576
_WIDE: Final = 28


def write_csv(table: Collection, path: Path) -> int:
    counted = _Counted(plain(tables.rows(table)))
    with path.open("wb") as file:
        file.writelines(csv_lines(Sheet(table.id, columns(table, titled=False), is_bare=True), counted))
    return counted.rows


def write_xlsx(table: Collection, snapshot: Snapshot, path: Path) -> int | None:
    """None, and no file, where there are more rows than a workbook is good for."""
    if table.rows({}).count() > MOST_ROWS:
        return None
    demo = ("示例数据",) if snapshot.is_demo else ()
    notes = (f"数据截至 {snapshot.as_of}", f"第 {snapshot.number} 期快照", *demo)
    with path.open("wb") as file:
        return write_workbook(
            Sheet(table.title[:31], columns(table, titled=True), notes), plain(tables.rows(table)), file
        )


class _Counted:
    """Rows that remember how many they were."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._source, self.rows = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._source:
            self.rows += 1
            yield row


def columns(table: Collection, *, titled: bool) -> tuple[Column, ...]:
    """With the Chinese meaning as title, or with the name."""
    model = table.rows({}).model
    return tuple(
        Column(_short(meaning) if titled else name, kind := _kind(model._meta.get_field(name)), _width(kind))
        for name, meaning in table.columns.items()
    )


def _short(meaning: str) -> str:
    """The first words of a meaning: what comes behind a mark explains it."""
    for mark in ("、", ",", ";", ":"):
        meaning = meaning.split(mark)[0]
    return meaning


def _width(kind: Kind) -> int:
    return _WIDE if kind == Kind.TEXT else 14


def _kind(field: Any) -> Kind:
    if isinstance(field, models.DecimalField):
        return Kind.MONEY if field.max_digits >= 18 else Kind.PLAIN
    if isinstance(field, models.IntegerField):
        return Kind.PLAIN
    return Kind.DAY if isinstance(field, models.DateField) else Kind.TEXT


def plain(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """A list of codes becomes one text, yes and no become true and false."""
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(str(one) for one in value) if isinstance(value, list) else value
