"""Lights in words: one home for the lists, the map, the project's page and the pages of alerts.

Red, yellow and green judge; grey says that the data are too old to judge by and is never good news.
"""

from __future__ import annotations

from typing import Final

from portal import wording

# most urgent first; a light is told by its shape, too: components/_light.html and js/map/symbols.js draw the same ones
LABELS: Final[dict[str, str]] = {"red": "红灯", "yellow": "黄灯", "grey": "无数据", "green": "绿灯"}
SHAPES: Final[dict[str, str]] = {"red": "circle", "yellow": "square", "green": "triangle", "grey": "diamond"}
LEVELS: Final[dict[str, str]] = {"red": "红色", "yellow": "黄色"}


def sign(level: str) -> dict[str, str]:
    """What components/_light.html reads."""
    return {"level": level, "label": wording.label(LABELS[level]), "shape": SHAPES[level]}


def grave(level: str) -> dict[str, str]:
    """The level of an alert, which looks like the light that it asks for: what components/_light.html reads."""
    return {**sign(level), "label": wording.label(LEVELS[level])}


def options() -> list[tuple[str, str]]:
    """Codes with their names in the language of the page, for a list of a form."""
    return [(level, wording.label(label)) for level, label in LABELS.items()]
