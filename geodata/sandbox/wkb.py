"""The structure of well-known binary, read without any geometry library.

Used on both sides of the door: the child measures what a file holds against the limits, the parent checks that an
answer is what it says before anything else touches it. Only the seven simple types in two dimensions are accepted;
curves, surfaces of triangles, Z and M are for the child to turn into these or to refuse. Coordinates must be finite.
"""

import struct
from array import array
from dataclasses import dataclass
from math import isfinite
from sys import byteorder

TYPES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
MEMBERS = {4: (1,), 5: (2,), 6: (3,), 7: tuple(TYPES)}
POINT_BYTES = 16
DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Measure:
    """What a geometry is made of. ``parts`` counts points, lines and rings."""

    geometry_type: str
    vertices: int
    parts: int


class _Walker:
    """One pass over the bytes; every count is checked against what is left before it is believed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.vertices = 0
        self.parts = 0
        self.little = True

    def take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self.data):
            raise ValueError("图形数据不完整")
        piece = self.data[self.position : end]
        self.position = end
        return piece

    def count(self, smallest: int) -> int:
        (number,) = struct.unpack("<I" if self.little else ">I", self.take(4))
        if number * smallest > len(self.data) - self.position:
            raise ValueError("图形数据不完整")
        return int(number)

    def header(self) -> int:
        order = self.take(1)
        if order not in (b"\0", b"\1"):
            raise ValueError("图形数据不完整")
        self.little = order == b"\1"
        (kind,) = struct.unpack("<I" if self.little else ">I", self.take(4))
        return int(kind)

    def points(self, number: int) -> None:
        values = array("d", self.take(number * POINT_BYTES))
        if self.little != (byteorder == "little"):
            values.byteswap()
        if not all(map(isfinite, values)):
            raise ValueError("图形的坐标不是有效数字")
        self.vertices += number
        self.parts += 1

    def geometry(self, allowed: tuple[int, ...], depth: int) -> int:
        kind = self.header()
        if kind not in allowed or depth > DEEPEST:
            raise ValueError("图形类型不支持（只支持点、线、面及其组合）")
        if kind == 1:
            self.points(1)
        elif kind == 2:
            self.points(self.count(POINT_BYTES))
        elif kind == 3:
            for _ in range(self.count(4)):
                self.points(self.count(POINT_BYTES))
        else:
            for _ in range(self.count(5)):
                self.geometry(MEMBERS[kind], depth + 1)
        return kind


def measure(data: bytes) -> Measure:
    """Type, vertices and parts of one geometry; all but sound, finite, 2-D WKB raises ``ValueError`` in Chinese."""
    walker = _Walker(data)
    kind = walker.geometry(tuple(TYPES), 0)
    if walker.position != len(data):
        raise ValueError("图形数据后面有多余内容")
    return Measure(TYPES[kind], walker.vertices, walker.parts)


POINT_HEADER = struct.Struct("<BI")
COUNTED_HEADER = struct.Struct("<BII")
COUNT = struct.Struct("<I")


def point(coordinates: bytes) -> bytes:
    """WKB of a point from 16 bytes of little-endian doubles."""
    return POINT_HEADER.pack(1, 1) + coordinates


def line(coordinates: bytes) -> bytes:
    """WKB of a line from its vertices as little-endian doubles."""
    return COUNTED_HEADER.pack(1, 2, len(coordinates) // POINT_BYTES) + coordinates


def polygon(rings: list[bytes]) -> bytes:
    """WKB of a polygon from its rings, the outer one first, each as little-endian doubles."""
    pieces = [COUNTED_HEADER.pack(1, 3, len(rings))]
    for ring in rings:
        pieces += [COUNT.pack(len(ring) // POINT_BYTES), ring]
    return b"".join(pieces)


def collection(kind: int, members: list[bytes]) -> bytes:
    """WKB of a multi-geometry or a collection (types 4 to 7) from the WKB of its members."""
    return COUNTED_HEADER.pack(1, kind, len(members)) + b"".join(members)
