"""Well-known text, read without GEOS, whose own reader follows any depth of brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from geodata.exchange.shape_intake.documents import CoordinatesRefused, refuse
from geodata.exchange.shape_intake.drawing import LINE, POINT, POLYGON, Drawing, Group, Vertex

_KINDS: Final = {
    "POINT": (POINT, 0),
    "LINESTRING": (LINE, 1),
    "POLYGON": (POLYGON, 2),
    "MULTIPOINT": (POINT, 1),
    "MULTILINESTRING": (LINE, 2),
    "MULTIPOLYGON": (POLYGON, 3),
}  # kind and depth of the lists around the coordinates
_TOKEN: Final = re.compile(r"\s*(?:([A-Za-z]+)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([(),;=]))")
_START: Final = re.compile(
    r"\s*(?:SRID\s*=\s*\d+\s*;\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:ZM?|M)?\s*(?:\(|EMPTY)|\s*GEOMETRYCOLLECTION",
    re.I,
)
_SRID: Final = re.compile(r"\s*SRID\s*=\s*(\d{4,6})\s*;", re.IGNORECASE)


def looks_like_wkt(text: str) -> bool:
    return _START.match(text) is not None


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    number: str
    sign: str
    at: int


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._cut())
        self._at = 0

    def _cut(self) -> Iterator[_Token]:
        at, end = 0, len(self._text.rstrip())
        while at < end:
            found = _TOKEN.match(self._text, at)
            if found is None:
                raise self.wrong(at + len(self._text[at:]) - len(self._text[at:].lstrip()), "这里的字符不认识")
            yield _Token(found[1] or "", found[2] or "", found[3] or "", found.end() - len(found[0].lstrip()))
            at = found.end()

    def wrong(self, at: int, what: str) -> CoordinatesRefused:
        row, column = self.place(at)
        return refuse(f"WKT 第 {row} 行第 {column} 个字符处：{what}", row=row, column=column, code="bad-wkt")

    def place(self, at: int) -> tuple[int, int]:
        before = self._text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1

    @property
    def next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise self.wrong(len(self._text.rstrip()), "内容不完整，缺少右括号")
        return self._tokens[self._at]

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def take(self) -> _Token:
        token = self.next
        self._at += 1
        return token

    def expect(self, sign: str) -> None:
        token = self.take()
        if token.sign != sign:
            raise self.wrong(token.at, f"应为“{sign}”")

    def geometry(self) -> tuple[str, list[Group]]:
        """One geometry: its kind and its groups, polygons with a part each."""
        token = self.take()
        if token.word.upper() == "SRID":
            self.expect("=")
            self.take()
            self.expect(";")
            token = self.take()
        name = token.word.upper().removesuffix("ZM").removesuffix("Z")
        name = name if name in _KINDS else name.removesuffix("M")
        if name not in _KINDS:
            raise self.wrong(
                token.at, f"不支持“{token.word or token.sign or token.number}”，请用点、线、面或其多部分类型"
            )
        while self.next.word.upper() in {"Z", "M", "ZM"}:
            self.take()
        if self.next.word.upper() == "EMPTY":
            raise self.wrong(self.next.at, "图形是空的")
        kind, depth = _KINDS[name]
        return kind, list(self._lists(depth, kind, str(token.at)))

    def _lists(self, depth: int, kind: str, part: str) -> Iterator[Group]:
        self.expect("(")
        if depth <= 1:
            yield Group(self._vertices(bare=name_of_points(kind, depth)), part)
        else:
            inner = 0
            while True:
                inner += 1
                yield from self._lists(depth - 1, kind, f"{part}.{inner}" if depth == 3 else part)
                if self.next.sign != ",":
                    break
                self.take()
        self.expect(")")

    def _vertices(self, *, bare: bool) -> list[Vertex]:
        found = [self._vertex(bare)]
        while self.next.sign == ",":
            self.take()
            found.append(self._vertex(bare))
        return found

    def _vertex(self, bare: bool) -> Vertex:
        """Two numbers, or more of which the rest is height and measure; a MULTIPOINT may bracket each point."""
        bracketed = bare and self.next.sign == "("
        if bracketed:
            self.take()
        at = self.next.at
        numbers = []
        while self.next.number:
            numbers.append(float(self.take().number))
        if not 2 <= len(numbers) <= 4:
            raise self.wrong(at, "这里应是一个点的两个坐标")
        if bracketed:
            self.expect(")")
        row, column = self.place(at)
        return Vertex(numbers[0], numbers[1], row, column)


def name_of_points(kind: str, depth: int) -> bool:
    """Whether the list is of the points of a MULTIPOINT, each of which may stand in brackets of its own."""
    return kind == POINT and depth == 1


def read_wkt(text: str) -> tuple[Drawing, str]:
    """The drawing of one or several geometries of one kind, and the EPSG code that stands before them."""
    srid = _SRID.match(text)
    reader = _Reader(text)
    kinds, groups = set(), []
    while not reader.done:
        if reader.next.sign in {",", ";"}:
            reader.take()
            continue
        kind, found = reader.geometry()
        kinds.add(kind)
        groups += found
    if len(kinds) != 1:
        raise refuse("WKT 里点、线、面混在一起，一个项目的图形只能是其中一种。请只保留一种", code="bad-wkt")
    kind = kinds.pop()
    if kind == POLYGON:
        for group in groups:
            if len(group.vertices) > 1 and _same(group.vertices[0], group.vertices[-1]):
                group.vertices.pop()
    return Drawing(kind=kind, groups=groups, nested=True), srid.group(1) if srid else ""


def _same(one: Vertex, other: Vertex) -> bool:
    return (one.first, one.second) == (other.first, other.second)
