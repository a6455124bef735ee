"""One sheet, text table or feature layer as a grid of cells: the common ground of every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geodata.sandbox.documents import EMPTY_CELL, Cell, FeatureLayer, FeatureRow, Sheet, TextTable


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True, kw_only=True)
class Grid:
    """Cells by row; ``numbers`` says how the file itself numbers each row."""

    name: str
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    merged: Sequence[Span] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    date1904: bool = False
    text: bool = False
    features: Mapping[int, FeatureRow] = field(default_factory=dict)
    layer: FeatureLayer | None = None

    def cell(self, row: int, column: int) -> Cell:
        """The cell at an index counted from 0; an empty one outside the grid."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY

    @property
    def width(self) -> int:
        """The widest row of those that can hold the header."""
        return max((len(row) for row in self.rows[:40]), default=0)


EMPTY = EMPTY_CELL


def from_sheet(sheet: Sheet, *, date1904: bool) -> Grid:
    """The grid of a spreadsheet's sheet."""
    return Grid(
        name=sheet.name,
        rows=sheet.rows,
        numbers=range(1, len(sheet.rows) + 1),
        merged=[Span(*corners) for corners in sheet.merged],
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(sheet.hidden_columns),
        hidden=sheet.hidden,
        date1904=date1904,
    )


def from_text(table: TextTable, *, name: str = "") -> Grid:
    """The grid of a delimited text file; every cell is text, rows bear the line on which they begin."""
    cell = _TextCells().cell
    rows = table.rows.mapped(lambda row: [cell(value) for value in row])
    return Grid(name=name, rows=rows, numbers=table.line_numbers, text=True)


class _TextCells:
    """Cells by their text: most texts of a long table stand in many rows."""

    MOST = 50_000

    def __init__(self) -> None:
        self._known = {"": EMPTY}

    def cell(self, text: str) -> Cell:
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= self.MOST:
                self._known = {"": EMPTY}
            found = self._known[text] = Cell(_unguarded(text))
        return found


def _unguarded(text: str) -> str:
    """The text in ="0730" or '0730, by which systems keep Excel from making a number or a formula of it."""
    if text.startswith("'") and len(text) > 1 and not text.endswith("'"):
        return text[1:]
    guarded = len(text) > 2 and text.startswith('="') and text.endswith('"')
    return text[2:-1].replace('""', '"') if guarded else text


def from_layer(layer: FeatureLayer) -> Grid:
    """The grid of a feature layer: the field names are the header, the features stand beside their rows.

    Rows are numbered by feature, from 1, because a feature file has no lines that a person could look up.
    """
    rows: list[Sequence[Cell]] = [[Cell(title) for title in layer.columns]]
    rows.extend([Cell(feature.values.get(title)) for title in layer.columns] for feature in layer.rows)
    return Grid(
        name=layer.name,
        rows=rows,
        numbers=[0, *(feature.number for feature in layer.rows)],
        features=dict(enumerate(layer.rows, start=1)),
        layer=layer,
    )
