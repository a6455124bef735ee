"""Long tables that stay in a file: what a child said line by line, of which a block of rows at a time is in memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar, overload

from geodata.errors import TooLarge

T = TypeVar("T")
U = TypeVar("U")

ROWS_AT_ONCE = 2_000  # of a table in one line of a child's answer
IN_MEMORY = 4 * 1024 * 1024  # bytes; a longer answer goes to a temporary file that has no name
TOO_MANY = "文件内容太多，超出一次可处理的数量。请拆分后再上传。"


class Lines:
    """The lines of an answer, in the order in which they came; the last one needs no end."""

    def __init__(self, *, bytes_at_most: int, lines_at_most: int) -> None:
        self._bytes_at_most, self._lines_at_most = bytes_at_most, lines_at_most
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as the rows are read
        self._starts = [0]
        self._size = 0

    def take(self, piece: bytes) -> None:
        """The next bytes. Raises TooLarge."""
        found = piece.find(b"\n")
        while found >= 0:
            self._starts.append(self._size + found + 1)
            found = piece.find(b"\n", found + 1)
        self._file.write(piece)
        self._size += len(piece)
        if self._size > self._bytes_at_most or len(self._starts) > self._lines_at_most:
            raise TooLarge(TOO_MANY)

    def __len__(self) -> int:
        return len(self._starts)

    def read(self, number: int) -> bytes:
        """A line by its number from 0; -1 is the last."""
        number = range(len(self))[number]
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self) else self._size
        self._file.seek(start)
        return self._file.read(end - start)


class Blocks(Sequence[T], Generic[T]):
    """Rows that stand in lines, each of which holds many: read in order they cost little, and one line of memory."""

    def __init__(self, lines: Lines, counts: Mapping[int, int], decode: Callable[[bytes], list[T]]) -> None:
        """`counts` are the rows of each line by the line's number, in the order of the rows."""
        self._lines, self._counts, self._decode = lines, counts, decode
        self._numbers = list(counts)
        self._starts = [0, *accumulate(counts.values())]
        self._first, self._held = 0, list[T]()

    def mapped(self, change: Callable[[T], U]) -> Blocks[U]:
        """The same rows, each of them changed when it is read."""
        decode = self._decode
        return Blocks(self._lines, self._counts, lambda raw: [change(row) for row in decode(raw)])

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[T]:
        for number in self._numbers:
            yield from self._decode(self._lines.read(number))

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        at = index - self._first
        if not 0 <= at < len(self._held):
            at = self._open(range(len(self))[index])
        return self._held[at]

    def _open(self, index: int) -> int:
        """Reads the block of a row; gives its place in it."""
        at = bisect_right(self._starts, index) - 1
        self._first, self._held = self._starts[at], self._decode(self._lines.read(self._numbers[at]))
        return index - self._first
