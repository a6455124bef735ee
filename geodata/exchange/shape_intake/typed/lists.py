"""Lists of points: one a line, in groups parted by blank lines, headings or numbers, or 界址点 with their header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geodata.crs.detection import Extent
from geodata.exchange.shape_intake.documents import CoordinatesRefused, Fault, refuse
from geodata.exchange.shape_intake.drawing import POINT, POLYGON, Drawing, Group, Vertex, sorted_out
from geodata.exchange.shape_intake.typed.columns import Columns, by_header, by_numbers, roles
from geodata.exchange.shape_intake.typed.lines import Field, Line, lines_of
from geodata.exchange.shape_intake.typed.parcels import (
    Header,
    Parcel,
    is_parcel,
    parcel_of,
    planar_area,
    size_note,
)

_HEADING: Final = re.compile(
    r"^\s*(?:#|//|第?\s*\d*\s*(?:个)?(?:部分|地块|外环|内环|环|圈|孔|洞|part|ring|hole|outer|inner)\s*[\d一二三四五六七八九十]*\s*[::]?\s*$)",
    re.IGNORECASE,
)
_DMS_COLUMNS: Final = 6
_PARCEL_FIELDS: Final = 4
_FAR: Final = 100_000.0  # metres: farther from its ring's first point no boundary point lies


@dataclass(slots=True)
class _Gathered:
    """The lines of a text by what they are."""

    header: Header = field(default_factory=Header)
    titles: dict[str, list[int]] | None = None
    data: list[Line] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)  # beside `data`: the number of its group
    parcels: dict[int, Parcel] = field(default_factory=dict)  # by number of its first group
    parcel_of: list[int] = field(default_factory=list)
    strange: list[Line] = field(default_factory=list)


def read_list(text: str, *, kind: str, extent: Extent) -> tuple[Drawing, Header]:
    """The drawing of a list, and the header that a 界址点 file has. Raises CoordinatesRefused with every place."""
    gathered = _gather(text)
    if not gathered.data:
        raise refuse("没有读到坐标。每行写一个点，例如“113.089, 29.385”", row=1)
    columns = _surveyed(gathered) or (
        by_header(gathered.titles) if gathered.titles else by_numbers(_numeric(gathered.data), extent)
    )
    if columns is None:
        lines = _degrees_in_columns(gathered.data, extent)
        if lines is None:
            row = gathered.data[0].row
            raise refuse("认不出哪两列是坐标。请在第一行写列名（如 点号、经度、纬度），或只粘贴坐标两列", row=row)
        gathered.data, columns = lines, Columns()
    drawing = _drawn(gathered, columns, kind)
    return drawing, gathered.header


def read_parcels(text: str, *, extent: Extent) -> tuple[list[tuple[Parcel, Drawing | CoordinatesRefused]], Header]:
    """The parcels of a 界址点 file one by one, a faulty one as its refusal, and the header."""
    whole = _gather(text)
    columns = _surveyed(whole) or by_numbers(_numeric(whole.data), extent) or Columns()
    found: list[tuple[Parcel, Drawing | CoordinatesRefused]] = []
    for number, parcel in whole.parcels.items():
        mine = [at for at, owner in enumerate(whole.parcel_of) if owner == number]
        part = _Gathered(
            header=whole.header,
            data=[whole.data[at] for at in mine],
            group_of=[whole.group_of[at] for at in mine],
            parcels={number: parcel},
            parcel_of=[number] * len(mine),
        )
        try:
            drawing = _drawn(part, columns, parcel.kind or POLYGON)
            drawing.check()
            found.append((parcel, drawing))
        except CoordinatesRefused as refusal:
            found.append((parcel, refusal))
    return found, whole.header


def _surveyed(gathered: _Gathered) -> Columns | None:
    """点号, 地块圈号, X, Y: the columns of every 界址点 line, whatever its numbers."""
    if not gathered.parcels or sum(len(line.fields) == _PARCEL_FIELDS for line in gathered.data) * 2 <= len(
        gathered.data
    ):
        return None
    return Columns(coordinates=(3, 4), ring=2, label=1)


def _gather(text: str) -> _Gathered:
    found = _Gathered()
    group, parcel = 0, -1
    for line in lines_of(text):
        if not line.fields or _HEADING.match(line.text):
            group += 1
        elif is_parcel(line):
            group += 1
            parcel = group
            found.parcels[group] = parcel_of(line)
        elif found.header.take(line):
            continue
        elif any(item.number is not None for item in line.fields):
            found.data.append(line)
            found.group_of.append(group)
            found.parcel_of.append(parcel)
        elif found.titles is None and not found.data:
            found.titles = roles(line)
        elif roles(line) is None:
            group += 1  # words between the points: the name of the next part
    return found


def _numeric(lines: Sequence[Line]) -> list[Line]:
    """The lines by which columns are judged; the first thousand say enough."""
    return list(lines[:1000])


def _drawn(gathered: _Gathered, columns: Columns, kind: str) -> Drawing:
    faults: list[Fault] = []
    drawing = Drawing(kind=_kind(gathered, kind), groups=[])
    held: dict[tuple[int, str, str], Group] = {}
    owners: dict[int, Parcel] = {}
    for line, number, parcel in zip(gathered.data, gathered.group_of, gathered.parcel_of, strict=True):
        vertex = _vertex(line, columns, faults)
        if vertex is None:
            continue
        part, ring = columns.text(line, columns.part), columns.text(line, columns.ring)
        group = held.setdefault((number, part, ring), Group(part=f"{parcel}/{part}" if parcel >= 0 or part else ""))
        group.vertices.append(vertex)
        if parcel in gathered.parcels:
            owners[id(group)] = gathered.parcels[parcel]
    drawing.groups = list(held.values())
    drawing.degrees = _written_in_degrees(gathered.data, columns)
    if drawing.kind == POLYGON:
        for group in drawing.groups:
            _close(group, drawing, faults)
        drawing.notes += _size_notes(drawing.groups, owners)
    if faults:
        raise CoordinatesRefused(faults)
    return drawing


def _kind(gathered: _Gathered, kind: str) -> str:
    said = {parcel.kind for parcel in gathered.parcels.values() if parcel.kind}
    if len(said) > 1:
        raise refuse("文件里点、线、面地块混在一起，一个项目的图形只能是其中一种。请只保留一种", row=1)
    if said:
        return said.pop()
    if kind:
        return kind
    if len(gathered.data) == 1:
        return POINT
    raise refuse("请选择这些坐标画的是点、线还是面", code="kind-needed")


def _vertex(line: Line, columns: Columns, faults: list[Fault]) -> Vertex | None:
    pair = columns.pair(line)
    numbers = [item.number for item in pair]
    for item, number in zip(pair, numbers, strict=True):
        if number is None:
            at = line.before + item.column
            faults.append(Fault(f"第 {line.row} 行第 {at} 列“{item.text[:30]}”不是坐标数值", line.row, at))
    if len(pair) < 2:
        at = line.before + _missing_column(pair, columns)
        faults.append(Fault(f"第 {line.row} 行第 {at} 列缺少一个坐标数值", line.row, at))
    if len(pair) < 2 or numbers[0] is None or numbers[1] is None:
        return None
    place = line.before + pair[0].column
    return Vertex(numbers[0], numbers[1], line.row, place, columns.text(line, columns.label))


def _missing_column(pair: Sequence[Field], columns: Columns) -> int:
    present = {item.column for item in pair}
    return next((column for column in columns.coordinates if column not in present), len(pair) + 1)


def _written_in_degrees(lines: Sequence[Line], columns: Columns) -> bool:
    return any(item.degrees for line in lines[:50] for item in columns.pair(line))


def _close(group: Group, drawing: Drawing, faults: list[Fault]) -> None:
    """Take off the repeated first point. One that only bears its name, with the same number twice, is an exporter's
    slip; any other difference is a person's to put right."""
    if len(group.vertices) < 2:
        return
    first, last = group.vertices[0], group.vertices[-1]
    if (first.first, first.second) == (last.first, last.second):
        group.vertices.pop()
    elif last.label and last.label == first.label:
        if last.first == last.second or max(abs(last.first - first.first), abs(last.second - first.second)) > _FAR:
            group.vertices.pop()
            drawing.notes.append(f"第 {last.row} 行的末点“{last.label}”坐标写错（与首点同名而相差很远），已按首点闭合")
        else:
            message = f"第 {last.row} 行的末点“{last.label}”与首点同名，坐标却不同。请改成一致，或改点号"
            faults.append(Fault(message, last.row, last.column))


def _size_notes(groups: Sequence[Group], owners: dict[int, Parcel]) -> list[str]:
    rings: dict[Parcel, list[Group]] = {}
    for group in groups:
        if id(group) in owners:
            rings.setdefault(owners[id(group)], []).append(group)
    notes = []
    for parcel, held in rings.items():
        arrays = [np.array([(v.first, v.second) for v in group.vertices], dtype=float) for group in held]
        count = sum(len(array) for array in arrays)
        area = sum(planar_area([outer, *holes]) for outer, holes in sorted_out([a for a in arrays if len(a) >= 3]))
        notes.append(size_note(parcel, points=count, rings=len(held), square_metres=area))
    return [note for note in notes if note]


def _degrees_in_columns(lines: Sequence[Line], extent: Extent) -> list[Line] | None:
    """Lines of six numbers, degrees, minutes and seconds of each coordinate, as lines of two."""
    found = []
    for line in lines:
        numbers = [item.number for item in line.fields if item.number is not None]
        if len(numbers) < _DMS_COLUMNS:
            return None
        six = numbers[-_DMS_COLUMNS:]
        if any(not 0 <= value < 60 for value in (*six[1:3], *six[4:6])):
            return None
        pair = [six[at] + six[at + 1] / 60 + six[at + 2] / 3600 for at in (0, 3)]
        place = line.fields[-_DMS_COLUMNS].column
        fields = (Field(f"{pair[0]!r}°", place), Field(f"{pair[1]!r}°", place + 3))
        if not any(
            extent.west <= lon <= extent.east and extent.south <= lat <= extent.north for lon, lat in (pair, pair[::-1])
        ):
            return None
        found.append(Line(line.row, fields, line.text))
    return found
