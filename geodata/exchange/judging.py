"""The sandbox's judgement on shapes that are placed already: one child for all layers of a file, not one a layer.

A child takes a third of a second to start, as long as it needs for ten thousand shapes; a drawing has a dozen layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.sandbox import door

# What one child is given of several layers; a larger layer goes alone, as far as the door lets it.
TOGETHER: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape in EPSG:4490 with its evidence."""

    wkb: bytes
    original_wkt: str
    original_sha256: str
    area_m2: Decimal | None = None
    length_m: Decimal | None = None

    @property
    def geometry(self) -> BaseGeometry:
        """For checks in memory; the WKB is what is stored."""
        return shapely.from_wkb(self.wkb)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A shape before it is judged, and the row it stands in."""

    number: int
    wkb: bytes
    original_wkt: str
    original_sha256: str


class Layer(Protocol):
    """What is judged of a layer: those that wait become its shapes or its problems, by row number."""

    waiting: list[Waiting]
    shapes: dict[int, Shape]
    problems: dict[int, str]


def judge(layers: Sequence[Layer]) -> None:
    """Let nothing wait any more in any of the layers."""
    for some in _together(layers):
        held = [(layer, one) for layer in some for one in layer.waiting]
        checks = door.check_geometries([one.wkb for _layer, one in held])
        for (layer, one), check in zip(held, checks, strict=True):
            if not check.valid:
                layer.problems[one.number] = check.problem or "几何无效"
                continue
            layer.shapes[one.number] = Shape(
                wkb=one.wkb,
                original_wkt=one.original_wkt,
                original_sha256=one.original_sha256,
                area_m2=check.area_m2,
                length_m=check.length_m,
            )
        for layer in some:
            layer.waiting.clear()


def _together(layers: Sequence[Layer]) -> Iterator[Sequence[Layer]]:
    """The layers in which something waits, as many at a time as one child may be given."""
    some: list[Layer] = []
    size = 0
    for layer in layers:
        own = sum(len(one.wkb) for one in layer.waiting)
        if some and size + own > TOGETHER:
            yield some
            some, size = [], 0
        if layer.waiting:
            some.append(layer)
            size += own
    if some:
        yield some
