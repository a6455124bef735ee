"""Which recorded line a row means when several lines share one key and the file does not number them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")


def number_lines(
    rows: Sequence[T], known: Mapping[int, K], same: Callable[[T, K], bool]
) -> Iterator[tuple[T, int, K | None]]:
    """Each row with its line number and the recorded line, None where it is a new line.

    A row first finds the line that says the same, so that files in another order change nothing; what is left is
    paired in order, and rows beyond the recorded lines are new.
    """
    free = dict(known)
    rest: list[T] = []
    for row in rows:
        line = next((number for number, held in free.items() if same(row, held)), None)
        if line is None:
            rest.append(row)
        else:
            yield row, line, free.pop(line)
    number = max(known, default=0)
    for row in rest:
        if free:
            line = min(free)
            yield row, line, free.pop(line)
        else:
            number += 1
            yield row, number, None
