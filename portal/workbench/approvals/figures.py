"""Lengths, areas and shifts as people read them, and the table that sets two shapes side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from geodata.figures.wording import half_up
from geodata.projects.measures import Measures, Shift

NOTHING: Final = "—"
_KM: Final = Decimal(1000)
_HECTARE: Final = Decimal(10_000)
_SQUARE_KM: Final = Decimal(1_000_000)
MINUS: Final = "−"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of two shapes; `change` is empty where it cannot be told, `grave` where it deserves a look."""

    name: str
    before: str
    after: str
    change: str = ""
    grave: bool = False


def metres(value: Decimal | None) -> str:
    """米 with one decimal below a kilometre, 公里 with two from there on."""
    if value is None:
        return NOTHING
    if value < _KM:
        return _("%(n)s m") % {"n": _number(value, 1)}
    return _("%(n)s km") % {"n": _number(value / _KM, 2)}


def area(value: Decimal | None) -> str:
    """平方米 below a hectare, 公顷 below a square kilometre, then 平方公里."""
    if value is None:
        return NOTHING
    if value < _HECTARE:
        return _("%(n)s m²") % {"n": _number(value, 1)}
    if value < _SQUARE_KM:
        return _("%(n)s ha") % {"n": _number(value / _HECTARE, 2)}
    return _("%(n)s km²") % {"n": _number(value / _SQUARE_KM, 2)}


def size(area_m2: Decimal | None, length_m: Decimal | None) -> str:
    """Area of what has one, else length; nothing for points."""
    if area_m2:
        return area(area_m2)
    return metres(length_m) if length_m else ""


def _number(value: Decimal, places: int) -> str:
    return f"{half_up(value, places):,}"


def relative(before: Decimal | None, after: Decimal | None) -> str:
    """By how many percent of the earlier it changed, with its sign; nothing where either is missing."""
    if not before or after is None:
        return ""
    share = half_up((after - before) / before * 100, 1)
    if share == 0:
        return _("unchanged") if before == after else _("below a thousandth")
    return f"{MINUS if share < 0 else '+'}{abs(share):,}%"


def difference(before: int, after: int) -> str:
    if before == after:
        return _("unchanged")
    return f"{MINUS if after < before else '+'}{abs(after - before):,}"


def is_grave(before: Decimal | None, after: Decimal | None) -> bool:
    """A size that moved by a tenth or more."""
    return before is not None and after is not None and before > 0 and abs(after - before) * 10 >= before


def table(before: Measures | None, after: Measures) -> list[Row]:
    """Sizes and make of two shapes; rows that neither has are left out."""
    old = before or Measures(None, None, 0, 0, 0)
    rows = []
    if old.area_m2 is not None or after.area_m2 is not None:
        rows.append(_sizes(_("Area"), area, old.area_m2, after.area_m2))
    if old.length_m is not None or after.length_m is not None:
        rows.append(_sizes(_("Length"), metres, old.length_m, after.length_m))
    counts = ((_("Parts of the shape"), old.parts, after.parts), (_("Holes"), old.holes, after.holes))
    for name, earlier, later in (*counts, (_("Vertices"), old.vertices, after.vertices)):
        if earlier or later:
            change = difference(earlier, later) if before else ""
            rows.append(Row(name, f"{earlier:,}" if before else NOTHING, f"{later:,}", change))
    return rows


def _sizes(name: str, written: Callable[[Decimal | None], str], before: Decimal | None, after: Decimal | None) -> Row:
    return Row(name, written(before), written(after), relative(before, after), is_grave(before, after))


def shifts(shift: Shift) -> list[tuple[str, str]]:
    """How far the one is from the other."""
    kept = half_up(shift.kept * 100, 1)
    return [
        (_("Centre moved"), metres(shift.moved_m)),
        (_("Largest gap of the outlines"), metres(shift.hausdorff_m)),
        (_("Covered as before"), f"{kept:g}%"),
    ]
