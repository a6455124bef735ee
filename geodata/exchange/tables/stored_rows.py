"""The rows of a very long table: beyond the first they wait in a temporary file, and come back a block at a time.

A row that comes back is equal to the one that went in, not the same object: who goes through a table twice must not
compare rows by identity, nor change them.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import overload

from geodata.exchange.tables.reading import Row

IN_MEMORY = 20_000
BLOCK = 2_000


class StoredRows(Sequence[Row]):
    """Rows in the order in which they were added."""

    def __init__(self) -> None:
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
            self._file.write(pickle.dumps(self._last))
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
        rows: list[Row] = pickle.loads(  # noqa: S301 - written by this object into a file that has no name
            self._file.read(self._starts[number + 1] - self._starts[number])
        )
        return rows
