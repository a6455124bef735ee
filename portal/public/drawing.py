"""The small map of the units as SVG: outlines that are links, names that do not lie on one another. No JavaScript."""

import math
from collections.abc import Mapping
from typing import Any, Final

from portal import maps, wording

Box = tuple[float, float, float, float]
# metres of EPSG:3857: the letters of a name, and the two lines of a label
LETTER, LINE = 7000.0, 7600.0
STEPS: Final = (0.0, 14_000.0, 20_000.0, 26_000.0, 34_000.0, 44_000.0)
DIRECTIONS: Final = 16


def drawing(shown: list[Any], marks: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """`shown`: areas with `path`, `spot` and `frame` (selectors/regions.py); `marks`: code → name, url, count."""
    drawn = [area for area in shown if area.path]
    if not drawn:
        return None
    boxes = [maps.web_box(area.frame.extent) for area in drawn]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    sizes = {area.code: (b[2] - b[0]) * (b[3] - b[1]) for area, b in zip(drawn, boxes, strict=True)}
    places = _labels(sorted(drawn, key=lambda area: -sizes[area.code]))
    outlines = [{**_outline(area, places[area.code]), **marks[area.code]} for area in drawn]
    return {"box": f"{west:.0f} {-north:.0f} {east - west:.0f} {north - south:.0f}", "outlines": outlines}


def _short(area: Any) -> str:
    return wording.label(area.short_name or area.name)


def _outline(area: Any, place: tuple[float, float]) -> dict[str, Any]:
    x, y = area.spot.x, -area.spot.y
    return {
        "path": area.path,
        "short": _short(area),
        "x": round(x),
        "y": round(y),
        "label_x": round(place[0]),
        "label_y": round(place[1]),
        "leader": place != (x, y),
    }


def _labels(areas: list[Any]) -> dict[str, tuple[float, float]]:
    """Where each name stands, the largest area first: at its area, else at the nearest place that is still free."""
    taken: list[Box] = []
    found: dict[str, tuple[float, float]] = {}
    for area in areas:
        width = LETTER * sum(1 if ord(letter) > 255 else 0.55 for letter in _short(area))
        for place in _around(area.spot.x, -area.spot.y):
            box = (place[0] - width / 2, place[1] - LINE, place[0] + width / 2, place[1] + LINE)
            if not any(_overlap(box, other) for other in taken):
                break
        taken.append(box)
        found[area.code] = place
    return found


def _around(x: float, y: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * turn / DIRECTIONS for turn in range(DIRECTIONS)]
    rings = [(x + step * math.cos(turn), y + step * math.sin(turn)) for step in STEPS[1:] for turn in turns]
    return [(x, y), *rings]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
