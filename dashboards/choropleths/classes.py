"""Classes of a choropleth: made of what people read, so that no value can look outside its printed range. Pure.

Values are rounded to the places shown and counted in steps of the last place (62.3 % is 623 steps of 0.1 point); the
classes are whole steps, so that the ranges cover every value without overlap or gap. What shows as zero has a class of
its own, and negative values (more returned than paid) have one below it. A deviation is different: it is classed on the
two sides of zero, and zero itself is the first value of the better side (docs/maps.md).
"""

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from geodata.figures.wording import half_up

COLOURS: Final = 5
ZERO, FEW, NONE = "zero", "few", "none"
# colours of a diverging scale by number of classes: "d0" the farthest below zero to "d4" the farthest above
_BELOW: Final = {0: (), 1: ("d1",), 2: ("d0", "d2"), 3: ("d0", "d1", "d2")}
_ABOVE: Final = {0: (), 1: ("d3",), 2: ("d3", "d4")}
# a deviation in steps of 0.1 point by the breaks −30, −10, 0, +10: both −30.0 and −10.0 are "10 to 30 behind", as the
# rule of the yellow light counts; 0.0 is in time, and +10.0 is not yet more than ten ahead
DEVIATION: Final = (-300, -99, 0, 101)


class Scheme(StrEnum):
    """How the ends of the classes are found; the names are those of mapclassify."""

    QUANTILE = "quantile"
    FISHER_JENKS = "fisher_jenks"
    EQUAL = "equal"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Range:
    """A class from `low` to `high` steps, both included; None is without end. `key` is its colour: "0" the lightest to
    "4" the darkest, "d0" to "d4" of a diverging scale."""

    key: str
    low: int | None
    high: int | None

    def holds(self, steps: int) -> bool:
        """Whether a value lies in the class."""
        return (self.low is None or self.low <= steps) and (self.high is None or steps <= self.high)


def steps_of(value: Decimal, places: int) -> int:
    """A value as people read it, in steps of its last place: 0.6235 with three places is 624."""
    return int(half_up(value, places).scaleb(places))


def classify(values: Iterable[int], *, scheme: Scheme = Scheme.QUANTILE, most: int = COLOURS) -> tuple[Range, ...]:
    """At most `most` classes in steps, lowest first; fewer where fewer values differ. Zeros are left out.

    With fewer classes the colours stay as far apart as they can. Classes of equal width may be empty.
    """
    found = sorted(value for value in values if value)
    if not found:
        return ()
    positive = [value for value in found if value > 0]
    ends = [-1] if positive and found[0] < 0 else []
    ends += _ends(positive or found, scheme, most - len(ends))
    lows = [found[0], *(end + 1 or 1 for end in ends[:-1])]
    return tuple(Range(_colour(place, len(ends)), *bounds) for place, bounds in enumerate(zip(lows, ends, strict=True)))


def diverge(values: Iterable[int], *, scheme: Scheme) -> tuple[Range, ...]:
    """Up to three classes below zero and two from zero on, so that a colour tells the side. Zero belongs above."""
    found = sorted(values)
    below = [value for value in found if value < 0]
    above = [value for value in found if value >= 0]
    sides: list[Range] = []
    if below:
        # closed at −1, so that nothing lies between the sides
        sides += _side(below, [*_ends(below, scheme, 3)[:-1], -1], _BELOW)
    if above:
        sides += _side([0, *above], _ends(above, scheme, 2), _ABOVE)
    return tuple(sides)


def _side(values: Sequence[int], ends: Sequence[int], colours: dict[int, tuple[str, ...]]) -> list[Range]:
    lows = [values[0], *(end + 1 for end in ends[:-1])]
    return [Range(*bounds) for bounds in zip(colours[len(ends)], lows, ends, strict=True)]


def fixed(starts: Sequence[int]) -> tuple[Range, ...]:
    """Five classes by the first steps of the upper four, the same on every day and whatever the values."""
    bounds = enumerate(pairwise((None, *starts, None)))
    return tuple(Range(f"d{place}", low, None if after is None else after - 1) for place, (low, after) in bounds)


def _ends(values: list[int], scheme: Scheme, most: int) -> list[int]:
    """Upper ends of the classes, the last the largest value; so many values as there may be classes have one each."""
    known = sorted(set(values))
    if len(known) <= most and scheme != Scheme.EQUAL:
        return known
    bins = _bins(values, scheme, most)
    # a whole number is at most a break exactly if it is at most the whole part of it
    ends: list[int] = []
    for end in [*(math.floor(each) for each in bins[:-1]), known[-1]]:
        wanted = end >= known[0] if scheme == Scheme.EQUAL else any(value <= end for value in values)
        held = scheme == Scheme.EQUAL or not ends or any(ends[-1] < value <= end for value in values)
        if wanted and held and (not ends or end > ends[-1]):
            ends.append(end)
    return ends


def _bins(values: list[int], scheme: Scheme, most: int) -> list[float]:
    """The breaks of mapclassify for these values."""
    import mapclassify  # takes seconds: see warm

    if len(set(values)) == 1:
        return [float(values[0])]
    kinds = {
        Scheme.QUANTILE: mapclassify.Quantiles,
        Scheme.FISHER_JENKS: mapclassify.FisherJenks,
        Scheme.EQUAL: mapclassify.EqualInterval,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # equal quantiles are expected here, and leave classes out
        return [float(each) for each in kinds[scheme](values, k=most).bins]


def _colour(place: int, classes: int) -> str:
    return "2" if classes == 1 else str(round(place * (COLOURS - 1) / (classes - 1)))


def warm() -> None:
    """Loads what classify needs, before the first person waits for it."""
    import mapclassify  # noqa: F401
