"""Pasted text as lines of fields: full-width signs, Chinese commas, Excel's tabs, degrees with blanks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from geodata.crs.degrees import parse_degrees, plain_degrees

_SIGNS: Final = str.maketrans({"、": ",", "。": ".", "″": '"', "′": "'", "\u3000": " ", "\xa0": " ", "\ufeff": None})
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_PAIR: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:,[+-]?\d+(?:\.\d*)?){1,2}$")
_NAMED: Final = re.compile(r"(?:经度|纬度|longitude|latitude|lon|lat|lng|[XYxy])\s*[:=]\s*(?=[-+\dEWNS东西南北])")
_COMPASS: Final = ((re.compile(r"[东西]经\s*(?=\d)"), "E"), (re.compile(r"[南北]纬\s*(?=\d)"), "N"))
# seconds must not be the degrees of the next value, which the lookahead tells
_DEGREES: Final = re.compile(
    r"(?:[NSEW东西南北]\s*)?\d{1,3}(?:\.\d+)?\s*[°度]"
    r"(?:\s*\d{1,2}(?:\.\d+)?\s*['分](?:\s*\d{1,2}(?:\.\d+)?(?!\s*[°度\d.])\s*(?:\"|''|秒)?)?)?"
    r"(?:\s*[NSEW](?![a-zA-Z\d])|\s*[东西南北](?![经纬\d]))?"
)
_MARKED: Final = re.compile(r"[°度:'分NSEW东西南北]")


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a line. `column` counts the values of the line (Excel's cells) from 1."""

    text: str
    column: int

    @property
    def number(self) -> float | None:
        """The number, degrees as decimal degrees; None for anything else."""
        return number_of(self.text)

    @property
    def degrees(self) -> bool:
        """Whether it is written with a sign of degrees or a hemisphere."""
        return _MARKED.search(self.text) is not None and self.number is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or one of the points that a line holds, with the number of values before it. Without fields it parts
    two groups."""

    row: int
    fields: tuple[Field, ...]
    text: str
    before: int = 0


def plain(text: str) -> str:
    """Half-width text with one sign for each meaning; line breaks stay where they are."""
    return plain_degrees(text.translate(_SIGNS)).translate(_SIGNS)


def number_of(text: str) -> float | None:
    """The number that a field holds."""
    bare = text.strip().strip("\"'") if '"' in text[:1] else text.strip()
    bare = re.sub(r"(?<=\d)\s*(?:m|米)$", "", bare)
    if _THOUSANDS.match(bare):
        bare = bare.replace(",", "")
    if _NUMBER.match(bare):
        value = float(bare)
        return value if abs(value) < 1e12 else None
    return parse_degrees(bare) if _MARKED.search(bare) else None


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text that `plain` has seen."""
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            yield Line(row, (), "")
            continue
        yield from _points(row, line)


def _points(row: int, line: str) -> Iterator[Line]:
    """A line holds one point, or several parted by semicolons, or pairs parted by blanks as KML writes them."""
    before = 0
    cleaned = _tidy(line)
    for piece in cleaned.split(";") if "\t" not in cleaned else [cleaned]:
        if not piece.strip():
            continue
        chunks = piece.split()
        kml = len(chunks) > 1 and "\t" not in piece and all(_PAIR.match(chunk) for chunk in chunks)
        if kml and not all(_THOUSANDS.match(chunk) for chunk in chunks):
            for chunk in chunks:
                fields = _fields(chunk)
                yield Line(row, fields, chunk, before)
                before += len(fields)
            continue
        fields = _fields(piece)
        yield Line(row, fields, piece.strip(), before)
        before += len(fields)


def _tidy(line: str) -> str:
    for pattern, letter in _COMPASS:
        line = pattern.sub(letter, line)
    line = _NAMED.sub("", line)
    return _DEGREES.sub(lambda found: re.sub(r"\s+", "", found.group()) + (" " if "\t" not in line else ""), line)


def _fields(piece: str) -> tuple[Field, ...]:
    if "\t" in piece:
        cells = [(cell.strip(), at) for at, cell in enumerate(piece.split("\t"), start=1)]
        return tuple(Field(value, at) for cell, at in cells for value in _values(cell))
    if all(_THOUSANDS.match(chunk) for chunk in piece.split()):
        values = piece.split()
    elif "," in piece:
        values = [value.strip() for value in piece.strip().rstrip(",").split(",")]
    else:
        values = piece.split()
    return tuple(Field(value, at) for at, value in enumerate(values, start=1))


def _values(cell: str) -> list[str]:
    """One cell, or both coordinates that stand in it."""
    if _THOUSANDS.match(cell):
        return [cell]
    values = [value.strip() for value in re.split(r"[,\s]+", cell) if value.strip()]
    both = len(values) in (2, 3) and all(number_of(value) is not None for value in values)
    return values if both else [cell]
