"""The rows of a very long table: beyond the first they wait in a temporary file, and come back a block at a time.

A row that comes back is equal to the one that went in, not the same object: who goes through a table twice must not
compare rows by identity, nor change them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from tempfile import TemporaryFile
from typing import Any, overload

import orjson

from geodata import figures
from geodata.exchange.tables.reading import Row

IN_MEMORY = 20_000
BLOCK = 2_000
TEXTS_KEPT = 100_000


class StoredRows(Sequence[Row]):
    """Rows in the order in which they were added. `blank` are the values of a row that says nothing."""

    def __init__(self, sheet: str, blank: Mapping[str, Any]) -> None:
        self._sheet, self._blank = sheet, dict(blank)
        self._texts: dict[str, str] = {}  # most texts stand in many rows: whoever keeps them, keeps one of each
        self._first: list[Row] = []
        self._last: list[Row] = []  # not yet a whole block
        self._starts = [0]
        self._file = TemporaryFile()  # noqa: SIM115 - lives as long as the rows are read
        self._number, self._held = -1, list[Row]()

    def append(self, row: Row) -> None:
        if len(self._first) < IN_MEMORY:
            self._first.append(row)
            return
        self._last.append(row)
        if len(self._last) == BLOCK:
            self._file.seek(self._starts[-1])
            self._file.write(orjson.dumps([self._packed(row) for row in self._last]))
            self._starts.append(self._file.tell())
            self._last = []

    def __len__(self) -> int:
        return len(self._first) + (len(self._starts) - 1) * BLOCK + len(self._last)

    def __iter__(self) -> Iterator[Row]:
        yield from self._first
        for number in range(len(self._starts) - 1):
            yield from self._block(number)
        yield from self._last

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        if index < len(self._first):
            return self._first[index]
        number, at = divmod(index - len(self._first), BLOCK)
        if number == len(self._starts) - 1:
            return self._last[at]
        if number != self._number:
            self._number, self._held = number, self._block(number)
        return self._held[at]

    def _block(self, number: int) -> list[Row]:
        self._file.seek(self._starts[number])
        packed = orjson.loads(self._file.read(self._starts[number + 1] - self._starts[number]))
        return [self._unpacked(*parts) for parts in packed]

    def _packed(self, row: Row) -> tuple[Any, ...]:
        blank = self._blank
        said = {key: _plain(value) for key, value in row.values.items() if value != blank[key]}
        return row.number, row.section, row.ok, sorted(row.approximate), sorted(row.rounded), said

    def _unpacked(
        self, number: int, section: str, ok: bool, approximate: list[str], rounded: list[str], said: dict[str, Any]
    ) -> Row:
        values = dict(self._blank)
        texts = self._texts
        if len(texts) > TEXTS_KEPT:
            texts.clear()
        for key, value in said.items():
            values[key] = texts.setdefault(value, value) if type(value) is str else _typed(value)
        return Row(
            sheet=self._sheet,
            number=number,
            section=section,
            values=values,
            approximate=frozenset(approximate),
            rounded=frozenset(rounded),
            ok=ok,
        )


def _plain(value: Any) -> Any:
    """A value of a row as JSON: what JSON has no word for is a list that begins with a letter."""
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, figures.DatedValue):
        return ["d", value.value.isoformat(), str(value.precision)]
    if isinstance(value, tuple):
        return ["t", *map(_plain, value)]
    return value


def _typed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, *parts = value
    if kind == "n":
        return Decimal(parts[0])
    if kind == "d":
        return _dated(*parts)
    return tuple(map(_typed, parts))


@lru_cache(maxsize=8192)
def _dated(day: str, precision: str) -> figures.DatedValue:
    return figures.DatedValue(date.fromisoformat(day), figures.Precision(precision))
