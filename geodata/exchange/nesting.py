"""Closed lines within closed lines of a drawing: a courtyard or a pond may be meant as a hole, and nobody says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

DRAWING_COLUMNS: Final = ["图层", "文字", "类型"]  # of geodata.sandbox.readers.dxf
MOST: Final = 2000
TOLD: Final = 5


def remarks(columns: Sequence[str], numbers: Sequence[int], shapes: Sequence[BaseGeometry]) -> list[str]:
    """What to say of rings inside others, with the area that would remain; nothing of other files than drawings."""
    if list(columns) != DRAWING_COLUMNS:
        return []
    rings = [(number, one) for number, one in zip(numbers, shapes, strict=True) if _plain(one)][:MOST]
    found = _inside([one for _number, one in rings])
    said = []
    for outer, inner in list(found.items())[:TOLD]:
        left = rings[outer][1].area - sum(rings[at][1].area for at in inner)
        within = "、".join(str(rings[at][0]) for at in inner[:10])
        said.append(
            f"第 {within} 个要素套在第 {rings[outer][0]} 个之内，可能是洞；扣除后面积约 {left:,.0f} 平方米。"
            "现在各自作为面读取，需要扣除的请在图形编辑里处理，请核对"
        )
    return said


def _plain(shape: BaseGeometry) -> bool:
    return shape.geom_type == "Polygon" and bool(shapely.is_valid(shape))


def _inside(rings: Sequence[BaseGeometry]) -> dict[int, list[int]]:
    """For each ring at an even depth the rings directly inside it, as even-odd filling would cut them out."""
    if len(rings) < 2:
        return {}
    inner, outer = shapely.STRtree(rings).query(rings, predicate="within")
    around: dict[int, list[int]] = {}
    for small, large in zip(inner.tolist(), outer.tolist(), strict=True):
        if small != large and rings[large].area > rings[small].area:
            around.setdefault(small, []).append(large)
    found: dict[int, list[int]] = {}
    for small, holders in sorted(around.items()):
        if len(holders) % 2:
            nearest = min(holders, key=lambda at: rings[at].area)
            found.setdefault(nearest, []).append(small)
    return found
