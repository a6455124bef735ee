"""A small painted map as SVG: outlines that are links, names that do not lie on one another. No JavaScript."""

import math
from collections.abc import Mapping
from typing import Any, Final

from portal import maps, wording

Box = tuple[float, float, float, float]
# a letter of a name by the drawing's longer side, and by a letter: half the two lines of a label, ways to a free place
LETTERS_A_SIDE: Final = 32
HALF_LABEL: Final = 1.1
STEPS: Final = (2.0, 2.9, 3.7, 4.9, 6.3)
DIRECTIONS: Final = 16


def drawing(shown: list[Any], marks: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """`shown`: areas with `path`, `spot` and `frame` (selectors/regions.py); `marks`: code → name, url, count, and the
    class and the value of painting.py.

    A name for which there is no room is left out: the address's title says it, and the table beside the drawing.
    """
    drawn = [area for area in shown if area.path]
    if not drawn:
        return None
    boxes = [_south_down(maps.web_box(area.frame.extent)) for area in drawn]
    whole = _around_all(boxes)
    letter = max(whole[2] - whole[0], whole[3] - whole[1]) / LETTERS_A_SIDE
    largest_first = sorted(zip(drawn, boxes, strict=True), key=lambda pair: -_size(pair[1]))
    labels = _labels([area for area, _box in largest_first], letter)
    outlines = [{**_outline(area, labels.get(area.code)), **marks[area.code]} for area in drawn]
    west, north, east, south = _around_all([whole, *labels.values()])
    return {
        "box": f"{west:.0f} {north:.0f} {east - west:.0f} {south - north:.0f}",
        "letter": round(letter),
        "halo": round(letter / 6),
        "stripe": round(letter / 3),
        "outlines": outlines,
    }


def _south_down(box: Box) -> Box:
    return box[0], -box[3], box[2], -box[1]


def _around_all(boxes: list[Box]) -> Box:
    west, north, east, south = zip(*boxes, strict=True)
    return min(west), min(north), max(east), max(south)


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _short(area: Any) -> str:
    return wording.label(area.short_name or area.name)


def _outline(area: Any, label: Box | None) -> dict[str, Any]:
    x, y = area.spot.x, -area.spot.y
    outline = {"path": area.path, "short": _short(area), "x": round(x), "y": round(y)}
    if label:
        at = round((label[0] + label[2]) / 2), round((label[1] + label[3]) / 2)
        outline |= {"label_x": at[0], "label_y": at[1], "leader": at != (round(x), round(y))}
    return outline


def _labels(areas: list[Any], letter: float) -> dict[str, Box]:
    """The box in which each name stands, the largest area first: at its area, else at the nearest place still free."""
    found: dict[str, Box] = {}
    for area in areas:
        half = letter / 2 * sum(1 if ord(sign) > 255 else 0.55 for sign in _short(area)), HALF_LABEL * letter
        for x, y in _around(area.spot.x, -area.spot.y, letter):
            box = (x - half[0], y - half[1], x + half[0], y + half[1])
            if not any(_overlap(box, other) for other in found.values()):
                found[area.code] = box
                break
    return found


def _around(x: float, y: float, letter: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * turn / DIRECTIONS for turn in range(DIRECTIONS)]
    rings = [
        (x + step * letter * math.cos(turn), y + step * letter * math.sin(turn)) for step in STEPS for turn in turns
    ]
    return [(x, y), *rings]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
