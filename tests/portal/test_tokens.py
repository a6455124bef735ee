"""The names of the look: every ink can be read on every ground of both themes (WCAG 2.2 §1.4.3, 4.5 : 1)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "tokens.css"
INKS = ("ink", "ink-2", "ink-3", "accent", "accent-2", "warn", "bad")
GROUNDS = ("paper", "panel", "sunk", "accent-soft", "warn-soft", "bad-soft", "c-none")
AT_LEAST = 4.5


def colours(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_every_ground(theme: int) -> None:
    part = TOKENS.read_text(encoding="utf-8").split(':root[data-theme="dark"]')[theme]
    named = colours(part)
    pairs = {(ink, ground): contrast(named[ink], named[ground]) for ink in INKS for ground in GROUNDS}
    assert not {pair: round(ratio, 2) for pair, ratio in pairs.items() if ratio < AT_LEAST}
