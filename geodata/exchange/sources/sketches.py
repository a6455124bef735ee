"""What a file looks like, kept small: titles, first rows, short lists of words, for the person who maps its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geodata.exchange.tables.cells import as_text
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import SEARCHED_ROWS, normalise_title
from geodata.exchange.tables.reading import Table
from geodata.sandbox.codec.scalars import decode_scalar, encode_scalar
from geodata.sandbox.documents import Cell

SAMPLE_ROWS: Final = 8
MOST_WORDS: Final = 20  # a column with more different values is no list of words
LONGEST_WORD: Final = 40
WORD_ROWS: Final = 5000
MOST_SHEETS: Final = 12
MOST_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One sheet or layer: its titles, its first rows, and the words of columns that hold few different ones."""

    name: str
    features: bool
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    words: Mapping[str, tuple[str, ...]]

    def samples(self, position: int, most: int = 3) -> list[str]:
        """The first different values of a column."""
        values = (as_text(row[position].value)[:60] for row in self.rows if position < len(row))
        return list(dict.fromkeys(value for value in values if value))[:most]

    def grid(self) -> Grid:
        """The sketch as a table to read."""
        rows = [[Cell(title or None) for title in self.titles], *self.rows]
        return Grid(name=self.name, rows=rows, numbers=range(1, len(rows) + 1))


def draw(grids: Sequence[Grid], tables: Mapping[str, Sequence[Table]]) -> list[dict[str, Any]]:
    """The sheets of a file as JSON; known headers as they were recognised, others by the fullest line of text."""
    tops = {
        table.sheet: table.header.bottom - 1 for group in tables.values() for table in group if table.header is not None
    }
    return [_drawn(grid, tops.get(grid.name, header_row(grid))) for grid in grids[:MOST_SHEETS] if grid.rows]


def _drawn(grid: Grid, top: int) -> dict[str, Any]:
    titles = _titles(grid, top)
    body = [row for row in grid.rows[top + 1 : top + 1 + WORD_ROWS] if any(cell.value is not None for cell in row)]
    return {
        "name": grid.name,
        "features": grid.layer is not None,
        "titles": titles,
        "rows": [
            [[encode_scalar(_short(cell.value)), cell.number_format] for cell in row[: len(titles)]]
            for row in body[:SAMPLE_ROWS]
        ],
        "words": {title: words for at, title in enumerate(titles) if (words := _words(body, at)) and title},
    }


def _short(value: Any) -> Any:
    return value[:200] if isinstance(value, str) else value


def _words(body: Sequence[Sequence[Cell]], position: int) -> list[str]:
    found: dict[str, None] = {}
    for row in body:
        text = as_text(row[position].value) if position < len(row) else ""
        if text:
            found[text] = None
        if len(found) > MOST_WORDS or len(text) > LONGEST_WORD:
            return []
    return list(found)


def _titles(grid: Grid, top: int) -> list[str]:
    return [as_text(cell.value)[:200] for cell in grid.rows[top][:MOST_COLUMNS]]


def header_row(grid: Grid) -> int:
    """The line that looks like a header: the first one of the first thirty with the most different texts."""
    if grid.layer is not None:
        return 0
    best, most = 0, 0
    for index, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        texts = {normalise_title(cell.value)[0] for cell in row if isinstance(cell.value, str) and cell.value.strip()}
        worded = sum(1 for text in texts if not text.replace(".", "").replace("-", "").isdigit())
        if worded > most:
            best, most = index, worded
    return best


def restored(raw: Sequence[Mapping[str, Any]]) -> list[Sketch]:
    """The sketches again."""
    return [
        Sketch(
            name=one["name"],
            features=one["features"],
            titles=tuple(one["titles"]),
            rows=tuple(tuple(Cell(decode_scalar(value), code) for value, code in row) for row in one["rows"]),
            words={title: tuple(words) for title, words in one["words"].items()},
        )
        for one in raw
    ]


def fingerprint(dataset: str, titles: Sequence[str]) -> str:
    """By what a layout is known again: its titles, in whatever order they stand."""
    known = sorted({normalise_title(title)[0] for title in titles if title.strip()})
    return hashlib.sha256("\n".join([dataset, *known]).encode()).hexdigest()


def titles_of(grid: Grid) -> list[str]:
    """The titles of a grid as its sketch would show them."""
    return _titles(grid, header_row(grid)) if grid.rows else []
