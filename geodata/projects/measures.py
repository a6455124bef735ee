"""The figures of a shape and of the difference between two, for people who decide: metres and square metres."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from geodata.sandbox.judgements import ShapeShift


@dataclass(frozen=True, slots=True)
class Measures:
    """Length of lines and area of polygons by geography on the ellipsoid of CGCS2000, None where there are none; what
    the shape is made of."""

    length_m: Decimal | None
    area_m2: Decimal | None
    parts: int
    holes: int
    vertices: int


@dataclass(frozen=True, slots=True)
class Shift:
    """From one shape to another: distance of the centroids, largest gap between the outlines (None where that would
    take too long), sizes before and after, and the share of the earlier one that the later one still covers (0..1;
    points and lines count as ten metres wide to each side)."""

    moved_m: Decimal
    hausdorff_m: Decimal | None
    kept: Decimal
    before: Measures
    after: Measures

    @classmethod
    def of(cls, found: ShapeShift, before: Measures, after: Measures) -> Shift:
        """From what the sandbox measured."""
        return cls(found.moved_m, found.hausdorff_m, found.kept, before, after)


def measured(wkb: bytes, *, area_m2: Decimal | None, length_m: Decimal | None) -> Measures:
    """The figures of a stored or checked Multi* shape; sizes come with it, because only the sandbox computes them."""
    parts, rings, vertices = counted(wkb)
    return Measures(length_m, area_m2, parts, rings, vertices)


def counted(wkb: bytes) -> tuple[int, int, int]:
    """(parts, holes, vertices) of little-endian WKB of a Multi* type, read without any geometry library."""
    position, holes, vertices = 9, 0, 0
    parts = int.from_bytes(wkb[5:9], "little")
    for _part in range(parts):
        kind = int.from_bytes(wkb[position + 1 : position + 5], "little")
        position += 5
        if kind == 1:
            vertices, position = vertices + 1, position + 16
            continue
        rings = 1
        if kind == 3:
            rings = int.from_bytes(wkb[position : position + 4], "little")
            position, holes = position + 4, holes + rings - 1
        for _ring in range(rings):
            count = int.from_bytes(wkb[position : position + 4], "little")
            vertices, position = vertices + count, position + 4 + 16 * count
    return parts, holes, vertices
