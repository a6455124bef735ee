"""Which of a list's columns are coordinates, which number the parts and rings: by header, else by the numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from geodata.crs.detection import Extent
from geodata.exchange.shape_intake.typed.lines import Field, Line

_ROLES: Final = (
    ("ring", re.compile(r"圈号|环号|^环$|^圈$|^ring")),
    ("height", re.compile(r"高程|^高$|^[zh]$|height|elev|大地高")),
    ("part", re.compile(r"地块|部分|宗地|图形编号|^part|^polygon")),
    (
        "coordinate",
        re.compile(
            r"经度|纬度|^lon|^lat|^lng|^[xyne](?:坐标|值|\(.*\))?$|坐标[xyne]?$|坐标\(|east|north|^纵|^横|^[东北]"
        ),
    ),
    ("label", re.compile(r"点号|点名|序号|编号|^id$|^no\.?$|^fid$|name|名称")),
)
_LEAST_PROJECTED: Final = 10_000.0
_GREATEST: Final = 1e8


@dataclass(slots=True)
class Columns:
    """Columns by what they mean. Empty `coordinates`: the line's only numbers."""

    coordinates: tuple[int, ...] = ()
    part: int = 0
    ring: int = 0
    label: int = 0
    height: set[int] = field(default_factory=set)

    def pair(self, line: Line) -> list[Field]:
        """The two fields of the coordinates, fewer when they are missing."""
        if not self.coordinates:
            return [item for item in line.fields if item.number is not None and item.column not in self.height][:2]
        return [item for item in line.fields if item.column in self.coordinates and item.text][:2]

    def text(self, line: Line, column: int) -> str:
        return next((item.text for item in line.fields if item.column == column), "") if column else ""


def roles(line: Line) -> dict[str, list[int]] | None:
    """What a header line says of its columns; None when it is no header."""
    if any(item.number is not None for item in line.fields):
        return None
    found: dict[str, list[int]] = {}
    for item in line.fields:
        title = re.sub(r"\s", "", item.text).lower()
        role = next((name for name, pattern in _ROLES if pattern.search(title)), "")
        if role:
            found.setdefault(role, []).append(item.column)
    return found if found.get("coordinate") else None


def by_header(found: dict[str, list[int]]) -> Columns:
    """The columns that a header names; the first two coordinates count."""
    first = {role: columns[0] for role, columns in found.items()}
    return Columns(
        coordinates=tuple(found["coordinate"][:2]),
        part=first.get("part", 0),
        ring=first.get("ring", 0),
        label=first.get("label", 0),
        height=set(found.get("height", ())),
    )


def by_numbers(lines: Sequence[Line], extent: Extent) -> Columns | None:
    """The first two neighbouring columns that most lines fill with a believable pair; None when there are none."""
    at = _pair_at(lines, extent)
    if at is None:
        width = max((len(line.fields) for line in lines), default=0)
        return Columns(coordinates=(1, 2)) if width <= 2 else None
    grouping = [place for place in range(at) if _repeats(lines, place)]
    labels = [place for place in range(at) if place not in grouping]
    columns = Columns(coordinates=(_column(lines, at), _column(lines, at + 1)))
    if grouping:
        columns.ring = _column(lines, grouping[-1])
        columns.part = _column(lines, grouping[-2]) if len(grouping) > 1 else 0
    if labels:
        columns.label = _column(lines, labels[0])
    return columns


def _column(lines: Sequence[Line], place: int) -> int:
    return next(line.fields[place].column for line in lines if len(line.fields) > place)


def _pair_at(lines: Sequence[Line], extent: Extent) -> int | None:
    width = max((len(line.fields) for line in lines), default=0)
    for place in range(width - 1):
        believed = sum(1 for line in lines if _believable(line.fields[place : place + 2], extent))
        if believed * 2 > len(lines):
            return place
    return None


def _believable(pair: Sequence[Field], extent: Extent) -> bool:
    if len(pair) < 2 or pair[0].number is None or pair[1].number is None:
        return False
    first, second = pair[0].number, pair[1].number
    if all(_LEAST_PROJECTED <= abs(value) < _GREATEST for value in (first, second)):
        return True
    return any(
        extent.west <= lon <= extent.east and extent.south <= lat <= extent.north
        for lon, lat in ((first, second), (second, first))
    )


def _repeats(lines: Sequence[Line], place: int) -> bool:
    """Whether a column stays the same from line to line somewhere: then it numbers groups, not points."""
    texts = [line.fields[place].text if len(line.fields) > place else "" for line in lines]
    same = sum(1 for before, after in pairwise(texts) if before == after)
    return bool(texts) and same * 2 >= len(texts) - 1 and len(texts) > 1
