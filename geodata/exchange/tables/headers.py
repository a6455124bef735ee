"""Finding the header of a table and saying which column is which.

People put a title, the unit and the reporting office above the table, break header words by spaces and new lines, and
group columns under merged cells. A header is the block of one to three rows whose cells name the most known columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.tables import units
from geodata.exchange.tables.grids import Grid

SEARCHED_ROWS = 30
TALLEST_HEADER = 3
CUT_BYTES = frozenset((9, 10))  # ten, or nine where the next sign has two or three
CUT_RANK = 9

_MARKED = re.compile(r"^[*★☆※●▲]+|[*★☆※●▲]+$|[(\[](?:必填|必填项|必录|选填|非必填)[)\]]")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


def squeeze(value: object) -> str:
    """Text at half width without any blanks: how titles and codes are compared."""
    return "" if value is None else _squeezed(str(value))


@lru_cache(maxsize=65536)
def _squeezed(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def normalise_title(text: str) -> tuple[str, str]:
    """A header cell as a comparable title and the unit that it names, "" for none."""
    title = squeeze(text).replace("【", "[").replace("】", "]").casefold()
    return units.parted(_MARKED.sub("", title) or title)


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the layout at a place of the sheet, counted from 0."""

    column: Column
    position: int
    path: str
    unit: str
    captures: Mapping[str, str]


@dataclass(slots=True)
class Header:
    """The header block of a table: its rows [top, bottom), its known columns and the titles nobody knows."""

    top: int
    bottom: int
    matched: list[Matched] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    again: dict[int, str] = field(default_factory=dict)  # of the unknown: which column has been taken from another

    @property
    def keys(self) -> set[str]:
        return {match.column.key for match in self.matched}


class Titles:
    """The titles of a layout, ready for look-up."""

    def __init__(self, layout: Layout) -> None:
        self.exact: dict[str, Column] = {}
        self.patterns: list[tuple[re.Pattern[str], Column]] = []
        for key, titles in layout.mapped.items():
            self._know(titles, layout.column(key))
        for column in layout.every_column:
            self._know(column.titles, column)
            self.patterns.extend((re.compile(pattern), column) for pattern in column.patterns)

    def _know(self, titles: Sequence[str], column: Column) -> None:
        for title in titles:
            self.exact.setdefault("/".join(normalise_title(part)[0] for part in title.split("/")), column)

    def find_cut(self, title: str) -> tuple[int, Column, dict[str, str]] | None:
        """The one column whose title a shapefile has cut to ten bytes: 计划年度 is 计划年 in UTF-8."""
        if not {len(title.encode("utf-8")), len(title.encode("gb18030"))} & CUT_BYTES:
            return None
        meant = {column.key: column for known, column in self.exact.items() if known.startswith(title)}
        return (CUT_RANK, next(iter(meant.values())), {}) if len(meant) == 1 else None

    def find_cut_unit(self, title: str) -> tuple[tuple[int, Column, dict[str, str]], str] | None:
        """总投资(万, cut amid its unit; one cut before it is unclear and stays unknown."""
        cut = units.without_cut(title)
        hit = self.find([cut[0]]) if cut else None
        return (hit, cut[1]) if cut and hit else None

    def find(self, path: Sequence[str]) -> tuple[int, Column, dict[str, str]] | None:
        """How well (0 best) and which column a path of normalised titles names."""
        candidates = ["/".join(path)] if len(path) < 2 else ["/".join(path), path[-1]]
        for rank, candidate in enumerate(candidates):
            column = self.exact.get(candidate)
            if column is not None:
                return rank * 2, column, {}
            for pattern, owner in self.patterns:
                found = pattern.fullmatch(candidate)
                if found is not None:
                    return rank * 2 + 1, owner, {k: v for k, v in found.groupdict().items() if v}
        return None


def _filled(grid: Grid, top: int, bottom: int) -> list[list[str]]:
    """The raw header texts with merged ranges repeated over their cells."""
    texts = [[_raw(grid, row, column) for column in range(grid.width)] for row in range(top, bottom)]
    for span in grid.merged:
        if span.bottom <= top or span.top > bottom:
            continue
        first = span.top - 1
        text = _raw(grid, first, span.left - 1) if first < len(grid.rows) else ""
        for row in range(max(first, top), min(span.bottom, bottom)):
            for column in range(span.left - 1, min(span.right, grid.width)):
                texts[row - top][column] = text
    _spread_groups(texts)
    return texts


def _spread_groups(texts: list[list[str]]) -> None:
    """A group title that was never merged reaches right over blank cells that have a title below them."""
    for upper, lower in pairwise(texts):
        for column in range(1, len(upper)):
            grouped = upper[column - 1] and lower[column - 1] and upper[column - 1] != lower[column - 1]
            if not upper[column] and lower[column] and grouped:
                upper[column] = upper[column - 1]


def _raw(grid: Grid, row: int, column: int) -> str:
    value = grid.cell(row, column).value
    return "" if value is None else str(value)


def _path(parts: Sequence[str]) -> tuple[list[str], str]:
    """Normalised titles from top to bottom without repetition, and the unit named lowest."""
    path: list[str] = []
    unit = ""
    for part in parts:
        title, named = normalise_title(part)
        unit = named or unit
        if title and (not path or path[-1] != title):
            path.append(title)
    return path, unit


def read_block(grid: Grid, titles: Titles, top: int, bottom: int) -> Header:
    """The header that rows [top, bottom) would make."""
    texts = _filled(grid, top, bottom)
    header = Header(top, bottom)
    found: list[tuple[int, bool, Matched]] = []
    for position in range(grid.width):
        path, unit = _path([row[position] for row in texts])
        if not path:
            continue
        hit = titles.find(path) or (titles.find_cut(path[-1]) if grid.layer is not None else None)
        cut = titles.find_cut_unit(path[-1]) if hit is None and grid.layer is not None else None
        hit, unit = cut or (hit, unit)
        bare = None if hit or unit else units.without_bare(path[-1])
        if bare is not None:
            hit, unit = titles.find([*path[:-1], bare[0]]), bare[1]
        if hit is None or (unit in units.SHORT and hit[1].kind is not Kind.AMOUNT):  # 受益人口(万) is no money
            header.unknown.append((position, "/".join(path)))
            continue
        rank, column, captures = hit
        match = Matched(column, position, "/".join(path), units.whole(unit), captures)
        found.append((rank, path[-1] != normalise_title(column.label)[0], match))
    taken: set[str] = set()
    # of two titles that mean one column the column's own name goes first, then the one on the left
    for _, _, match in sorted(found, key=lambda one: (*one[:2], one[2].position)):
        if match.column.key in taken:
            header.unknown.append((match.position, match.path))
            header.again[match.position] = match.column.label
        else:
            taken.add(match.column.key)
            header.matched.append(match)
    header.matched.sort(key=lambda match: match.position)
    return header


def find_header(grid: Grid, layout: Layout) -> Header | None:
    """The block that names the most columns; of equals the flatter and then the higher one. None below the minimum."""
    titles = Titles(layout)
    if grid.layer is not None:  # features bear their titles; no row of theirs is a header
        header = read_block(grid, titles, 0, 1)
        return header if len(header.matched) >= layout.minimum else None
    best: tuple[tuple[int, int, int], Header] | None = None
    for top in range(min(SEARCHED_ROWS, len(grid.rows))):
        for height in range(1, TALLEST_HEADER + 1):
            if top + height > min(len(grid.rows), SEARCHED_ROWS):
                break
            header = read_block(grid, titles, top, top + height)
            score = (len(header.matched), -height, -top)
            if len(header.matched) >= layout.minimum and (best is None or score > best[0]):
                best = (score, header)
    return best[1] if best else None


def texts_above(grid: Grid, header: Header) -> list[str]:
    """The squeezed texts of the rows above a header: a title, 单位：万元, the reporting office."""
    cells = ((row, column) for row in range(header.top) for column in range(grid.width))
    return [text for at in cells if (text := squeeze(_raw(grid, *at)))]
